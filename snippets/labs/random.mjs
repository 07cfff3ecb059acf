// Random numbers as np.random.RandomState draws them, the same for the same seed; and weights
// as Keras draws them.

import { inner, norm, range } from "./vectors.mjs";

const SIZE = 624;

/** The Mersenne Twister, MT19937, and two of the distributions that NumPy makes of it. */
export class RandomState {
  #words = new Uint32Array(SIZE);
  #place = SIZE;
  #spare = null;

  constructor(seed) {
    const words = this.#words;
    words[0] = seed;
    for (let i = 1; i < SIZE; i++) {
      const last = words[i - 1];
      words[i] = Math.imul(1812433253, last ^ (last >>> 30)) + i;
    }
  }

  /** n numbers between low and high. */
  uniform(low, high, n) {
    return range(n, () => low + (high - low) * this.#fraction());
  }

  /** n normal numbers with that standard deviation. */
  normal(n, deviation = 1) {
    return range(n, () => deviation * this.#gauss());
  }

  /** All words anew, once each has been used. */
  #twist() {
    const words = this.#words;
    for (let i = 0; i < SIZE; i++) {
      const mixed = (words[i] & 0x80000000) | (words[(i + 1) % SIZE] & 0x7fffffff);
      words[i] = words[(i + 397) % SIZE] ^ (mixed >>> 1) ^ (mixed & 1 ? 0x9908b0df : 0);
    }
    this.#place = 0;
  }

  /** A whole number of 32 bits. */
  #word() {
    if (this.#place === SIZE) this.#twist();
    let word = this.#words[this.#place++];
    word ^= word >>> 11;
    word ^= (word << 7) & 0x9d2c5680;
    word ^= (word << 15) & 0xefc60000;
    return (word ^ (word >>> 18)) >>> 0;
  }

  /** From 0 to below 1, with 53 bits. */
  #fraction() {
    const high = this.#word() >>> 5;
    const low = this.#word() >>> 6;
    return (high * 2 ** 26 + low) / 2 ** 53;
  }

  /** Two numbers are made at a time, by Marsaglia's polar method. */
  #gauss() {
    const spare = this.#spare;
    this.#spare = null;
    if (spare !== null) return spare;
    let a, b, square;
    do {
      a = 2 * this.#fraction() - 1;
      b = 2 * this.#fraction() - 1;
      square = a * a + b * b;
    } while (square >= 1 || square === 0);
    const factor = Math.sqrt((-2 * Math.log(square)) / square);
    this.#spare = factor * a;
    return factor * b;
  }
}

/** A flat array as rows. */
export const rowsOf = (flat, width) =>
  range(flat.length / width, i => flat.slice(i * width, (i + 1) * width));

const without = (v, direction) => {
  const along = inner(direction, v);
  return v.map((a, i) => a - along * direction[i]);
};

/** Columns made orthonormal, one after the other: the Q of a QR decomposition whose R has
 * a positive diagonal. Each column twice, against rounding. */
const orthonormal = columns => {
  const done = [];
  for (const column of columns) {
    const rest = [...done, ...done].reduce(without, column);
    const length = norm(rest);
    done.push(rest.map(a => a / length));
  }
  return done;
};

/** kernel (features, width), Glorot uniform; recurrent (units, width), orthogonal. */
export const kerasStart = (random, features, units, width) => {
  const limit = Math.sqrt(6 / (features + width));
  const kernel = rowsOf(random.uniform(-limit, limit, features * width), width);
  const normal = rowsOf(random.normal(width * units), units);
  return { kernel, recurrent: orthonormal(range(units, j => normal.map(row => row[j]))) };
};
