// Names and roles that the theme's own parts lack, for readers who hear the page.
document.querySelector(".md-search[role=dialog]")?.setAttribute("aria-label", "Search");

// The theme wraps each copy button in a <nav> of its own: dozens of landmarks without a
// name. It adds them as blocks come into view.
const ungroup = () => {
  for (const nav of document.querySelectorAll("nav.md-code__nav:not([role])"))
    nav.setAttribute("role", "presentation");
};

// A table that is wider than its box scrolls inside it: by keyboard too.
const reach = () => {
  for (const box of document.querySelectorAll(".md-typeset__scrollwrap"))
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
};
const mend = () => { ungroup(); reach(); };
new MutationObserver(mend).observe(document.body, { childList: true, subtree: true });
addEventListener("resize", reach);
mend();
