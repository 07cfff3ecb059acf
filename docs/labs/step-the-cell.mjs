import { gruStep, rnnStep } from "./arithmetic.mjs";
import { box, define, fixed, parse, text } from "./lab.mjs";

// Weights of two units: kernel, recurrent kernel by rows, bias; blocks z, r, candidate.
const parts = [["W", ""], ["U", "1"], ["U", "2"], ["b", ""]];
const places = parts.flatMap(([part, from]) => [..."zrh"].flatMap(gate =>
  [1, 2].map(to => ({ name: part + gate + from + to, label: `${part}<sub>${gate}</sub> ${from ? `${from}→` : ""}${to}`, two: to === 2 || from === "2" }))));
const presets = {
  hand: ["one unit, worked by hand", 1, [-0.6, 0, 0.8, 0, 1.2, 0, 0.9, 0, 0.5, 0, -0.7, 0, 0, 0, 0, 0, 0, 0, 0.2, 0, 0.1, 0, 0.3, 0]],
  keeper: ["one unit, gate open", 1, [0, 0, 0, 0, 1.5, 0, 0, 0, 0, 0, 0.5, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0]],
  pair: ["two units", 2, [-0.6, 0.9, 0.8, -1.2, 1.2, -0.8, 0.9, -0.4, 0.5, 1.1, -0.7, 0.9, 0.3, -0.5, -0.9, 0.4, 1.3, -0.6, 0.2, 1, 0.1, -0.2, 0.3, 0]],
  own: ["your own weights, one unit", 1],
  own2: ["your own weights, two units", 2],
};
const weight = (i, two) => ({ label: places[i].label, value: presets.hand[2][i], min: -20, max: 20, step: 0.1, fold: true, two });
const units = ({ preset }) => presets[preset][1];
const owned = state => { state.preset = units(state) === 1 ? "own" : "own2"; };
const pin = (on, value) => (on ? value : null);
const now = s => [s.x, pin(s.pinZ, s.z), pin(s.pinR, s.r)];
const matrices = state => {
  const u = units(state), [W, U1, U2, b] = [0, 6, 12, 18].map(at =>
    places.slice(at, at + 6).filter((_, i) => i % 2 < u).map(({ name }) => state[name]));
  return { kernel: [W], recurrent: u === 1 ? [U1] : [U1, U2], bias: b };
};
const start = state => [state.h1, state.h2].slice(0, units(state));

export const lab = {
  name: "step-the-cell",
  fold: "Weights",
  fields: {
    x: { label: "Input x", value: 1, min: -2, max: 2, step: 0.05 },
    h1: { label: "State before step 1", value: 0, min: -1, max: 1, step: 0.05 },
    h2: { label: "The same, unit 2", value: 0, min: -1, max: 1, step: 0.05 },
    preset: { label: "Cell", value: "hand", options: Object.fromEntries(Object.entries(presets).map(([key, [words]]) => [key, words])) },
    convention: { label: "z says how much to", value: "keep", options: { keep: "keep (Keras, PyTorch)", write: "write (other papers)" } },
    reset: { label: "Reset gate", value: "after", options: { after: "after the product with U", before: "before that product" } },
    pinZ: { label: "Pin the update gate z", value: false },
    z: { label: "z is", value: 1, min: 0, max: 1, step: 0.05 },
    pinR: { label: "Pin the reset gate r", value: false },
    r: { label: "r is", value: 1, min: 0, max: 1, step: 0.05 },
    ...Object.fromEntries(places.map(({ name, two }, i) => [name, weight(i, two)])),
    done: {
      value: [],
      print: steps => steps.map(step => step.map(v => v ?? "").join("~")).join("_"),
      parse: words => (words ? words.split("_") : []).map((step, i) => {
        const [x, ...gates] = step.split("~");
        if (i > 19) throw "expected at most 20 steps";
        return [parse(lab.fields.x, x), ...[0, 1].map(i => (gates[i] ? parse(lab.fields.z, gates[i]) : null))];
      }),
    },
  },
  off: (state, name) =>
    name === "z" ? !state.pinZ : name === "r" ? !state.pinR
      : (name === "h2" || lab.fields[name].two) && units(state) === 1,
  settle: (state, name) => {
    const i = places.findIndex(place => place.name === name), own = presets[state.preset][2];
    if (i >= 0 && own && own[i] !== state[name]) owned(state);
    if (name === "preset") presets[state.preset][2]?.forEach((v, i) => { state[places[i].name] = v; });
  },
  buttons: { step: "Next step", back: "Back", swap: "Swap the convention, with 1 − z" },
  act: (state, act) => {
    const next = { ...state };
    if (act === "step") {
      if (state.done.length >= 20) return "Twenty steps are the most.";
      next.done = [...state.done, now(state)];
    } else if (act === "back") {
      if (!state.done.length) return "This is the first step.";
      const [x, z, r] = state.done.at(-1);
      next.done = state.done.slice(0, -1);
      Object.assign(next, { x, pinZ: z !== null, z: z ?? state.z, pinR: r !== null, r: r ?? state.r });
    } else {
      next.convention = state.convention === "keep" ? "write" : "keep";
      for (const { name } of places) if (name[1] === "z") next[name] = -state[name] || 0;
      owned(next);
      const turned = v => (v === null ? v : Number((1 - v).toFixed(12)));
      next.z = turned(state.z);
      next.done = state.done.map(([x, z, r]) => [x, turned(z), r]);
    }
    return next;
  },
  compute: state => {
    const weights = matrices(state), u = units(state);
    const draft = { kernel: [weights.kernel[0].slice(2 * u)], recurrent: weights.recurrent.map(row => row.slice(2 * u)), bias: weights.bias.slice(2 * u) };
    let hidden = start(state);
    return [...state.done, now(state)].map(([x, zPin, rPin]) => {
      const options = { after: state.reset === "after", keeps: state.convention === "keep", zPin, rPin };
      const step = { x, ...gruStep([x], hidden, weights, options), rnn: rnnStep([x], hidden, draft) };
      hidden = step.hidden;
      return step;
    });
  },
  sentence: ({ convention }, steps) => {
    const { z, before, candidate, hidden } = steps.at(-1);
    const kept = convention === "keep" ? z[0] : 1 - z[0];
    return `Step ${steps.length}: ${fixed(kept)} of the old state ${fixed(before[0], 3)} and ${fixed(1 - kept)} of the candidate ${fixed(candidate[0], 3)} make ${fixed(hidden[0], 3)}`
      + (z.length > 1 ? " (first unit)." : ".");
  },
  picture: ({ convention, reset }, steps) => {
    const { x, z, r, candidate, hidden, before } = steps.at(-1);
    const keeps = convention === "keep", keep = keeps ? z : z.map(v => 1 - v);
    const at = (px, py, name, values) =>
      text(px, py - 14, name, "small") + values.map((v, i) => text(px, py + 15 * i, fixed(v, 3), "value")).join("");
    const op = (px, py, sign) => `<circle cx="${px}" cy="${py}" r="14" class="l-op"/>` + text(px, py + 5.5, sign, "mid");
    const gate = (px, py, w, words, note) => box(px, py, w, 44, "gate") + text(px + w / 2, py + 19, words, "mid l-name") + text(px + w / 2, py + 36, note, "mid l-small");
    const inside = `<defs><marker id="lab-tip" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path d="M0 1 7 4 0 7z" class="l-fill-text"/></marker></defs>`
      + wires.map(d => `<path d="${d}" class="l-wire${d.includes("396") ? " l-wire-input" : ""}" marker-end="url(#lab-tip)"/>`).join("")
      + gate(136, 132, 108, "update gate z", `how much to ${keeps ? "keep" : "write"}`)
      + gate(136, 300, 108, "reset gate r", "how much to see") + gate(266, 214, 134, "candidate", `reset ${reset} the product`)
      + op(205, 60, "×") + op(333, 60, "+") + op(333, 154, "×") + op(191, 236, "×")
      + at(8, 36, "old state", before) + at(352, 36, "new state", hidden)
      + at(214, 106, keeps ? "z" : "1 − z", keep) + at(252, 144 - 15 * (z.length - 1), keeps ? "1 − z" : "z", keep.map(v => 1 - v))
      + at(222, 36, "kept", keep.map((v, i) => v * before[i])) + at(342, 100, "written", keep.map((v, i) => (1 - v) * candidate[i]))
      + at(342, 194, "draft", candidate) + at(200, 284 - 15 * (z.length - 1), "r", r) + text(reset === "after" ? 140 : 228, 229, "× U", "small") + at(64, 416, "", [x]) + text(10, 416, "input x", "small");
    return { width: 436, height: 424, inside, label: `The GRU cell with the numbers of step ${steps.length} on its wires.` };
  },
  table: (state, steps) => ({
    caption: `The last line is the step in the picture; there, a tanh RNN with the candidate's weights gives ${steps.at(-1).rnn.map(v => fixed(v, 4)).join(" and ")}.`,
    head: ["Step", "x", "Old h", "z", "r", "Candidate", "New h"],
    rows: steps.flatMap((step, t) => step.hidden.map((_, j) => [
      step.hidden.length > 1 ? `${t + 1}, unit ${j + 1}` : t + 1, ...[step.x, step.before[j], step.z[j], step.r[j], step.candidate[j], step.hidden[j]].map(v => fixed(v, 4))])),
  }),
  python: state => {
    const { kernel, recurrent, bias } = matrices(state);
    return { KERNEL: kernel, RECURRENT_KERNEL: recurrent, BIAS: bias, START: start(state), Z_KEEPS: state.convention === "keep", RESET_AFTER: state.reset === "after", STEPS: [...state.done, now(state)] };
  },
  answers: [
    state => {
      const { before, hidden } = pinned(state, state.convention === "keep" ? 1 : 0, null);
      return [0, `The old state is ${list(before)}, the new one ${list(hidden)}.`];
    },
    state => {
      const { rnn, hidden } = pinned(state, state.convention === "keep" ? 0 : 1, 1);
      return [1, `The GRU gives ${list(hidden)}, a tanh RNN with the candidate's weights ${list(rnn)}.`];
    },
    state => [2, `Before the swap ${list(lab.compute(state).at(-1).hidden)}, after it ${list(lab.compute(lab.act(state, "swap")).at(-1).hidden)}.`],
  ],
};
const wires = ["M8 60H190", "M220 60H318", "M348 60H428", "M28 60V318H132", "M28 152H132", "M28 236H176", "M206 236H262",
  "M205 130V78", "M246 152H316", "M191 300V254", "M333 214V170", "M333 138V78", "M8 396H333V264", "M186 396V346", "M86 396V172H132"];
const list = values => values.map(v => fixed(v, 4)).join(" and ");
const pinned = (state, z, r) => lab.compute({ ...state, done: [...state.done, now(state)], pinZ: true, z, pinR: r !== null, r: r ?? state.r }).at(-1);
define(lab);
