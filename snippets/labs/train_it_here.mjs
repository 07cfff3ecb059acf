// The lab "Train it here": two networks learn one task from the same batches, live. The
// training itself is done by train_worker.mjs.

import { need } from "./files.mjs";
import { LabElement, define } from "./lab.mjs";
import { count, fixed } from "./numbers.mjs";
import { equalUnits, parameters } from "./train_network.mjs";
import { picture } from "./train_picture.mjs";
import { Run } from "./train_run.mjs";
import { TASKS } from "./train_tasks.mjs";

const NETWORKS = {
  rnn: { name: "RNN", colour: "rnn", words: "RNN, tanh" },
  relu_rnn: { name: "ReLU", colour: "rnn", words: "RNN, ReLU, identity start" },
  gru: { name: "GRU", colour: "gru", words: "GRU" },
  bias_gru: { name: "GRU, bias 2", colour: "gru", words: "GRU, update bias 2" },
  lstm: { name: "LSTM", colour: "beside", words: "LSTM, forget bias 1" },
};
const RATES = ["0.0003", "0.001", "0.003", "0.01", "0.03", "0.1", "0.3"];

// From the settings to what is trained.

const networkOf = (settings, i) => ({
  cell: settings[`cell${i}`],
  units: settings[`units${i}`],
  rate: Number(settings[`rate${i}`]),
  clip: settings[`clip${i}`] ? 1 : null,
});
const networksOf = settings => [networkOf(settings, 1), networkOf(settings, 2)];
const lengthOf = settings => settings[TASKS[settings.task].field];
const raceOf = settings => ({
  task: settings.task,
  length: lengthOf(settings),
  seed: settings.seed,
  budget: Number(settings.budget),
});
const namesOf = ({ task }, data) => (task === "names" ? data.names : []);

/** What decides the race, as one text: another one is another race. */
const keyOf = settings => JSON.stringify([raceOf(settings), networksOf(settings)]);

/** Trained here and now: for the still, and to be compared with the program. */
const trained = (settings, data) => {
  const runs = networksOf(settings).map(network =>
    new Run(raceOf(settings), network, namesOf(settings, data)));
  for (const run of runs) while (!run.over) run.step();
  return { runs, looks: runs.map(run => run.look(settings.example - 1)) };
};

/** What a network is called beside another: if alike, with the first thing that differs. */
const named = (network, other, number) => {
  const { name, rate, clip, units } = network;
  if (name !== other.name) return name;
  if (rate !== other.rate) return `${name}, ${rate}`;
  if (clip !== other.clip) return `${name}, ${clip ? "cut" : "not cut"}`;
  return units === other.units ? `${name} ${number}` : `${name}, ${units} units`;
};

/** Both networks, with their names and colours. */
const shownOf = settings => {
  const both = networksOf(settings).map(one => ({ ...one, ...NETWORKS[one.cell] }));
  return both.map((one, i) => ({ ...one, name: named(one, both[1 - i], i + 1) }));
};

const compute = (settings, data) => ({
  ghost: null,
  seeds: null,
  ...(data.runs ? data : trained(settings, data)),
  networks: shownOf(settings),
  budget: Number(settings.budget),
  one: TASKS[settings.task].one,
});

// What is said about it.

const outcome = ({ solved, right, failed, loss }) => {
  if (failed) return "blew up: its loss has passed a million";
  if (solved !== null) return `solved it after ${count(solved)} training steps`;
  const share = right.length ? ` with ${fixed(100 * right.at(-1), 0)} % right` : "";
  return `is at step ${count(loss.length)}${share}`;
};

const median = values => [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) / 2)];

const spread = (found, i) => {
  const steps = found.flatMap(both => (both[i].solved === null ? [] : [both[i].solved]));
  if (!steps.length) return "none solved";
  const [least, most] = [Math.min(...steps), Math.max(...steps)].map(count);
  const range = least === most
    ? least : `${least} to ${most} steps, half of those by ${count(median(steps))}`;
  return `${steps.length} of ${found.length} solved, after ${range}`;
};

const sentence = (_, { networks, runs, seeds }) => {
  const names = networks.map(({ name }) => name);
  if (seeds)
    return `Seed by seed: ${names.map((name, i) => `${name}, ${spread(seeds, i)}`).join("; ")}.`;
  if (!runs.some(({ loss }) => loss.length)) return "Both have just been started. Press Play.";
  const over = runs.every(run => run.over) ? " One run is an anecdote." : "";
  return `${names.map((name, i) => `${name} ${outcome(runs[i])}`).join("; ")}.${over}`;
};

/** An example as it is. */
const asItIs = ({ read, matters }) => read.map((now, t) => {
  const words = typeof now === "number" ? fixed(now) : now;
  return matters.includes(t) ? `<b>${words}</b>` : words;
}).join(typeof read[0] === "number" || read.some(word => word.length > 1) ? " " : "");

const row = (network, run, { said, sure, good }, number, task) => [
  `${number}: ${network.name}, ${network.units} units, `
    + `${count(parameters({ ...network, ...TASKS[task] }))} parameters`,
  count(run.loss.length),
  run.loss.length ? run.loss.at(-1).toFixed(6) : "–",
  run.right.length ? `${fixed(100 * run.right.at(-1), 1)} %` : "–",
  run.gradient.length ? run.gradient.at(-1).toPrecision(3) : "–",
  run.solved === null ? "–" : count(run.solved),
  run.speed ? count(Math.round(run.speed)) : "–",
  `${said}${sure ? ` (${fixed(100 * sure, 0)} %)` : ""}${good ? "" : ", wrong"}`,
];

const table = (settings, { networks, runs, looks }) => ({
  caption: `Example ${settings.example}: ${asItIs(looks[0])} → ${looks[0].wanted}`,
  head: ["Network", "Step", "Loss", "Right", "Gradient", "Solved at", "Steps a second", "It says"],
  rows: runs.map((run, i) => row(networks[i], run, looks[i], i + 1, settings.task)),
});

// Races to watch, each in one press.

const race = (task, length, first, second, more = {}) => settings => ({
  ...settings, task, seed: 0, budget: "1000", example: 1,
  [TASKS[task].field]: length,
  ...Object.fromEntries([first, second].flatMap((one, i) =>
    Object.entries({ units: 16, clip: true, ...one, ...more })
      .map(([name, value]) => [`${name}${i + 1}`, value]))),
});

const STORIES = {
  gru: {
    words: "The GRU wins",
    to: race("adding", 20, { cell: "rnn" }, { cell: "gru" }, { rate: "0.01" }),
    says: "Two numbers to add, 20 steps long. Watch how far back the gradients reach.",
  },
  rnn: {
    words: "The RNN wins",
    to: race("recall", 20, { cell: "rnn" }, { cell: "gru" }, { rate: "0.003" }),
    says: "One symbol to remember, at a low learning rate.",
  },
  gate: {
    words: "The gate decides",
    to: race("recall", 40, { cell: "gru" }, { cell: "bias_gru" }, { rate: "0.003" }),
    says: "The same GRU twice; the second starts out remembering.",
  },
  high: {
    words: "Too high a rate",
    to: race("verb", 4, { cell: "rnn", rate: "0.003" }, { cell: "rnn", rate: "0.1" }),
    says: "The same RNN twice; the second takes steps that are too long.",
  },
  clip: {
    words: "With and without clipping",
    to: race("adding", 20, { cell: "relu_rnn", clip: false }, { cell: "relu_rnn" },
      { rate: "0.01" }),
    says: "The same network twice; the second's gradients are cut to length 1. Watch the first.",
  },
};

// Equal width and equal parameters.

const equal = settings => {
  const { cell1, cell2, units1, task } = settings;
  return {
    ...settings,
    units2: equalUnits({ cell: cell1, units: units1 }, cell2, TASKS[task]),
  };
};
const ACTS = {
  width: settings => ({ ...settings, units2: settings.units1 }),
  size: equal,
};

const wordsOf = all =>
  Object.fromEntries(Object.entries(all).map(([key, { words }]) => [key, words]));

const networkFields = (i, cell) => ({
  [`cell${i}`]: { group: `n${i}`, label: "Network", value: cell, options: wordsOf(NETWORKS) },
  [`units${i}`]: {
    group: `n${i}`, label: "Units", value: 16, min: 1, max: 32, step: 1, whole: true,
  },
  [`rate${i}`]: {
    group: `n${i}`, label: "Learning rate", value: "0.003",
    options: Object.fromEntries(RATES.map(rate => [rate, rate])),
  },
  [`clip${i}`]: { group: `n${i}`, label: "Cut gradients to 1", value: true },
});

const lengthFields = Object.fromEntries(Object.values(TASKS).map(
  ({ field, label, value, min, max }) =>
    [field, { label, value, min, max, step: 1, whole: true }]));

export const lab = {
  name: "train-it-here",
  groups: { n1: "Network 1", n2: "Network 2" },
  fields: {
    task: {
      label: "Task", value: "verb",
      options: wordsOf(TASKS),
    },
    ...lengthFields,
    example: { label: "Look at example", value: 1, min: 1, max: 10, step: 1, whole: true },
    seed: { label: "Seed of start and examples", value: 0, min: 0, max: 99, step: 1, whole: true },
    budget: {
      label: "Stop after", value: "1000",
      options: { 300: "300 steps", 1000: "1,000 steps", 3000: "3,000 steps" },
    },
    library: {
      label: "Copied program", value: "numpy",
      options: { numpy: "NumPy", keras: "Keras" },
    },
    ...networkFields(1, "rnn"),
    ...networkFields(2, "gru"),
  },
  off: ({ task }, name) => name in lengthFields && name !== TASKS[task].field,
  buttons: { run: "Play", one: "One step", rewind: "Rewind", seeds: "Ten seeds" },
  stories: wordsOf(STORIES),
  offers: { download: "Download the runs" },
  equal: { width: "Equal width", size: "Equal parameters" },
  load: ({ task }, data) => need(data, task === "names" ? { names: "names" } : {}),
  act: (settings, act) =>
    (act in ACTS ? ACTS[act](settings) : STORIES[act].to(settings)),
  compute,
  picture: (_, result) => picture(result),
  sentence,
  table,
  program: ({ library }) => (library === "keras" ? "train_it_here_keras" : "train_it_here"),
  python: (settings, data) => ({
    task: settings.task,
    length: lengthOf(settings),
    seed: settings.seed,
    steps: Number(settings.budget),
    networks: networksOf(settings),
    names: namesOf(settings, data),
  }),
  questions: [
    {
      ask: "Two marked numbers among 20 are to be added; an RNN and a GRU of 16 units train "
        + "at a learning rate of 0.01. Which of them has solved it after 1,000 steps?",
      choices: ["Both.", "The RNN.", "The GRU.", "Neither."],
      answer: (settings, data) => {
        const [rnn, gru] = watched(STORIES.gru, settings, data);
        const which = rnn && gru ? 0 : rnn ? 1 : gru ? 2 : 3;
        return [which, gru ? `The GRU solved it after ${gru} steps.` : ""];
      },
      show: STORIES.gru.to,
    },
    {
      ask: "One symbol is to be remembered over 20 others, at a learning rate of 0.003. "
        + "Which of them is there first?",
      choices: ["The RNN.", "The GRU."],
      answer: (settings, data) => {
        const [rnn, gru] = watched(STORIES.rnn, settings, data).map(at => at ?? Infinity);
        return [rnn < gru ? 0 : 1, `The RNN after ${rnn} steps, the GRU after ${gru}.`];
      },
      show: STORIES.rnn.to,
    },
  ],
};

/** When the networks of a story had solved it: as just seen, or trained here and now. */
function watched(story, settings, { runs }) {
  const seen = runs ?? trained(story.to(settings), {}).runs;
  return seen.map(({ solved }) => solved);
}

/** The lab on a page: it asks the worker, and shows what that answers. */
class TrainElement extends LabElement {
  build() {
    super.build();
    this.start();
  }

  start() {
    this.worker = new Worker(new URL("train_worker.mjs", import.meta.url), { type: "module" });
    this.worker.onmessage = ({ data }) => this.hear(data);
    this.worker.onerror = () => this.say("The training could not be loaded. Reload the page.");
    this.race();
  }

  ask(what, more = {}) {
    this.worker.postMessage({ ask: what, ...more });
  }

  /** A race from the start, with the last run kept as a ghost. */
  race() {
    const { settings, data } = this;
    if (settings.task !== this.task) data.ghost = null; // losses of another kind
    else if (data.runs.some(({ loss }) => loss.length)) data.ghost = data.runs;
    this.task = settings.task;
    data.seeds = null;
    this.key = keyOf(settings);
    this.look();
    this.ask("start", {
      settings: raceOf(settings), networks: networksOf(settings), names: namesOf(settings, data),
    });
  }

  look() {
    this.ask("look", { example: this.settings.example - 1 });
  }

  hear({ going, ...news }) {
    Object.assign(this.data, news);
    if (news.runs) this.ready = this.key;
    this.mark(going);
    this.draw();
    if (!going) this.announce(this.part("figcaption").textContent);
    this.going = going;
    if (this.asked) this.answered();
  }

  mark(going) {
    this.part("[data-act=run]").textContent = going ? "Pause" : "Play";
  }

  draw() {
    if (this.ready) super.draw();
  }

  take(settings, control) {
    this.settings = settings;
    this.fillForm(other => other === control);
    if (keyOf(settings) === this.key) this.look();
    else this.race();
  }

  press(act) {
    if (act === "run" && !this.going) this.play();
    else if (act === "run") this.ask("pause");
    else if (act === "one") this.ask("step");
    else if (act === "rewind") this.race();
    else if (act === "seeds") this.ask("seeds");
    else if (act === "download") this.download();
    else super.press(act);
  }

  /** On with the race; from the start again if it is over. */
  play() {
    if (this.data.runs.every(({ over }) => over)) this.race();
    this.data.seeds = null;
    this.ask("play");
  }

  change(act) {
    this.asked = null;
    super.change(act);
    const story = STORIES[act];
    if (!story) return;
    this.say(story.says);
    this.ask("play");
  }

  /** The answer is the race itself; it is told when that is over. */
  reveal() {
    this.home ??= this.settings;
    this.set(this.questions.current.show(this.home));
    this.keep();
    this.questions.told.textContent = "Watch the race; the answer comes at its end.";
    this.asked = this.key;
    this.ask("play");
  }

  answered() {
    if (this.asked !== this.key || !this.data.runs.every(({ over }) => over)) return;
    this.asked = null;
    this.questions.reveal(this.settings, this.data);
  }

  download() {
    const { settings, data } = this;
    const record = {
      recorded: new Date().toISOString(),
      address: String(location),
      ...raceOf(settings),
      networks: networksOf(settings).map((network, i) => ({ ...network, ...data.runs[i] })),
      ten_seeds: data.seeds,
    };
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([JSON.stringify(record)]));
    link.download = `train-it-here-${settings.task}-seed-${settings.seed}.json`;
    link.click();
    URL.revokeObjectURL(link.href);
    this.say("Downloaded: settings, losses and shares of both runs.");
  }
}
define(lab, TrainElement);
