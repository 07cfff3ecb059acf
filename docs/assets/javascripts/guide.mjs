// Names and roles that the theme's own parts lack, for readers who hear the page.
document.querySelector(".md-search[role=dialog]")?.setAttribute("aria-label", "Search");

// The theme wraps each copy button in a <nav> of its own: dozens of landmarks without a
// name. It adds them as blocks come into view.
const ungroup = () => {
  for (const nav of document.querySelectorAll("nav.md-code__nav:not([role])"))
    nav.setAttribute("role", "presentation");
};
new MutationObserver(ungroup).observe(document.body, { childList: true, subtree: true });
ungroup();
