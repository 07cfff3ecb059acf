// Settings that are dragged in the picture itself. A part of it says with data-grab what it
// moves; the lab says what a place in the picture means: grab[name](place, settings) gives
// the words for its field. Keyboard and screen reader have the field.

/** Where a pointer is, in the picture's own units. */
const placeOf = (event, svg) =>
  new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());

/** The element's settings follow a pointer that goes down on a part of its figure. */
export const grabbing = (element, figure, grab) => {
  let name = null;
  const follow = event => {
    const words = grab[name](placeOf(event, figure.querySelector("svg")), element.settings);
    if (words !== null) element.put(name, words);
  };
  figure.onpointerdown = event => {
    const held = event.target.closest("[data-grab]");
    if (!held || event.button) return;
    event.preventDefault();
    element.stop();
    element.leaveAnswer();
    name = held.dataset.grab;
    figure.setPointerCapture(event.pointerId);
    figure.classList.add("is-grabbed");
    follow(event);
  };
  figure.onpointermove = event => { if (name) follow(event); };
  figure.onpointerup = figure.onpointercancel = () => {
    if (!name) return;
    name = null;
    figure.classList.remove("is-grabbed");
    element.keep();
  };
};
