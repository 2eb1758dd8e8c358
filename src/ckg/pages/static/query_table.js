// Tables of results: sorted by a click, names or IRIs, and all rows of a long result, of which only those in sight are drawn.
"use strict";

const rowHeight = 36;
const orderOf = new Intl.Collator(undefined, { numeric: true });

// Lets the table of a result be sorted by its columns, and shows IRIs in the place of names on demand.
function equipTable(section) {
  const table = section.querySelector("table");
  if (!table) return;
  const body = table.tBodies[0];
  const valueOf = (row, column) => {
    const cell = row.cells[column];
    return cell.querySelector("time")?.dateTime ?? (cell.classList.contains("number") ? cell.textContent.replace(/,/g, "") : cell.textContent);
  };
  sortable(table, (column, sign) => {
    const rows = [...body.rows].map((row) => [valueOf(row, column), row]);
    rows.sort(([a], [b]) => sign * compared(a, b));
    body.append(...rows.map(([, row]) => row));
  });
  const named = [...body.querySelectorAll("td[data-iri]")];
  if (!named.length) return;
  const label = choice(message("Show IRIs"), (checked) => {
    for (const cell of named) {
      const shown = cell.querySelector("bdi, a") ?? cell;
      cell.dataset.name ??= shown.textContent;
      shown.textContent = checked ? cell.dataset.iri : cell.dataset.name;
    }
  });
  section.prepend(label);
}

function choice(words, changed) {
  const label = document.createElement("label");
  const box = document.createElement("input");
  box.type = "checkbox";
  box.addEventListener("change", () => changed(box.checked));
  label.className = "choice";
  label.append(box, ` ${words}`);
  return label;
}

function compared(a, b) {
  if (a === b) return 0;
  if (a === "" || b === "") return a === "" ? 1 : -1;
  const [x, y] = [Number(a), Number(b)];
  return Number.isNaN(x) || Number.isNaN(y) ? orderOf.compare(a, b) : x - y;
}

// Makes the heads of a table buttons; `sort` is called with the number of a column and 1 or -1.
function sortable(table, sort) {
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "sort";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const sign = head.ariaSort === "ascending" ? -1 : 1;
      for (const other of heads) other.removeAttribute("aria-sort");
      head.ariaSort = sign > 0 ? "ascending" : "descending";
      sort(column, sign);
    });
  });
}

// Shows all rows of a result in SPARQL JSON in the place of the table of a section. `labels` is the address that names things.
function showAllRows(section, results, labels) {
  const columns = results.head.vars;
  let rows = results.results.bindings;
  const names = new Map();
  let asked = new Set(), withIris = false, timer = 0;
  const box = document.createElement("div");
  box.className = "table-scroll virtual";
  box.tabIndex = 0;
  box.setAttribute("role", "region");
  box.setAttribute("aria-label", message("All rows of the result"));
  const table = document.createElement("table");
  table.setAttribute("aria-rowcount", String(rows.length + 1));
  const head = table.createTHead().insertRow();
  head.setAttribute("aria-rowindex", "1");
  for (const column of columns) {
    const cell = document.createElement("th");
    cell.scope = "col";
    cell.textContent = column;
    head.append(cell);
  }
  const above = document.createElement("tbody"), body = document.createElement("tbody"), below = document.createElement("tbody");
  for (const spacer of [above, below]) spacer.insertRow().insertCell().colSpan = columns.length;
  table.append(above, body, below);
  box.append(table);

  const draw = () => {
    const first = Math.max(0, Math.floor(box.scrollTop / rowHeight) - 10);
    const last = Math.min(rows.length, first + Math.ceil(box.clientHeight / rowHeight) + 20);
    above.rows[0].cells[0].style.height = `${first * rowHeight}px`;
    below.rows[0].cells[0].style.height = `${(rows.length - last) * rowHeight}px`;
    body.replaceChildren(...rows.slice(first, last).map((row, place) => drawRow(row, first + place)));
    clearTimeout(timer);
    timer = setTimeout(() => ask(rows.slice(first, last)), 150);
  };
  const drawRow = (row, place) => {
    const line = document.createElement("tr");
    line.setAttribute("aria-rowindex", String(place + 2));
    for (const column of columns) {
      const cell = line.insertCell(), term = row[column];
      if (!term) continue;
      if (term.type === "uri") {
        const known = names.get(term.value), link = document.createElement("a");
        link.textContent = known && !withIris ? known.label : term.value;
        if (known?.language && !withIris) link.lang = known.language;
        if (known?.href) link.href = known.href;
        cell.append(link);
      } else {
        cell.textContent = term.type === "bnode" ? `_:${term.value}` : term.value;
        if (term["xml:lang"]) cell.lang = term["xml:lang"];
      }
      cell.title = cell.textContent;
    }
    return line;
  };
  const ask = async (seen) => {
    const iris = seen.flatMap((row) => columns.map((column) => row[column])).filter((term) => term?.type === "uri").map((term) => term.value);
    const unknown = [...new Set(iris)].filter((iri) => !names.has(iri) && !asked.has(iri)).slice(0, 100);
    if (!unknown.length) return;
    for (const iri of unknown) asked.add(iri);
    const query = new URLSearchParams(unknown.map((iri) => ["iri", iri]));
    const answer = await fetch(`${labels}?${query}`).then((found) => (found.ok ? found.json() : {})).catch(() => ({}));
    for (const [iri, name] of Object.entries(answer)) names.set(iri, name);
    draw();
  };
  sortable(table, (column, sign) => {
    const value = (row) => row[columns[column]]?.value ?? "";
    rows = rows.toSorted((a, b) => sign * compared(value(a), value(b)));
    draw();
  });
  box.addEventListener("scroll", () => requestAnimationFrame(draw));
  new ResizeObserver(draw).observe(box);
  section.replaceChildren(choice(message("Show IRIs"), (checked) => { withIris = checked; draw(); }), box);
  draw();
}
