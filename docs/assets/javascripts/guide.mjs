// Names and roles that the theme's own parts lack, for readers who hear the page.
document.querySelector(".md-search[role=dialog]")?.setAttribute("aria-label", "Search");

// The theme wraps each copy button in a <nav> of its own: dozens of landmarks without a
// name. It adds them as blocks come into view.
new MutationObserver(() => {
  for (const nav of document.querySelectorAll("nav.md-code__nav:not([role])"))
    nav.setAttribute("role", "presentation");
}).observe(document.body, { childList: true, subtree: true });

// A table or a program that is wider than its box scrolls inside it: by keyboard too.
const reach = new ResizeObserver(sizes => {
  for (const { target: box } of sizes)
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
});
for (const box of document.querySelectorAll(".md-typeset__scrollwrap, pre > code"))
  reach.observe(box);

// The menu of a narrow screen opens by a label: a button in its place is for the keyboard, too.
const drawer = document.getElementById("__drawer");
const label = document.querySelector(".md-header label[for=__drawer]");
if (drawer && label) {
  const button = Object.assign(document.createElement("button"),
    { className: `${label.className} menu`, type: "button", ariaLabel: "Menu" });
  button.append(...label.childNodes);
  label.replaceWith(button);
  const say = () => button.setAttribute("aria-expanded", drawer.checked);
  drawer.addEventListener("change", say);
  say();
  const menu = document.querySelector(".md-sidebar--primary");
  button.addEventListener("click", () => {
    drawer.click();
    menu.querySelector(".md-nav__link--active, a").focus();
  });
  // One level of the menu lies over the other: show that of the entry in focus.
  menu.addEventListener("focusin", ({ target }) => {
    if (!drawer.checked) return;
    for (const level of menu.querySelectorAll(".md-nav__toggle"))
      level.checked = level.parentElement.querySelector(".md-nav").contains(target);
    target.scrollIntoView({ block: "nearest", inline: "nearest" });
  });
  addEventListener("keydown", ({ key }) => {
    if (key !== "Escape" || !drawer.checked) return;
    drawer.click();
    button.focus();
  });
}

// The mark behind a claim opens what it rests on, in place: the entries of the page 'All
// claims'. Where that page cannot be read, the mark stays the link that it is.
const card = document.createElement("div");
card.className = "so-card md-typeset";
card.popover = "auto";
card.role = "dialog";
card.ariaLabel = "What this rests on";
card.tabIndex = -1;
card.addEventListener("toggle", ({ newState }) => {
  if (newState === "closed") opened?.setAttribute("aria-expanded", "false");
});
document.body.append(card);

let opened;
const entries = {};
const entry = async (address, name) => {
  const read = async () => new DOMParser().parseFromString(
    await (await fetch(address)).text(), "text/html");
  const found = (await (entries[address] ??= read())).getElementById(name).cloneNode(true);
  found.removeAttribute("id");
  for (const link of found.querySelectorAll("a[href]"))
    link.href = new URL(link.getAttribute("href"), address);
  return found;
};

document.addEventListener("click", async event => {
  const mark = event.target.closest("a.so");
  if (!mark || !card.showPopover || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const address = mark.href.split("#")[0];
  try {
    const names = mark.dataset.findings.split(" ");
    card.replaceChildren(...await Promise.all(names.map(name => entry(address, name))));
  } catch {
    location.assign(mark.href);
    return;
  }
  opened = mark;
  mark.setAttribute("aria-expanded", "true");
  card.showPopover();
  card.focus();
});
