// A recurrent layer with an output layer: how it starts, what it says, its gradients.
//
// Weights are flat arrays by the names that the Python program uses, in Keras's layout.
// Inputs lie by step, example, feature; scores by step that is asked, example, output.

import { kerasStart } from "./random.mjs";
import {
  addProduct, addProductTransposed, addRows, addToRows, addTransposedProduct,
} from "./matrix.mjs";
import { CELLS } from "./train_cells.mjs";
import { range } from "./vectors.mjs";

const zeros = n => new Float64Array(n);

/** {cell, features, units, outputs} -> the number of values of each weight. */
export const sizes = ({ cell, features, units, outputs }) => {
  const width = CELLS[cell].blocks * units;
  return {
    kernel: features * width,
    recurrent_kernel: units * width,
    bias: CELLS[cell].blocks === 3 ? 2 * width : width,
    output_kernel: units * outputs,
    output_bias: outputs,
  };
};

/** How many numbers a network learns. */
export const parameters = shape =>
  Object.values(sizes(shape)).reduce((sum, size) => sum + size);

/** How many units, of 1 to 32, give that cell about as many parameters as another network;
 * task: {features, outputs}. */
export const equalUnits = (other, cell, task) => {
  const wanted = parameters({ ...other, ...task });
  const off = units => Math.abs(parameters({ cell, units, ...task }) - wanted);
  return range(32, i => i + 1).reduce((best, units) => (off(units) < off(best) ? units : best));
};

/** The weights as Keras draws them; see train_it_here.py. */
export const start = (random, shape) => {
  const { cell, features, units, outputs } = shape;
  const width = CELLS[cell].blocks * units;
  const { kernel, recurrent } = kerasStart(random, features, units, width);
  const bias = zeros(sizes(shape).bias);
  if (cell === "bias_gru") bias.fill(2, 0, units);
  if (cell === "lstm") bias.fill(1, units, 2 * units);
  const identity = recurrent.map((row, i) => row.map((_, j) => Number(i === j)));
  const limit = Math.sqrt(6 / (units + outputs));
  return {
    kernel: Float64Array.from(kernel.flat()),
    recurrent_kernel: Float64Array.from((cell === "relu_rnn" ? identity : recurrent).flat()),
    bias,
    output_kernel: Float64Array.from(random.uniform(-limit, limit, units * outputs)),
    output_bias: zeros(outputs),
  };
};

/** All steps of the layer over {inputs, steps, batch}; see train_cells.mjs for the tape. */
export const forward = (shape, weights, { inputs, steps, batch }) => {
  const { features, units } = shape, cell = CELLS[shape.cell];
  const width = cell.blocks * units, size = batch * units, rows = batch * width;
  const [bias, bias2] = [weights.bias.subarray(0, width), weights.bias.subarray(width)];
  const tape = {
    steps, batch, units, size,
    hidden: zeros((steps + 1) * size),
    fromInput: zeros(steps * rows),
    fromState: zeros(steps * rows),
  };
  for (const name of cell.keeps) tape[name] = zeros(steps * size);
  addProduct(tape.fromInput, inputs, weights.kernel, steps * batch, features, width);
  addToRows(tape.fromInput, bias);
  for (let t = 0; t < steps; t++) {
    const before = tape.hidden.subarray(t * size, (t + 1) * size);
    const sums = tape.fromState.subarray(t * rows, (t + 1) * rows);
    addProduct(sums, before, weights.recurrent_kernel, batch, units, width);
    if (bias2.length) addToRows(sums, bias2);
    cell.forward(tape, t);
  }
  return tape;
};

/** Of the last `asked` steps, what the output layer says. */
export const scoresOf = ({ outputs }, weights, { hidden, steps, batch, units, size }, asked) => {
  const scores = zeros(asked * batch * outputs);
  addToRows(scores, weights.output_bias);
  const last = hidden.subarray((steps - asked + 1) * size);
  addProduct(scores, last, weights.output_kernel, asked * batch, units, outputs);
  return scores;
};

/** Back through all steps, from the gradients for the states at the last `asked` of them.
 * Calls seen(t, gradient) with the whole gradient for the state after each step. */
export const backThrough = (shape, weights, tape, upstream, asked, seen = () => {}) => {
  const { steps, batch, units, size } = tape, cell = CELLS[shape.cell];
  const width = cell.blocks * units, rows = batch * width;
  tape.toInput = zeros(steps * rows);
  tape.toState = zeros(steps * rows);
  tape.ofMemory = zeros(size);
  const gradient = zeros(size);
  for (let t = steps - 1; t >= 0; t--) {
    const from = (t - steps + asked) * size;
    if (from >= 0) for (let i = 0; i < size; i++) gradient[i] += upstream[from + i];
    seen(t, gradient);
    cell.back(tape, t, gradient);
    const sums = tape.toState.subarray(t * rows, (t + 1) * rows);
    addProductTransposed(gradient, sums, weights.recurrent_kernel, batch, units, width);
  }
};

/** The gradients for the inputs, once the way back has been gone. */
export const inputGradients = ({ features }, weights, { toInput, steps, batch }) => {
  const found = zeros(steps * batch * features);
  const width = toInput.length / (steps * batch);
  addProductTransposed(found, toInput, weights.kernel, steps * batch, features, width);
  return found;
};

/** What the scores' gradient is for the states that they come from. */
export const throughOutput = ({ outputs }, weights, { units, batch }, ofScores, asked) => {
  const upstream = zeros(asked * batch * units);
  addProductTransposed(upstream, ofScores, weights.output_kernel, asked * batch, units, outputs);
  return upstream;
};

/** The gradient of the loss for every weight, from that for the scores. */
export const slopes = (shape, weights, { inputs }, tape, ofScores, asked) => {
  const { features, units, outputs } = shape, { steps, batch, size, hidden } = tape;
  const width = CELLS[shape.cell].blocks * units, all = steps * batch;
  const upstream = throughOutput(shape, weights, tape, ofScores, asked);
  backThrough(shape, weights, tape, upstream, asked);
  const found = Object.fromEntries(
    Object.entries(sizes(shape)).map(([name, size]) => [name, zeros(size)]));
  const { toInput, toState } = tape;
  addTransposedProduct(found.kernel, inputs, toInput, all, features, width);
  addTransposedProduct(found.recurrent_kernel, hidden, toState, all, units, width);
  addRows(found.bias.subarray(0, width), toInput);
  if (found.bias.length > width) addRows(found.bias.subarray(width), toState);
  const last = hidden.subarray((steps - asked + 1) * size);
  addTransposedProduct(found.output_kernel, last, ofScores, asked * batch, units, outputs);
  addRows(found.output_bias, ofScores);
  return found;
};
