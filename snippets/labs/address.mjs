// The settings of a lab in the address of its page: ?gradients.length=80&gradients.seed=3

import { changed, defaults, print, Refused } from "./values.mjs";

/** {settings, trouble}: what the address says, and what of it could not be used. */
export const read = lab => {
  const asked = new URLSearchParams(location.search);
  const trouble = [];
  let settings = defaults(lab);
  for (const name of Object.keys(lab.fields)) {
    const words = asked.get(`${lab.name}.${name}`);
    if (words === null) continue;
    try {
      settings = changed(lab, settings, name, words);
    } catch (why) {
      if (!(why instanceof Refused)) throw why;
      trouble.push(`${name}: ${why.message}`);
    }
  }
  return { settings, trouble };
};

/** The address says what is not as at the start. */
export const write = (lab, settings) => {
  const address = new URL(location);
  for (const [name, field] of Object.entries(lab.fields)) {
    const key = `${lab.name}.${name}`;
    const words = print(field, settings[name]);
    if (words === print(field, field.value)) address.searchParams.delete(key);
    else address.searchParams.set(key, words);
  }
  try {
    history.replaceState(history.state, "", address);
  } catch {
    // Some browsers refuse when it comes too often; the next change writes it all.
  }
};
