import { gradients } from "./arithmetic.mjs";
import { define, dot, fixed, line, power, text } from "./lab.mjs";

const shown = length => [...new Set([0, 1, 2, 3, 4, 5].map(part => Math.floor((length * part) / 5)))];

export const lab = {
  name: "gradients",
  fields: {
    length: { label: "Length, time steps", value: 50, min: 5, max: 100, step: 1, whole: true },
    update_bias: { label: "Bias of the update gate", value: 0, min: -4, max: 8, step: 0.5 },
    scale: { label: "Scale of the recurrent kernel", value: 1, min: 0, max: 6, step: 0.1 },
    spread: { label: "Spread of the inputs", value: 1, min: 0, max: 2, step: 0.1 },
    start: { label: "Weights drawn as in", value: "keras", options: { keras: "Keras", pytorch: "PyTorch" } },
    units: { label: "Units", value: 16, min: 1, max: 64, step: 1, whole: true },
    seed: { label: "Seed", value: 0, min: 0, max: 99, step: 1, whole: true },
  },
  compute: gradients,
  sentence: ({ length }, { rnn, gru }) => {
    const a = rnn[length], b = gru[length];
    return `After ${length} steps back, the gradient's length is ${power(a)} in the RNN and ${power(b)} in the GRU. ${Math.max(a, b) > 1 ? "Above 1 it has grown." : `The ${b > a ? "GRU" : "RNN"} keeps more.`}`;
  },
  picture: ({ length }, { rnn, gru, keep }) => {
    const guide = rnn.map((_, k) => keep ** k);
    // Below 1e-40 a line ends.
    const lines = Object.entries({ beside: guide, rnn, gru }).map(([kind, list]) =>
      [kind, list.filter(v => v > 1e-40).map(Math.log10)]);
    const all = lines.flatMap(([, list]) => list);
    const high = Math.ceil(Math.max(...all) + 0.01), low = Math.min(-2, Math.floor(Math.min(...all)));
    const x = k => 46 + (k / length) * 274, y = v => 18 + ((high - v) / (high - low)) * 186;
    const every = Math.ceil((high - low) / 6);
    let inside = text(183, 242, "steps back from the last state", "mid") + text(46, 6, "length of the gradient, logarithmic scale", "small");
    for (let v = Math.floor(high / every) * every; v >= low; v -= every)
      inside += line([[46, y(v)], [320, y(v)]], "grid") + text(40, y(v) + 4, v ? `10<tspan dy="-4" class="l-small">${fixed(v, 0)}</tspan>` : 1, "end");
    for (const k of shown(length)) inside += text(x(k), 222, k, "mid");
    for (const [kind, list] of lines) {
      inside += line(list.map((v, k) => [x(k), y(v)]), `line l-${kind}`);
      for (const k of shown(length)) {
        if (k >= list.length) break;
        const a = x(k), b = y(list[k]);
        if (kind === "rnn") inside += dot(a, b, "fill-rnn");
        if (kind === "gru") inside += line([[a - 5, b], [a, b - 5], [a + 5, b], [a, b + 5]], "fill-gru");
      }
    }
    let free = 10;
    for (const [kind, list] of lines.sort((a, b) => b[1].at(-1) - a[1].at(-1))) {
      free = Math.max(y(list.at(-1)) + 4, free);
      inside += text(328, free, { beside: "zᵏ", rnn: "RNN", gru: "GRU" }[kind], `name l-text-${kind}`);
      free += 14;
    }
    return { height: 250, inside, label: "Length of the gradient by steps back." };
  },
  table: ({ length }, { rnn, gru, keep }) => ({
    caption: `How long the gradient still is. The mean update gate is ${fixed(keep, 4)}.`,
    head: ["Steps back, k", "RNN", "GRU", "zᵏ, mean gate to the power k"],
    rows: shown(length).map(k => [k, ...[rnn[k], gru[k], keep ** k].map(power)]),
  }),
  answers: [
    state => {
      const { rnn, gru } = lab.compute({ ...state, update_bias: 2 }), a = rnn[state.length], b = gru[state.length];
      return [Number(b > a), `RNN ${power(a)}, GRU ${power(b)}.`];
    },
    state => {
      const open = lab.compute({ ...state, update_bias: 4 }).gru[state.length];
      return [open < 0.01 ? 0 : open > 0.1 ? 2 : 1, `It is ${power(open)}.`];
    },
    state => {
      const most = Math.max(...lab.compute({ ...state, scale: 6 }).gru.slice(1));
      return [Number(most > 1), `Its greatest length on the way is ${power(most)}.`];
    },
  ],
};
define(lab);
