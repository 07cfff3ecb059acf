// What a lab asks: predict first, then see the answer, worked out from the settings and
// shown on the lab itself.

import { asking, buttons } from "./markup.mjs";

export class Questions {
  number = 0;

  /** place: the fieldset to fill; group: the name that its radio buttons share. */
  constructor(place, questions, group) {
    Object.assign(this, { place, questions, group });
    this.ask();
  }

  ask() {
    this.place.innerHTML = asking(this.questions, this.number, this.group);
  }

  next() {
    this.number = (this.number + 1) % this.questions.length;
    this.ask();
    this.place.querySelector("input").focus();
  }

  get current() {
    return this.questions[this.number];
  }

  /** Say what is right; returns the settings that show it. */
  reveal(settings, data) {
    const { choices, answer, show } = this.current;
    const [right, words] = answer(settings, data);
    const guess = this.place.querySelector(":checked");
    const verdict = Number(guess?.value) === right ? "As you said" : "Not so";
    this.told.textContent = `${guess ? verdict : "Answer"}: ${choices[right]} ${words} `
      + "The lab shows it now.";
    if (!this.place.querySelector("[data-act=home]"))
      this.told.insertAdjacentHTML("afterend", buttons({ home: "Back to where I was" }));
    return show(settings);
  }

  get told() {
    return this.place.querySelector(".lab-told");
  }
}
