// Pictures are strings of SVG. A kind is a word or more: "line rnn" makes the classes l-line
// and l-rnn of labs.css.

const short = value => Number(value.toFixed(1));
const classes = kind => `class="${kind.split(" ").map(word => `l-${word}`).join(" ")}"`;
const track = points => "M" + points.map(point => point.map(short).join(" ")).join("L");

const path = (d, kind) => `<path d="${d}" ${classes(kind)}/>`;

/** A line through points [x, y]. */
export const line = (points, kind) => path(track(points), kind);

/** Many lines as one shape. */
export const lines = (all, kind) => path(all.map(track).join(""), kind);

const rectangle = (...numbers) => {
  const [x, y, width, height] = numbers.map(short);
  return `M${x} ${y}h${width}v${height}h${-width}z`;
};

export const box = (x, y, width, height, kind) => path(rectangle(x, y, width, height), kind);

/** An unseen box that can be grabbed; see grab.mjs. */
export const hit = (name, ...place) =>
  `<path d="${rectangle(...place)}" class="l-hit" data-grab="${name}"/>`;

export const circle = (x, y, r, kind) =>
  `<circle cx="${short(x)}" cy="${short(y)}" r="${r}" ${classes(kind)}/>`;

export const dot = (x, y, kind) => circle(x, y, 4, kind);

export const text = (x, y, words, kind) =>
  `<text x="${short(x)}" y="${short(y)}" ${classes(kind)}>${words}</text>`;

// Many values as shades: one path for each shade, so that a map of hundreds is cheap.

const SHADES = 8, NARROW = 4; // columns narrower than that are drawn together where they can

/** value(row, column), from -1 to 1, over a box {x, y, width, height} of rows and columns.
 * Purple above 0 and green below it, or one colour of the page for values that have no sign. */
export const heat = ({ x, y, width, height }, rows, columns, value, colour = null) => {
  const w = width / columns, h = height / rows;
  const gap = w < NARROW ? 0 : Math.min(1, w / 8);
  const shadeOf = (row, column) => {
    const now = value(row, column);
    const shade = Math.min(SHADES, Math.round(Math.abs(now) * SHADES));
    return shade ? `${colour ?? (now > 0 ? "plus" : "minus")} ${shade}` : "";
  };
  const paths = {};
  for (let row = 0; row < rows; row++)
    for (let from = 0, to; from < columns; from = to) {
      const key = shadeOf(row, from);
      to = from + 1;
      while (!gap && to < columns && shadeOf(row, to) === key) to++;
      const start = `M${short(x + from * w)} ${short(y + (row + 0.5) * h)}`;
      if (key) paths[key] = `${paths[key] ?? ""}${start}h${short((to - from) * w - gap)}`;
    }
  return box(x, y, width, height, "ground") + Object.entries(paths).map(([key, d]) => {
    const [name, shade] = key.split(" ");
    // Strokes as high as a row, and a little more, so that no seam shows.
    return `<path d="${d}" class="l-shade l-${name}" stroke-width="${short(h + 0.1)}" `
      + `stroke-opacity="${shade / SHADES}"/>`;
  }).join("");
};
