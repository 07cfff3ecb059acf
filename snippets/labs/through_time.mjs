// A gradient on its way back through an untrained RNN and an untrained GRU.

import { gruBack, gruStep, rnnBack, rnnStep } from "./cells.mjs";
import { RandomState, kerasStart, rowsOf } from "./random.mjs";
import { mean, norm, range } from "./vectors.mjs";

/** Kernel Glorot uniform, recurrent kernel orthogonal, biases zero. */
const asInKeras = (random, units, width) => {
  const zeros = range(width, () => 0);
  return { ...kerasStart(random, 1, units, width), bias: zeros, bias2: zeros };
};

/** Everything uniform. */
const asInPyTorch = (random, units, width) => {
  const limit = 1 / Math.sqrt(units);
  const draw = n => random.uniform(-limit, limit, n);
  return {
    kernel: [draw(width)],
    recurrent: rowsOf(draw(units * width), width),
    bias: draw(width),
    bias2: draw(width),
  };
};

/** The weights of a layer with one feature; blocks is 1 for an RNN, 3 for a GRU. */
const drawn = (random, blocks, { start, units, scale }) => {
  const draw = start === "keras" ? asInKeras : asInPyTorch;
  const weights = draw(random, units, blocks * units);
  const recurrent = weights.recurrent.map(row => row.map(a => scale * a));
  return { ...weights, recurrent };
};

/** Forward over the inputs, then back: how long the gradient is after 0, 1, ... steps, and
 * what the steps left. States are kept in single precision, as Keras keeps them; so this
 * and NumPy take the same path. */
const walk = (inputs, gradient, step, back) => {
  let hidden = gradient.map(() => 0);
  const tape = inputs.map(x => {
    const made = step([x], hidden);
    hidden = made.hidden.map(Math.fround);
    return { ...made, hidden };
  });
  const norms = [norm(gradient)];
  for (const made of [...tape].reverse()) {
    gradient = back(gradient, made);
    norms.push(norm(gradient));
  }
  return { norms, tape };
};

/** The lengths of the gradient in both cells, which read the same numbers; keep is the mean
 * of the update gate over all steps and units. */
export const gradients = settings => {
  const { length, units, spread, seed, update_bias } = settings;
  const random = new RandomState(seed);
  const inputs = random.normal(length, spread);
  const direction = random.normal(units);
  const size = norm(direction);
  const gradient = direction.map(a => a / size);

  const one = drawn(random, 1, settings);
  const rnn = walk(inputs, gradient,
    (x, hidden) => ({ hidden: rnnStep(x, hidden, one) }),
    (g, { hidden }) => rnnBack(g, hidden, one));

  const three = drawn(random, 3, settings);
  three.bias = three.bias.map((b, j) => (j < units ? b + update_bias : b));
  const gru = walk(inputs, gradient,
    (x, hidden) => gruStep(x, hidden, three),
    (g, made) => gruBack(g, made, three));

  const keep = mean(gru.tape.flatMap(({ z }) => z));
  return { rnn: rnn.norms, gru: gru.norms, keep };
};
