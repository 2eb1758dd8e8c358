// An answer as bars or on a line of days, for a copy of the site as files; by the rules of `ckg.pages.charting`, which
// draws on a server: only what can be compared, each unit by itself, ordinals and years are no lengths.
"use strict";

const MAX_BARS = 40, MAX_UNITS = 6, MAX_DAYS = 300;
const WIDTH = 760, NAMES = 250, ROW = 26, TOP = 34;
const NUMBERS = /#(integer|decimal|double|float|int|long|short|nonNegativeInteger|positiveInteger)$/;
const AGGREGATED = /\b(?:COUNT|SUM|AVG)\s*\([^()]*(?:\([^()]*\)[^()]*)*\)\s+AS\s+[?$](\w+)/gi;
const UNIT_NAME = /(?:^|_)(?:unit|currency)s?$|(?:Unit|Currency)$/i;

const valueOf = (term) => (term && NUMBERS.test(term.datatype ?? "") && term.value.trim() && Number.isFinite(Number(term.value)) ? Number(term.value) : null);
const nameOf = (term) => (term ? term.label ?? term.value : "not stated");
const present = (rows, place) => rows.map((row) => row[place]).filter((term) => term);
const allNumbers = (rows, place) => present(rows, place).length > 0 && present(rows, place).every((term) => valueOf(term) !== null);

function drawn(name, attributes, ...children) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

function drawing(kind, height, title, described, parts) {
  const svg = drawn("svg", { viewBox: `0 0 ${WIDTH} ${height}`, class: kind, role: "img", "aria-label": `${title}. ${described}` }, ...parts);
  const figure = document.createElement("figure");
  figure.className = "figure";
  figure.append(svg);
  return figure;
}

function isQuantity(rows, place, counts) {
  const values = present(rows, place).map(valueOf);
  if (counts || values.some((value) => !Number.isInteger(value))) return true;
  const low = Math.min(...values), high = Math.max(...values);
  const ordinal = (low === 0 || low === 1) && high <= low + values.length && values.length > 1;
  return !ordinal && !(low >= 1000 && high <= 2200);
}

function magnitude(value) {
  const said = (number) => new Intl.NumberFormat("en", { maximumFractionDigits: 12 }).format(number);
  for (const [power, word] of [[1e12, "trillion"], [1e9, "billion"], [1e6, "million"]]) {
    if (Math.abs(value) >= power) return `${said(value / power)} ${word}`;
  }
  return said(value);
}

// Bars, one figure for each unit; none where the rows cannot be compared. `units` are the columns of things that are units.
function charts({ columns, rows, count, units }, query) {
  const counted = new Set([...query.matchAll(AGGREGATED)].map((found) => found[1]));
  const places = columns.map((_, place) => place);
  const measures = places.filter((place) => allNumbers(rows, place) && isQuantity(rows, place, counted.has(columns[place])));
  if (!rows.length || rows.length > 10 * MAX_BARS || count > rows.length || measures.length !== 1) return [];
  const [measured] = measures;
  const unit = places.find((place) => place !== measured && !allNumbers(rows, place) && present(rows, place).length
    && (units.includes(place) || UNIT_NAME.test(columns[place])));
  const groups = new Map();
  for (const row of rows) {
    if (!row[measured]) continue;
    const of = unit === undefined ? "" : row[unit]?.value ?? "";
    groups.set(of, [...(groups.get(of) ?? []), row]);
  }
  if (!groups.size || groups.size > MAX_UNITS) return [];
  const named = places.find((place) => place !== measured && place !== unit && !allNumbers(rows, place)
    && [...groups.values()].every((group) => new Set(group.map((row) => nameOf(row[place]))).size === group.length));
  if (named === undefined) return [];
  return [...groups].map(([of, group]) => {
    const bars = group.slice(0, MAX_BARS).map((row) => ({ name: nameOf(row[named]), value: valueOf(row[measured]) }));
    const title = message("%(measure)s by %(name)s", { measure: columns[measured], name: columns[named] });
    if (unit === undefined) return barsOf(title, bars);
    return barsOf(of ? message("%(title)s, in %(unit)s", { title, unit: nameOf(group[0][unit]) }) : message("%(title)s (unit not stated)", { title }), bars);
  });
}

function barsOf(title, rows) {
  const written = rows.map((row) => magnitude(row.value));
  const low = Math.min(0, ...rows.map((row) => row.value)), high = Math.max(0, ...rows.map((row) => row.value));
  const room = WIDTH - NAMES - 16 - Math.max(...written.map((text) => text.length)) * 7.5;
  const scale = room / (high - low || 1), zero = NAMES - low * scale, height = TOP + ROW * rows.length + 8;
  const parts = [
    drawn("text", { x: NAMES, y: 20 }, title),
    drawn("line", { class: "base", x1: zero, y1: TOP - 4, x2: zero, y2: height - 6 }),
  ];
  rows.forEach((row, place) => {
    const y = TOP + ROW * place, long = Math.abs(row.value) * scale;
    const short = row.name.length > 34 ? `${row.name.slice(0, 33)}…` : row.name;
    parts.push(
      drawn("text", { x: NAMES - 10, y: y + 16, "text-anchor": "end" }, short),
      drawn("rect", { class: "column", x: row.value >= 0 ? zero : zero - long, y: y + 3, width: Math.max(long, 1), height: ROW - 8 }),
      drawn("text", { x: Math.max(zero, zero + row.value * scale) + 6, y: y + 16 }, written[place]),
    );
  });
  return drawing("chart", height, title, rows.map((row, place) => `${row.name}: ${written[place]}`).join("; "), parts);
}

// The rows on a line of years by the first column of dates; null where there is none, or fewer than two days.
function timeline({ columns, rows, count }) {
  const isDate = (term) => /#(date|dateTime|gYear|gYearMonth)$/.test(term.datatype ?? "");
  const dates = columns.findIndex((_, place) => present(rows, place).length && present(rows, place).every(isDate));
  if (dates < 0 || rows.length > MAX_DAYS || count > rows.length) return null;
  const named = columns.findIndex((_, place) => place !== dates && !allNumbers(rows, place) && present(rows, place).some((term) => !isDate(term)));
  const events = new Map();
  let leftOut = 0;
  for (const row of rows) {
    const day = /#date(Time)?$/.test(row[dates]?.datatype ?? "") && Date.parse(row[dates].value.slice(0, 10));
    if (!day) { leftOut += 1; continue; }
    const words = `${named < 0 ? "" : `${nameOf(row[named])}, `}${row[dates].value.slice(0, 10)}`;
    events.set(words, day);
  }
  if (new Set(events.values()).size < 2) return null;
  const all = [...events].sort((a, b) => a[1] - b[1]);
  const first = new Date(all[0][1]).getUTCFullYear(), last = new Date(all.at(-1)[1]).getUTCFullYear() + 1;
  const begin = Date.UTC(first, 0, 1), end = Date.UTC(last, 0, 1), right = WIDTH - 30;
  const x = (time) => 30 + ((right - 30) * (time - begin)) / (end - begin);
  const parts = [drawn("line", { class: "axis", x1: 20, y1: 46, x2: right, y2: 46 })];
  for (let year = first; year <= last; year += Math.max(1, Math.round((last - first) / 11))) {
    const at = x(Date.UTC(year, 0, 1));
    parts.push(drawn("line", { class: "tick", x1: at, y1: 40, x2: at, y2: 60 }), drawn("text", { class: "date", x: at, y: 78, "text-anchor": "middle" }, year));
  }
  for (const [words, day] of all) parts.push(drawn("circle", { class: "event", cx: x(day), cy: 46, r: 7 }, drawn("title", {}, words)));
  const figure = drawing("timeline", 92, message("The result by %(column)s", { column: columns[dates] }), all.map(([words]) => words).join("; "), parts);
  if (leftOut) {
    const said = document.createElement("figcaption");
    said.textContent = message("Rows without a whole day, not drawn: %(left_out)s.", { left_out: leftOut });
    figure.append(said);
  }
  return figure;
}

// The figures of an answer, with a title each, ready for the page.
function answerDrawings(result, query) {
  const found = [[message("Chart"), "chart", charts(result, query)], [message("Timeline"), "timeline", [timeline(result)].filter((one) => one)]];
  return found.filter(([, , figures]) => figures.length).map(([title, name, figures]) => {
    const section = document.createElement("div");
    const heading = document.createElement("h3");
    heading.textContent = title;
    const place = document.createElement("p");
    place.className = "downloads";
    place.hidden = true;
    place.dataset.pictures = name;
    place.dataset.source = document.title;
    section.append(heading, place, ...figures);
    return section;
  });
}
