// The lab "Gradients through time".

import { define } from "./lab.mjs";
import { fixed, power } from "./numbers.mjs";
import { box, dot, hit, line, text } from "./svg.mjs";
import { gradients } from "./through_time.mjs";

const NAMES = { beside: "zᵏ", rnn: "RNN", gru: "GRU" };
const LEFT = 46, RIGHT = 358, TOP = 90, BOTTOM = 270;

/** Six places from 0 to length, the ends among them. */
const shown = length =>
  [...new Set([0, 1, 2, 3, 4, 5].map(part => Math.floor((length * part) / 5)))];

// The picture: a curve for each cell, above it the chain that the gradient goes back along.

const HIGH = 3, LOW = -12; // exponents of ten; the axis holds still, lines stop at its ends
const x = (k, length) => RIGHT - (k / length) * (RIGHT - LEFT);
const y = exponent => TOP + ((HIGH - exponent) / (HIGH - LOW)) * (BOTTOM - TOP);

/** [kind, exponents of ten] of each line, as far as the axis goes. */
const curves = ({ rnn, gru, keep }) => {
  const beside = rnn.map((_, k) => keep ** k);
  return Object.entries({ beside, rnn, gru }).map(([kind, norms]) => {
    const end = norms.findIndex(value => !(value > 10 ** LOW));
    const shown = end < 0 ? norms : norms.slice(0, end);
    return [kind, shown.map(value => Math.min(HIGH, Math.log10(value)))];
  });
};

const grid = () => [3, 0, -3, -6, -9, -12].map(e => {
  const words = e ? `10<tspan dy="-4" class="l-small">${fixed(e, 0)}</tspan>` : 1;
  return line([[LEFT, y(e)], [RIGHT, y(e)]], "grid") + text(40, y(e) + 4, words, "end");
}).join("");

/** A dot or a rhombus, so that colour is not all that tells the lines apart. */
const MARKS = {
  rnn: (x, y) => dot(x, y, "fill-rnn"),
  gru: (x, y) => line([[x - 5, y], [x, y - 5], [x + 5, y], [x, y + 5]], "fill-gru"),
  beside: () => "",
};

const curve = ([kind, exponents], length) => {
  const points = exponents.map((exponent, k) => [x(k, length), y(exponent)]);
  const marked = shown(length).filter(k => k < points.length);
  return line(points, `line ${kind}`) + marked.map(k => MARKS[kind](...points[k])).join("");
};

/** The names at the left ends of the lines, never one over the other. */
const names = (all, length) => {
  const ends = all.map(([kind, exponents]) => [kind, y(exponents.at(-1)), exponents.length - 1]);
  let free = TOP + 10;
  return ends.sort((a, b) => a[1] - b[1]).map(([kind, end, k]) => {
    const at = Math.max(end - 6, free);
    free = at + 14;
    return text(Math.max(LEFT + 4, x(k, length) + 6), at, NAMES[kind], `name text-${kind}`);
  }).join("");
};

const LINKS = 10;

/** The states from the last one back, with an arrow from each to the one before: the longer
 * the gradient still is, the stronger the arrow. */
const chain = (norms, kind, top, length) => {
  const drawn = [];
  for (let link = 0; link <= LINKS; link++) {
    const at = x((link / LINKS) * length, length);
    if (link) {
      const k = Math.round((link / LINKS) * length);
      const left = Math.max(0, 1 + Math.log10(norms[k] || 1e-99) / 12); // 1 down to 10⁻¹²
      const arrow = `M${(at + 20).toFixed(1)} ${top}H${(at + 9).toFixed(1)}`;
      drawn.push(`<path d="${arrow}" class="l-line l-${kind}" opacity="${
        Math.min(1, left).toFixed(2)}" marker-end="url(#lab-back-${kind})"/>`);
    }
    drawn.push(box(at - 6, top - 6, 12, 12, `zone stroke-${kind}`));
  }
  return drawn.join("");
};

const tip = kind => `<marker id="lab-back-${kind}" refX="6" refY="4" markerWidth="7" `
  + `markerHeight="7" orient="auto"><path d="M0 1 6 4 0 7z" class="l-fill-${kind}"/></marker>`;

const picture = ({ length, back }, result) => {
  const all = curves(result), at = x(back, length);
  const inside = [
    `<defs>${tip("rnn")}${tip("gru")}</defs>`,
    text(RIGHT + 12, 14, "last state", "end small"), text(LEFT, 14, "first", "small"),
    text(LEFT - 10, 32, "RNN", "end name text-rnn"),
    text(LEFT - 10, 56, "GRU", "end name text-gru"),
    chain(result.rnn, "rnn", 28, length), chain(result.gru, "gru", 52, length),
    text(RIGHT, TOP - 8, "length of the gradient, at first 1", "end small"),
    grid(),
    ...shown(length).map(k => text(x(k, length), BOTTOM + 18, k, "mid")),
    text(183, BOTTOM + 36, "steps back from the last state", "mid"),
    ...all.map(one => curve(one, length)),
    names(all, length),
    line([[at, 18], [at, BOTTOM]], "cursor"),
    hit("back", LEFT - 8, 16, RIGHT - LEFT + 20, BOTTOM - 16),
  ];
  return {
    height: BOTTOM + 42, inside: inside.join(""), label: "Length of the gradient by steps back.",
  };
};

// Its sentence, the table and the questions.

/** What one step on the way back multiplies the gradient's length by. */
const factor = (norms, k) => (k && norms[k - 1] ? fixed(norms[k] / norms[k - 1], 3) : "–");

const sentence = ({ back }, { rnn, gru }) => {
  const ofRnn = rnn[back], ofGru = gru[back];
  const longer = ofGru > ofRnn ? "GRU" : "RNN";
  const grown = Math.max(ofRnn, ofGru) > 1;
  const steps = back === 1 ? "1 step" : `${back} steps`;
  if (!back) return "At the last state the gradient's length is 1, in both.";
  return `${steps} back, the gradient's length is ${power(ofRnn)} in the RNN `
    + `and ${power(ofGru)} in the GRU; this step alone multiplied it by ${factor(rnn, back)} `
    + `and ${factor(gru, back)}. `
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
    show: settings => ({ ...settings, update_bias: 2 }),
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
    show: settings => ({ ...settings, scale: 6 }),
  },
];

export const lab = {
  name: "gradients",
  fields: {
    length: {
      label: "Length, time steps", value: 50, min: 5, max: 100, step: 1, whole: true,
    },
    back: { label: "Look so many steps back", value: 50, min: 0, max: 100, step: 1, whole: true },
    update_bias: { label: "Bias of the update gate", value: 0, min: -4, max: 8, step: 0.5 },
    scale: { label: "Scale of the recurrent kernel", value: 1, min: 0, max: 6, step: 0.1 },
    spread: { label: "Spread of the inputs", value: 1, min: 0, max: 2, step: 0.1 },
    start: {
      label: "Weights drawn as in", value: "keras", options: { keras: "Keras", pytorch: "PyTorch" },
    },
    units: { label: "Units", value: 16, min: 1, max: 64, step: 1, whole: true },
    seed: { label: "Seed", value: 0, min: 0, max: 99, step: 1, whole: true },
  },
  /** Looking back ends where the sequence begins; at its end it stays there. */
  settle: (settings, name) => {
    const { length, back } = settings;
    return { ...settings, back: name === "length" ? length : Math.min(back, length) };
  },
  buttons: { play: "Play, step by step" },
  play: (settings, first) => {
    const back = first ? 0 : settings.back + Math.max(1, Math.round(settings.length / 25));
    if (settings.back >= settings.length && !first) return null;
    return { ...settings, back: Math.min(settings.length, back) };
  },
  grab: {
    back: ({ x: place }, { length }) => {
      const k = Math.round(((RIGHT - place) / (RIGHT - LEFT)) * length);
      return String(Math.min(length, Math.max(0, k)));
    },
  },
  python: ({ back: _, ...settings }) => settings,
  compute: ({ back: _, ...settings }) => gradients(settings),
  picture,
  sentence,
  table,
  questions,
};
define(lab);
