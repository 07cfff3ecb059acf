// Products of matrices that lie flat, row after row, in Float64Arrays. Each adds to `out`.
// They are nearly all of the work of training, so they are plain loops. Inputs are mostly
// zeros, and those are skipped.

/** out += a b, where a is rows x inner and b is inner x columns. */
export const addProduct = (out, a, b, rows, inner, columns) => {
  for (let i = 0; i < rows; i++)
    for (let k = 0; k < inner; k++) {
      const factor = a[i * inner + k];
      if (factor === 0) continue;
      const from = k * columns, to = i * columns;
      for (let j = 0; j < columns; j++) out[to + j] += factor * b[from + j];
    }
};

/** out += aᵀ b, where a is rows x inner and b is rows x columns: a weight's gradient. */
export const addTransposedProduct = (out, a, b, rows, inner, columns) => {
  for (let i = 0; i < rows; i++)
    for (let k = 0; k < inner; k++) {
      const factor = a[i * inner + k];
      if (factor === 0) continue;
      const from = i * columns, to = k * columns;
      for (let j = 0; j < columns; j++) out[to + j] += factor * b[from + j];
    }
};

/** out += b wᵀ, where b is rows x columns and w is inner x columns: the way back. */
export const addProductTransposed = (out, b, w, rows, inner, columns) => {
  for (let i = 0; i < rows; i++)
    for (let k = 0; k < inner; k++) {
      const left = i * columns, right = k * columns;
      let sum = 0;
      for (let j = 0; j < columns; j++) sum += b[left + j] * w[right + j];
      out[i * inner + k] += sum;
    }
};

/** out += each of the rows. */
export const addRows = (out, rows) => {
  const columns = out.length;
  for (let i = 0; i < rows.length; i++) out[i % columns] += rows[i];
};

/** out += row, in each of its rows. */
export const addToRows = (out, row) => {
  const columns = row.length;
  for (let i = 0; i < out.length; i++) out[i] += row[i % columns];
};
