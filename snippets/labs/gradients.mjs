// The lab "Gradients through time".

import { define } from "./lab.mjs";
import { fixed, power } from "./numbers.mjs";
import { dot, line, text } from "./svg.mjs";
import { gradients } from "./through_time.mjs";

const NAMES = { beside: "zᵏ", rnn: "RNN", gru: "GRU" };
const LEFT = 46, RIGHT = 320, TOP = 18, BOTTOM = 204;

/** Six places from 0 to length, the ends among them. */
const shown = length =>
  [...new Set([0, 1, 2, 3, 4, 5].map(part => Math.floor((length * part) / 5)))];

// The picture.

/** [kind, exponents of ten] of each line; below 1e-40 a line ends. */
const curves = ({ rnn, gru, keep }) => {
  const beside = rnn.map((_, k) => keep ** k);
  return Object.entries({ beside, rnn, gru }).map(([kind, norms]) =>
    [kind, norms.filter(value => value > 1e-40).map(Math.log10)]);
};

/** Where a number of steps and an exponent of ten lie in the picture. */
const scaled = (all, length) => {
  const exponents = all.flatMap(([, exponents]) => exponents);
  const high = Math.ceil(Math.max(...exponents) + 0.01);
  const low = Math.min(-2, Math.floor(Math.min(...exponents)));
  const x = k => LEFT + (k / length) * (RIGHT - LEFT);
  const y = exponent => TOP + ((high - exponent) / (high - low)) * (BOTTOM - TOP);
  return { high, low, x, y };
};

const grid = ({ high, low, y }) => {
  const every = Math.ceil((high - low) / 6);
  let drawn = "";
  for (let e = Math.floor(high / every) * every; e >= low; e -= every) {
    const words = e ? `10<tspan dy="-4" class="l-small">${fixed(e, 0)}</tspan>` : 1;
    drawn += line([[LEFT, y(e)], [RIGHT, y(e)]], "grid") + text(40, y(e) + 4, words, "end");
  }
  return drawn;
};

/** A dot or a rhombus, so that colour is not all that tells the lines apart. */
const MARKS = {
  rnn: (x, y) => dot(x, y, "fill-rnn"),
  gru: (x, y) => line([[x - 5, y], [x, y - 5], [x + 5, y], [x, y + 5]], "fill-gru"),
  beside: () => "",
};

const curve = ([kind, exponents], { x, y }, length) => {
  const points = exponents.map((exponent, k) => [x(k), y(exponent)]);
  const marked = shown(length).filter(k => k < points.length);
  return line(points, `line ${kind}`) + marked.map(k => MARKS[kind](...points[k])).join("");
};

/** The names at the ends of the lines, from the top, never one over the other. */
const names = (all, { y }) => {
  const ends = all.map(([kind, exponents]) => [kind, y(exponents.at(-1)) + 4]);
  let free = 10;
  return ends.sort((a, b) => a[1] - b[1]).map(([kind, end]) => {
    const at = Math.max(end, free);
    free = at + 14;
    return text(328, at, NAMES[kind], `name text-${kind}`);
  }).join("");
};

const picture = ({ length }, result) => {
  const all = curves(result);
  const scale = scaled(all, length);
  const inside = [
    text(183, 242, "steps back from the last state", "mid"),
    text(46, 6, "length of the gradient, logarithmic scale", "small"),
    grid(scale),
    ...shown(length).map(k => text(scale.x(k), 222, k, "mid")),
    ...all.map(one => curve(one, scale, length)),
    names(all, scale),
  ];
  return { height: 250, inside: inside.join(""), label: "Length of the gradient by steps back." };
};

// Its sentence, the table and the questions.

const sentence = ({ length }, { rnn, gru }) => {
  const ofRnn = rnn[length], ofGru = gru[length];
  const longer = ofGru > ofRnn ? "GRU" : "RNN";
  const grown = Math.max(ofRnn, ofGru) > 1;
  return `After ${length} steps back, the gradient's length is ${power(ofRnn)} in the RNN `
    + `and ${power(ofGru)} in the GRU. `
    + (grown ? "Above 1 it has grown." : `The ${longer} keeps more.`);
};

const table = ({ length }, { rnn, gru, keep }) => ({
  caption: `How long the gradient still is. The mean update gate is ${fixed(keep, 4)}.`,
  head: ["Steps back, k", "RNN", "GRU", "zᵏ, mean gate to the power k"],
  rows: shown(length).map(k => [k, ...[rnn[k], gru[k], keep ** k].map(power)]),
});

const questions = [
  {
    ask: "Set as below, but with the update gate's bias at 2: "
      + "in which cell is the gradient longer, at the far end?",
    choices: ["In the RNN.", "In the GRU."],
    answer: settings => {
      const { rnn, gru } = gradients({ ...settings, update_bias: 2 });
      const [ofRnn, ofGru] = [rnn, gru].map(norms => norms.at(-1));
      return [ofGru > ofRnn ? 1 : 0, `RNN ${power(ofRnn)}, GRU ${power(ofGru)}.`];
    },
  },
  {
    ask: "And with the bias at 4, how long is it still in the GRU? At first it was 1.",
    choices: ["Less than a hundredth.", "From a hundredth to a tenth.", "More than a tenth."],
    answer: settings => {
      const left = gradients({ ...settings, update_bias: 4 }).gru.at(-1);
      return [left < 0.01 ? 0 : left > 0.1 ? 2 : 1, `It is ${power(left)}.`];
    },
  },
  {
    ask: "Set as below, but with the scale of the recurrent kernel at 6: "
      + "can the GRU's gradient grow on its way back?",
    choices: [
      "No, the gates hold it.",
      "Yes, somewhere on the way it is longer than at first.",
    ],
    answer: settings => {
      const [, ...back] = gradients({ ...settings, scale: 6 }).gru;
      const most = Math.max(...back);
      return [most > 1 ? 1 : 0, `Its greatest length on the way is ${power(most)}.`];
    },
  },
];

export const lab = {
  name: "gradients",
  fields: {
    length: {
      label: "Length, time steps", value: 50, min: 5, max: 100, step: 1, whole: true,
    },
    update_bias: { label: "Bias of the update gate", value: 0, min: -4, max: 8, step: 0.5 },
    scale: { label: "Scale of the recurrent kernel", value: 1, min: 0, max: 6, step: 0.1 },
    spread: { label: "Spread of the inputs", value: 1, min: 0, max: 2, step: 0.1 },
    start: {
      label: "Weights drawn as in", value: "keras", options: { keras: "Keras", pytorch: "PyTorch" },
    },
    units: { label: "Units", value: 16, min: 1, max: 64, step: 1, whole: true },
    seed: { label: "Seed", value: 0, min: 0, max: 99, step: 1, whole: true },
  },
  compute: gradients,
  picture,
  sentence,
  table,
  questions,
};
define(lab);
