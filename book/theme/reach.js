// Whatever is wider than its place can be scrolled; with the keyboard, too, once it can be reached.

"use strict";

(() => {
  const WIDE = "main pre > code, main .table-wrapper";

  function reach() {
    for (const place of document.querySelectorAll(WIDE)) {
      if (place.scrollWidth > place.clientWidth) {
        place.tabIndex = 0;
      } else {
        place.removeAttribute("tabindex");
      }
    }
  }

  addEventListener("load", reach);
  addEventListener("resize", reach);
})();
