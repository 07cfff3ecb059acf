// What a lab shows: its picture with a sentence below, and its table.

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
