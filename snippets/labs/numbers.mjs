// How numbers are written.

/** -4 -> "−4", with a true minus sign. */
export const minus = value => String(value).replace(/^-/, "−");

/** 0.7291 -> "0.73"; what rounds to nothing has no sign. */
export const fixed = (value, decimals = 2) => {
  const rounded = Number(value.toFixed(decimals)) + 0;
  return minus(rounded.toFixed(decimals));
};

/** 12864 -> "12,864" */
export const count = value => value.toLocaleString("en");

const SUPERSCRIPT = { "-": "⁻" };
[..."⁰¹²³⁴⁵⁶⁷⁸⁹"].forEach((raised, digit) => { SUPERSCRIPT[digit] = raised; });

/** Three digits: 0.141 as it is, but 4.59 × 10⁻¹¹. */
export const power = value => {
  const [digits, exponent] = value.toExponential(2).split("e");
  if (Math.abs(exponent) < 3) return fixed(value, 2 - exponent);
  const raised = String(Number(exponent)).replace(/./g, character => SUPERSCRIPT[character]);
  return `${digits} × 10${raised}`;
};
