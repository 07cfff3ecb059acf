// Names that the theme's own parts lack, for readers who hear the page.
document.querySelector(".md-search[role=dialog]")?.setAttribute("aria-label", "Search");
