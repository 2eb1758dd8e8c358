// Drawings as files: SVG as it is shown, with its colours and a line that says where it is from; PNG made of that.
"use strict";

const drawnProperties = ["fill", "stroke", "stroke-width", "stroke-dasharray", "stroke-linecap", "stroke-linejoin", "opacity",
  "font-family", "font-size", "font-weight", "font-style", "text-anchor", "paint-order"];

// Shows buttons for the drawings in front of each element with `data-pictures`, which names the files.
function offerPictures(root) {
  for (const place of root.querySelectorAll("[data-pictures]")) {
    const drawings = [...place.parentElement.querySelectorAll("figure svg")];
    if (!drawings.length || !place.hidden) continue;
    drawings.forEach((drawing, number) => {
      const name = drawings.length > 1 ? `${place.dataset.pictures}-${number + 1}` : place.dataset.pictures;
      for (const kind of ["SVG", "PNG"]) {
        const button = document.createElement("button");
        button.type = "button";
        button.className = "quiet";
        button.textContent = drawings.length > 1 ? message("%(kind)s of drawing %(number)s", { kind, number: number + 1 }) : kind;
        button.addEventListener("click", async () => {
          const written = standalone(drawing, `${place.dataset.source}. ${location.origin}${location.pathname}`);
          const file = kind === "SVG" ? new Blob([written.text], { type: "image/svg+xml" }) : await asPng(written);
          saveFile(file, `${name}.${kind.toLowerCase()}`);
        });
        place.append(button, " ");
      }
    });
    place.prepend(message("Download:"), " ");
    place.hidden = false;
  }
}

// The drawing as a document of its own: nothing of the page's style sheets is needed to show it.
function standalone(drawing, source) {
  const copy = drawing.cloneNode(true);
  const from = [drawing, ...drawing.querySelectorAll("*")], to = [copy, ...copy.querySelectorAll("*")];
  from.forEach((element, place) => {
    const style = getComputedStyle(element);
    for (const name of drawnProperties) to[place].setAttribute(name, style.getPropertyValue(name));
    to[place].removeAttribute("class");
  });
  const [x, y, width, height] = drawing.getAttribute("viewBox").split(" ").map(Number);
  const ground = document.createElementNS(copy.namespaceURI, "rect");
  const attributes = { x, y, width, height: height + 24, fill: getComputedStyle(drawing).backgroundColor };
  for (const [name, value] of Object.entries(attributes)) ground.setAttribute(name, value);
  const line = document.createElementNS(copy.namespaceURI, "text");
  const size = Math.min(11, (width - 16) / (source.length * 0.52));
  const ink = getComputedStyle(document.body).color;
  for (const [name, value] of Object.entries({ x: x + 8, y: y + height + 15, "font-size": size, fill: ink })) {
    line.setAttribute(name, value);
  }
  line.setAttribute("font-family", "sans-serif");
  line.textContent = message("Source: %(source)s", { source });
  copy.prepend(ground);
  copy.append(line);
  for (const link of copy.querySelectorAll("a[href]")) link.setAttribute("href", new URL(link.getAttribute("href"), location.href));
  copy.setAttribute("viewBox", `${x} ${y} ${width} ${height + 24}`);
  copy.setAttribute("width", width);
  copy.setAttribute("height", height + 24);
  return { text: new XMLSerializer().serializeToString(copy), width, height: height + 24 };
}

async function asPng(written) {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(written.text)}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = 2 * written.width;
  canvas.height = 2 * written.height;
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((done) => { canvas.toBlob(done, "image/png"); });
}

function saveFile(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

offerPictures(document);
