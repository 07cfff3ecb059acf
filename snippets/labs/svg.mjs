// Pictures are strings of SVG. A kind is a word or more: "line rnn" makes the classes l-line
// and l-rnn of labs.css.

const short = value => Number(value.toFixed(1));
const classes = kind => `class="${kind.split(" ").map(word => `l-${word}`).join(" ")}"`;
const track = points => "M" + points.map(point => point.map(short).join(" ")).join("L");

export const path = (d, kind) => `<path d="${d}" ${classes(kind)}/>`;

/** A line through points [x, y]. */
export const line = (points, kind) => path(track(points), kind);

/** Many lines as one shape. */
export const lines = (all, kind) => path(all.map(track).join(""), kind);

export const box = (x, y, width, height, kind) => {
  const [w, h] = [width, height].map(short);
  return path(`M${short(x)} ${short(y)}h${w}v${h}h${-w}z`, kind);
};

export const circle = (x, y, r, kind) =>
  `<circle cx="${short(x)}" cy="${short(y)}" r="${r}" ${classes(kind)}/>`;

export const dot = (x, y, kind) => circle(x, y, 4, kind);

export const text = (x, y, words, kind) =>
  `<text x="${short(x)}" y="${short(y)}" ${classes(kind)}>${words}</text>`;
