// What a lab fetches, from beside its modules: its data, and its program in Python.

import { python } from "./settings.mjs";

const GAP = "# SETTINGS\n"; // where the program waits for its settings

const asked = new Map();

const fetched = async name => {
  const answer = await fetch(new URL(name, import.meta.url));
  if (!answer.ok) throw new Error(`${name}: ${answer.status}`);
  return name.endsWith(".json") ? answer.json() : answer.text();
};

/** A promise of a text, or of what a .json file holds. Each file is fetched once; one that
 * did not come is asked for again. */
const file = name => {
  if (!asked.has(name)) {
    const coming = fetched(name);
    coming.catch(() => asked.delete(name));
    asked.set(name, coming);
  }
  return asked.get(name);
};

/** Put what .json files hold into data, where it is missing: {key: the file's name}. Returns
 * a promise while something is. */
export const need = (data, wanted) => {
  const missing = Object.entries(wanted).filter(([key]) => !data[key]);
  const coming = missing.map(async ([key, name]) => { data[key] = await file(`${name}.json`); });
  return coming.length ? Promise.all(coming) : null;
};

/** A promise of the program with the settings on the screen in it, which runs alone. */
export const programFor = async (lab, settings, data) => {
  const stem = lab.program?.(settings) ?? lab.name.replaceAll("-", "_");
  const template = await file(`${stem}.txt`);
  return template.replace(GAP, () => python(lab, settings, data));
};
