// A lab's settings: their defaults, what a reader types, what the address of the page says
// (?gradients.length=80&gradients.seed=3), and what they are in Python.
//
// A field is {label, value, ...}: its value at the start, and what else is allowed, as
// options {key: words}, or as a number from min to max that may have to be whole. A field
// with a parse and a print of its own needs none of these.

import { count, minus } from "./numbers.mjs";

/** What was typed is no value of the field; the message says what is. */
export class Refused extends Error {}

export const defaults = lab =>
  Object.fromEntries(Object.entries(lab.fields).map(([name, { value }]) => [name, value]));

const choice = (names, words) => {
  if (names.includes(words)) return words;
  throw new Refused(`expected ${names.join(" or ")}, got “${words}”`);
};

const number = ({ min, max, whole }, words) => {
  const value = Number(words);
  const typed = words.trim();
  const allowed = value >= min && value <= max && (!whole || Number.isInteger(value));
  // Four decimals, which is what tables show.
  if (typed && allowed) return Number(value.toFixed(4));
  const kind = whole ? "whole number" : "number";
  const got = typed ? `“${typed}”` : "none";
  throw new Refused(`expected a ${kind} from ${minus(min)} to ${count(max)}, got ${got}`);
};

/** The value that words stand for; throws Refused. */
export const parse = (field, words) => {
  if (field.parse) return field.parse(words);
  if (field.options) return choice(Object.keys(field.options), words);
  if (typeof field.value === "boolean") return choice(["yes", "no"], words) === "yes";
  return number(field, words);
};

/** The settings, one of them changed to what words say, with all that this moves along. */
export const changed = (lab, settings, name, words) => {
  const next = { ...settings, [name]: parse(lab.fields[name], words) };
  return lab.settle ? lab.settle(next, name) : next;
};

/** The words that stand for a value. */
export const print = (field, value) => {
  if (field.print) return field.print(value);
  if (typeof value === "boolean") return value ? "yes" : "no";
  return String(value);
};

/** A value as Python; an object becomes a dictionary, with a line for each of its keys. */
const literal = value => {
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (Array.isArray(value)) return `[${value.map(literal).join(", ")}]`;
  if (typeof value !== "object") return JSON.stringify(value);
  const rows = Object.entries(value).map(([key, part]) => `    "${key}": ${literal(part)},\n`);
  return `{\n${rows.join("")}}`;
};

/** The lines that stand for the program's own settings. */
export const python = (lab, settings, data) => {
  const named = lab.python ? lab.python(settings, data) : settings;
  return Object.entries(named)
    .map(([name, value]) => `${name.toUpperCase()} = ${literal(value)}\n`)
    .join("");
};

/** {settings, trouble}: what the address says, and what of it could not be used. */
export const read = lab => {
  const asked = new URLSearchParams(location.search);
  const trouble = [];
  let settings = defaults(lab);
  for (const name of Object.keys(lab.fields)) {
    const words = asked.get(`${lab.name}.${name}`);
    if (words === null) continue;
    try {
      settings = changed(lab, settings, name, words);
    } catch (why) {
      if (!(why instanceof Refused)) throw why;
      trouble.push(`${name}: ${why.message}`);
    }
  }
  return { settings, trouble };
};

/** The address says what is not as at the start. */
export const write = (lab, settings) => {
  const address = new URL(location);
  for (const [name, field] of Object.entries(lab.fields)) {
    const key = `${lab.name}.${name}`;
    const words = print(field, settings[name]);
    if (words === print(field, field.value)) address.searchParams.delete(key);
    else address.searchParams.set(key, words);
  }
  try {
    history.replaceState(history.state, "", address);
  } catch {
    // Some browsers refuse when it comes too often; the next change writes it all.
  }
};
