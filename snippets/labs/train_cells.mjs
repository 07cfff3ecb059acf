// One step of each cell for a whole batch, forward and back.
//
// A tape keeps what the steps left: fromInput and fromState, the sums of each block; hidden,
// the states, of which there is one more than steps; and what the cell itself keeps. All lie
// flat, by step, example, unit: the state before step t and the state after it are one batch
// apart. On the way back, toInput and toState are the gradients of those sums.

import { sigmoid } from "./cells.mjs";

/** Call each(one, first) for every example and unit of step t: where its state lies, and
 * where the first of its blocks. */
const everyUnit = ({ batch, units }, blocks, t, each) => {
  for (let row = t * batch; row < (t + 1) * batch; row++)
    for (let j = 0; j < units; j++) each(row * units + j, row * blocks * units + j);
};

/** bend: the activation; slope: its slope, from what the activation gave. */
const plain = (bend, slope) => ({
  blocks: 1,
  keeps: [],
  forward(tape, t) {
    const { hidden, fromInput, fromState, size } = tape;
    everyUnit(tape, 1, t, one => {
      hidden[one + size] = bend(fromInput[one] + fromState[one]);
    });
  },
  back(tape, t, gradient) {
    const { hidden, toInput, toState, size } = tape;
    everyUnit(tape, 1, t, one => {
      toInput[one] = toState[one] = gradient[one - t * size] * slope(hidden[one + size]);
      gradient[one - t * size] = 0; // all of it goes through the weights
    });
  },
});

const gru = {
  blocks: 3,
  keeps: ["gate", "reset", "candidate"],
  forward(tape, t) {
    const { hidden, fromInput, fromState, size, units, gate, reset, candidate } = tape;
    everyUnit(tape, 3, t, (one, first) => {
      const last = first + 2 * units;
      const z = sigmoid(fromInput[first] + fromState[first]);
      const r = sigmoid(fromInput[first + units] + fromState[first + units]);
      const draft = Math.tanh(fromInput[last] + r * fromState[last]);
      gate[one] = z;
      reset[one] = r;
      candidate[one] = draft;
      hidden[one + size] = z * hidden[one] + (1 - z) * draft;
    });
  },
  back(tape, t, gradient) {
    const { hidden, fromState, toInput, toState, size, units } = tape;
    const { gate, reset, candidate } = tape;
    everyUnit(tape, 3, t, (one, first) => {
      const last = first + 2 * units, place = one - t * size;
      const z = gate[one], r = reset[one], draft = candidate[one], g = gradient[place];
      const ofDraft = g * (1 - z) * (1 - draft * draft);
      toInput[first] = toState[first] = g * (hidden[one] - draft) * z * (1 - z);
      toInput[first + units] = toState[first + units] =
        ofDraft * fromState[last] * r * (1 - r);
      toInput[last] = ofDraft;
      toState[last] = ofDraft * r;
      gradient[place] = g * z; // the straight road back
    });
  },
};

const lstm = {
  blocks: 4,
  keeps: ["input", "gate", "candidate", "output", "memory"],
  forward(tape, t) {
    const { hidden, fromInput, fromState, size, units } = tape;
    const { input, gate, candidate, output, memory } = tape;
    everyUnit(tape, 4, t, (one, first) => {
      const sum = block => fromInput[first + block * units] + fromState[first + block * units];
      const i = sigmoid(sum(0)), f = sigmoid(sum(1)), c = Math.tanh(sum(2)), o = sigmoid(sum(3));
      const old = t ? memory[one - size] : 0;
      input[one] = i;
      gate[one] = f;
      candidate[one] = c;
      output[one] = o;
      memory[one] = f * old + i * c;
      hidden[one + size] = o * Math.tanh(memory[one]);
    });
  },
  back(tape, t, gradient) {
    const { toInput, toState, size, units, ofMemory } = tape;
    const { input, gate, candidate, output, memory } = tape;
    everyUnit(tape, 4, t, (one, first) => {
      const place = one - t * size, g = gradient[place];
      const i = input[one], f = gate[one], c = candidate[one], o = output[one];
      const old = t ? memory[one - size] : 0, bent = Math.tanh(memory[one]);
      const m = ofMemory[place] + g * o * (1 - bent * bent);
      const blocks = [
        m * c * i * (1 - i), m * old * f * (1 - f), m * i * (1 - c * c), g * bent * o * (1 - o),
      ];
      for (let block = 0; block < 4; block++)
        toInput[first + block * units] = toState[first + block * units] = blocks[block];
      ofMemory[place] = m * f;
      gradient[place] = 0;
    });
  },
};

export const CELLS = {
  rnn: plain(Math.tanh, h => 1 - h * h),
  relu_rnn: plain(a => Math.max(a, 0), h => (h > 0 ? 1 : 0)),
  gru,
  bias_gru: gru,
  lstm,
};
