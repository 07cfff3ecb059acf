import { RandomState, replay } from "./arithmetic.mjs";
import { count, define, dot, fixed, line, lines, text } from "./lab.mjs";

const LENGTH = 25, NEAR = 0.2, asked = {};
const names = { rnn: "RNN", equal_rnn: "RNN, as large as the GRU", gru: "GRU", open_gru: "GRU, gate open" };
const kind = name => name.slice(-3);
const weights = ({ seed }, { networks }) =>
  Object.fromEntries(Object.keys(names).map(name => [name, networks[seed][name].weights]));
const right = ({ value }, { answers }) => Math.abs(answers[LENGTH - 1] - value) < NEAR;
const good = (state, { told }) => Object.keys(names).filter(name => right(state, told[name]));
const said = list => list.map(name => names[name]).join(" · ") || "none";

export const lab = {
  name: "recall-race",
  fields: {
    mark: { label: "Mark at step", value: 4, min: 1, max: LENGTH - 1, step: 1, whole: true },
    value: { label: "Number at the mark", value: 0.8, min: -1, max: 1, step: 0.05 },
    time: { label: "Look at step", value: LENGTH, min: 1, max: LENGTH, step: 1, whole: true },
    seed: { label: "Networks trained from seed", value: 0, min: 0, max: 4, step: 1, whole: true },
    sequence: { label: "Seed of the other numbers", value: 7, min: 0, max: 99, step: 1, whole: true },
  },
  load: ({ seed }, data) => {
    const networks = data.networks ??= {};
    return networks[seed] ? null : asked[seed] ??= fetch(new URL(`networks-${seed}.json`, import.meta.url))
      .then(answer => answer.json()).then(found => { networks[seed] = found; }).finally(() => delete asked[seed]);
  },
  compute: (state, data) => {
    const { mark, value, sequence, seed } = state, told = {}, notes = {};
    const numbers = new RandomState(sequence).uniform(-1, 1, LENGTH);
    numbers[mark - 1] = value;
    const inputs = numbers.map((a, t) => [a, Number(t === mark - 1)]);
    for (const [name, w] of Object.entries(weights(state, data))) {
      const at = data.networks[seed][name].solved_at;
      told[name] = replay(w, inputs);
      notes[name] = at === null ? "not solved in training" : `solved in ${count(at)} training steps`;
    }
    return { numbers, told, notes };
  },
  sentence: (state, result) =>
    `Within ${NEAR} of ${fixed(state.value)} at the end: ${said(good(state, result))}.${state.mark > 5 ? " They were trained with marks up to step 5." : ""}`,
  picture: ({ mark, value, time }, { numbers, told, notes }) => {
    const x = t => 32 + t * 13.5, y = v => top + 30 - 18 * Math.max(-1.6, Math.min(1.6, v));
    let top = 16, inside = text(4, 12, "Input; the marked number has a dot", "name");
    const bar = (v, t) => [[x(t), y(0)], [x(t), y(v)]], there = numbers[mark - 1];
    inside += lines(numbers.map(bar), "bar") + line(bar(there, mark - 1), "bar l-here") + dot(x(mark - 1), y(there) + (there < 0 ? 7 : -7), "fill-text");
    for (const [name, { answers, z, least }] of Object.entries(told)) {
      top += 76;
      const own = kind(name);
      inside += text(4, top, names[name], `name l-text-${own}`) + text(340, top, notes[name], "end l-small");
      inside += line([[x(0), y(0)], [x(24), y(0)]], "grid") + text(24, y(0) + 4, 0, "end l-small");
      inside += line([[x(mark - 1), y(value)], [x(24), y(value)]], "line l-beside");
      inside += line(answers.map((v, t) => [x(t), y(v)]), `line l-${own}`) + dot(x(24), y(answers[24]), `fill-${own}`);
      if (!z.length) continue;
      top += 90;
      inside += text(24, top - 6, "z", "end");
      const bars = z.map((v, t) => [[x(t), top], [x(t), top - 26 * v]]);
      inside += lines(bars, "bar l-soft") + line(bars[mark - 1], "bar l-gru")
        + lines(least.map((v, t) => [[x(t) - 6, top - 26 * v], [x(t) + 6, top - 26 * v]]), "least");
      top -= 50;
    }
    top += 54;
    inside = line([[x(time - 1), 28], [x(time - 1), top]], "cursor") + inside + text(Math.min(345, x(time - 1)), top + 14, `step ${time}`, "mid");
    return { height: top + 18, inside, label: "Input, answers and update gates, step by step." };
  },
  table: ({ time, value }, { numbers, told }) => ({
    caption: `The right answer is ${fixed(value)}. The input at step ${time} is ${fixed(numbers[time - 1])}. z and r are means over the units, least z is one unit's.`,
    head: ["Network", `Answer at step ${time}`, "z", "Least z", "r", "At the end", "Off by", "Right"],
    rows: Object.entries(told).map(([name, { answers, z, least, r }]) => {
      const last = answers[LENGTH - 1], off = Math.abs(last - value);
      const now = [answers, z, least, r].map(list => (list.length ? fixed(list[time - 1], 4) : "–"));
      return [names[name], ...now, fixed(last, 4), fixed(off, 4), off < NEAR ? "yes" : "no"];
    }),
  }),
  python: (state, data) =>
    ({ MARK: state.mark, VALUE: state.value, SEQUENCE: state.sequence, TIME: state.time, NETWORKS: weights(state, data) }),
  answers: [
    (state, data) => {
      const change = { ...state, value: -state.value }, list = good(change, lab.compute(change, data));
      return [list.length === 4 ? 0 : list.some(name => kind(name) === "gru") ? 1 : 2, `With ${fixed(change.value)}: ${said(list)}.`];
    },
    (state, data) => {
      const { told, notes } = lab.compute(state, data), { z } = told.gru, at = z[state.mark - 1], after = z.slice(state.mark);
      const mean = after.reduce((a, b) => a + b) / after.length;
      return [Number(at >= mean), `z is ${fixed(at)} there and ${fixed(mean)} after it. Of this network: ${notes.gru}.`];
    },
    (state, data) => {
      const n = good(state, lab.compute({ ...state, mark: 20 }, data)).length;
      return [n === 0 ? 0 : n < 3 ? 1 : 2, `Here it is ${n} of 4.`];
    },
  ],
};
define(lab);
