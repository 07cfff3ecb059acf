// The GRU cell as a diagram, with the numbers of one step on its wires.

import { fixed } from "./numbers.mjs";
import { box, circle, text } from "./svg.mjs";

const TIP = '<defs><marker id="lab-tip" refX="7" refY="4" markerWidth="8" markerHeight="8" '
  + 'orient="auto"><path d="M0 1 7 4 0 7z" class="l-fill-text"/></marker></defs>';

const STATE_WIRES = [
  "M8 60H190", "M220 60H318", "M348 60H428", // along the top: old state, kept, new state
  "M28 60V318H126", "M28 152H126", "M28 236H176", // the old state to both gates and to U
  "M206 236H256", // reset, to the candidate
  "M205 130V78", "M252 152H316", // the update gate to both of its products
  "M191 300V254", // the reset gate to its product
  "M333 214V170", "M333 138V78", // the candidate, and what of it is written
];
const INPUT_WIRES = ["M8 396H333V264", "M186 396V346", "M86 396V172H126"];

const wire = kind => d => `<path d="${d}" class="${kind}" marker-end="url(#lab-tip)"/>`;

const operator = (x, y, sign) => circle(x, y, 14, "op") + text(x, y + 5.5, sign, "mid");

const gate = (x, y, width, name, note) => {
  const middle = x + width / 2;
  return box(x, y, width, 44, "gate") +
    text(middle, y + 19, name, "mid name") +
    text(middle, y + 36, note, "mid small");
};

/** A name, and below it a number for each unit. */
const values = (x, y, name, numbers) =>
  text(x, y - 14, name, "small") +
  numbers.map((number, i) => text(x, y + 15 * i, fixed(number, 3), "value")).join("");

const cell = (keeps, reset) => [
  gate(130, 132, 120, "update gate z", `how much to ${keeps ? "keep" : "write"}`),
  gate(130, 300, 120, "reset gate r", "how much to see"),
  gate(260, 214, 146, "candidate", `reset ${reset} the product`),
  operator(205, 60, "×"),
  operator(333, 60, "+"),
  operator(333, 154, "×"),
  operator(191, 236, "×"),
  text(reset === "after" ? 140 : 228, 229, "× U", "small"),
];

/** The numbers; where there are two units, those beside a gate start a line higher. */
const numbers = ({ x, z, r, candidate, hidden, before }, keeps) => {
  const rest = z.map(value => 1 - value);
  const [keep, write] = keeps ? [z, rest] : [rest, z];
  const times = (v, w) => v.map((a, i) => a * w[i]);
  const higher = 15 * (z.length - 1);
  return [
    values(8, 36, "old state", before),
    values(352, 36, "new state", hidden),
    values(214, 106, keeps ? "z" : "1 − z", keep),
    values(252, 144 - higher, keeps ? "1 − z" : "z", write),
    values(222, 36, "kept", times(keep, before)),
    values(342, 100, "written", times(write, candidate)),
    values(342, 194, "draft", candidate),
    values(200, 284 - higher, "r", r),
    values(64, 416, "", [x]),
    text(10, 416, "input x", "small"),
  ];
};

export const picture = ({ convention, reset }, steps) => {
  const keeps = convention === "keep";
  const inside = [
    TIP,
    ...STATE_WIRES.map(wire("l-wire")),
    ...INPUT_WIRES.map(wire("l-wire l-wire-input")),
    ...cell(keeps, reset),
    ...numbers(steps.at(-1), keeps),
  ];
  return {
    width: 436,
    height: 424,
    inside: inside.join(""),
    label: `The GRU cell with the numbers of step ${steps.length} on its wires.`,
  };
};
