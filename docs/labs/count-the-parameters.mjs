import { biases, counted } from "./arithmetic.mjs";
import { box, count, define, fixed, text } from "./lab.mjs";

const cells = { rnn: 1, gru: 3 };
const words = ["no bias", "one bias", "two biases"];
const ratio = ({ rnn, gru }) => fixed(gru.parameters / rnn.parameters, 4);
const exact = ({ rnn, gru }) => gru.parameters === 3 * rnn.parameters;

export const lab = {
  name: "count-the-parameters",
  fields: {
    features: { label: "Features", value: 1, min: 1, max: 1024, step: 1, whole: true },
    units: { label: "Units", value: 64, min: 1, max: 1024, step: 1, whole: true },
    layers: { label: "Layers", value: 1, min: 1, max: 4, step: 1, whole: true },
    framework: { label: "Counted as in", value: "keras", options: { keras: "Keras", pytorch: "PyTorch" } },
    bidirectional: { label: "Both directions", value: false },
    bias: { label: "With biases", value: true },
    reset_after: { label: "Reset after the product (reset_after)", value: true },
  },
  off: (state, name) => name === "reset_after" && (state.framework === "pytorch" || !state.bias),
  compute: state => Object.fromEntries(Object.entries(cells).map(([cell, blocks]) => {
    const each = biases(state, blocks), found = counted(state, blocks, each);
    return [cell, { ...found, each, bytes: 4 * found.parameters }];
  })),
  sentence: (_, result) => {
    const { rnn, gru } = result;
    return `The GRU learns ${count(gru.parameters)} numbers, the RNN ${count(rnn.parameters)}: ${exact(result) ? "exactly three" : ratio(result)} times as many. A block has ${words[rnn.each]} in the RNN, ${words[gru.each]} in the GRU.`;
  },
  picture: ({ units, bidirectional }, { rnn }) => {
    const directions = bidirectional ? 2 : 1, tall = rnn.shapes.reduce((sum, inputs) => sum + inputs + units, 0);
    const scale = Math.min((330 - 12 * directions) / (4 * units * directions), 240 / tall), w = Math.max(units * scale, 1);
    const lefts = { rnn: 10, gru: Math.max(32 + directions * (w + 4), 60) };
    let inside = text(10, 14, "RNN", "name l-text-rnn") + text(lefts.gru, 14, "GRU: z, r, candidate", "name l-text-gru"), y = 22;
    for (const inputs of rnn.shapes) {
      const kernel = Math.max(inputs * scale, 1);
      for (const [cell, blocks] of Object.entries(cells))
        for (let block = 0; block < blocks * directions; block++) {
          const x = lefts[cell] + block * (w + 4);
          inside += box(x, y, w, kernel, `kernel l-stroke-${cell}`) + box(x, y + kernel + 3, w, w, `square l-stroke-${cell}`);
        }
      y += kernel + w + 14;
    }
    return { height: y + 12, inside: inside + text(10, y + 6, "Outlined: kernels; filled: recurrent kernels", "small"), label: "The weight matrices to scale." };
  },
  table: (_, { rnn, gru }) => ({
    caption: `What the layers learn, and what one step costs for one example. GRU over RNN, parameters: ${ratio({ rnn, gru })}.`,
    head: ["Cell", "Parameters", "Multiply-adds a step", "Bytes, 32-bit"],
    rows: [["RNN", rnn], ["GRU", gru]].map(([name, { parameters, products, bytes }]) => [name, ...[parameters, products, bytes].map(count)]),
  }),
  answers: [
    state => {
      const result = lab.compute({ ...state, framework: "pytorch" }), { rnn, gru } = result;
      return [Number(!exact(result)), `${count(gru.parameters)} over ${count(rnn.parameters)} is ${ratio(result)}: ${words[rnn.each]} a block against ${words[gru.each]}.`];
    },
    state => {
      const [one, two] = [1, 2].map(by => lab.compute({ ...state, units: by * state.units }).gru.parameters), times = two / one;
      return [times < 2.5 ? 0 : times > 3.5 ? 2 : 1, `${count(one)} become ${count(two)}: ${fixed(times)} times. The recurrent kernels grow with the square.`];
    },
  ],
};
define(lab);
