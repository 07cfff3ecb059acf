// The GRU cell as a diagram, with the numbers of one step on its wires: a wire is as wide as
// its number is large, purple above 0 and green below it. Gates and input can be dragged.

import { fixed } from "./numbers.mjs";
import { box, circle, hit, line, text } from "./svg.mjs";
import { mean } from "./vectors.mjs";

const WIDTH = 436, HEIGHT = 444;
const DOWN = 26; // the diagram's place below the bar that blends

/** A wire that carries numbers, or one that is only drawn. */
const wire = (d, numbers) => {
  if (!numbers) return `<path d="${d}" class="l-wire l-wire-plain"/>`;
  const value = mean(numbers), wide = 1.2 + 7 * Math.min(1, Math.abs(value));
  const sign = value < 0 ? "minus" : "plus";
  return `<path d="${d}" class="l-wire l-wire-${sign}" stroke-width="${wide.toFixed(1)}"/>`;
};

const operator = (x, y, sign) => circle(x, y, 14, "op") + text(x, y + 5.5, sign, "mid");

const gateBox = (x, y, width, name, note) => {
  const middle = x + width / 2;
  return box(x, y, width, 40, "gate") +
    text(middle, y + 17, name, "mid name") +
    text(middle, y + 33, note, "mid small");
};

/** A name, and below it a number for each unit. */
const values = (x, y, name, numbers) =>
  text(x, y - 14, name, "small") +
  numbers.map((number, i) => text(x, y + 15 * i, fixed(number, 3), "value")).join("");

/** A handle on a track from least to most; a pin makes it solid. */
const handle = (name, { x, y, length }, part, pinned) => {
  const at = x + part * length;
  return line([[x, y], [x + length, y]], "track")
    + circle(at, y, 8, pinned ? "knob set" : "knob")
    + hit(name, x - 12, y - 20, length + 24, 40);
};

export const TRACKS = {
  z: { x: 138, y: 184, length: 104 },
  r: { x: 138, y: 352, length: 104 },
  x: { x: 78, y: 404, length: 150 },
};

/** The part of a track that a place lies at, from 0 to 1. */
export const along = ({ x, length }, place) => Math.min(1, Math.max(0, (place - x) / length));

/** How the new state is made of two: the kept part of the old one and the rest. */
const blend = keep => {
  const share = mean(keep), width = WIDTH - 16;
  return box(8, 0, width * share, 10, "blend-old")
    + box(8 + width * share, 0, width * (1 - share), 10, "blend-new")
    + text(8, 23, `new state: ${fixed(100 * share, 0)} % old`, "small")
    + text(WIDTH - 8, 23, `${fixed(100 * (1 - share), 0)} % draft`, "small end");
};

/** The states of all steps so far, as bars above and below a line. */
const strip = (steps, x, y, width) => {
  const step = Math.min(12, width / steps.length);
  const bars = steps.flatMap(({ hidden }, t) => hidden.map((value, j) => {
    const wide = (step - 1) / hidden.length, tall = 16 * Math.abs(value);
    return box(x + t * step + j * wide, value > 0 ? y - tall : y, wide - 0.3, Math.max(0.8, tall),
      value < 0 ? "fill-minus" : "fill-plus");
  }));
  return line([[x, y], [x + width, y]], "grid") + bars.join("");
};

export const picture = (settings, steps) => {
  const { x, z, r, candidate, hidden, before, recalled } = steps.at(-1);
  const keeps = settings.convention === "keep", after = settings.reset === "after";
  const rest = z.map(value => 1 - value);
  const [keep, write] = keeps ? [z, rest] : [rest, z];
  const times = (v, w) => v.map((a, i) => a * w[i]);
  const kept = times(keep, before), written = times(write, candidate);
  const seen = after ? times(r, recalled) : times(r, before);
  const higher = 15 * (z.length - 1);
  const inside = [
    // Old state along the top; from it to both gates and to the reset product.
    wire("M8 60H190", before), wire("M220 60H318", kept), wire("M348 60H428", hidden),
    wire("M28 60V316H126", before), wire("M28 152H126"), wire("M28 236H176"),
    wire("M206 236H256", seen), wire("M205 130V78", keep), wire("M252 152H316", write),
    wire("M191 296V254", r), wire("M333 214V172", candidate), wire("M333 136V78", written),
    wire("M240 404H333V260", [x]), wire("M300 404V330H254"), wire("M66 404H60V176H126"),
    gateBox(130, 130, 120, "update gate z", `how much to ${keeps ? "keep" : "write"}`),
    gateBox(130, 298, 120, "reset gate r", "how much to see"),
    gateBox(262, 216, 142, "candidate", `reset ${settings.reset} the product`),
    operator(205, 60, "×"), operator(333, 60, "+"), operator(333, 154, "×"),
    operator(191, 236, "×"),
    text(after ? 140 : 228, 229, "× U", "small"),
    values(8, 36, "old state", before), values(372, 36, "new state", hidden),
    values(214, 106, keeps ? "z" : "1 − z", keep),
    values(258, 144 - higher, keeps ? "1 − z" : "z", write),
    values(228, 36, "kept", kept), values(344, 104, "written", written),
    values(344, 198, "draft", candidate), values(200, 284 - higher, "r", r),
    text(8, 390, "input x", "small"), text(240, 396, fixed(x), "value"),
    handle("x", TRACKS.x, (x + 2) / 4, true),
    handle("z", TRACKS.z, mean(z), settings.pinZ),
    handle("r", TRACKS.r, mean(r), settings.pinR),
    text(346, 330, "state, by step", "small"),
    strip(steps, 346, 372, 84),
  ];
  return {
    width: WIDTH,
    height: HEIGHT,
    inside: `${blend(keep)}<g transform="translate(0 ${DOWN})">${inside.join("")}</g>`,
    label: `The GRU cell with the numbers of step ${steps.length} on its wires.`,
  };
};
