// The lab "Read my sentence": networks that have learned which verb read what is typed.

import { replay, sigmoid } from "./cells.mjs";
import { need } from "./files.mjs";
import { define } from "./lab.mjs";
import { fixed } from "./numbers.mjs";
import { NUMBER, VOCABULARY } from "./sentences.mjs";
import { box, heat, hit, line, text } from "./svg.mjs";
import { Refused } from "./settings.mjs";
import { inner, mean } from "./vectors.mjs";

const START = "the keys to the old cabinet near the windows";
const MOST_WORDS = 36;
const wordsOf = typed => typed.toLowerCase().match(/[^\s.,;:!?"“”()<>&]+/g) ?? [];
const known = word => Object.hasOwn(NUMBER, word);
const readable = typed => wordsOf(typed).filter(known);

// Reading.

/** After each word {hidden, are, z}: as read() in the program. */
const read = (words, weights) => {
  const out = weights.output_kernel.map(([weight]) => weight);
  return replay(weights, words.map(word => weights.embedding[NUMBER[word]])).map(step =>
    ({ ...step, are: sigmoid(inner(step.hidden, out) + weights.output_bias[0]) }));
};

const compute = ({ text: typed, read: upTo, gru }, data) => {
  const all = wordsOf(typed), words = all.filter(known);
  return {
    words,
    upTo: Math.min(upTo, words.length),
    skipped: all.filter(word => !known(word)),
    rnn: read(words, data.rnn),
    gru: read(words, data[gru]),
  };
};

// The picture: a row for each word.

const RNN = { x: 98, width: 62 }, GRU = { x: 224, width: 62 }, GATE = { x: 290, width: 38 };

/** A bar from the middle, to the left for is and to the right for are. */
const answer = (are, x, y, kind) => {
  const middle = x + 22, wide = (are - 0.5) * 44;
  return line([[middle, y + 1], [middle, y + 16]], "grid")
    + box(wide < 0 ? middle + wide : middle, y + 4, Math.abs(wide), 9, `fill-${kind}`);
};

const rowOf = ({ rnn, gru }, words, i) => {
  const y = 40 + 18 * i, place = { y: y + 1, height: 15 };
  const one = (values, where, colour) =>
    heat({ ...where, ...place }, 1, values.length, (_, unit) => values[unit], colour);
  return text(92, y + 13, words[i], "end")
    + one(rnn[i].hidden, RNN) + answer(rnn[i].are, 166, y, "rnn")
    + one(gru[i].hidden, GRU) + one(gru[i].z, GATE, "gru") + answer(gru[i].are, 328, y, "gru");
};

const picture = (_, result) => {
  const { words, upTo } = result;
  const heads = [
    text(RNN.x, 14, "RNN", "name text-rnn"), text(GRU.x, 14, "GRU", "name text-gru"),
    text(RNN.x, 32, "state", "small"), text(GRU.x, 32, "state", "small"),
    text(GATE.x, 32, "gate", "small"),
    text(188, 32, "is · are", "mid small"), text(350, 32, "is · are", "mid small"),
  ];
  const rows = words.map((word, i) =>
    (i < upTo ? rowOf(result, words, i) : text(92, 53 + 18 * i, word, "end small")));
  return {
    height: 46 + 18 * Math.max(words.length, 9),
    inside: heads.join("") + rows.join("") + hit("read", 0, 22, 372, 24 + 18 * words.length),
    label: `States, gate and answers of both networks after each of ${words.length} words.`,
  };
};

// Its sentence, the table and the questions.

const says = are => `${are > 0.5 ? "are" : "is"} (${fixed(100 * Math.max(are, 1 - are), 1)} %)`;

const skippedWords = skipped =>
  (skipped.length
    ? ` These networks know 25 words; not among them, and skipped: ${skipped.join(", ")}.` : "");

const sentence = (_, { words, upTo, skipped, rnn, gru }) => {
  if (!upTo) return `Nothing is read yet.${skippedWords(skipped)}`;
  const i = upTo - 1;
  return `After “${words[i]}” the RNN says ${says(rnn[i].are)}, the GRU ${says(gru[i].are)}.`
    + skippedWords(skipped);
};

const table = (_, { words, upTo, rnn, gru }) => ({
  caption: `The words that they know: ${VOCABULARY.join(", ")}.`,
  head: ["Word", "RNN: are", "GRU: are", "GRU: mean gate"],
  rows: words.slice(0, upTo).map((word, i) =>
    [word, ...[rnn[i].are, gru[i].are, mean(gru[i].z)].map(value => fixed(value, 4))]),
});

const both = (settings, typed, data) => {
  const found = compute({ ...settings, text: typed, read: MOST_WORDS }, data);
  return [found.rnn.at(-1).are, found.gru.at(-1).are];
};
const reading = typed => settings => ({ ...settings, text: typed, read: readable(typed).length });

const question = (ask, typed, choices, choose) => ({
  ask,
  choices,
  answer: (settings, data) => {
    const [rnn, gru] = both(settings, typed, data);
    return [choose(rnn, gru), `RNN: ${says(rnn)}, GRU: ${says(gru)}.`];
  },
  show: reading(typed),
});

const questions = [
  question("“The window behind the small doors”: which verb do they choose?",
    "the window behind the small doors", ["Both is.", "Both are.", "One of each."],
    (rnn, gru) => (rnn < 0.5 && gru < 0.5 ? 0 : rnn > 0.5 && gru > 0.5 ? 1 : 2)),
  question("They have read nothing but “the”. How sure are they?",
    "the", ["Both sure of is.", "Both undecided.", "Both sure of are.", "One of each."],
    (rnn, gru) => {
      const [one, other] = [rnn, gru].map(are => (are < 0.2 ? 0 : are > 0.8 ? 2 : 1));
      return one === other ? one : 3;
    }),
  question("“Keys keys key key”: no sentence that they have ever seen. Which verb?",
    "keys keys key key", ["Both is.", "Both are.", "One of each."],
    (rnn, gru) => (rnn < 0.5 && gru < 0.5 ? 0 : rnn > 0.5 && gru > 0.5 ? 1 : 2)),
];

export const lab = {
  name: "read-my-sentence",
  fields: {
    text: {
      label: "Your sentence, up to the verb",
      value: START,
      most: 240,
      parse: words => {
        const count = readable(words).length;
        if (count <= MOST_WORDS) return words;
        throw new Refused(`expected at most ${MOST_WORDS} words that they know, got ${count}`);
      },
    },
    read: { label: "Words read", value: 9, min: 0, max: MOST_WORDS, step: 1, whole: true },
    gru: {
      label: "GRU",
      value: "gru",
      options: {
        gru: "trained at 0.003",
        bias_gru: "trained at 0.003, bias 2",
        "gru_0.1": "trained at 0.1",
      },
    },
  },
  /** All of a new sentence is read; there is no more to read than there are words. */
  settle: (settings, name) => {
    const count = readable(settings.text).length;
    return { ...settings, read: name === "text" ? count : Math.min(settings.read, count) };
  },
  load: ({ gru }, data) => need(data, { rnn: "verb-rnn", [gru]: `verb-${gru}` }),
  buttons: { play: "Play, word by word", other: "Another sentence" },
  act: settings => {
    const next = (EXAMPLES.indexOf(settings.text) + 1) % EXAMPLES.length;
    return reading(EXAMPLES[next])(settings);
  },
  play: (settings, first) => {
    const count = readable(settings.text).length;
    const from = first && settings.read >= count ? 0 : settings.read;
    return from < count ? { ...settings, read: from + 1 } : null;
  },
  grab: {
    read: ({ y }) => String(Math.max(0, Math.min(MOST_WORDS, Math.floor((y - 40) / 18) + 1))),
  },
  compute,
  picture,
  sentence,
  table,
  python: ({ text: typed, gru }, data) =>
    ({ text: typed, networks: { rnn: data.rnn, [gru]: data[gru] } }),
  questions,
};

const EXAMPLES = [
  START,
  "the key to the cabinets",
  "the letters behind the picture beside the old door near the green table",
  "the heavy garden near the gardens behind the gardens to the keys",
  "the dogs near the house",
];
define(lab);
