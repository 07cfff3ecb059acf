// The lab's program in Python, with the settings on the screen in it.

import { file } from "./files.mjs";
import { python } from "./values.mjs";

const GAP = "# SETTINGS\n"; // where the file waits for them

/** A promise of the program, which runs alone. */
export const programFor = async (lab, settings, data) => {
  const template = await file(`${lab.name.replaceAll("-", "_")}.txt`);
  return template.replace(GAP, () => python(lab, settings, data));
};
