// How wrong answers are, the gradient of that for the scores, and a step against it. Scores
// lie by step that is asked, example, output; targets by step, example; a target below 0 is
// not asked for.

/** The probabilities of `outputs` scores, from the place `from` on. */
export const softmax = (scores, from, outputs) => {
  let most = -Infinity, sum = 0;
  for (let j = 0; j < outputs; j++) most = Math.max(most, scores[from + j]);
  const raised = new Float64Array(outputs);
  for (let j = 0; j < outputs; j++) sum += raised[j] = Math.exp(scores[from + j] - most);
  return raised.map(value => value / sum);
};

export const crossEntropy = (scores, targets, outputs) => {
  const asked = targets.filter(target => target >= 0).length;
  const gradient = new Float64Array(scores.length);
  let loss = 0;
  targets.forEach((target, i) => {
    if (target < 0) return;
    const probabilities = softmax(scores, i * outputs, outputs);
    loss -= Math.log(probabilities[target]);
    probabilities.forEach((p, j) => {
      gradient[i * outputs + j] = (p - (j === target ? 1 : 0)) / asked;
    });
  });
  return { loss: loss / asked, gradient };
};

export const squaredError = (scores, targets) => {
  const off = targets.map((target, i) => scores[i] - target);
  const sum = off.reduce((total, value) => total + value * value, 0);
  return {
    loss: sum / off.length,
    gradient: Float64Array.from(off, value => (2 * value) / off.length),
  };
};

/** The place of the greatest of `outputs` scores. */
export const likeliest = (scores, from, outputs) => {
  let best = 0;
  for (let j = 1; j < outputs; j++) if (scores[from + j] > scores[from + best]) best = j;
  return best;
};

const MEAN = 0.9, SQUARE = 0.999, TINY = 1e-7;

/** The length of a gradient, or of a weight matrix. */
export const lengthOf = values => {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] * values[i];
  return Math.sqrt(sum);
};

/** Adam (Kingma and Ba 2014, arXiv:1412.6980), with the gradient of each weight matrix cut to
 * a length. */
export class Adam {
  #memory = {};
  #step = 0;

  /** clip: the greatest length of a gradient, null for any. */
  constructor(rate, clip) {
    Object.assign(this, { rate, clip: clip ?? Infinity });
  }

  /** Every weight moves a little, against its slope. */
  move(weights, slopes) {
    this.#step += 1;
    const ofMean = 1 - MEAN ** this.#step, ofSquare = 1 - SQUARE ** this.#step;
    for (const [name, slope] of Object.entries(slopes)) {
      const weight = weights[name];
      const [mean, square] = this.#memory[name] ??=
        [new Float64Array(slope.length), new Float64Array(slope.length)];
      const shorter = Math.max(1, lengthOf(slope) / this.clip);
      for (let i = 0; i < slope.length; i++) {
        const now = slope[i] / shorter;
        mean[i] = MEAN * mean[i] + (1 - MEAN) * now;
        square[i] = SQUARE * square[i] + (1 - SQUARE) * now * now;
        weight[i] -= this.rate * mean[i] / ofMean / (Math.sqrt(square[i] / ofSquare) + TINY);
      }
    }
  }
}
