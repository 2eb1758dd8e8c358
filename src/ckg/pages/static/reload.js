// Load the page anew when another release is served: for those who edit files beside `ckg serve --watch`.
"use strict";

const root = document.currentScript.dataset.root;
let shown = null;

async function look() {
  try {
    const answer = await fetch(`${root}/readyz`, { cache: "no-store" });
    const { release } = await answer.json();
    if (shown !== null && release !== shown) {
      location.reload();
      return;
    }
    shown = release;
  } catch {
    // The server is starting again; the next look will find it.
  }
  setTimeout(look, 700);
}

look();
