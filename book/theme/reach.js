// What doesn't fit on a narrow page: listings are folded line by line; whatever else is wider than its place can be
// scrolled, with the keyboard, too, once it can be reached, and shows that it goes on.

"use strict";

(() => {
  const WIDE = "main pre > code, main .table-wrapper";
  const LISTING = "main pre > code:is(.language-rust, .language-python, .language-text, .language-toml)";
  const NARROW = matchMedia("(max-width: 620px)");

  function reach() {
    for (const place of document.querySelectorAll(WIDE)) {
      if (place.scrollWidth > place.clientWidth) {
        place.tabIndex = 0;
      } else {
        place.removeAttribute("tabindex");
      }
      tell(place);
    }
  }

  // A pixel may be lost in rounding.
  function tell(place) {
    const left = place.scrollWidth - place.clientWidth - place.scrollLeft;
    place.classList.toggle("goes-on", left > 1);
  }

  // The lines of a listing, each in an element of its own, which says how far it is indented. What the
  // highlighter has made of several lines is divided among them.
  function lines(listing) {
    const done = document.createDocumentFragment();
    let line;
    let open = [];
    function begin() {
      line = document.createElement("span");
      line.className = "line";
      done.append(line);
      // Once more what is open, one in the other.
      let within = line;
      open = open.map((element) => {
        const copy = element.cloneNode(false);
        within.append(copy);
        within = copy;
        return copy;
      });
    }
    function add(node) {
      if (node.nodeType !== Node.TEXT_NODE) {
        const copy = node.cloneNode(false);
        (open.at(-1) ?? line).append(copy);
        open.push(copy);
        node.childNodes.forEach(add);
        open.pop();
        return;
      }
      for (const text of node.data.match(/[^\n]*\n|[^\n]+/g) ?? []) {
        if (line.textContent.endsWith("\n")) {
          begin();
        }
        (open.at(-1) ?? line).append(text);
      }
    }
    begin();
    listing.childNodes.forEach(add);
    for (const line of done.childNodes) {
      line.style.setProperty("--indent", line.textContent.search(/\S|$/));
    }
    listing.replaceChildren(done);
  }

  function fold() {
    if (NARROW.matches) {
      for (const listing of document.querySelectorAll(LISTING)) {
        if (!listing.querySelector(".line")) {
          lines(listing);
        }
      }
    }
  }

  addEventListener("load", () => {
    fold();
    reach();
    for (const place of document.querySelectorAll(WIDE)) {
      place.addEventListener("scroll", () => tell(place), { passive: true });
    }
    // What was folded had no width.
    for (const folded of document.querySelectorAll("main details")) {
      folded.addEventListener("toggle", reach);
    }
  });
  NARROW.addEventListener("change", fold);
  addEventListener("resize", reach);
})();
