// The picture of "Train it here": how both networks learn, on one chart, and below it what
// is inside each of them now.

import { box, heat, line, text } from "./svg.mjs";
import { ALL_NOUNS, isPlural } from "./sentences.mjs";

const LEFT = 40, RIGHT = 366, HEIGHT = 428;
const FIRST_SPAN = 200; // training steps; the axis doubles when a run gets longer
const POINTS = 120;

// The chart: three panels above one axis. None of them ever stretches but the axis of the
// steps, which says so.

const SHARE = { top: 36, bottom: 82, low: 0, high: 1 };
const LOSS = { top: 102, bottom: 160, low: -3, high: 1 };
const GRADIENT = { top: 180, bottom: 216, low: -3, high: 3 };

const spanOf = lengths => {
  let span = FIRST_SPAN;
  while (span < Math.max(...lengths)) span *= 2;
  return span;
};

const within = ({ top, bottom, low, high }, value) => {
  const cut = Math.min(high, Math.max(low, value));
  return bottom - ((cut - low) / (high - low)) * (bottom - top);
};

const logarithm = value => (value > 0 ? Math.log10(value) : -9);

/** At most POINTS means of as many values each, with the step in the middle of each. */
const means = values => {
  const size = Math.max(1, Math.ceil(values.length / POINTS));
  const found = [];
  for (let from = 0; from < values.length; from += size) {
    const part = Array.from(values.slice(from, from + size)).filter(Number.isFinite);
    if (!part.length) continue;
    const sum = part.reduce((total, value) => total + value, 0);
    found.push([from + (part.length + 1) / 2, sum / part.length]);
  }
  return found;
};

const axes = (span, doubled) => {
  const grid = (panel, value, words) => {
    const y = within(panel, value);
    return line([[LEFT, y], [RIGHT, y]], "grid") + text(LEFT - 5, y + 4, words, "end small");
  };
  const ticks = [0, 0.25, 0.5, 0.75, 1].map(part =>
    text(LEFT + part * (RIGHT - LEFT), 231, part * span, `small ${part === 1 ? "end" : "mid"}`));
  const says = doubled ? `; axis now to ${span}` : "";
  return [
    grid(SHARE, 0, "0 %"), grid(SHARE, 1, "100 %"),
    grid(LOSS, -3, "0.001"), grid(LOSS, -1, "0.1"), grid(LOSS, 1, "10"),
    grid(GRADIENT, -3, "0.001"), grid(GRADIENT, 0, "1"), grid(GRADIENT, 3, "1000"),
    text(LEFT, 30, "answers right, on freshly drawn examples", "small"),
    text(LEFT, 96, "loss", "small"),
    text(LEFT, 174, "largest gradient of a weight array", "small"),
    ...ticks,
    text(RIGHT, 245, `training steps${says}`, "end small"),
  ].join("");
};

const curves = (run, kind, span) => {
  const x = step => LEFT + (Math.min(step, span) / span) * (RIGHT - LEFT);
  const drawn = (points, panel, scale) =>
    (points.length
      ? line(points.map(([step, value]) => [x(step), within(panel, scale(value))]), kind) : "");
  const shares = run.right.map((share, i) => [25 * (i + 1), share]);
  return drawn(shares, SHARE, value => value)
    + drawn(means(run.loss), LOSS, logarithm)
    + drawn(means(run.gradient), GRADIENT, logarithm);
};

const status = ({ loss, solved, failed }) => {
  if (failed) return "blew up";
  return solved === null ? `${loss.length}` : `✓ ${solved}`;
};

const legend = (networks, runs, kinds) => runs.map((run, i) => {
  const x = i ? 198 : 4;
  return line([[x, 9], [x + 18, 9]], kinds[i])
    + text(x + 24, 13, `${networks[i].name}: ${status(run)}`, `name text-${networks[i].colour}`);
}).join("");

// Inside a network: what it reads, its states, its gate, and how far back its gradient
// reaches.

const WIDTH = 176;

/** Above each step of the map what is read there: a number as a bar, a letter or a symbol as
 * it is, of a sentence the nouns, tall for many and low for one. */
const strip = (look, x) => {
  const step = WIDTH / look.read.length;
  const bar = (t, from, height, kind) =>
    box(x + (t + 0.15) * step, from, step * 0.7, Math.max(0.6, height), kind);
  return look.read.map((now, t) => {
    const kind = look.matters.includes(t) ? "fill-text" : "fill-beside";
    if (typeof now === "number") return number(now, look, bar, t, kind);
    if (ALL_NOUNS.includes(now)) {
      return isPlural(now) ? bar(t, 252, 14, kind) : bar(t, 260, 6, kind);
    }
    if (now.length > 1 || step < 6.5) return "";
    return text(x + (t + 0.5) * step, 264, now, "mid small");
  }).join("");
};

/** From a foot, or where numbers may be negative from the middle. */
const number = (now, { read }, bar, t, kind) => {
  const signed = read.some(value => value < 0);
  const height = 14 * Math.min(1, Math.abs(now)) / (signed ? 2 : 1);
  return bar(t, signed ? (now > 0 ? 259 - height : 259) : 266 - height, height, kind);
};

const map = (values, { units, read }, x, y, height, colour) =>
  heat({ x, y, width: WIDTH, height }, units, read.length,
    (unit, t) => values[t * units + unit], colour);

/** The length of the gradient by step: 1 at the last, on a scale from 10 to 10⁻⁶. */
const reach = (lengths, x, y, kind) => {
  const step = WIDTH / lengths.length;
  const panel = { top: y, bottom: y + 34, low: -6, high: 1 };
  const points = lengths.map((value, back) =>
    [x + WIDTH - (back + 0.5) * step, within(panel, logarithm(value))]);
  return line([[x, within(panel, 0)], [x + WIDTH, within(panel, 0)]], "grid")
    + line([[x, y + 34], [x + WIDTH, y + 34]], "grid")
    + line(points.length > 1 ? points : [...points, ...points], kind);
};

const inside = (look, network, kind, x, one) => {
  const gated = look.gates !== null;
  const high = gated ? 42 : 94;
  const gate = network.cell === "lstm" ? "forget gate" : "update gate"; // both keep
  return [
    strip(look, x),
    text(x, 280, `state by ${one}, a row a unit`, "small"),
    map(look.states, look, x, 284, high),
    gated ? text(x, 338, `${gate}, strong: keeps`, "small") : "",
    gated ? map(look.gates, look, x, 342, 36, "gru") : "",
    text(x, 391, "gradient of the answer", "small"),
    reach(look.reach, x, 393, kind),
  ].join("");
};

// Ten seeds: where each was solved.

const seedsOf = (found, networks, kinds, span) => networks.map((network, i) => {
  const y = 290 + 62 * i;
  const x = step => LEFT + (Math.min(step, span) / span) * (RIGHT - LEFT);
  const marks = found.map((both, seed) => {
    const { solved } = both[i];
    const height = y + 8 + 3 * seed;
    return solved === null
      ? text(RIGHT, height + 4, "×", "end small")
      : box(x(solved) - 2, height - 1, 5, 3, `fill-${network.colour}`);
  });
  const good = found.filter(both => both[i].solved !== null).length;
  return text(4, y, `${network.name}: ${good} of ${found.length} seeds solved, × never`, "name")
    + line([[LEFT, y + 40], [RIGHT, y + 40]], "grid") + marks.join("");
}).join("");

/** networks: {name, colour, cell} of each; runs, ghost: what they came to; looks: what is
 * inside; seeds: of a race over ten, or null. */
export const picture = ({ networks, runs, looks, ghost, seeds, budget, one }) => {
  const same = networks[0].colour === networks[1].colour;
  const kinds = networks.map(({ colour }, i) =>
    `line ${colour}${i && same ? " dashed" : ""}`);
  const lengths = [...runs, ...(ghost ?? [])].map(({ loss }) => loss.length);
  const span = seeds ? budget : spanOf(lengths);
  const pale = ghost ? text(RIGHT, 96, "pale: the last run", "end small") : "";
  const past = pale
    + (ghost ?? []).map((run, i) => curves(run, `ghost ${kinds[i]}`, span)).join("");
  const below = seeds
    ? seedsOf(seeds, networks, kinds, span)
    : looks.map((look, i) =>
      inside(look, networks[i], kinds[i], i ? 190 : 4, one)).join("");
  return {
    height: HEIGHT,
    inside: axes(span, span > FIRST_SPAN) + past
      + runs.map((run, i) => curves(run, kinds[i], span)).join("")
      + legend(networks, runs, kinds) + below,
    label: `Training of two networks: ${runs.map((run, i) =>
      `${networks[i].name} ${run.loss.length ? status(run) : "not trained yet"}`).join("; ")}.`,
  };
};
