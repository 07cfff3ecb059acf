// One step of both cells, forward and back.
//
// Weights lie as in Keras: kernel [features][blocks units], recurrent [units][blocks units],
// and two biases, each [blocks units] or left out. A GRU has three blocks, in the order
// update gate, reset gate, candidate; an RNN has one.

import { range, times, timesTransposed } from "./vectors.mjs";

const UPDATE = 0, RESET = 1, CANDIDATE = 2;

/** tanh cannot overflow, exp could. */
export const sigmoid = a => 0.5 * (1 + Math.tanh(0.5 * a));

const add = (v, w) => v.map((a, i) => a + w[i]);

/** v times one block of a matrix, plus that block of a bias if there is one. */
const weighed = (v, matrix, bias, block, units) => {
  const first = block * units;
  const product = times(v, matrix, first, units);
  return bias ? add(product, bias.slice(first, first + units)) : product;
};

/** x [features], hidden [units] -> the new hidden state. */
export const rnnStep = (x, hidden, { kernel, recurrent, bias, bias2 }) => {
  const units = hidden.length;
  const fromInput = weighed(x, kernel, bias, 0, units);
  const fromState = weighed(hidden, recurrent, bias2, 0, units);
  return add(fromInput, fromState).map(Math.tanh);
};

/** All of one step of a GRU: {z, r, candidate, hidden, before, recalled}.
 *
 * after: the reset gate acts after the product with the recurrent kernel, or before it.
 * keeps: z says how much to keep, or how much to write.
 * zPin, rPin: a number that holds the gate, in place of what the weights say. */
export const gruStep = (x, before, weights, options = {}) => {
  const { after = true, keeps = true, zPin = null, rPin = null } = options;
  const { kernel, recurrent, bias } = weights;
  const units = before.length;
  const bias2 = after ? weights.bias2 : null;
  const fromInput = block => weighed(x, kernel, bias, block, units);
  const fromState = (state, block) => weighed(state, recurrent, bias2, block, units);
  const gate = (block, pin) =>
    pin === null
      ? add(fromInput(block), fromState(before, block)).map(sigmoid)
      : range(units, () => pin);

  const z = gate(UPDATE, zPin);
  const r = gate(RESET, rPin);
  const reset = v => v.map((a, j) => r[j] * a);
  const recalled = fromState(after ? before : reset(before), CANDIDATE);
  const seen = after ? reset(recalled) : recalled;
  const candidate = add(fromInput(CANDIDATE), seen).map(Math.tanh);
  const hidden = z.map((gate, j) => {
    const keep = keeps ? gate : 1 - gate;
    return keep * before[j] + (1 - keep) * candidate[j];
  });
  return { z, r, candidate, hidden, before, recalled };
};

/** All steps of a recorded layer from state 0: {hidden}, and of a GRU what gruStep gives.
 * Only a GRU has two biases. */
export const replay = ({ kernel, recurrent_kernel: recurrent, bias }, inputs) => {
  const gated = Array.isArray(bias[0]);
  const [one, two] = gated ? bias : [bias, null];
  const weights = { kernel, recurrent, bias: one, bias2: two };
  let hidden = recurrent.map(() => 0);
  return inputs.map(x => {
    const step = gated ? gruStep(x, hidden, weights) : { hidden: rnnStep(x, hidden, weights) };
    hidden = step.hidden;
    return step;
  });
};

/** The gradient one step earlier, through the step that made hidden. */
export const rnnBack = (gradient, hidden, { recurrent }) =>
  timesTransposed(gradient.map((g, j) => g * (1 - hidden[j] ** 2)), recurrent);

/** The same through a gruStep with free gates, whose z keeps and whose reset comes after. */
export const gruBack = (gradient, step, { recurrent }) => {
  const { z, r, candidate, before, recalled } = step;
  const ofCandidate = gradient.map((g, j) => g * (1 - z[j]) * (1 - candidate[j] ** 2));
  const ofZ = gradient.map((g, j) => g * (before[j] - candidate[j]) * z[j] * (1 - z[j]));
  const ofR = ofCandidate.map((d, j) => d * recalled[j] * r[j] * (1 - r[j]));
  const ofRecalled = ofCandidate.map((d, j) => d * r[j]);
  const throughWeights = timesTransposed([...ofZ, ...ofR, ...ofRecalled], recurrent);
  return gradient.map((g, j) => g * z[j] + throughWeights[j]);
};
