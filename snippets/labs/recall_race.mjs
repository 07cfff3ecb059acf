// The lab "Recall race": networks that were trained, failed ones too, read one sequence.

import { replay } from "./cells.mjs";
import { need } from "./files.mjs";
import { define } from "./lab.mjs";
import { count, fixed } from "./numbers.mjs";
import { RandomState } from "./random.mjs";
import { dot, heat, hit, line, lines, text } from "./svg.mjs";
import { mean } from "./vectors.mjs";

// As in the experiment that trained them.
export const LENGTH = 25, NEAR = 0.2, LAST_TRAINED = 5;

/** What a network says after each step, its states, and of a GRU the gates: z and r as means
 * over the units, least as the least z of a unit. Its weights as in its record: kernel, recurrent
 * kernel, bias, and the output layer's kernel and bias. */
const told = ([kernel, recurrent_kernel, bias, out, [outBias]], inputs) => {
  const steps = replay({ kernel, recurrent_kernel, bias }, inputs);
  const gates = steps[0].z ? steps : [];
  return {
    states: steps.map(({ hidden }) => hidden),
    answers: steps.map(({ hidden }) => hidden.reduce((sum, h, j) => sum + h * out[j][0], outBias)),
    z: gates.map(({ z }) => mean(z)),
    least: gates.map(({ z }) => Math.min(...z)),
    r: gates.map(({ r }) => mean(r)),
  };
};

const note = ({ solved_at }) =>
  solved_at === null ? "not solved in training" : `solved in ${count(solved_at)} training steps`;

/** Which networks are shown: their learning rate and their seed. */
const which = ({ rate, seed }) => `${rate}-${seed}`;

const compute = (settings, data) => {
  const { mark, value, sequence } = settings;
  const numbers = new RandomState(sequence).uniform(-1, 1, LENGTH);
  numbers[mark - 1] = value;
  const inputs = numbers.map((number, t) => [number, t === mark - 1 ? 1 : 0]);
  const networks = Object.entries(data[which(settings)]).map(([key, network]) =>
    [key, { ...network, note: note(network), ...told(network.weights, inputs) }]);
  return { numbers, networks: Object.fromEntries(networks) };
};

const off = ({ answers }, value) => Math.abs(answers.at(-1) - value);

/** The networks that are right at the end. */
const right = ({ networks }, value) =>
  Object.values(networks).filter(network => off(network, value) < NEAR);

const named = networks => networks.map(({ name }) => name).join(" · ") || "none";

// The picture: the input on top, and for each network what it says, its memory by unit and
// step, and its gate.

const LEFT = 32, STEP = 13.5;
const x = t => LEFT + STEP * t;
const stepAt = place => Math.round((place - LEFT) / STEP) + 1;
const level = (top, value) => top + 20 - 12 * Math.max(-1.6, Math.min(1.6, value));
const drawnInput = (numbers, mark) => {
  const top = 20;
  const bar = (value, t) => [[x(t), level(top, 0)], [x(t), level(top, value)]];
  const marked = numbers[mark - 1];
  const tip = level(top, marked) + (marked < 0 ? 7 : -7);
  return text(4, 12, "Input; drag the dot, the number to remember", "name") +
    lines(numbers.map(bar), "bar") +
    line(bar(marked, mark - 1), "bar here") +
    dot(x(mark - 1), tip, "fill-text") +
    hit("mark", 20, 16, 352, 44);
};

const drawnAnswers = ({ name, colour, note, answers }, top, { mark, value }) => {
  const zero = level(top, 0), wanted = level(top, value);
  const points = answers.map((answer, t) => [x(t), level(top, answer)]);
  return text(4, top, name, `name text-${colour}`) +
    text(368, top, note, "end small") +
    line([[x(0), zero], [x(LENGTH - 1), zero]], "grid") +
    text(24, zero + 4, 0, "end small") +
    line([[x(mark - 1), wanted], [x(LENGTH - 1), wanted]], "line beside") +
    line(points, `line ${colour}`) +
    dot(...points.at(-1), `fill-${colour}`);
};

const drawnMemory = ({ states }, top) =>
  heat({ x: x(0) - STEP / 2, y: top, width: STEP * LENGTH, height: 32 },
    states[0].length, LENGTH, (unit, t) => states[t][unit]);

/** Bars for the mean of z, and a short stroke for its least unit. */
const drawnGate = ({ z, least }, foot, { mark }) => {
  const bars = z.map((value, t) => [[x(t), foot], [x(t), foot - 20 * value]]);
  const stroke = (value, t) =>
    [[x(t) - 6, foot - 20 * value], [x(t) + 6, foot - 20 * value]];
  return text(20, foot - 5, "z", "end") +
    lines(bars, "bar soft") +
    line(bars[mark - 1], "bar gru") +
    lines(least.map(stroke), "least");
};

const picture = (settings, { numbers, networks }) => {
  let drawn = drawnInput(numbers, settings.mark);
  let top = 78;
  for (const network of Object.values(networks)) {
    drawn += drawnAnswers(network, top, settings) + drawnMemory(network, top + 42);
    if (network.z.length) drawn += drawnGate(network, top + 98, settings);
    top += network.z.length ? 118 : 94;
  }
  const bottom = top - 14, here = x(settings.time - 1);
  const cursor = line([[here, 24], [here, bottom]], "cursor");
  return {
    height: bottom + 18,
    inside: drawn + cursor + hit("time", 20, 62, 352, bottom - 62) +
      text(Math.min(345, here), bottom + 14, `step ${settings.time}`, "mid"),
    label: "Input, answers, memories and update gates, step by step.",
  };
};

// Its sentence, the table and the questions.

const sentence = ({ value, mark }, result) => {
  const who = named(right(result, value));
  const late = mark > LAST_TRAINED
    ? ` They were trained with marks up to step ${LAST_TRAINED}.` : "";
  return `Within ${NEAR} of ${fixed(value)} at the end: ${who}.${late}`;
};

const row = (network, { time, value }) => {
  const { name, answers, z, least, r } = network;
  const now = [answers, z, least, r].map(list =>
    (list.length ? fixed(list[time - 1], 4) : "–"));
  const wrong = off(network, value);
  const end = [fixed(answers.at(-1), 4), fixed(wrong, 4), wrong < NEAR ? "yes" : "no"];
  return [name, ...now, ...end];
};

const table = (settings, { numbers, networks }) => {
  const { time, value } = settings;
  return {
    caption: [
      `The right answer is ${fixed(value)}.`,
      `The input at step ${time} is ${fixed(numbers[time - 1])}.`,
      "z and r are means over the units, least z is one unit's.",
    ].join(" "),
    head: [
      "Network", `Answer at step ${time}`, "z", "Least z", "r", "At the end", "Off by", "Right",
    ],
    rows: Object.values(networks).map(network => row(network, settings)),
  };
};

const questions = [
  {
    ask: "Give the number at the mark the opposite sign. "
      + "Which of the four networks are right at the end?",
    choices: ["All four.", "Some, a GRU among them.", "Only RNNs, or none."],
    answer: (settings, data) => {
      const value = -settings.value;
      const found = right(compute({ ...settings, value }, data), value);
      const gru = found.some(({ z }) => z.length);
      return [found.length === 4 ? 0 : gru ? 1 : 2, `With ${fixed(value)}: ${named(found)}.`];
    },
    show: settings => ({ ...settings, value: -settings.value }),
  },
  {
    ask: "In the third network, the GRU with Keras's defaults: "
      + "is its mean z lower at the mark, or after it?",
    choices: ["At the mark.", "After it."],
    answer: (settings, data) => {
      const { z, note } = compute(settings, data).networks.gru;
      const there = z[settings.mark - 1], after = mean(z.slice(settings.mark));
      return [there < after ? 0 : 1,
        `z is ${fixed(there)} there and ${fixed(after)} after it. Of this network: ${note}.`];
    },
    show: settings => ({ ...settings, time: settings.mark }),
  },
  {
    ask: "Put the mark at step 20, where no network saw it in training. "
      + "How many of the four are right?",
    choices: ["None.", "One or two.", "Three or four."],
    answer: (settings, data) => {
      const found = right(compute({ ...settings, mark: 20 }, data), settings.value).length;
      return [found === 0 ? 0 : found < 3 ? 1 : 2, `Here it is ${found} of 4.`];
    },
    show: settings => ({ ...settings, mark: 20 }),
  },
];

export const lab = {
  name: "recall-race",
  fields: {
    mark: { label: "Mark at step", value: 4, min: 1, max: LENGTH - 1, step: 1, whole: true },
    value: { label: "Number at the mark", value: 0.8, min: -1, max: 1, step: 0.05 },
    time: { label: "Look at step", value: LENGTH, min: 1, max: LENGTH, step: 1, whole: true },
    rate: {
      label: "Networks trained at learning rate", value: "0.003",
      options: { 0.003: "0.003", 0.03: "0.03" },
    },
    seed: { label: "Networks trained from seed", value: 0, min: 0, max: 4, step: 1, whole: true },
    sequence: {
      label: "Seed of the other numbers", value: 7, min: 0, max: 99, step: 1, whole: true,
    },
  },
  load: (settings, data) => need(data, { [which(settings)]: `networks-${which(settings)}` }),
  buttons: { play: "Play, step by step" },
  play: (settings, first) => {
    if (first) return { ...settings, time: 1 };
    return settings.time < LENGTH ? { ...settings, time: settings.time + 1 } : null;
  },
  grab: {
    mark: ({ x }) => String(Math.max(1, Math.min(LENGTH - 1, stepAt(x)))),
    time: ({ x }) => String(Math.max(1, Math.min(LENGTH, stepAt(x)))),
  },
  compute,
  picture,
  sentence,
  table,
  python: (settings, data) => {
    const { mark, value, sequence, time } = settings;
    const networks = Object.entries(data[which(settings)]);
    const each = get => Object.fromEntries(networks.map(([key, network]) => [key, get(network)]));
    return {
      mark, value, sequence, time,
      networks: each(({ weights }) => weights),
      names: each(({ name }) => name),
    };
  },
  questions,
};
define(lab);
