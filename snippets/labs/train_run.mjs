// One network on its way: training steps, and a look inside. As train() and compute() in
// train_it_here.py, which gives the same losses.

import {
  Adam, crossEntropy, lengthOf, likeliest, softmax, squaredError,
} from "./learning.mjs";
import { RandomState } from "./random.mjs";
import {
  backThrough, forward, scoresOf, slopes, start, throughOutput,
} from "./train_network.mjs";
import { TASKS, whole } from "./train_tasks.mjs";

const BATCH = 32, CHECK = 25, ASKED = 200, SOLVED = 0.95;
const BLOWN_UP = 1e6; // a loss that is no smaller, or no number

const batchOf = (made, batch) => ({ inputs: made.inputs, steps: made.steps, batch });

/** The share of the answers that are right. */
const right = ({ near, outputs }, scores, targets) => {
  const asked = targets.flatMap((target, i) => (near || target >= 0 ? [i] : []));
  const good = asked.filter(i =>
    (near ? Math.abs(scores[i] - targets[i]) < near
      : likeliest(scores, i * outputs, outputs) === targets[i]));
  return good.length / asked.length;
};

/** Every fifth name is kept for the questions. */
const parted = names => ({
  training: names.filter((_, i) => i % 5),
  questions: names.filter((_, i) => i % 5 === 0),
});

export class Run {
  loss = [];
  gradient = []; // the largest of a weight matrix, before it is cut
  right = []; // after every 25 steps
  solved = null; // the step at the second check in a row with 95 % right
  seconds = 0; // in training steps alone

  /** {task, length, seed, budget}, {cell, units, rate, clip}, and names to learn from. */
  constructor(settings, network, names) {
    const { task, length, seed } = settings;
    const { training, questions } = parted(names);
    Object.assign(this, { settings, network, names: training, task: TASKS[task] });
    this.questions = this.task.make(new RandomState(2000 + seed), ASKED, length, questions);
    this.shape = {
      cell: network.cell, units: network.units,
      features: this.questions.features, outputs: this.task.outputs,
    };
    this.batches = new RandomState(1000 + seed);
    this.weights = start(new RandomState(seed), this.shape);
    this.adam = new Adam(network.rate, network.clip);
  }

  get failed() {
    return this.loss.length > 0 && !(this.loss.at(-1) < BLOWN_UP);
  }

  get over() {
    return this.solved !== null || this.failed || this.loss.length >= this.settings.budget;
  }

  /** One training step. */
  step() {
    const began = performance.now();
    const made = this.batch();
    const { loss, found } = this.lossAndSlopes(made);
    this.loss.push(loss);
    this.gradient.push(Math.max(...Object.values(found).map(lengthOf)));
    this.adam.move(this.weights, found);
    this.seconds += (performance.now() - began) / 1000;
    if (this.loss.length % CHECK === 0) this.check();
  }

  /** Sentences are of any length up to the longest; the questions all of that. */
  batch() {
    const { task, length } = this.settings;
    const now = task === "verb" ? whole(this.batches, length + 1, 1)[0] : length;
    return this.task.make(this.batches, BATCH, now, this.names);
  }

  lossAndSlopes(made) {
    const batch = batchOf(made, made.targets.length / made.asked);
    const tape = forward(this.shape, this.weights, batch);
    const scores = scoresOf(this.shape, this.weights, tape, made.asked);
    const lossOf = this.task.near ? squaredError : crossEntropy;
    const { loss, gradient } = lossOf(scores, made.targets, this.task.outputs);
    return { loss, found: slopes(this.shape, this.weights, batch, tape, gradient, made.asked) };
  }

  check() {
    const { questions, shape, weights } = this;
    const tape = forward(shape, weights, batchOf(questions, ASKED));
    const scores = scoresOf(shape, weights, tape, questions.asked);
    this.right.push(right(this.task, scores, questions.targets));
    const [before = 0, now] = this.right.slice(-2);
    if (this.right.length > 1 && Math.min(before, now) >= SOLVED) this.solved = this.loss.length;
  }

  /** What is inside while one of the questions is read: states and gates by step and unit,
   * the answer, and how long the gradient of it still is so many steps back. */
  look(example) {
    const { questions, shape, weights } = this;
    const { steps, features, inputs, shown, matters } = questions;
    const one = new Float64Array(steps * features);
    for (let t = 0; t < steps; t++)
      for (let f = 0; f < features; f++)
        one[t * features + f] = inputs[(t * ASKED + example) * features + f];
    const read = shown(example);
    const seen = read.length; // a short name ends before the others
    const batch = { inputs: one.slice(0, seen * features), steps: seen, batch: 1 };
    const tape = forward(shape, weights, batch);
    const scores = scoresOf(shape, weights, tape, 1);
    return {
      read,
      matters: matters(example), // the steps that decide the answer
      units: shape.units,
      states: tape.hidden.slice(shape.units),
      gates: tape.gate ?? null,
      reach: this.reach(tape, scores),
      ...this.answer(scores, example, seen),
    };
  }

  answer(scores, example, seen) {
    const { task, questions } = this;
    const row = (questions.asked === 1 ? 0 : seen - 1) * ASKED;
    const target = questions.targets[row + example];
    const wanted = task.says(target);
    if (task.near)
      return { wanted, said: task.says(scores[0]), good: Math.abs(scores[0] - target) < task.near };
    const place = likeliest(scores, 0, task.outputs);
    const sure = softmax(scores, 0, task.outputs)[place];
    return { wanted, said: task.says(place), sure, good: place === target };
  }

  /** From the score that is likeliest, or the number, back through the states: the length of
   * the gradient, as a share of what it is at the last step. */
  reach(tape, scores) {
    const { shape, weights, task } = this;
    const ofScores = new Float64Array(task.outputs);
    ofScores[likeliest(scores, 0, task.outputs)] = 1;
    const upstream = throughOutput(shape, weights, tape, ofScores, 1);
    const lengths = [];
    // An LSTM carries two things on: its state and its memory.
    backThrough(shape, weights, tape, upstream, 1, (_, gradient) =>
      lengths.push(lengthOf([...gradient, ...tape.ofMemory])));
    return lengths.map(length => length / lengths[0]);
  }
}
