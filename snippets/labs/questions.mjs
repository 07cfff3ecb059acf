// What a lab asks: predict first, then see the answer, worked out from the settings.

import { buttons } from "./form.mjs";

export class Questions {
  /** place: the fieldset to fill; group: the name that its radio buttons share. */
  constructor(place, questions, group) {
    Object.assign(this, { place, questions, group });
    this.ask(0);
  }

  ask(number) {
    this.number = number % this.questions.length;
    const { ask } = this.current;
    this.place.innerHTML = `
<legend>Predict first: question ${this.number + 1} of ${this.questions.length}</legend>
<p>${ask}</p>
${this.choices()}
${buttons({ reveal: "Reveal", next: "Next question" })}
<p class="lab-told" role="status"></p>`;
  }

  next() {
    this.ask(this.number + 1);
    this.place.querySelector("input").focus();
  }

  get current() {
    return this.questions[this.number];
  }

  choices() {
    return this.current.choices
      .map((words, i) => `<input type="radio" name="${this.group}" value="${i}"> ${words}`)
      .map(choice => `<label>${choice}</label>`)
      .join("");
  }

  reveal(settings, data) {
    const [right, words] = this.current.answer(settings, data);
    const guess = this.place.querySelector(":checked");
    const verdict = Number(guess?.value) === right ? "As you said" : "Not so";
    const choice = this.current.choices[right];
    this.told.textContent = `${guess ? verdict : "Answer"}: ${choice} ${words}`;
  }

  /** An answer that was given stays true when the settings change. */
  follow(settings, data) {
    if (this.told.textContent) this.reveal(settings, data);
  }

  get told() {
    return this.place.querySelector(".lab-told");
  }
}
