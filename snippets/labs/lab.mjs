// A lab as an element of a page: <lab-gradients> and the others. It holds the settings, shows
// what the lab makes of them, and changes them when a reader does something.
//
// A lab is an object that knows no page:
//   name       of the element; with _ for -, of its files
//   fields     its settings by name, as settings.mjs describes them
//   load       a promise while data are missing for these settings (may be left out)
//   compute    (settings, data) -> result
//   picture    (settings, result) -> {width, height, inside, label}
//   sentence   (settings, result) -> what the picture shows
//   table      (settings, result) -> {caption, head, rows}
//   questions  [{ask, choices, answer: (settings, data) -> [index of the choice, words],
//                show: settings -> those that show the answer}]
// and where it needs them python, program, fold, groups, buttons, act, settle, off, grab and
// play. All words are ours, so they go into the page as they are; what readers type never
// does, but for letters and spaces.

import { programFor } from "./files.mjs";
import { grabbing } from "./grab.mjs";
import { figure, idOf, table } from "./markup.mjs";
import { minus } from "./numbers.mjs";
import { Questions } from "./questions.mjs";
import { changed, defaults, print, read, Refused, write } from "./settings.mjs";

const REST = 400; // milliseconds without a change, after which a result is read out
const LATE = 300; // milliseconds without data, after which they are said to be on their way
const PACE = 900; // milliseconds between the steps of what is played

const isRefused = control => control.getAttribute("aria-invalid") === "true";

export class LabElement extends HTMLElement {
  async connectedCallback() {
    const { settings, trouble } = read(this.lab);
    this.data = {};
    this.settings = settings;
    this.kept = settings; // what they were before the change that goes on
    this.past = [];
    try {
      await this.lab.load?.(settings, this.data);
    } catch {
      this.dispatchEvent(new Event("lost")); // it stays a still
      return;
    }
    this.build();
    this.show();
    addEventListener("popstate", () => this.readAgain());
    if (trouble.length) this.say(`Not all of the address could be used. ${trouble.join(". ")}.`);
  }

  part(selector) {
    return this.querySelector(selector);
  }

  /** The page holds all that a lab shows; here it comes alive. */
  build() {
    this.id = idOf(this.lab);
    this.setAttribute("awake", "");
    this.questions = new Questions(
      this.part(".lab-ask"), this.lab.questions, `${this.id}-guess`);
    const form = this.part("form");
    form.onsubmit = event => event.preventDefault();
    form.oninput = event => this.input(event.target);
    form.onchange = () => {
      this.keep();
      this.fillForm(isRefused); // what was refused stays where it was typed
    };
    this.onclick = event => this.press(event.target.dataset.act);
    if (this.lab.grab) grabbing(this, this.part(".lab-figure"), this.lab.grab);
    this.part("code").tabIndex = 0; // a long program is scrolled by key; the theme takes it
    this.part(".lab-code").ontoggle = () => this.showProgram();
    // The program is there before it is asked for.
    const prefetch = () => this.program().catch(() => {});
    this.addEventListener("pointerover", prefetch);
    this.addEventListener("focusin", prefetch);
  }

  // The settings: changed, kept, undone.

  /** Something is typed or dragged. */
  input(control) {
    const { name, type, value } = control;
    this.stop();
    this.leaveAnswer();
    this.put(name, type === "checkbox" ? print({}, control.checked) : value, control);
  }

  /** A setting becomes what words say. It starts from what was kept: what is passed through
   * on the way leaves no trace. */
  put(name, words, control) {
    try {
      const next = changed(this.lab, this.kept, name, words);
      this.fault(name);
      this.set(next, control);
    } catch (why) {
      if (!(why instanceof Refused)) throw why;
      const used = minus(print(this.lab.fields[name], this.settings[name]));
      this.fault(name, `${why.message}; still using ${used || "none"}`);
    }
  }

  /** Take settings as soon as there is what they need; those wanted last win. */
  async set(next, control) {
    this.wanted = next;
    const coming = this.lab.load?.(next, this.data);
    if (!coming) return this.take(next, control);
    const late = setTimeout(() => this.say("The data for this are loading."), LATE);
    const came = await coming.then(() => true, () => false);
    clearTimeout(late);
    if (this.wanted !== next) return;
    this.say(came ? "" : "The data for this could not be loaded. To try again, choose it again.");
    this.take(came ? next : this.settings);
    this.keep();
  }

  take(settings, control) {
    this.settings = settings;
    this.show(control);
    this.announce(this.part("figcaption").textContent);
  }

  /** A change is done: undo goes back to before it. */
  keep() {
    const changed = JSON.stringify(this.settings) !== JSON.stringify(this.kept);
    if (changed) this.past.push(this.kept);
    this.kept = this.settings;
    write(this.lab, this.settings);
  }

  async readAgain() {
    await this.set(read(this.lab).settings);
    this.kept = this.settings;
  }

  // Buttons.

  press(act) {
    if (!act) return;
    const playing = this.playing;
    this.stop();
    if (act === "copy") this.copy();
    else if (act === "reveal") this.reveal();
    else if (act === "next") this.nextQuestion();
    else if (act !== "play") this.change(act);
    else if (!playing) this.play();
  }

  /** Undo, reset, or a button of the lab's own. */
  change(act) {
    const next = this.after(act);
    if (typeof next === "string") return this.say(next); // why it cannot be done
    if (act === "undo" || act === "home") this.kept = next;
    this.leaveAnswer();
    this.say("");
    this.set(next);
    this.keep();
  }

  after(act) {
    if (act === "undo") return this.past.pop() ?? "Nothing to undo.";
    if (act === "reset") return defaults(this.lab);
    if (act === "home") return this.home;
    return this.lab.act(this.settings, act);
  }

  /** The answer, and the lab as it shows it; home is how it was before. */
  reveal() {
    this.home ??= this.settings;
    this.set(this.questions.reveal(this.home, this.data));
    this.keep();
  }

  nextQuestion() {
    if (this.home) this.change("home");
    this.questions.next();
  }

  /** Whoever changes something has left the answer for good. */
  leaveAnswer() {
    this.home = null;
    this.part(".lab-ask [data-act=home]")?.parentNode.remove();
  }

  // Playing: the lab's own next settings, one after the other, until it has none.

  play() {
    const next = this.lab.play(this.settings, true);
    this.part("[data-act=play]").textContent = "Pause";
    this.set(next);
    this.playing = setInterval(() => {
      const next = this.lab.play(this.settings, false);
      if (next) this.set(next);
      else this.stop();
    }, PACE);
  }

  stop() {
    if (!this.playing) return;
    clearInterval(this.playing);
    this.playing = null;
    this.part("[data-act=play]").textContent = this.lab.buttons.play;
    this.keep();
  }

  // What is seen and heard.

  show(hand) {
    this.draw();
    this.fillForm(control => control === hand);
  }

  draw() {
    const { lab, settings } = this;
    const result = lab.compute(settings, this.data);
    this.part(".lab-figure").innerHTML = figure(lab, settings, result);
    this.part(".lab-rows").innerHTML = table(lab, settings, result);
  }

  /** Every control anew, except those to be left. */
  fillForm(left) {
    const { lab, settings } = this;
    for (const control of this.querySelectorAll("form [name]")) {
      const off = Boolean(lab.off?.(settings, control.name));
      control.disabled = off;
      control.parentNode.hidden = off;
      if (!left(control)) this.fill(control);
    }
  }

  fill(control) {
    const value = this.settings[control.name];
    if (control.type === "checkbox") control.checked = value;
    else control.value = value;
    if (isRefused(control)) this.fault(control.name);
  }

  /** Say beside a control why its words were refused, or that they were not. */
  fault(name, why = "") {
    const control = this.part(`#${this.id}-${name}`);
    const place = this.part(`#${this.id}-${name}-error`);
    control.setAttribute("aria-invalid", Boolean(why));
    if (place) place.textContent = why;
    if (place && why) this.announce(`${control.labels[0].textContent}: ${why}.`);
  }

  /** What is read out, and what need not follow a finger, comes when the hand rests. */
  announce(words) {
    clearTimeout(this.resting);
    this.resting = setTimeout(() => {
      this.part(".lab-live").textContent = words;
      this.showProgram();
    }, REST);
  }

  say(words) {
    this.part(".lab-note").textContent = words;
  }

  // The program.

  async program() {
    try {
      return await programFor(this.lab, this.settings, this.data);
    } catch {
      throw new Error("The program could not be loaded.");
    }
  }

  async showProgram() {
    if (!this.part(".lab-code").open) return;
    this.part("code").textContent = await this.program().catch(why => why.message);
  }

  async copy() {
    const text = await this.program().catch(why => this.say(why.message));
    if (!text) return;
    try {
      await navigator.clipboard.writeText(text);
      this.say("Copied: a program that prints these numbers.");
    } catch {
      this.part(".lab-code").open = true;
      this.say("Copying was not allowed; the program stands below.");
    }
  }
}

/** Make a lab an element. */
export const define = (lab, Base = LabElement) => {
  customElements.define(`lab-${lab.name}`, class extends Base { lab = lab; });
};
