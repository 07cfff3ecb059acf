// The training, apart from the page, so that the page never waits for it.
//
// Asked {start, settings, networks, names, example}, {play}, {pause}, {step}, {example}, or
// {seeds}, it answers {runs, look, going} or {seeds, going}.

import { Run } from "./train_run.mjs";

const SLICE = 60; // milliseconds of work between two answers

let made, runs, example = 0, going = false;
let work = null; // a generator of the steps still to do

const seen = ({ loss, gradient, right, solved, failed, over, seconds }) =>
  ({ loss, gradient, right, solved, failed, over, speed: seconds ? loss.length / seconds : 0 });

const tell = () => postMessage({
  runs: runs.map(seen), looks: runs.map(run => run.look(example)), going,
});

const create = seed => {
  const settings = { ...made.settings, seed: made.settings.seed + seed };
  return made.networks.map(network => new Run(settings, network, made.names));
};

/** Both take a step until both are done. */
function* race(all) {
  while (all.some(run => !run.over)) {
    for (const run of all) if (!run.over) run.step();
    yield;
  }
}

/** Ten races from ten seeds; what each came to is told as soon as it is known. */
function* tenSeeds() {
  const found = [];
  for (let seed = 0; seed < 10; seed++) {
    runs = create(seed);
    yield* race(runs);
    found.push(runs.map(({ solved, right, failed }) => ({ solved, right: right.at(-1), failed })));
    postMessage({ seeds: found, going: true });
  }
}

/** Work for a slice of time, then let messages in. */
const go = () => {
  if (!going) return;
  const until = performance.now() + SLICE;
  let done = false;
  while (!done && performance.now() < until) done = work.next().done;
  if (done) going = false;
  tell();
  if (going) setTimeout(go);
};

const begin = steps => {
  work = steps;
  if (going) return;
  going = true;
  go();
};

const asked = {
  start({ settings, networks, names }) {
    made = { settings, networks, names };
    runs = create(0);
    going = false;
    tell();
  },
  play() { begin(race(runs)); },
  seeds() { begin(tenSeeds()); },
  pause() { going = false; tell(); },
  step() {
    going = false;
    for (const run of runs) if (!run.over) run.step();
    tell();
  },
  look(message) { example = message.example; if (runs) tell(); },
};

onmessage = ({ data }) => asked[data.ask](data);
