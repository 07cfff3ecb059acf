// What the labs share: a form made from a list of fields, a state that lives in the
// address, a picture with its table, questions, and the state as Python. A lab is an
// object: name, fields, compute, picture, table, sentence, answers, and perhaps python,
// fold, buttons, act, settle, off and load (a promise while data is missing). Its
// functions know no page; this does. The words are ours, so they go into the page as they
// are; what readers type never does.

const minus = words => String(words).replace(/^-/, "−");
export const fixed = (v, n = 2) => minus((Number(v.toFixed(n)) || 0).toFixed(n));
export const count = n => n.toLocaleString("en");
const raised = n => minus(n).replace(/./g, c => "⁰¹²³⁴⁵⁶⁷⁸⁹"[c] ?? "⁻");
/** 0.141, but 4.59 × 10⁻¹¹. */
export const power = v => {
  const [digits, exponent] = v.toExponential(2).split("e");
  return exponent > -3 && exponent < 3 ? fixed(v, 2 - exponent) : `${digits} × 10${raised(Number(exponent))}`;
};

// Pictures are strings of SVG.
const short = v => +v.toFixed(1);
export const text = (x, y, words, kind) => `<text x="${short(x)}" y="${short(y)}" class="l-${kind}">${words}</text>`;
const path = (d, kind) => `<path d="${d}" class="l-${kind}"/>`;
const track = points => "M" + points.map(p => p.map(short).join(" ")).join("L");
export const line = (points, kind) => path(track(points), kind);
/** Many lines in one. */
export const lines = (list, kind) => path(list.map(track).join(""), kind);
export const box = (x, y, w, h, kind) => path(`M${short(x)} ${short(y)}h${short(w)}v${short(h)}h${short(-w)}z`, kind);
export const dot = (x, y, kind) => `<circle cx="${short(x)}" cy="${short(y)}" r="4" class="l-${kind}"/>`;

const figure = (lab, state, result) => {
  const { width = 372, height, inside, label } = lab.picture(state, result);
  return `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${label}">${inside}</svg>
<figcaption>${lab.sentence(state, result)}</figcaption>`;
};
const table = (lab, state, result) => {
  const { caption, head, rows } = lab.table(state, result);
  const row = cells => `<tr>${cells.map((cell, i) => (i ? `<td>${cell}</td>` : `<th scope="row">${cell}</th>`)).join("")}</tr>`;
  return `<p>${caption}</p><div class="lab-numbers" tabindex="0" role="group" aria-label="Table of the numbers"><table class="lab-table">
<thead><tr>${head.map(cell => `<th scope="col">${cell}</th>`).join("")}</tr></thead>
<tbody>${rows.map(row).join("")}</tbody></table></div>`;
};

export const defaults = lab => Object.fromEntries(Object.entries(lab.fields).map(([name, field]) => [name, field.value]));
const words = { null: "None", true: "True", false: "False" };
const literal = value => JSON.stringify(value).replace(/null|true|false/g, word => words[word])
  .replace(/,(?=")/g, ",\n    ").replace(/,(?=\S)/g, ", ");
/** The lines that stand for the program's own state. */
export const python = (lab, state, data) =>
  Object.entries(lab.python?.(state, data) ?? state).map(([name, value]) => `${name.toUpperCase()} = ${literal(value)}\n`).join("");

/** The value that words stand for; throws what is allowed. */
export const parse = (field, words) => {
  const { options, value, min, max, whole } = field;
  if (field.parse) return field.parse(words);
  const names = options ? Object.keys(options) : typeof value === "boolean" ? ["yes", "no"] : 0;
  if (names) {
    if (names.includes(words)) return options ? words : words === "yes";
    throw `expected ${names.join(" or ")}, got “${words}”`;
  }
  const n = Number(words);
  // Four decimals, which is what tables show.
  if (words.trim() && n >= min && n <= max && (!whole || Number.isInteger(n))) return +n.toFixed(4);
  throw `expected a ${whole ? "whole " : ""}number from ${minus(min)} to ${count(max)}, got ${words.trim() ? `“${words}”` : "none"}`;
};
export const print = (field, value) =>
  field.print ? field.print(value) : typeof value === "boolean" ? (value ? "yes" : "no") : String(value);

const control = (field, name, id) => {
  const { label, options, value, min, max, step } = field, own = `id="${id}" name="${name}"`;
  const named = `<label for="${id}">${label}</label>`;
  const form = (inside, kind = "") => `<div class="lab-field ${kind}">${inside}</div>`;
  if (options) return form(`${named}<select ${own}>${Object.entries(options).map(([key, words]) => `<option value="${key}">${words}</option>`).join("")}</select>`);
  if (typeof value === "boolean") return form(`<input type="checkbox" ${own}>${named}`, "lab-flag");
  const bounds = `min="${min}" max="${max}"`;
  const slider = field.fold ? "" : `<input type="range" name="${name}" ${bounds} step="${step}" aria-label="${label}, slider">`;
  return form(`${named}${slider}<input type="number" ${own} ${bounds} step="any" aria-describedby="${id}-error"><span class="lab-error" id="${id}-error"></span>`, field.fold && "lab-alone");
};

export const labs = {};

/** Register a lab and make it an element. */
export const define = lab => customElements.define(`lab-${(labs[lab.name] = lab).name}`, class extends HTMLElement {
  async connectedCallback() {
    this.data = { ...this.dataset, ...JSON.parse(this.$(".lab-data").textContent) };
    this.id = `lab-${lab.name}`;
    this.past = [];
    const trouble = [];
    this.state = this.kept = this.read(trouble);
    // Without its data a lab stays a still.
    try { await lab.load?.(this.state, this.data); } catch { return; }
    this.build();
    this.show();
    addEventListener("popstate", () => this.set(this.read([])).then(() => { this.kept = this.state; }));
    if (trouble[0]) this.say(`Not all of the address could be used. ${trouble.join(". ")}.`);
  }

  $(kind) {
    return this.querySelector(kind);
  }

  read(trouble) {
    const asked = new URLSearchParams(location.search), state = defaults(lab);
    for (const [name, field] of Object.entries(lab.fields)) {
      const words = asked.get(`${lab.name}.${name}`);
      if (words === null) continue;
      try {
        state[name] = parse(field, words);
        lab.settle?.(state, name);
      } catch (why) { trouble.push(`${name}: ${why}`); }
    }
    return state;
  }

  write() {
    const address = new URL(location), query = address.searchParams;
    for (const [name, field] of Object.entries(lab.fields)) {
      const key = `${lab.name}.${name}`, words = print(field, this.state[name]);
      if (words === print(field, field.value)) query.delete(key);
      else query.set(key, words);
    }
    // Some browsers refuse when it comes too often.
    try { history.replaceState(history.state, "", address); } catch { return; }
  }

  build() {
    const fields = Object.entries(lab.fields).filter(([, field]) => field.label);
    const made = folded => fields.filter(([, { fold }]) => !fold === !folded).map(([name, field]) => control(field, name, `${this.id}-${name}`)).join("");
    const buttons = all => `<p class="lab-buttons">${Object.entries(all).map(([act, words]) => `<button type="button" data-act="${act}">${words}</button>`).join("")}</p>`;
    const status = kind => `<p class="lab-${kind}" role="status"></p>`;
    this.buttons = buttons;
    this.innerHTML = `<fieldset class="lab-ask"></fieldset><figure class="lab-figure"></figure>
<form class="lab-form" aria-label="Settings">${buttons({ ...lab.buttons, undo: "Undo", reset: "Reset" })}${made(false)}
${lab.fold ? `<details><summary>${lab.fold}</summary><div class="lab-fold">${made(true)}</div></details>` : ""}</form>
${status("note")}<div class="lab-rows"></div>${buttons({ copy: "Copy as Python" })}
<details class="lab-code"><summary>See the Python</summary><pre><code tabindex="0"></code></pre></details>${status("live")}`;
    this.ask(0);
    const form = this.$("form");
    form.onsubmit = event => event.preventDefault();
    form.oninput = event => this.input(event.target);
    form.onchange = () => this.keep();
    this.onclick = event => {
      const { act } = event.target.dataset;
      if (act) this.act(act);
    };
    this.$(".lab-code").ontoggle = () => this.code();
    // The program is there before it is asked for.
    for (const near of ["pointerover", "focusin"])
      this.addEventListener(near, () => this.script().catch(() => {}));
  }

  input(control) {
    const { name, type, checked, value } = control;
    try {
      // From the state before this gesture: what it passes through leaves no trace.
      const next = { ...this.kept, [name]: parse(lab.fields[name], type === "checkbox" ? print({}, checked) : value) };
      lab.settle?.(next, name);
      this.fault(name);
      this.set(next, control);
    } catch (why) {
      if (typeof why !== "string") throw why;
      this.fault(name, `${why}; still using ${minus(print(lab.fields[name], this.state[name]))}`);
    }
  }

  fault(name, why = "") {
    const id = `#${this.id}-${name}`, place = this.$(`${id}-error`);
    this.$(id).setAttribute("aria-invalid", !!why);
    if (!place) return;
    place.textContent = why;
    if (why) this.hear(`${place.parentNode.firstChild.textContent}: ${why}.`);
  }

  /** Take a state, as soon as there is what it needs; the last one wanted wins. */
  async set(next, by) {
    this.wanted = next;
    const waiting = lab.load?.(next, this.data);
    if (waiting) {
      by = null;
      try { await waiting; } catch {
        if (this.wanted !== next) return;
        this.say("The networks could not be loaded.");
        next = this.state;
      }
    }
    if (this.wanted !== next && next !== this.state) return;
    this.state = next;
    this.show(by);
    if (waiting) this.keep();
  }

  /** A change is done: undo goes back to before it. */
  keep() {
    if (JSON.stringify(this.state) !== JSON.stringify(this.kept)) this.past.push(this.kept);
    this.kept = this.state;
    this.write();
  }

  act(act) {
    if (act === "copy") return this.copy();
    if (act === "reveal") return this.reveal();
    if (act === "next") {
      this.ask(this.asked + 1);
      return this.$(".lab-ask input").focus();
    }
    const next = act === "undo" ? this.past.pop() ?? "Nothing to undo." : act === "reset" ? defaults(lab) : lab.act(this.state, act);
    // Words say why it cannot be done.
    if (next.at) return this.say(next);
    if (act === "undo") this.kept = next;
    this.say("");
    this.set(next);
    this.keep();
  }

  show(by) {
    const { state } = this, result = lab.compute(state, this.data);
    this.$(".lab-figure").innerHTML = figure(lab, state, result);
    this.$(".lab-rows").innerHTML = table(lab, state, result);
    for (const control of this.querySelectorAll("form [name]")) {
      const { name } = control, off = !!lab.off?.(state, name);
      control.disabled = control.parentNode.hidden = off;
      if (control === by) continue;
      if (control.type === "checkbox") control.checked = state[name];
      else control.value = state[name];
      if (control.getAttribute("aria-invalid") === "true") this.fault(name);
    }
    if (this.seen) this.hear(lab.sentence(state, result));
    this.seen = true;
  }

  /** What is heard, and what need not follow a finger, comes when the hand rests. */
  hear(words) {
    clearTimeout(this.resting);
    this.resting = setTimeout(() => {
      this.$(".lab-live").textContent = words;
      if (this.$(".lab-told").textContent) this.reveal();
      this.code();
    }, 400);
  }

  ask(number) {
    const { questions } = this.data;
    this.asked = number % questions.length;
    const { ask, choices } = questions[this.asked];
    this.$(".lab-ask").innerHTML = `<legend>Predict first: question ${this.asked + 1} of ${questions.length}</legend><p>${ask}</p>
${choices.map((words, i) => `<label><input type="radio" name="${this.id}-guess" value="${i}"> ${words}</label>`).join("")}
${this.buttons({ reveal: "Reveal", next: "Next question" })}<p class="lab-told" role="status"></p>`;
  }

  reveal() {
    const [right, words] = lab.answers[this.asked](this.state, this.data);
    const guess = this.$(".lab-ask :checked")?.value;
    this.$(".lab-told").textContent = `${guess ? (guess == right ? "As you said" : "Not so") : "Answer"}: ${this.data.questions[this.asked].choices[right]} ${words}`;
  }

  /** The program with the state in it. */
  async script() {
    this.program ??= fetch(new URL(`${lab.name}.txt`, import.meta.url)).then(answer => answer.text());
    const [before, after] = (await this.program.catch(() => "")).split("# STATE\n");
    if (after) return before + python(lab, this.state, this.data) + after;
    this.program = null;
    throw "The program could not be loaded.";
  }

  async code() {
    if (this.$(".lab-code").open) this.$("code").textContent = await this.script().catch(why => why);
  }

  async copy() {
    try {
      await navigator.clipboard.writeText(await this.script());
      this.say("Copied: a program that prints these numbers.");
    } catch (why) {
      this.$(".lab-code").open = true;
      this.say(typeof why === "string" ? why : "Copying was not allowed; the program stands below.");
    }
  }

  say(words) {
    this.$(".lab-note").textContent = words;
  }
});
