// The lab "Read my name": a network that spells reads a name letter by letter.

import { need } from "./files.mjs";
import { define } from "./lab.mjs";
import { softmax } from "./learning.mjs";
import { fixed } from "./numbers.mjs";
import { RandomState } from "./random.mjs";
import { Refused } from "./settings.mjs";
import { box, heat, hit, line, text } from "./svg.mjs";
import {
  backThrough, forward, inputGradients, scoresOf, throughOutput,
} from "./train_network.mjs";
import { LETTERS, spelled } from "./train_tasks.mjs";
import { norm, range } from "./vectors.mjs";

const LANGUAGES = ["German", "Spanish", "Finnish", "French", "Croatian", "Italian"];
const OUTPUTS = LETTERS.length + LANGUAGES.length;
const MOST = 14, TRIES = 5;

const greatest = values => values.indexOf(Math.max(...values));
/** Without accents, spaces, hyphens and apostrophes. */
const plain = words =>
  words.toLowerCase().normalize("NFKD").replace(/[\p{M}\s'’-]/gu, "");

// Reading, as in the program.

/** Weights as the network's functions want them. */
const flattened = record => {
  const weights = Object.entries(record).map(([name, values]) =>
    [name, Float64Array.from(values.flat(2))]);
  const units = record.recurrent_kernel.length;
  const cell = record.kernel[0].length === 3 * units ? "gru" : "rnn";
  const shape = { cell, units, features: LETTERS.length, outputs: OUTPUTS };
  return { shape, weights: Object.fromEntries(weights) };
};

/** The tape of a name, read alone from its point on. */
const tapeOf = (name, { shape, weights }) => {
  const { inputs, steps } = spelled([name], name.length);
  return forward(shape, weights, { inputs, steps, batch: 1 });
};

/** By letter read, the point first: probabilities of the next letter and the language. */
const probabilities = (tape, { shape, weights }) => {
  const scores = scoresOf(shape, weights, tape, tape.steps);
  const at = (from, many) => [...softmax(scores, from, many)];
  return range(tape.steps, t => ({
    next: at(t * OUTPUTS, LETTERS.length),
    language: at(t * OUTPUTS + LETTERS.length, LANGUAGES.length),
  }));
};

/** How much the likeliest answer depends on each letter read. */
const depends = (name, about, network) => {
  const { shape, weights } = network;
  const tape = tapeOf(name, network);
  const { next, language } = probabilities(tape, network).at(-1);
  const [values, first] = about === "letter" ? [next, 0] : [language, LETTERS.length];
  const ofScores = new Float64Array(OUTPUTS);
  values.forEach((p, i) => { ofScores[first + i] = (i === greatest(values) ? 1 : 0) - p; });
  backThrough(shape, weights, tape, throughOutput(shape, weights, tape, ofScores, 1), 1);
  const found = inputGradients(shape, weights, tape);
  return range(tape.steps, t =>
    norm(found.subarray(t * LETTERS.length, (t + 1) * LETTERS.length)));
};

/** Letters drawn until the name ends. */
const writeOn = (begun, temperature, random, network) => {
  let name = begun;
  while (name.length < MOST && !name.endsWith(".")) {
    const { next } = probabilities(tapeOf(name, network), network).at(-1);
    const sharpened = softmax(next.map(p => Math.log(p) / temperature), 0, LETTERS.length);
    const [drawn] = random.uniform(0, 1, 1);
    let reached = 0;
    const place = sharpened.findIndex(p => (reached += p) > drawn);
    if (LETTERS[place] === ".") break;
    name += LETTERS[place];
  }
  return name.replace(".", "");
};

const compute = ({ name, at, about, temperature, seed, cell }, data) => {
  const network = flattened(data[cell]);
  const tape = tapeOf(`${name}.`, network), { units } = network.shape;
  const begun = `${name}.`.slice(0, at);
  const random = new RandomState(seed);
  return {
    steps: probabilities(tape, network),
    states: tape.hidden.subarray(units),
    gate: tape.gate ?? null,
    units,
    depends: depends(begun, about, network),
    written: range(TRIES, () => writeOn(begun, temperature, random, network)),
  };
};

// The picture: a column for each letter, the point first.

const LEFT = 76, RIGHT = 368;

const widthOf = name => (RIGHT - LEFT) / Math.max(8, name.length + 2);

const picture = ({ name, at, about }, { steps, states, gate, units, depends: found }) => {
  const letters = [...`.${name}.`], width = widthOf(name);
  const x = t => LEFT + t * width;
  const place = (y, height) => ({ x: LEFT, y, width: width * letters.length, height });
  const most = Math.max(...found);
  const languages = LANGUAGES.map((language, i) =>
    text(LEFT - 6, 47 + 16 * i, language, "end small")
    + heat(place(36 + 16 * i, 14), 1, letters.length, (_, t) => steps[t].language[i], "text"));
  const bars = found.map((size, t) =>
    box(x(t) + width * 0.15, 306 - 40 * (size / most), width * 0.7, 40 * (size / most),
      t === at ? "fill-text" : "fill-beside"));
  const cut = gate ? 54 : 112;
  const of = values => (unit, t) => values[t * units + unit];
  return {
    height: 312,
    inside: [
      line([[x(at) + width / 2, 24], [x(at) + width / 2, 308]], "cursor"),
      ...letters.map((letter, t) =>
        text(x(t) + width / 2, 18, letter, t === at ? "mid name" : "mid")),
      ...languages,
      text(LEFT - 6, 148, "state", "end small"),
      heat(place(138, cut), units, letters.length, of(states)),
      gate ? text(LEFT - 6, 206, "gate", "end small") : "",
      gate ? heat(place(196, cut), units, letters.length, of(gate), "gru") : "",
      text(LEFT - 6, 284, about === "letter" ? "next letter" : "language", "end small"),
      text(LEFT - 6, 298, "depends on", "end small"),
      line([[LEFT, 306], [RIGHT, 306]], "grid"),
      ...bars,
      hit("at", LEFT, 0, width * letters.length, 310),
    ].join(""),
    label: `Languages, states and the letters that matter, after each letter of ${name}.`,
  };
};

// Its sentence, the table and the questions.

const share = value => `${fixed(100 * value, 0)} %`;
const letterWords = place => (LETTERS[place] === "." ? "(the end)" : LETTERS[place]);

const sentence = ({ name, at }, { steps, written }) => {
  const { language, next } = steps[at];
  const best = greatest(language), follows = greatest(next);
  const read = at > name.length ? `At the end of “${name}”`
    : at ? `After “${name.slice(0, at)}”` : "Before any letter";
  const says = `${read}, of these six: ${LANGUAGES[best]} ${share(language[best])}`;
  if (at > name.length) return `${says}.`;
  return `${says}; the next letter ${letterWords(follows)} ${share(next[follows])}. `
    + `It writes on: ${written.join(", ")}.`;
};

const row = ({ language, next }, letter, size, isLast) => {
  const best = greatest(language), follows = greatest(next);
  const then = isLast ? ["–", "–"] : [letterWords(follows), fixed(next[follows], 4)];
  return [letter, LANGUAGES[best], fixed(language[best], 4), ...then,
    size === undefined ? "–" : fixed(size, 4)];
};

const table = ({ name, about }, { steps, depends: found }) => ({
  caption: "After each letter, the likeliest language and letter, and how much the "
    + `${about === "letter" ? "next letter" : "language"} at the cursor depends on it.`,
  head: ["Letter", "Language", "Probability", "Next", "Probability", "Gradient"],
  rows: [...`.${name}.`].map((letter, t) =>
    row(steps[t], letter, found[t], t > name.length)),
});

const told = (name, settings, data) =>
  compute({ ...settings, name, at: name.length + 1 }, data).steps;
const reading = (name, at) => settings => ({ ...settings, name, at });

const questions = [
  {
    ask: "It reads “nieminen”. After how many letters is Finnish the likeliest, and stays so?",
    choices: ["One to three.", "Four to six.", "Seven, eight, or at the end.", "Never."],
    answer: (settings, data) => {
      const finnish = told("nieminen", settings, data)
        .map(({ language }) => LANGUAGES[greatest(language)] === "Finnish");
      const from = finnish.lastIndexOf(false) + 1;
      if (from > 9) return [3, "At the end it says something else."];
      return [from < 4 ? 0 : from < 7 ? 1 : 2, from < 9 ? `After ${from}.` : "At the end."];
    },
    show: reading("nieminen", 9),
  },
  {
    ask: "Your keyboard falls asleep: “xqzzzz”. How sure of a language can it be?",
    choices: ["Below 40 %.", "From 40 to 70 %.", "Above 70 %."],
    answer: (settings, data) => {
      const { language } = told("xqzzzz", settings, data).at(-1);
      const best = greatest(language), sure = language[best];
      return [sure < 0.4 ? 0 : sure > 0.7 ? 2 : 1,
        `${LANGUAGES[best]}, ${share(sure)}. It must always name one of the six.`];
    },
    show: reading("xqzzzz", 7),
  },
];

export const lab = {
  name: "read-my-name",
  fields: {
    name: {
      label: "A family name; accents and spaces are dropped",
      value: "rossini",
      most: 20,
      parse: words => {
        const name = plain(words);
        if (/^[a-z]*$/.test(name) && name.length <= MOST) return name;
        throw new Refused(`expected at most ${MOST} letters from a to z`);
      },
    },
    at: {
      label: "Letters read, the end last", value: 3, min: 0, max: MOST + 1, step: 1, whole: true,
    },
    about: {
      label: "Show what it depends on", value: "language",
      options: { language: "the language", letter: "the next letter" },
    },
    cell: { label: "Network", value: "gru", options: { gru: "GRU", rnn: "RNN" } },
    temperature: { label: "Write on: temperature", value: 0.7, min: 0.1, max: 2, step: 0.1 },
    seed: { label: "Write on: seed", value: 0, min: 0, max: 99, step: 1, whole: true },
  },
  settle: (settings, name) => {
    const most = settings.name.length + 1;
    return { ...settings, at: name === "name" ? most : Math.min(settings.at, most) };
  },
  load: ({ cell }, data) => need(data, { [cell]: `names-${cell}` }),
  buttons: { play: "Play, letter by letter", other: "Another name" },
  act: settings => {
    const next = EXAMPLES[(EXAMPLES.indexOf(settings.name) + 1) % EXAMPLES.length];
    return { ...settings, name: next, at: next.length + 1 };
  },
  play: (settings, first) => {
    const most = settings.name.length + 1;
    const from = first && settings.at >= most ? -1 : settings.at;
    return from < most ? { ...settings, at: from + 1 } : null;
  },
  grab: {
    at: ({ x }, { name }) => {
      const place = Math.floor((x - LEFT) / widthOf(name));
      return String(Math.max(0, Math.min(name.length + 1, place)));
    },
  },
  compute,
  picture,
  sentence,
  table,
  python: ({ name, at, about, temperature, seed, cell }, data) =>
    ({ name, at, about, temperature, seed, weights: data[cell] }),
  questions,
};

const EXAMPLES = ["rossini", "schwarzkopf", "nieminen", "fernandez", "horvat", "beaumont"];
define(lab);
