// A lab as it stands in its page before it wakes: all of it, so that nothing moves then. Run
// when the stills are made, not by readers.

import { asking, buttons, figure, idOf, table } from "/labs/markup.mjs";
import { defaults } from "/labs/settings.mjs";

const row = (inside, kind = "") => `<div class="lab-field ${kind}">${inside}</div>`;
const label = ({ label }, id) => `<label for="${id}">${label}</label>`;
const error = id => `<span class="lab-error" id="${id}-error"></span>`;

const select = (field, name, id) => {
  const options = Object.entries(field.options)
    .map(([key, words]) => `<option value="${key}">${words}</option>`);
  return row(`${label(field, id)}<select id="${id}" name="${name}">${options.join("")}</select>`);
};

const checkbox = (field, name, id) =>
  row(`<input type="checkbox" id="${id}" name="${name}">${label(field, id)}`, "lab-flag");

const words = (field, name, id) => row(`${label(field, id)}
<input type="text" id="${id}" name="${name}" maxlength="${field.most}" autocomplete="off"
 spellcheck="false" autocapitalize="off" aria-describedby="${id}-error">
${error(id)}`, "lab-alone lab-text");

/** A box for a number, with a slider beside it unless the field is folded away. */
const number = (field, name, id) => {
  const bounds = `name="${name}" min="${field.min}" max="${field.max}"`;
  const slider = `<input type="range" ${bounds} step="${field.step}"
 aria-label="${field.label}, slider">`;
  return row(`${label(field, id)}${field.fold ? "" : slider}
<input type="number" id="${id}" ${bounds} step="any" aria-describedby="${id}-error">
${error(id)}`, field.fold ? "lab-alone" : "");
};

const control = (field, name, id) => {
  if (field.options) return select(field, name, id);
  if (field.most) return words(field, name, id);
  return typeof field.value === "boolean" ? checkbox(field, name, id) : number(field, name, id);
};

/** The controls of the fields that a test picks out. */
const controls = (lab, id, picked) =>
  Object.entries(lab.fields)
    .filter(([, field]) => field.label && picked(field))
    .map(([name, field]) => {
      const off = lab.off?.(defaults(lab), name);
      return control(field, name, `${id}-${name}`).replace("<div", off ? "<div hidden" : "<div");
    })
    .join("");

const fold = (lab, id) => `<details><summary>${lab.fold}</summary>
<div class="lab-fold">${controls(lab, id, field => field.fold)}</div></details>`;

/** Fields that belong together, under a name. */
const group = (lab, id, key, words) => `<fieldset class="lab-group"><legend>${words}</legend>
${controls(lab, id, field => field.group === key)}</fieldset>`;

const rowOf = acts => (acts ? buttons(acts) : "");

/** Everything that a lab shows and offers beside its picture; table: what it counts. */
const surroundings = (lab, id, table) => `
<form class="lab-form" aria-label="Settings, ${lab.name.replaceAll("-", " ")}">
${rowOf(lab.buttons)}
<p class="lab-note" role="status"></p>
${rowOf(lab.stories)}
${controls(lab, id, field => !field.fold && !field.group)}
${Object.entries(lab.groups ?? {}).map(([key, words]) => group(lab, id, key, words)).join("")}
${rowOf(lab.equal)}${lab.fold ? fold(lab, id) : ""}
${buttons({ undo: "Undo", reset: "Reset" })}
</form>
<fieldset class="lab-ask">${asking(lab.questions, 0, `${id}-guess`)}</fieldset>
<div class="lab-rows">${table}</div>
<div class="lab-copy">${buttons({ copy: "Copy as Python", ...lab.offers })}
<details class="lab-code"><summary>See the Python</summary>
<pre><code tabindex="0"></code></pre></details></div>
<p class="lab-live" role="status"></p>`;

/** The inside of the lab's element as it stands in the page, before any script has run. */
export const still = (lab, settings, result) =>
  `<figure class="lab-figure">${figure(lab, settings, result)}</figure>`
  + surroundings(lab, idOf(lab), table(lab, settings, result));
