// The lab "Step the cell": a GRU of one or two units, one step at a time, with gates that can
// be pinned.

import { along, picture, TRACKS } from "./cell_diagram.mjs";
import {
  matrices, ofCandidate, own, presetNames, settle, turned, unitsOf, weightFields,
} from "./cell_weights.mjs";
import { gruStep, rnnStep } from "./cells.mjs";
import { define } from "./lab.mjs";
import { fixed } from "./numbers.mjs";
import { parse, Refused } from "./settings.mjs";

const MOST_STEPS = 20;
const SEQUENCE = [1, -0.5, 0.25, 0, 0, 0, -2, 0, 0, 1]; // what Play reads
const snapped = value => Math.round(20 * value) / 20;

// Steps. Those done are kept as [x, pinned z, pinned r], null for a gate that is free.

const present = ({ x, pinZ, z, pinR, r }) => [x, pinZ ? z : null, pinR ? r : null];
const allSteps = settings => [...settings.done, present(settings)];
const start = settings => [settings.h1, settings.h2].slice(0, unitsOf(settings));

const compute = settings => {
  const weights = matrices(settings);
  const plain = ofCandidate(weights, unitsOf(settings));
  const after = settings.reset === "after", keeps = settings.convention === "keep";
  let hidden = start(settings);
  return allSteps(settings).map(([x, zPin, rPin]) => {
    const made = gruStep([x], hidden, weights, { after, keeps, zPin, rPin });
    const step = { x, ...made, rnn: rnnStep([x], hidden, plain) };
    hidden = made.hidden;
    return step;
  });
};

const forward = settings => {
  if (settings.done.length >= MOST_STEPS) return "Twenty steps are the most.";
  return { ...settings, done: allSteps(settings) };
};

/** The last step done is the present one again, with its input and its pins. */
const back = settings => {
  if (!settings.done.length) return "This is the first step.";
  const [x, z, r] = settings.done.at(-1);
  const pins = {
    pinZ: z !== null, z: z ?? settings.z,
    pinR: r !== null, r: r ?? settings.r,
  };
  return { ...settings, x, ...pins, done: settings.done.slice(0, -1) };
};

/** z becomes 1 − z and says the opposite: the new states stay what they were. */
const swap = settings => {
  const swapped = z => (z === null ? null : Number((1 - z).toFixed(12)));
  return {
    ...settings,
    ...turned(settings),
    preset: own(settings),
    convention: settings.convention === "keep" ? "write" : "keep",
    z: swapped(settings.z),
    done: settings.done.map(([x, z, r]) => [x, swapped(z), r]),
  };
};

/** In an address: 1~0.5~_-0.25~~ is x = 1 with z pinned at 0.5, then x = -0.25. */
const done = {
  value: [[1, null, null]],
  print: steps => steps.map(step => step.map(value => value ?? "").join("~")).join("_"),
  parse: words => {
    const steps = words ? words.split("_").map(step => step.split("~")) : [];
    const pin = words => (words ? parse(lab.fields.z, words) : null);
    return steps.map(([x, z, r], i) => {
      if (i >= MOST_STEPS) throw new Refused(`expected at most ${MOST_STEPS} steps`);
      return [parse(lab.fields.x, x), pin(z), pin(r)];
    });
  },
};

// Its sentence, the table and the questions.

const list = values => values.map(value => fixed(value, 4)).join(" and ");

const sentence = ({ convention }, steps) => {
  const { z: [z], before: [before], candidate: [candidate], hidden } = steps.at(-1);
  const kept = convention === "keep" ? z : 1 - z;
  return `Step ${steps.length}: ${fixed(kept)} of the old state ${fixed(before, 3)} `
    + `and ${fixed(1 - kept)} of the candidate ${fixed(candidate, 3)} `
    + `make ${fixed(hidden[0], 3)}${hidden.length > 1 ? " (first unit)" : ""}.`;
};

const row = ({ x, before, z, r, candidate, hidden }, t, j) => {
  const head = hidden.length > 1 ? `${t + 1}, unit ${j + 1}` : t + 1;
  const values = [x, before[j], z[j], r[j], candidate[j], hidden[j]];
  return [head, ...values.map(value => fixed(value, 4))];
};

const table = (_, steps) => ({
  caption: "The last line is the step in the picture; there, a tanh RNN with the candidate's "
    + `weights gives ${list(steps.at(-1).rnn)}.`,
  head: ["Step", "x", "Old h", "z", "r", "Candidate", "New h"],
  rows: steps.flatMap((step, t) => step.hidden.map((_, j) => row(step, t, j))),
});

const lastOf = settings => compute(settings).at(-1);

/** The step after these settings, with its pins, as the lab shows it. */
const onWith = (settings, z, r) => {
  const pins = { pinZ: true, z, pinR: r !== null, r: r ?? settings.r };
  const full = settings.done.length >= MOST_STEPS;
  return { ...settings, ...pins, done: full ? settings.done : allSteps(settings) };
};
const keepAll = ({ convention }) => (convention === "keep" ? 1 : 0);

const questions = [
  {
    ask: "Go one step on, and set z so that the cell keeps all of the old state. "
      + "What is the next state?",
    choices: ["Exactly the old state.", "Close to the old state.", "The candidate."],
    answer: settings => {
      const { before, hidden } = lastOf(onWith(settings, keepAll(settings), null));
      return [0, `The old state is ${list(before)}, the new one ${list(hidden)}.`];
    },
    show: settings => onWith(settings, keepAll(settings), null),
  },
  {
    ask: "Go one step on, take everything from the candidate, and set r to 1. "
      + "What has the cell become?",
    choices: ["Something that forgets everything.", "A tanh RNN.", "A copy of its input."],
    answer: settings => {
      const { rnn, hidden } = lastOf(onWith(settings, 1 - keepAll(settings), 1));
      return [1, `The GRU gives ${list(hidden)}, `
        + `a tanh RNN with the candidate's weights ${list(rnn)}.`];
    },
    show: settings => onWith(settings, 1 - keepAll(settings), 1),
  },
  {
    ask: "Let z say how much to write, and turn the gate's weights round, so that it gives "
      + "1 − z. What changes in the new state?",
    choices: ["Its sign.", "It moves towards the candidate.", "Nothing."],
    answer: settings => {
      const [before, after] = [settings, swap(settings)].map(one => list(lastOf(one).hidden));
      return [2, `Before the swap ${before}, after it ${after}.`];
    },
    show: swap,
  },
];

export const lab = {
  name: "step-the-cell",
  fold: "Weights",
  fields: {
    x: { label: "Input x", value: -0.5, min: -2, max: 2, step: 0.05 },
    h1: { label: "State before step 1", value: 0, min: -1, max: 1, step: 0.05 },
    h2: { label: "The same, unit 2", value: 0, min: -1, max: 1, step: 0.05, two: true },
    preset: { label: "Cell", value: "hand", options: presetNames },
    convention: {
      label: "z says how much to",
      value: "keep",
      options: { keep: "keep (Keras, PyTorch)", write: "write (other papers)" },
    },
    reset: {
      label: "Reset gate",
      value: "after",
      options: { after: "after the product with U", before: "before that product" },
    },
    pinZ: { label: "Pin the update gate z", value: false },
    z: { label: "z, when pinned", value: 1, min: 0, max: 1, step: 0.05 },
    pinR: { label: "Pin the reset gate r", value: false },
    r: { label: "r, when pinned", value: 1, min: 0, max: 1, step: 0.05 },
    ...weightFields("hand"),
    done,
  },
  /** A gate whose value is set is pinned. */
  settle: (settings, name) => {
    if (name === "z") return { ...settings, pinZ: true };
    if (name === "r") return { ...settings, pinR: true };
    return settle(settings, name);
  },
  off: (settings, name) => {
    return lab.fields[name].two && unitsOf(settings) === 1;
  },
  buttons: {
    play: "Play", step: "Next step", back: "Back", swap: "Swap the convention, with 1 − z",
  },
  /** A sequence that writes, waits and writes again, from the first step on. */
  play: (settings, first) => {
    const free = { pinZ: settings.pinZ, pinR: settings.pinR };
    if (first) return { ...settings, ...free, x: SEQUENCE[0], done: [] };
    const t = settings.done.length + 1;
    return t < SEQUENCE.length ? { ...forward(settings), x: SEQUENCE[t] } : null;
  },
  grab: {
    x: ({ x }) => String(snapped(-2 + 4 * along(TRACKS.x, x))),
    z: ({ x }) => String(snapped(along(TRACKS.z, x))),
    r: ({ x }) => String(snapped(along(TRACKS.r, x))),
  },
  act: (settings, act) => ({ step: forward, back, swap })[act](settings),
  compute,
  picture,
  sentence,
  table,
  python: settings => {
    const { kernel, recurrent, bias } = matrices(settings);
    return {
      kernel,
      recurrent_kernel: recurrent,
      bias,
      start: start(settings),
      z_keeps: settings.convention === "keep",
      reset_after: settings.reset === "after",
      steps: allSteps(settings),
    };
  },
  questions,
};
define(lab);
