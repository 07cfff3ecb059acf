// The parts of a lab that change, as HTML: its picture with a sentence below, its table and
// its question.

/** {act: words} as a row of buttons. */
export const buttons = acts => {
  const button = ([act, words]) => `<button type="button" data-act="${act}">${words}</button>`;
  return `<p class="lab-buttons">${Object.entries(acts).map(button).join("")}</p>`;
};

/** The inside of the box that asks question `number`; group: the name of its radio buttons. */
export const asking = (questions, number, group) => {
  const { ask, choices } = questions[number];
  const choice = (words, i) =>
    `<label><input type="radio" name="${group}" value="${i}"> ${words}</label>`;
  return `
<legend>Predict first: question ${number + 1} of ${questions.length}</legend>
<p>${ask}</p>
${choices.map(choice).join("")}
${buttons({ reveal: "Reveal", next: "Next question" })}
<p class="lab-told" role="status"></p>`;
};

/** The inside of the lab's <figure>. */
export const figure = (lab, settings, result) => {
  const { width = 372, height, inside, label } = lab.picture(settings, result);
  const size = `viewBox="0 0 ${width} ${height}"`;
  return `<svg ${size} role="img" aria-label="${label}">${inside}</svg>
<figcaption>${lab.sentence(settings, result)}</figcaption>`;
};

const row = ([head, ...cells]) => {
  const data = cells.map(cell => `<td>${cell}</td>`);
  return `<tr><th scope="row">${head}</th>${data.join("")}</tr>`;
};

/** The table, in a box that scrolls sideways, with a paragraph above it. */
export const table = (lab, settings, result) => {
  const { caption, head, rows } = lab.table(settings, result);
  const heads = head.map(words => `<th scope="col">${words}</th>`);
  const box = 'class="lab-numbers" tabindex="0" role="group" aria-label="Table of the numbers"';
  return `<p>${caption}</p><div ${box}><table class="lab-table">
<thead><tr>${heads.join("")}</tr></thead>
<tbody>${rows.map(row).join("")}</tbody></table></div>`;
};

export const idOf = lab => `lab-${lab.name}`;
