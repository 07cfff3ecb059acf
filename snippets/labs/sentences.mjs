// The words of "Which verb?", as from_scratch/first_network.py has them.

const NOUNS = [
  "key", "cabinet", "window", "letter", "door", "picture", "table", "garden",
];
const PLURALS = NOUNS.map(noun => `${noun}s`);
export const ALL_NOUNS = [...NOUNS, ...PLURALS];
export const PREPOSITIONS = ["to", "near", "behind", "beside"];
export const ADJECTIVES = ["old", "small", "green", "heavy"];
export const VOCABULARY = ["the", ...PREPOSITIONS, ...ADJECTIVES, ...ALL_NOUNS];
export const NUMBER = Object.fromEntries(VOCABULARY.map((word, number) => [word, number]));
export const isPlural = word => PLURALS.includes(word);
