// The five tasks: each makes examples from random numbers, the same as train_it_here.py.
//
// make(random, count, length, names) -> {steps, features, asked, inputs, targets, shown}:
// inputs by step, example, feature; targets by step that is asked, example; shown(i), what
// example i is, as a reader sees it: a list of words or of numbers, one for each step;
// matters(i), the steps that decide its answer.

import { fixed } from "./numbers.mjs";
import { ADJECTIVES, ALL_NOUNS, isPlural, NUMBER, PREPOSITIONS, VOCABULARY }
  from "./sentences.mjs";
import { range } from "./vectors.mjs";

export const LETTERS = [..."abcdefghijklmnopqrstuvwxyz."]; // the point starts and ends a name

/** Whole numbers from 0 to below it. */
export const whole = (random, below, count) => random.uniform(0, below, count).map(Math.floor);

/** Codes by step and example, of which one input in `features` is 1; none where it is < 0. */
const oneHot = (codes, features) => {
  const count = codes[0].length;
  const inputs = new Float64Array(codes.length * count * features);
  codes.forEach((now, t) => now.forEach((code, i) => {
    if (code >= 0) inputs[(t * count + i) * features + code] = 1;
  }));
  return { steps: codes.length, features, inputs };
};

const sentences = (random, count, phrases) => {
  const pick = words =>
    whole(random, words.length, count).map(number => NUMBER[words[number]]);
  const places = [pick(["the"]), pick(ALL_NOUNS)];
  for (let phrase = 0; phrase < phrases; phrase++) {
    places.push(pick(PREPOSITIONS), pick(["the"]));
    if (whole(random, 2, 1)[0]) places.push(pick(ADJECTIVES));
    places.push(pick(ALL_NOUNS));
  }
  return places;
};

const verb = (random, count, phrases) => {
  const places = sentences(random, count, phrases);
  return {
    ...oneHot(places, VOCABULARY.length),
    asked: 1,
    targets: places[1].map(word => Number(isPlural(VOCABULARY[word]))),
    shown: i => places.map(words => VOCABULARY[words[i]]),
    matters: () => [1],
  };
};

const recall = (random, count, lag) => {
  const first = whole(random, 2, count);
  const rest = whole(random, 2, count * lag).map(symbol => 2 + symbol);
  const codes = [first, ...range(lag, t => range(count, i => rest[i * lag + t]))];
  return {
    ...oneHot(codes, 4),
    asked: 1,
    targets: first,
    shown: i => codes.map(now => String(now[i])),
    matters: () => [0],
  };
};

const adding = (random, count, length) => {
  const numbers = random.uniform(0, 1, count * length);
  const half = Math.floor(length / 2);
  const first = whole(random, half, count);
  const second = whole(random, length - half, count).map(place => half + place);
  const inputs = new Float64Array(length * count * 2);
  for (let i = 0; i < count; i++) {
    for (let t = 0; t < length; t++) inputs[(t * count + i) * 2] = numbers[i * length + t];
    for (const mark of [first[i], second[i]]) inputs[(mark * count + i) * 2 + 1] = 1;
  }
  const marked = i => [first[i], second[i]];
  const number = (i, t) => numbers[i * length + t];
  return {
    steps: length, features: 2, asked: 1, inputs,
    targets: range(count, i => marked(i).reduce((sum, t) => sum + number(i, t), 0)),
    shown: i => range(length, t => number(i, t)),
    matters: marked,
  };
};

const wave = (random, count, length) => {
  const pace = random.uniform(0.3, 0.9, count);
  const start = random.uniform(0, 2 * Math.PI, count);
  const noise = random.normal(count * length);
  const clean = (i, t) => Math.sin(start[i] + pace[i] * t);
  const value = (i, t) => clean(i, t) + 0.1 * noise[i * length + t];
  return {
    steps: length, features: 1, asked: 1,
    inputs: Float64Array.from(
      range(length * count, n => value(n % count, Math.floor(n / count)))),
    targets: range(count, i => clean(i, length)),
    shown: i => range(length, t => value(i, t)),
    matters: () => [],
  };
};

/** Names as codes by step and name: a point, the letters, a point, then -1 for nothing. */
export const spelled = (names, length) => {
  const codes = names.map(name => [..."." + name + "."].map(letter => LETTERS.indexOf(letter)));
  const at = (i, t) => codes[i][t] ?? -1;
  const asks = (i, t) => at(i, t + 1) >= 0;
  const steps = length + 1;
  return {
    ...oneHot(range(steps, t => names.map((_, i) => (asks(i, t) ? at(i, t) : -1))),
      LETTERS.length),
    asked: steps,
    targets: range(steps, t => names.map((_, i) => at(i, t + 1))).flat(),
    shown: i => [..."." + names[i]],
    matters: () => [],
  };
};

const names = (random, count, length, known) => {
  const short = known.filter(name => name.length <= length);
  return spelled(whole(random, short.length, count).map(i => short[i]), length);
};

// How an answer is worded: the scores' places, or a number.
const letter = place => (LETTERS[place] === "." ? "the end" : LETTERS[place]);

/** field: the slider of its length. near: off by less is right; without it the likeliest
 * answer counts. */
export const TASKS = {
  verb: {
    words: "Which verb: is or are?", make: verb, features: VOCABULARY.length,
    outputs: 2, says: place => ["is", "are"][place],
    one: "word", field: "phrases", label: "Phrases after it, at most", value: 4, min: 0, max: 8,
  },
  recall: {
    words: "Recall the first symbol", make: recall, features: 4,
    outputs: 2, says: String,
    one: "symbol", field: "lag", label: "Symbols after it", value: 20, min: 1, max: 80,
  },
  adding: {
    words: "Add two marked numbers", make: adding, features: 2,
    outputs: 1, near: 0.1, says: fixed,
    one: "number", field: "numbers", label: "Numbers", value: 20, min: 4, max: 80,
  },
  wave: {
    words: "Noisy wave: next value", make: wave, features: 1,
    outputs: 1, near: 0.1, says: fixed,
    one: "value", field: "values", label: "Values seen", value: 10, min: 2, max: 40,
  },
  names: {
    words: "Names: the next letter", make: names, features: LETTERS.length,
    outputs: LETTERS.length, says: letter,
    one: "letter", field: "letters", label: "Letters, at most", value: 8, min: 4, max: 12,
  },
};
