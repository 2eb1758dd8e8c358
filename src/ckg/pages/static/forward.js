// Leads on to another page with the fragment of the address, which a refresh of a page alone would lose.
"use strict";

if (location.hash.length > 1) location.replace(document.currentScript.dataset.target.split("#")[0] + location.hash);
