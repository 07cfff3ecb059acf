// Vectors are arrays of numbers, a matrix is an array of rows.

/** [make(0), make(1), ... make(n - 1)] */
export const range = (n, make) => Array.from({ length: n }, (_, i) => make(i));

export const mean = values => values.reduce((sum, value) => sum + value) / values.length;

// These two are most of the work, so they are plain loops.

export const inner = (v, w) => {
  let sum = 0;
  for (let i = 0; i < v.length; i++) sum += v[i] * w[i];
  return sum;
};

/** v M for n columns of the matrix M, the first of them given. */
export const times = (v, matrix, first, n) => {
  const product = new Array(n).fill(0);
  for (let i = 0; i < v.length; i++) {
    const factor = v[i], row = matrix[i];
    for (let j = 0; j < n; j++) product[j] += factor * row[first + j];
  }
  return product;
};

/** The length of a vector. */
export const norm = v => Math.sqrt(inner(v, v));

/** v times the transpose of M: the way back through `times`. */
export const timesTransposed = (v, matrix) => matrix.map(row => inner(v, row));
