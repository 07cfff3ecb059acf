// The weights of the cell that is stepped: presets, and a reader's own.
//
// They are 24 settings, by rows W, U from unit 1, U from unit 2, b; in a row z, r, h (the
// candidate), each to unit 1 and to unit 2.

import { range } from "./vectors.mjs";

const ROWS = [["W", ""], ["U", "1"], ["U", "2"], ["b", ""]];

const weight = (letter, from, gate, to) => ({
  name: letter + gate + from + to,
  label: `${letter}<sub>${gate}</sub> ${from && `${from}→`}${to}`,
  two: to === "2" || from === "2", // only where there are two units
});

const WEIGHTS = ROWS.flatMap(([letter, from]) =>
  [..."zrh"].flatMap(gate => [..."12"].map(to => weight(letter, from, gate, to))));

const PRESETS = {
  hand: {
    words: "one unit, worked by hand",
    units: 1,
    weights: [
      [-0.6, 0, 0.8, 0, 1.2, 0],
      [0.9, 0, 0.5, 0, -0.7, 0],
      [0, 0, 0, 0, 0, 0],
      [0.2, 0, 0.1, 0, 0.3, 0]],
  },
  keeper: {
    words: "one unit that remembers",
    units: 1,
    weights: [
      [0, 0, 0, 0, 1.5, 0],
      [0, 0, 0, 0, 0.5, 0],
      [0, 0, 0, 0, 0, 0],
      [4, 0, 0, 0, 0, 0]],
  },
  pair: {
    words: "two units",
    units: 2,
    weights: [
      [-0.6, 0.9, 0.8, -1.2, 1.2, -0.8],
      [0.9, -0.4, 0.5, 1.1, -0.7, 0.9],
      [0.3, -0.5, -0.9, 0.4, 1.3, -0.6],
      [0.2, 1, 0.1, -0.2, 0.3, 0]],
  },
  own: { words: "your own weights, one unit", units: 1 },
  own2: { words: "your own weights, two units", units: 2 },
};

const weightsOf = preset => {
  const values = PRESETS[preset].weights?.flat() ?? [];
  return Object.fromEntries(values.map((value, i) => [WEIGHTS[i].name, value]));
};

export const presetNames = Object.fromEntries(
  Object.entries(PRESETS).map(([key, { words }]) => [key, words]));

/** A field for each weight, folded away. */
export const weightFields = preset => {
  const values = weightsOf(preset);
  const field = ({ name, label, two }) =>
    [name, { label, two, value: values[name], min: -20, max: 20, step: 0.1, fold: true }];
  return Object.fromEntries(WEIGHTS.map(field));
};

export const unitsOf = ({ preset }) => PRESETS[preset].units;
export const own = settings => (unitsOf(settings) === 1 ? "own" : "own2");

/** A preset brings its weights; weights that are not the preset's make the cell one's own. */
export const settle = (settings, name) => {
  const preset = weightsOf(settings.preset);
  if (name === "preset") return { ...settings, ...preset };
  const other = name in preset && preset[name] !== settings[name];
  return other ? { ...settings, preset: own(settings) } : settings;
};

/** As gruStep wants them. */
export const matrices = settings => {
  const units = unitsOf(settings);
  const row = i => WEIGHTS.slice(6 * i, 6 * i + 6)
    .filter((_, column) => column % 2 < units)
    .map(({ name }) => settings[name]);
  return { kernel: [row(0)], recurrent: range(units, unit => row(1 + unit)), bias: row(3) };
};

/** The candidate's weights alone: those of a tanh RNN. */
export const ofCandidate = ({ kernel, recurrent, bias }, units) => {
  const last = row => row.slice(2 * units);
  return { kernel: kernel.map(last), recurrent: recurrent.map(last), bias: last(bias) };
};

/** The update gate's weights with the other sign, which makes z 1 − z. */
export const turned = settings => {
  const names = WEIGHTS.map(({ name }) => name).filter(name => name[1] === "z");
  return Object.fromEntries(names.map(name => [name, -settings[name] || 0]));
};
