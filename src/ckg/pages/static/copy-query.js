// The query page of a copy of the site as files: what is asked is answered in this browser, by a worker.
"use strict";

const asking = document.querySelector("form.sparql[data-engine]");
if (asking) answerHere(asking);

function answerHere(form) {
  const field = form.querySelector("textarea[name=query]"); // the editor, which is there already, has one of its own
  const status = form.querySelector("[role=status]");
  const bar = form.querySelector("progress");
  const stop = form.querySelector("[data-stop]");
  const FORMATS = [["JSON", "application/sparql-results+json", "srj"], ["CSV", "text/csv", "csv"], ["TSV", "text/tab-separated-values", "tsv"], ["XML", "application/sparql-results+xml", "srx"]];
  const index = new URL(form.dataset.engine, document.baseURI);
  const root = new URL(".", index).href;
  const site = new URL("../", index).href;
  let worker = null, asked = "";

  if (location.protocol === "file:") {
    document.querySelector("[data-without]").textContent =
      message("Opened from a disk, this page cannot load its query engine: browsers allow it only from a web server. Any will do, such as “python3 -m http.server” in the folder of this copy.");
    return;
  }
  form.hidden = false;
  document.querySelector("[data-without]").hidden = true;

  const working = (on) => {
    bar.hidden = !on;
    stop.hidden = !on;
    form.querySelector("button:not([type])").disabled = on;
  };

  async function start() {
    if (worker) return;
    const loaded = await fetch(index);
    if (!loaded.ok) throw new Error(message("%(file)s cannot be loaded (%(status)s).", { file: index, status: loaded.status }));
    const found = await loaded.json();
    worker = new Worker(form.dataset.worker, { type: "module" });
    worker.addEventListener("message", ({ data }) => hear(data));
    worker.addEventListener("error", (event) => tell(event.message || message("The query engine cannot be started.")));
    worker.postMessage({ index: found, root });
  }

  function hear(told) {
    if (told.progress) {
      bar.max = told.total;
      bar.value = told.done;
      const [done, total] = [told.done, told.total].map((bytes) => Math.round(bytes / 1000));
      status.textContent = message("Loading %(part)s: %(done)s of %(total)s kB", { part: told.progress, done, total });
      if (told.done >= told.total) { bar.removeAttribute("value"); status.textContent = message("Working"); }
    } else if (told.problem) tell(told.problem);
    else if (told.download !== undefined) save(told);
    else show(told.result);
  }

  async function ask() {
    asked = field.value;
    working(true);
    bar.removeAttribute("value");
    status.textContent = message("Working");
    try {
      await start();
      worker.postMessage({ query: asked });
    } catch (error) {
      tell(String(error.message ?? error));
    }
  }

  function place() {
    let answer = document.getElementById("answer");
    if (!answer) {
      answer = document.createElement("section");
      document.querySelector(".ask").after(answer);
    }
    const fresh = document.createElement("div"); // no landmark: the table in it is one
    fresh.id = "answer";
    const title = document.createElement("h2");
    title.id = "answer-title";
    title.textContent = message("Result");
    fresh.append(title);
    answer.replaceWith(fresh);
    return fresh;
  }

  function tell(problem) {
    working(false);
    status.textContent = "";
    const answer = place();
    answer.querySelector("h2").textContent = message("No result");
    const notice = document.createElement("p");
    notice.className = "notice conflict";
    notice.setAttribute("role", "alert");
    notice.textContent = problem;
    answer.append(notice);
  }

  function show(result) {
    working(false);
    const milliseconds = Math.max(1, Math.round(result.milliseconds));
    const answer = place();
    const said = document.createElement("p");
    answer.append(said);
    const url = new URL(location.href);
    url.search = new URLSearchParams({ query: asked });
    url.hash = "";
    if (url.href.length < 6000) history.replaceState(null, "", url);
    if (result.form === "ASK") said.textContent = result.truth ? message("Yes") : message("No");
    else if (result.form === "CONSTRUCT") {
      said.textContent = message("A graph, in Turtle");
      const text = document.createElement("pre");
      text.tabIndex = 0;
      text.setAttribute("role", "region");
      text.setAttribute("aria-label", message("The result in Turtle"));
      text.textContent = result.text.slice(0, 200000);
      answer.append(text);
      if (result.text.length > 200000) said.textContent = message("The beginning of a graph, in Turtle");
    } else {
      said.textContent = counted(result.count, result.rows.length);
      answer.append(downloads(), table(result), ...answerDrawings(result, asked));
      offerPictures(answer);
    }
    status.textContent = message("Answered in %(milliseconds)s ms in this browser", { milliseconds });
    form.dataset.answered = String(Number(form.dataset.answered ?? 0) + 1);
  }

  function counted(rows, shown) {
    if (rows > shown) return message("%(rows)s rows, of which the first %(shown)s are shown; every download has them all", { rows, shown });
    return rows === 1 ? message("1 row") : message("%(rows)s rows", { rows });
  }

  function downloads() {
    const list = document.createElement("ul");
    list.className = "links";
    list.setAttribute("aria-label", message("Download the result"));
    for (const [name, format, suffix] of FORMATS) {
      const item = document.createElement("li");
      const button = document.createElement("button");
      button.type = "button";
      button.className = "quiet";
      button.textContent = name;
      button.addEventListener("click", () => worker.postMessage({ query: asked, format, name: `answer.${suffix}` }));
      item.append(button);
      list.append(item);
    }
    return list;
  }

  function save({ download, name, type }) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([download], { type }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  }

  function table({ columns, rows }) {
    const around = document.createElement("div");
    around.className = "table-scroll";
    around.tabIndex = 0;
    around.setAttribute("role", "region");
    around.setAttribute("aria-labelledby", "answer-title");
    const made = document.createElement("table");
    const head = made.createTHead().insertRow();
    for (const name of columns) {
      const cell = document.createElement("th");
      cell.scope = "col";
      cell.textContent = name;
      head.append(cell);
    }
    const body = made.createTBody();
    for (const row of rows) {
      const line = body.insertRow();
      for (const term of row) fill(line.insertCell(), term);
    }
    around.append(made);
    return around;
  }

  function fill(cell, term) {
    if (!term) return;
    if (term.type === "uri") {
      const text = document.createElement("bdi");
      text.textContent = term.label ?? term.value;
      if (term.lang) text.lang = term.lang;
      const inside = term.file !== undefined && term.file !== "";
      if (!inside && !/^https?:\/\//.test(term.value)) { cell.append(text); return; }
      const link = document.createElement("a");
      link.href = inside ? site + term.file : term.value;
      if (!inside) link.rel = "external noopener";
      link.append(text);
      cell.append(link);
    } else {
      const text = document.createElement("bdi");
      text.textContent = term.type === "bnode" ? `_:${term.value}` : term.value;
      if (term["xml:lang"]) text.lang = term["xml:lang"];
      if (/#(integer|decimal|double|float|int|long)$/.test(term.datatype ?? "")) cell.className = "number";
      cell.append(text);
    }
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    setTimeout(ask); // after the editor has written what it holds into the form
  });
  stop.addEventListener("click", () => {
    worker?.terminate();
    worker = null;
    working(false);
    status.textContent = "Stopped";
  });

  const wanted = new URLSearchParams(location.search).get("query");
  if (wanted) {
    field.value = wanted;
    form.querySelector(".CodeMirror")?.CodeMirror.setValue(wanted);
    addEventListener("load", () => form.requestSubmit());
  }
}
