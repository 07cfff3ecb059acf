// The lab "Count the parameters".

import { define } from "./lab.mjs";
import { count, fixed } from "./numbers.mjs";
import { box, line, text } from "./svg.mjs";
import { range } from "./vectors.mjs";

const BLOCKS = { rnn: 1, gru: 3 };
const BIASES = ["no bias", "one bias", "two biases"];

/** Biases of one block: none, one, or the two of PyTorch and of Keras's reset_after. */
const biases = ({ framework, bias, reset_after }, blocks) => {
  if (!bias) return 0;
  return framework === "pytorch" || (blocks === 3 && reset_after) ? 2 : 1;
};

const directions = ({ bidirectional }) => (bidirectional ? 2 : 1);

/** What each layer reads: the features, or what the layer below gives. */
const inputs = settings => {
  const { features, units, layers } = settings;
  return range(layers, i => (i ? directions(settings) * units : features));
};

const counted = (settings, blocks) => {
  const { units } = settings;
  const each = biases(settings, blocks);
  const columns = directions(settings) * blocks * units;
  const sum = extra =>
    inputs(settings).reduce((total, read) => total + columns * (read + units + extra), 0);
  const parameters = sum(each);
  return { each, parameters, products: sum(0), bytes: 4 * parameters };
};

const compute = settings =>
  ({ rnn: counted(settings, BLOCKS.rnn), gru: counted(settings, BLOCKS.gru) });

const ratio = ({ rnn, gru }) => fixed(gru.parameters / rnn.parameters, 4);
const exactlyThree = ({ rnn, gru }) => gru.parameters === 3 * rnn.parameters;

// The picture: each matrix to scale, from the first layer down.

/** As large as fits: four blocks side by side in each direction, all layers in 200. */
const scaleOf = settings => {
  const { units } = settings;
  const side = directions(settings);
  const tall = inputs(settings).reduce((sum, read) => sum + read + units, 0);
  return Math.min((330 - 12 * side) / (4 * units * side), 200 / tall);
};

/** A block: its kernel, below it the square of the recurrent kernel, then its biases, drawn
 * as lines: they are one row each. */
const block = (x, y, width, kernel, biases, cell) =>
  box(x, y, width, kernel, `kernel stroke-${cell}`) +
  box(x, y + kernel + 3, width, width, `square stroke-${cell}`) +
  range(biases, i => {
    const at = y + kernel + width + 7 + 4 * i;
    return line([[x, at], [x + width, at]], `line ${cell}`);
  }).join("");

const picture = settings => {
  const scale = scaleOf(settings);
  const width = Math.max(settings.units * scale, 1);
  const side = directions(settings);
  const left = { rnn: 10, gru: Math.max(32 + side * (width + 4), 60) };
  let y = 22;
  let inside = text(10, 14, "RNN", "name text-rnn") +
    text(left.gru, 14, "GRU: z, r, candidate", "name text-gru");
  for (const read of inputs(settings)) {
    const kernel = Math.max(read * scale, 1);
    for (const [cell, blocks] of Object.entries(BLOCKS))
      for (let i = 0; i < blocks * side; i++)
        inside += block(left[cell] + i * (width + 4), y, width, kernel,
          biases(settings, blocks), cell);
    y += kernel + width + 22;
  }
  inside += text(10, y + 6, "Outlined: kernels; filled: recurrent kernels; lines: biases", "small");
  return { height: y + 12, inside, label: "The weight matrices to scale." };
};

// Its sentence, the table and the questions.

const sentence = (_, result) => {
  const { rnn, gru } = result;
  const times = exactlyThree(result) ? "exactly three" : ratio(result);
  return `The GRU learns ${count(gru.parameters)} numbers, the RNN ${count(rnn.parameters)}: `
    + `${times} times as many. `
    + `A block has ${BIASES[rnn.each]} in the RNN, ${BIASES[gru.each]} in the GRU.`;
};

const row = (name, { parameters, products, bytes }) =>
  [name, ...[parameters, products, bytes].map(count)];

const table = (_, result) => ({
  caption: "What the layers learn, and what one step costs for one example. "
    + `GRU over RNN, parameters: ${ratio(result)}.`,
  head: ["Cell", "Parameters", "Multiply-adds a step", "Bytes, 32-bit"],
  rows: [row("RNN", result.rnn), row("GRU", result.gru)],
});

const questions = [
  {
    ask: "The same layers, counted as in PyTorch: "
      + "is the GRU exactly three times as large as the RNN?",
    choices: ["Exactly three times.", "Not quite."],
    answer: settings => {
      const result = compute({ ...settings, framework: "pytorch" });
      const { rnn, gru } = result;
      const words = `${count(gru.parameters)} over ${count(rnn.parameters)} is `
        + `${ratio(result)}: ${BIASES[rnn.each]} a block against ${BIASES[gru.each]}.`;
      return [exactlyThree(result) ? 0 : 1, words];
    },
    show: settings => ({ ...settings, framework: "pytorch" }),
  },
  {
    ask: "With twice the units, how many times as many parameters has this GRU?",
    choices: ["Less than 2.5 times.", "From 2.5 to 3.5 times.", "More than 3.5 times."],
    answer: settings => {
      const parameters = units => compute({ ...settings, units }).gru.parameters;
      const [one, two] = [parameters(settings.units), parameters(2 * settings.units)];
      const times = two / one;
      const words = `${count(one)} become ${count(two)}: ${fixed(times)} times. `
        + "The recurrent kernels grow with the square.";
      return [times < 2.5 ? 0 : times > 3.5 ? 2 : 1, words];
    },
    show: settings => ({ ...settings, units: Math.min(1024, 2 * settings.units) }),
  },
];

export const lab = {
  name: "count-the-parameters",
  fields: {
    features: { label: "Features", value: 1, min: 1, max: 1024, step: 1, whole: true },
    units: { label: "Units", value: 64, min: 1, max: 1024, step: 1, whole: true },
    layers: { label: "Layers", value: 1, min: 1, max: 4, step: 1, whole: true },
    framework: {
      label: "Counted as in", value: "keras", options: { keras: "Keras", pytorch: "PyTorch" },
    },
    bidirectional: { label: "Both directions", value: false },
    bias: { label: "With biases", value: true },
    reset_after: { label: "Reset after the product (reset_after)", value: true },
  },
  off: ({ framework, bias }, name) =>
    name === "reset_after" && (framework === "pytorch" || !bias),
  compute,
  picture,
  sentence,
  table,
  questions,
};
define(lab);
