// The lab "Which one?": a table of rules, which the program in Python holds.

import { need } from "./files.mjs";
import { define } from "./lab.mjs";
import { count } from "./numbers.mjs";
import { box, line, text } from "./svg.mjs";

const COLOURS = { RNN: "rnn", GRU: "gru", "no difference": "beside", neither: "text" };
const VERDICTS = Object.keys(COLOURS);

/** A condition is [least, most] for a number, else a list of the words that it allows. */
const holds = (wanted, answer) => {
  if (typeof answer !== "number") return wanted.includes(answer);
  const [least, most] = wanted;
  return least <= answer && answer <= (most ?? Infinity);
};

/** The rules that hold for these answers, in order; the first decides. */
const fired = (rules, answers) => rules.filter(({ when }) =>
  Object.entries(when).every(([name, wanted]) => holds(wanted, answers[name])));

/** The rule that decides when some answers are others; the length is no shorter than the lag. */
const decides = (rules, settings, change) => {
  const answers = { ...settings, ...change };
  const length = Math.max(answers.lag, answers.length);
  return fired(rules, { ...answers, length })[0];
};

/** Ranges of lags between the edges of the rules, with the verdict at the first lag of each. */
const zonesOf = (rules, settings) => {
  const edges = rules.flatMap(({ when }) => (when.lag ? [when.lag[0]] : []));
  const starts = [...new Set(edges)].sort((a, b) => a - b);
  return starts.map((from, i) => {
    const next = starts[i + 1] ?? Infinity;
    const words = next < Infinity ? `${from} to ${next - 1}` : `${from} on`;
    return { from, next, words, verdict: decides(rules, settings, { lag: from }).verdict };
  });
};

// The picture: a strip of zones, with a cursor at the lag.

const strip = ({ verdict, words }, left, width) => {
  const lines = verdict.split(" ");
  const y = j => 55 + 14 * j - 7 * (lines.length - 1);
  const middle = left + width / 2;
  return box(left, 30, width - 3, 40, `zone stroke-${COLOURS[verdict]}`) +
    lines.map((word, j) => text(middle, y(j), word, "mid small")).join("") +
    text(middle, 86, words, "mid small");
};

/** How far into its zone a lag stands; the last zone has no end, so it is cut. */
const share = ({ from, next }, lag) =>
  Math.min(0.92, (lag - from + 0.5) / (Math.min(next, 4 * from) - from));

const picture = ({ lag }, { zones }) => {
  const width = 352 / zones.length;
  const left = i => 10 + i * width;
  const i = zones.findIndex(({ from, next }) => from <= lag && lag < next);
  const at = left(i) + share(zones[i], lag) * (width - 3);
  const inside = [
    line([[at, 22], [at, 74]], "cursor"),
    text(186, 104, "how far back an answer may depend, time steps", "mid"),
    ...zones.map((zone, i) => strip(zone, left(i), width)),
    text(Math.max(40, Math.min(332, at)), 16, `lag ${count(lag)}`, "mid name"),
  ];
  return { height: 112, inside: inside.join(""), label: "The verdict for each range of lags." };
};

// Its sentence, the table and the questions.

/** A link to the first finding that a rule rests on, or to the paper that it cites. */
const source = ({ rests_on, cites }) => {
  const page = rests_on ? `claims/#${rests_on[0]}` : `references/#${cites}`;
  const address = new URL(`../../reference/${page}`, import.meta.url);
  return `<a href="${address}">${rests_on ? "Evidence" : "Reference"}</a>`;
};

const table = (_, { rules, zones }) => {
  const all = zones.map(({ words, verdict }) => `${words} ${verdict}`).join(", ");
  return {
    caption: `The strip, by lag: ${all}. The rules that fired, of which the first decides:`,
    head: ["Rule", "It says", "Because"],
    rows: rules.map(rule => [rule.name, rule.verdict, `${rule.because} ${source(rule)}`]),
  };
};

const question = (ask, change) => ({
  ask,
  choices: ["The RNN.", "The GRU.", "No difference.", "Neither."],
  answer: (settings, { rules }) => {
    const { verdict, because } = decides(rules, settings, change);
    return [VERDICTS.indexOf(verdict), because];
  },
  show: settings => {
    const next = { ...settings, ...change };
    return { ...next, length: Math.max(next.lag, next.length) };
  },
});

export const lab = {
  name: "which-one",
  fields: {
    lag: {
      label: "How far back an answer may depend, time steps",
      value: 30, min: 1, max: 400, step: 1, whole: true,
    },
    length: {
      label: "Length of a sequence, time steps",
      value: 50, min: 1, max: 400, step: 1, whole: true,
    },
    data: {
      label: "Training data",
      value: "some",
      options: { little: "hundreds of examples", some: "thousands", much: "millions" },
    },
    device: {
      label: "It runs on",
      value: "ordinary",
      options: {
        small: "a chip with kilobytes of memory",
        ordinary: "a phone or a laptop",
        server: "a server",
      },
    },
    budget: {
      label: "You can train",
      value: "several",
      options: { one: "once", several: "from several starts" },
    },
    streaming: { label: "It answers at each step of a stream that goes on", value: false },
  },
  /** Nothing lies further back than the sequence is long: each moves the other along. */
  settle: (settings, name) => {
    const { lag, length } = settings;
    if (name === "lag") return { ...settings, length: Math.max(length, lag) };
    if (name === "length") return { ...settings, lag: Math.min(length, lag) };
    return settings;
  },
  load: (_, data) => need(data, { rules: "which_one" }),
  compute: (settings, { rules }) =>
    ({ rules: fired(rules, settings), zones: zonesOf(rules, settings) }),
  picture,
  sentence: (_, { rules: [{ verdict, because }] }) => `${verdict}. ${because}`,
  table,
  questions: [
    question("Set as below, but a stream that goes on, and something 300 steps back that "
      + "decides: which one?", { lag: 300, streaming: true }),
    question("And 5 steps back, on a chip with kilobytes of memory, with thousands of "
      + "examples?", { lag: 5, device: "small", data: "some" }),
  ],
};
define(lab);
