import { gradients } from "./arithmetic.mjs";
import { define, dot, fixed, line, power, text } from "./lab.mjs";

const shown = length => [...new Set([0, 1, 2, 3, 4, 5].map(part => Math.floor((length * part) / 5)))];

export const lab = {
  name: "gradients",
  fields: {
    length: { label: "Length, time steps", value: 50, min: 5, max: 100, step: 1, whole: true },
    bias: { label: "Bias of the update gate", value: 0, min: -4, max: 8, step: 0.5 },
    scale: { label: "Scale of the recurrent kernel", value: 1, min: 0, max: 6, step: 0.1 },
    spread: { label: "Spread of the inputs", value: 1, min: 0, max: 2, step: 0.1 },
    start: { label: "Weights drawn as in", value: "keras", options: { keras: "Keras", pytorch: "PyTorch" } },
    units: { label: "Units", value: 16, min: 1, max: 64, step: 1, whole: true },
    seed: { label: "Seed", value: 0, min: 0, max: 99, step: 1, whole: true },
  },
  compute: gradients,
  sentence: ({ length }, { rnn, gru }) => {
    const a = rnn[length], b = gru[length];
    return `After ${length} steps back, ${power(a)} of the gradient is left in the RNN and ${power(b)} in the GRU. ${b > a ? "The GRU" : "The RNN"} keeps more.${Math.max(a, b) > 1 ? " Above 1 it has grown." : ""}`;
  },
  picture: ({ length }, { rnn, gru, keep }) => {
    const guide = rnn.map((_, k) => keep ** k);
    const lines = Object.entries({ beside: guide, rnn, gru }).map(([kind, list]) =>
      [kind, list.map(v => Math.log10(Math.max(v, 1e-40)))]);
    const all = lines.flatMap(([, list]) => list);
    const high = Math.ceil(Math.max(...all) + 0.01), low = Math.min(-2, Math.floor(Math.min(...all)));
    const x = k => 46 + (k / length) * 274, y = v => 14 + ((high - v) / (high - low)) * 190;
    const every = Math.ceil((high - low) / 6);
    let inside = text(183, 242, "steps back from the last state", "mid");
    for (let v = Math.floor(high / every) * every; v >= low; v -= every)
      inside += line([[46, y(v)], [320, y(v)]], "grid") + text(40, y(v) + 4, v ? `10<tspan dy="-4" class="l-small">${fixed(v, 0)}</tspan>` : 1, "end");
    for (const k of shown(length)) inside += text(x(k), 222, k, "mid");
    for (const [kind, list] of lines) {
      inside += line(list.map((v, k) => [x(k), y(v)]), `line l-${kind}`);
      for (const k of shown(length)) {
        const a = x(k), b = y(list[k]);
        if (kind === "rnn") inside += dot(a, b, "fill-rnn");
        if (kind === "gru") inside += line([[a - 5, b], [a, b - 5], [a + 5, b], [a, b + 5]], "fill-gru");
      }
    }
    let free = 10;
    for (const [kind, list] of lines.sort((a, b) => b[1][length] - a[1][length])) {
      free = Math.max(y(list[length]) + 4, free);
      inside += text(328, free, { beside: "zᵏ", rnn: "RNN", gru: "GRU" }[kind], `name l-text-${kind}`);
      free += 14;
    }
    return { height: 250, inside, label: "Length of the gradient, on a logarithmic scale, by steps back." };
  },
  table: ({ length }, { rnn, gru, keep }) => ({
    caption: `How long the gradient still is. The mean update gate is ${fixed(keep, 4)}.`,
    head: ["Steps back", "RNN", "GRU", "Mean gate to that power"],
    rows: shown(length).map(k => [k, ...[rnn[k], gru[k], keep ** k].map(power)]),
  }),
  python: ({ length, scale, bias, start, spread, units, seed }) =>
    ({ LENGTH: length, UNITS: units, SCALE: scale, UPDATE_BIAS: bias, START: start, SPREAD: spread, SEED: seed }),
  answers: [
    state => {
      const { rnn, gru } = lab.compute({ ...state, bias: 0 }), a = rnn[state.length], b = gru[state.length];
      return [Number(b > a), `RNN ${power(a)}, GRU ${power(b)}. Only a gate near 1 keeps.`];
    },
    state => {
      const [closed, open] = [0, 4].map(bias => lab.compute({ ...state, bias }).gru[state.length]);
      return [open < closed ? 0 : open > 0.01 ? 2 : 1, `Bias 0 leaves ${power(closed)}, bias 4 leaves ${power(open)}.`];
    },
    state => {
      const most = Math.max(...lab.compute({ ...state, scale: 6 }).gru.slice(1));
      return [Number(most > 1), `With this seed and these inputs, its greatest length on the way is ${power(most)}.`];
    },
  ],
};
define(lab);
