// Small comforts on top of pages that work without: copying, suggestions while typing, a language that is used at once.
"use strict";

// Returns a message in the language of the page, where the page brings its words; a value stands for each `%(name)s`.
const scriptMessages = JSON.parse(document.getElementById("script-messages")?.textContent ?? "{}");
function message(english, values = {}) {
  return (scriptMessages[english] ?? english).replace(/%\((\w+)\)s/g, (_, name) => values[name]);
}

for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    const before = button.textContent;
    button.textContent = message("Copied");
    setTimeout(() => { button.textContent = before; }, 1500);
  });
}

const language = document.querySelector("form.language");
if (language) {
  language.querySelector("button").hidden = true;
  language.querySelector("select").addEventListener("change", () => language.requestSubmit());
}

// A document of many pages shows a fragment on one of them: the others lead to the page about the fragment itself.
const fragments = document.querySelector("[data-fragments]");
if (fragments && location.hash.length > 1 && !document.getElementById(decodeURIComponent(location.hash.slice(1)))) {
  location.replace(fragments.dataset.fragments + encodeURIComponent(decodeURIComponent(location.hash.slice(1))));
}

for (const input of document.querySelectorAll("input[data-suggest]")) suggest(input);

function suggest(input) {
  const list = document.createElement("ul");
  list.className = "suggestions";
  list.id = `${input.id}-suggestions`;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", message("Suggestions"));
  list.hidden = true;
  input.after(list);
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", list.id);
  input.setAttribute("aria-expanded", "false");
  let asked = 0, chosen = -1, timer = 0;

  const close = () => {
    list.hidden = true;
    chosen = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };

  // The list is wider than the field may be: it moves so that no part of it is outside of the window.
  const place = () => {
    list.style.translate = "";
    if (list.hidden) return;
    const box = list.getBoundingClientRect();
    const moved = box.left < 0 ? -box.left : Math.min(0, document.documentElement.clientWidth - box.right);
    if (moved) list.style.translate = `${moved}px`;
  };
  window.addEventListener("resize", place);

  const choose = (number) => {
    const options = list.querySelectorAll("[role=option]");
    if (!options.length) return;
    chosen = (number + options.length) % options.length;
    options.forEach((option, index) => option.setAttribute("aria-selected", String(index === chosen)));
    input.setAttribute("aria-activedescendant", options[chosen].id);
  };

  const show = (rows) => {
    list.replaceChildren(...rows.map((row, index) => {
      const item = document.createElement("li");
      item.setAttribute("role", "presentation");
      const link = document.createElement("a");
      link.href = row.href;
      link.id = `${list.id}-${index}`;
      link.tabIndex = -1;
      link.setAttribute("role", "option");
      link.setAttribute("aria-selected", "false");
      const label = document.createElement("bdi");
      label.textContent = row.label;
      if (row.lang) label.lang = row.lang;
      const kind = document.createElement("small");
      kind.textContent = row.kind ? ` ${row.kind}` : "";
      link.append(label, kind);
      item.append(link);
      return item;
    }));
    list.hidden = rows.length === 0;
    place();
    input.setAttribute("aria-expanded", String(rows.length > 0));
    chosen = -1;
  };

  input.addEventListener("input", () => {
    clearTimeout(timer);
    const words = input.value.trim();
    if (!words) { close(); return; }
    timer = setTimeout(async () => {
      const mine = ++asked;
      try {
        const answer = await fetch(`${input.dataset.suggest}?q=${encodeURIComponent(words)}`);
        const rows = answer.ok ? await answer.json() : [];
        if (mine === asked && document.activeElement === input) show(rows);
      } catch { close(); }
    }, 120);
  });

  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" && !list.hidden) { choose(chosen + 1); event.preventDefault(); }
    else if (event.key === "ArrowUp" && !list.hidden) { choose(chosen - 1); event.preventDefault(); }
    else if (event.key === "Escape") close();
    else if (event.key === "Enter" && chosen >= 0) {
      event.preventDefault();
      list.querySelectorAll("[role=option]")[chosen].click();
    }
  });
  input.addEventListener("blur", () => setTimeout(close, 150));
}
