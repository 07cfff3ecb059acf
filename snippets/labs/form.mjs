// The form of a lab: a control for each field, and buttons.

/** {act: words} as a row of buttons. */
export const buttons = acts => {
  const button = ([act, words]) => `<button type="button" data-act="${act}">${words}</button>`;
  return `<p class="lab-buttons">${Object.entries(acts).map(button).join("")}</p>`;
};

const row = (inside, kind = "") => `<div class="lab-field ${kind}">${inside}</div>`;
const label = ({ label }, id) => `<label for="${id}">${label}</label>`;

const select = (field, name, id) => {
  const options = Object.entries(field.options)
    .map(([key, words]) => `<option value="${key}">${words}</option>`);
  return row(`${label(field, id)}<select id="${id}" name="${name}">${options.join("")}</select>`);
};

const checkbox = (field, name, id) =>
  row(`<input type="checkbox" id="${id}" name="${name}">${label(field, id)}`, "lab-flag");

/** A box for a number, with a slider beside it unless the field is folded away. */
const number = (field, name, id) => {
  const bounds = `name="${name}" min="${field.min}" max="${field.max}"`;
  const slider = `<input type="range" ${bounds} step="${field.step}"
 aria-label="${field.label}, slider">`;
  return row(`${label(field, id)}${field.fold ? "" : slider}
<input type="number" id="${id}" ${bounds} step="any" aria-describedby="${id}-error">
<span class="lab-error" id="${id}-error"></span>`, field.fold ? "lab-alone" : "");
};

const control = (field, name, id) => {
  if (field.options) return select(field, name, id);
  return typeof field.value === "boolean" ? checkbox(field, name, id) : number(field, name, id);
};

/** The controls of the fields that are folded away, or of those that are not. */
const controls = (lab, id, folded) =>
  Object.entries(lab.fields)
    .filter(([, field]) => field.label && Boolean(field.fold) === folded)
    .map(([name, field]) => control(field, name, `${id}-${name}`))
    .join("");

const fold = (lab, id) => `<details><summary>${lab.fold}</summary>
<div class="lab-fold">${controls(lab, id, true)}</div></details>`;

/** Everything that a lab shows and offers, still empty. */
export const skeleton = (lab, id) => `
<fieldset class="lab-ask"></fieldset>
<figure class="lab-figure"></figure>
<form class="lab-form" aria-label="Settings">
${buttons({ ...lab.buttons, undo: "Undo", reset: "Reset" })}
${controls(lab, id, false)}
${lab.fold ? fold(lab, id) : ""}
</form>
<p class="lab-note" role="status"></p>
<div class="lab-rows"></div>
${buttons({ copy: "Copy as Python" })}
<details class="lab-code"><summary>See the Python</summary>
<pre><code tabindex="0"></code></pre></details>
<p class="lab-live" role="status"></p>`;
