// What the labs compute, without a page: both cells forward and back, random numbers as
// NumPy draws them, counts and rules. Vectors are arrays, a matrix is an array of rows;
// weights lie as in Keras: kernel [features][blocks units], blocks update, reset,
// candidate. tests/site/test_labs.py holds each function to snippets/labs/.

const { tanh, log, sqrt, imul, fround } = Math;
const range = (n, make) => Array.from({ length: n }, (_, i) => make(i));

// tanh cannot overflow, exp could.
export const sigmoid = a => 0.5 * (1 + tanh(0.5 * a));

export const norm = v => sqrt(v.reduce((sum, a) => sum + a * a, 0));

/** v M, columns from to to of a matrix M. */
const times = (v, M, from, to) => {
  const out = new Float64Array(to - from);
  for (let i = 0; i < v.length; i++) {
    const row = M[i], a = v[i];
    for (let j = from; j < to; j++) out[j - from] += a * row[j];
  }
  return out;
};

/** M v, columns from to to of M: the way back through times. */
const back = (M, v, from = 0) => M.map(row => {
  let sum = 0;
  for (let j = 0; j < v.length; j++) sum += row[from + j] * v[j];
  return sum;
});

/** The generator behind np.random.RandomState(seed): Mersenne Twister 19937. */
export class RandomState {
  #key = new Uint32Array(624);
  #place = 624;
  #spare = null;

  constructor(seed) {
    this.#key[0] = seed;
    for (let i = 1; i < 624; i++) {
      const last = this.#key[i - 1];
      this.#key[i] = imul(1812433253, last ^ (last >>> 30)) + i;
    }
  }

  #next() {
    const key = this.#key;
    if (this.#place === 624) {
      for (let i = 0; i < 624; i++) {
        const y = (key[i] & 0x80000000) | (key[(i + 1) % 624] & 0x7fffffff);
        key[i] = key[(i + 397) % 624] ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
      }
      this.#place = 0;
    }
    let y = key[this.#place++];
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  }

  #random() {
    const high = this.#next() >>> 5, low = this.#next() >>> 6;
    return (high * 67108864 + low) / 9007199254740992;
  }

  uniform(low, high, n) {
    return range(n, () => low + (high - low) * this.#random());
  }

  normal(n, scale = 1) {
    return range(n, () => scale * this.#gauss());
  }

  #gauss() {
    if (this.#spare !== null) {
      const spare = this.#spare;
      this.#spare = null;
      return spare;
    }
    let a, b, square;
    do {
      a = 2 * this.#random() - 1;
      b = 2 * this.#random() - 1;
      square = a * a + b * b;
    } while (square >= 1 || square === 0);
    const factor = sqrt((-2 * log(square)) / square);
    this.#spare = factor * a;
    return factor * b;
  }
}

const rows = (flat, width) =>
  range(flat.length / width, i => flat.slice(i * width, (i + 1) * width));

/** Columns made orthonormal (twice, against rounding): the Q of a QR decomposition whose
 * R has a positive diagonal. Takes and gives a list of columns. */
const orthonormal = columns => {
  const done = [];
  for (const column of columns) {
    const v = Float64Array.from(column);
    for (let pass = 0; pass < 2; pass++)
      for (const q of done) {
        let along = 0;
        for (let i = 0; i < v.length; i++) along += q[i] * v[i];
        for (let i = 0; i < v.length; i++) v[i] -= along * q[i];
      }
    const length = norm(v);
    done.push(v.map(a => a / length));
  }
  return done;
};

/** {kernel, recurrent, bias, bias2} of a layer with one feature, as Keras or PyTorch
 * draws them; blocks is 1 for an RNN, 3 for a GRU. */
export const drawn = (random, start, units, blocks) => {
  const width = blocks * units;
  if (start === "keras") {
    const limit = sqrt(6 / (1 + width));
    const kernel = [random.uniform(-limit, limit, width)];
    const normal = rows(random.normal(width * units), units);
    const recurrent = orthonormal(range(units, j => normal.map(row => row[j])));
    const zeros = new Array(width).fill(0);
    return { kernel, recurrent, bias: zeros, bias2: [...zeros] };
  }
  const limit = 1 / sqrt(units);
  const draw = n => random.uniform(-limit, limit, n);
  const kernel = [draw(width)], recurrent = rows(draw(units * width), width);
  return { kernel, recurrent, bias: draw(width), bias2: draw(width) };
};

/** One step of the tanh RNN: x [features], hidden [units] -> hidden. */
export const rnnStep = (x, hidden, { kernel, recurrent, bias, bias2 }) => {
  const units = hidden.length;
  const fromInput = times(x, kernel, 0, units);
  const fromState = times(hidden, recurrent, 0, units);
  return Array.from(fromInput, (a, j) =>
    tanh(a + fromState[j] + (bias?.[j] ?? 0) + (bias2?.[j] ?? 0)));
};

/** One step of a GRU: {z, r, candidate, hidden, before, recalled}. zPin and rPin hold a
 * gate at a number; keeps says whether z keeps the old state or writes the new one. */
export const gruStep = (x, before, weights, options = {}) => {
  const { kernel, recurrent, bias, bias2 } = weights;
  const { after = true, keeps = true, zPin = null, rPin = null } = options;
  const u = before.length;
  const input = times(x, kernel, 0, 3 * u).map((a, j) => a + (bias?.[j] ?? 0));
  const second = j => (after ? bias2?.[j] ?? 0 : 0);
  const gates = times(before, recurrent, 0, 2 * u);
  const gate = (block, pin) => range(u, j => {
    const k = block * u + j;
    return pin ?? sigmoid(input[k] + gates[k] + second(k));
  });
  const z = gate(0, zPin), r = gate(1, rPin);
  const seen = after ? before : before.map((h, j) => r[j] * h);
  const recalled = times(seen, recurrent, 2 * u, 3 * u).map((a, j) => a + second(2 * u + j));
  const candidate = range(u, j =>
    tanh(input[2 * u + j] + (after ? r[j] * recalled[j] : recalled[j])));
  const hidden = range(u, j => {
    const keep = keeps ? z[j] : 1 - z[j];
    return keep * before[j] + (1 - keep) * candidate[j];
  });
  return { z, r, candidate, hidden, before, recalled };
};

/** The gradient one step earlier: gradient times the Jacobian of rnnStep. */
export const rnnBack = (gradient, hidden, { recurrent }) =>
  back(recurrent, gradient.map((g, j) => g * (1 - hidden[j] ** 2)));

/** The same for gruStep with gates that are free and z that keeps. */
export const gruBack = (gradient, step, { recurrent }, after = true) => {
  const { z, r, candidate, before, recalled } = step;
  const u = z.length;
  const draft = gradient.map((g, j) => g * (1 - z[j]) * (1 - candidate[j] ** 2));
  const dz = gradient.map((g, j) => g * (before[j] - candidate[j]) * z[j] * (1 - z[j]));
  const past = back(recurrent, after ? draft.map((d, j) => d * r[j]) : draft, 2 * u);
  const dr = r.map((a, j) =>
    (after ? draft[j] * recalled[j] : past[j] * before[j]) * a * (1 - a));
  const gates = back(recurrent, [...dz, ...dr]);
  return gradient.map((g, j) => g * z[j] + (after ? past[j] : past[j] * r[j]) + gates[j]);
};

/** Forward over the inputs, then back with a gradient: its norms, and what the steps left.
 * States are kept in single precision, as Keras keeps them, so that this and NumPy take
 * the same path. */
const walk = (inputs, gradient, step, back) => {
  let hidden = gradient.map(() => 0);
  const tape = inputs.map(x => {
    const made = step([x], hidden);
    hidden = made.hidden = made.hidden.map(fround);
    return made;
  });
  const norms = [1];
  for (const made of [...tape].reverse()) norms.push(norm(gradient = back(gradient, made)));
  return { norms, tape };
};

/** How long a gradient of length 1 still is 0, 1, ... length steps back, in an untrained
 * RNN and GRU that read the same numbers; keep is the mean of the update gate. */
export const gradients = ({ length, units, scale, update_bias, start, spread, seed, after = true }) => {
  const random = new RandomState(seed), inputs = random.normal(length, spread);
  const drawnGradient = random.normal(units), size = norm(drawnGradient);
  const first = drawnGradient.map(g => g / size);
  const [one, three] = [1, 3].map(blocks => {
    const weights = drawn(random, start, units, blocks);
    weights.recurrent = weights.recurrent.map(row => row.map(a => scale * a));
    return weights;
  });
  three.bias = three.bias.map((b, j) => b + (j < units ? update_bias : 0));
  const rnn = walk(inputs, first, (x, h) => ({ hidden: rnnStep(x, h, one) }), (g, { hidden }) => rnnBack(g, hidden, one));
  const gru = walk(inputs, first, (x, h) => gruStep(x, h, three, { after }), (g, made) => gruBack(g, made, three, after));
  const all = gru.tape.flatMap(({ z }) => z);
  return { rnn: rnn.norms, gru: gru.norms, keep: all.reduce((a, b) => a + b) / all.length };
};

/** What a network of the race says at each step: {answers, z, least, r}, z and r as means
 * over the units, least the least z of a unit. weights as in its record: kernel, recurrent kernel, bias, and the output's. */
export const replay = ([kernel, recurrent, bias, out, outBias], inputs) => {
  const gated = kernel[0].length === 3 * recurrent.length;
  const weights = gated
    ? { kernel, recurrent, bias: bias[0], bias2: bias[1] }
    : { kernel, recurrent, bias };
  const mean = v => v.reduce((a, b) => a + b) / v.length;
  const told = { answers: [], z: [], least: [], r: [] };
  let hidden = new Array(recurrent.length).fill(0);
  for (const x of inputs) {
    if (gated) {
      const step = gruStep(x, hidden, weights);
      hidden = step.hidden;
      told.z.push(mean(step.z));
      told.least.push(Math.min(...step.z));
      told.r.push(mean(step.r));
    } else hidden = rnnStep(x, hidden, weights);
    told.answers.push(hidden.reduce((sum, h, j) => sum + h * out[j][0], outBias[0]));
  }
  return told;
};

/** Parameters and multiply-adds a step of stacked layers, and what each layer reads
 * (shapes). blocks is 1 or 3, biases 0, 1 or 2 a block. */
export const counted = ({ features, units, layers, bidirectional }, blocks, biases) => {
  const directions = bidirectional ? 2 : 1;
  const shapes = range(layers, i => (i ? directions * units : features));
  const sum = extra => shapes.reduce((total, inputs) =>
    total + directions * blocks * units * (inputs + units + extra), 0);
  return { shapes, parameters: sum(biases), products: sum(0) };
};

/** Biases of one block: none, one, or the two of PyTorch and of Keras's reset_after. */
export const biases = ({ framework, bias, reset_after }, blocks) =>
  !bias ? 0 : framework === "pytorch" || (blocks === 3 && reset_after) ? 2 : 1;

/** The rules that hold for an answer to every question, in order; the first decides. A
 * condition is [least, most] for a number, else the words that it allows. */
export const fired = (rules, answers) => rules.filter(rule =>
  Object.entries(rule.when).every(([name, wanted]) =>
    typeof answers[name] === "number"
      ? wanted[0] <= answers[name] && answers[name] <= (wanted[1] ?? Infinity)
      : wanted.includes(answers[name])));
