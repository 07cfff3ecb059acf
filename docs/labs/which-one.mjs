import { fired } from "./arithmetic.mjs";
import { box, count, define, line, text } from "./lab.mjs";

const looks = { RNN: "rnn", GRU: "gru", "no difference": "beside", neither: "text" };
const first = (change, { lag, length, ...rest }, { rules }) =>
  fired(rules, { ...rest, lag, length: Math.max(change.lag, length), ...change })[0];
/** Ranges of lags between the edges of the rules, with the verdict at the start of each. */
const zones = (state, data) => {
  const starts = [...new Set(data.rules.flatMap(({ when }) => when.lag?.[0] ?? []))].sort((a, b) => a - b);
  return starts.map((from, i) => {
    const next = starts[i + 1] ?? Infinity, words = next < Infinity ? `${from} to ${next - 1}` : `${from} on`;
    return { from, next, words, verdict: first({ lag: from }, state, data).verdict };
  });
};
const answer = change => (state, data) => {
  const { verdict, because } = first(change, state, data);
  return [Object.keys(looks).indexOf(verdict), because];
};

export const lab = {
  name: "which-one",
  fields: {
    lag: { label: "How far back an answer may depend, time steps", value: 30, min: 1, max: 400, step: 1, whole: true },
    length: { label: "Length of a sequence, time steps", value: 50, min: 1, max: 400, step: 1, whole: true },
    data: { label: "Training data", value: "some", options: { little: "hundreds of examples", some: "thousands", much: "millions" } },
    device: { label: "It runs on", value: "ordinary", options: { small: "a chip with kilobytes of memory", ordinary: "a phone or a laptop", server: "a server" } },
    budget: { label: "You can train", value: "several", options: { one: "once", several: "from several starts" } },
    streaming: { label: "It answers at each step of a stream that goes on", value: false },
  },
  // Nothing lies further back than the sequence is long: each moves the other along.
  settle: (state, name) => {
    if (name === "lag") state.length = Math.max(state.length, state.lag);
    if (name === "length") state.lag = Math.min(state.length, state.lag);
  },
  compute: (state, data) => ({ list: fired(data.rules, state), data }),
  sentence: (_, { list: [{ verdict, because }] }) => `${verdict}. ${because}`,
  picture: (state, { data }) => {
    let inside = text(186, 104, "how far back an answer may depend, time steps", "mid");
    zones(state, data).forEach(({ from, next, words, verdict }, i, all) => {
      const wide = 352 / all.length, left = 10 + i * wide;
      inside += box(left, 30, wide - 3, 40, `zone l-stroke-${looks[verdict]}`);
      verdict.split(" ").forEach((word, j, all) => { inside += text(left + wide / 2, 55 + 14 * j - 7 * (all.length - 1), word, "mid l-small"); });
      inside += text(left + wide / 2, 86, words, "mid l-small");
      if (state.lag < from || state.lag >= next) return;
      const at = left + Math.min(0.92, (state.lag - from + 0.5) / (Math.min(next, 4 * from) - from)) * (wide - 3);
      inside = line([[at, 22], [at, 74]], "cursor") + inside + text(Math.max(40, Math.min(332, at)), 16, `lag ${count(state.lag)}`, "mid l-name");
    });
    return { height: 112, inside, label: "The verdict for each range of lags." };
  },
  table: (state, { list, data }) => ({
    caption: `The strip, by lag: ${zones(state, data).map(({ words, verdict }) => `${words} ${verdict}`).join(", ")}. The rules that fired, of which the first decides:`,
    head: ["Rule", "It says", "Because"],
    rows: list.map(({ name, verdict, because, see }) => [name, verdict, `${because} <a href="${data.root}${see}">Evidence</a>`]),
  }),
  answers: [answer({ lag: 300, streaming: true }), answer({ lag: 5, device: "small", data: "some" })],
};
define(lab);
