/* Sorts, searches and filters the table, and opens its rows. What is folded is drawn when opened. */

function start() {
  const table = document.getElementById("rows");
  if (!table) return;
  const { details } = JSON.parse(document.getElementById("data").textContent);
  const body = table.tBodies[0];
  const rows = [...body.rows].map((element, index) => ({
    element, detail: details[index], name: element.dataset.name, found: element.dataset.name.toLowerCase(), fold: null,
  }));
  const byElement = new Map(rows.map((row) => [row.element, row]));
  const search = document.getElementById("search");
  const status = document.getElementById("status");
  const more = document.getElementById("more");
  const pressed = new Set();
  let most = Number(more.dataset.most);

  function filter() {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const row of rows) {
      const fits = (!pressed.size || pressed.has(row.element.dataset.only)) && words.every((word) => row.found.includes(word));
      count += fits;
      const hidden = !fits || count > most;
      if (row.element.hidden !== hidden) row.element.hidden = hidden;
      if (row.fold) row.fold.hidden = hidden;
    }
    more.hidden = count <= most;
    const first = more.hidden ? "" : `, the first ${shown(most)} are listed`;
    status.textContent = `${shown(count)} of ${shown(rows.length)} ${status.dataset.what}${first}`;
  }

  function showAll() {
    most = Infinity;
    filter();
  }

  function sort(button) {
    const header = button.closest("th");
    const order = header.getAttribute("aria-sort") === "ascending" ? "descending" : "ascending";
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    header.setAttribute("aria-sort", order);
    const { key, kind } = button.dataset, sign = order === "ascending" ? 1 : -1;
    const compared = kind === "number" ? (a, b) => a - b : new Intl.Collator("en", { numeric: true }).compare;
    const keyed = rows.map((row) => [row, kind === "number" ? parseFloat(row.element.dataset[key]) : row.element.dataset[key]]);
    const none = (value) => value === "" || Number.isNaN(value);
    keyed.sort(([, a], [, b]) => none(a) - none(b) || sign * (none(a) ? 0 : compared(a, b)));
    rows.splice(0, rows.length, ...keyed.map(([row]) => row));
    filter();
    body.append(...keyed.flatMap(([row]) => (row.fold ? [row.element, row.fold] : [row.element])));
  }

  function toggle(row) {
    const button = row.element.querySelector(".open");
    const opened = button.getAttribute("aria-expanded") === "true";
    button.setAttribute("aria-expanded", String(!opened));
    row.element.classList.toggle("opened", !opened);
    if (opened) {
      row.fold.remove();
      row.fold = null;
      return;
    }
    row.fold = document.createElement("tr");
    row.fold.className = "detail";
    const cell = make(row.fold, "td");
    row.element.after(row.fold);
    unfold(cell, row.detail);
  }

  function reveal(row) {
    if (row.element.hidden) {
      search.value = "";
      pressed.clear();
      for (const tile of document.querySelectorAll("[data-only].tile")) tile.setAttribute("aria-pressed", "false");
      filter();
      if (row.element.hidden) showAll();
    }
    if (!row.fold) toggle(row);
    row.element.scrollIntoView({ block: "start" });
    row.element.querySelector(".open").focus({ preventScroll: true });
  }

  table.tHead.addEventListener("click", ({ target }) => target.closest(".sort") && sort(target.closest(".sort")));
  body.addEventListener("click", ({ target }) => {
    const row = byElement.get(target.closest("tr"));
    if (row && !String(getSelection())) toggle(row);
  });
  search.addEventListener("input", filter);
  more.addEventListener("click", showAll);
  for (const tile of document.querySelectorAll("[data-only].tile")) {
    tile.addEventListener("click", () => {
      const only = tile.dataset.only;
      if (!pressed.delete(only)) pressed.add(only);
      tile.setAttribute("aria-pressed", String(pressed.has(only)));
      filter();
    });
  }
  document.querySelector(".tools").hidden = false;
  filter();
  resizing(rows, reveal);
  overview(rows, reveal);
}

function shown(count) {
  return count.toLocaleString("en");
}

function unfold(cell, detail) {
  // Of the columns that are there: more would be made, and take their share of the width.
  const heads = [...cell.closest("table").tHead.rows[0].cells];
  cell.colSpan = heads.filter((head) => head.offsetWidth).length;
  const inside = make(cell, "div", undefined, "inside");
  const list = make(inside, "dl", undefined, "facts");
  for (const [label, text] of detail.facts) {
    const line = make(list, "div");
    make(line, "dt", label);
    make(line, "dd", text);
  }
  // All places first: how wide a plot is depends on those beside it.
  const plots = [];
  if (detail.caption) plots.push([make(inside, "figure"), pairs, detail]);
  if (detail.history && detail.history.values.length) plots.push([make(inside, "figure"), past, detail.history]);
  for (const [figure, plot, data] of plots) plot(figure, data);
}

function pairs(figure, detail) {
  make(figure, "h3", "Paired changes and their distribution");
  drawPairs(figure, detail, figure.clientWidth);
  make(figure, "figcaption", `${detail.caption} The band is the interval of the change.`);
}

function past(figure, history) {
  make(figure, "h3", "History");
  const pointed = document.createElement("span");
  drawHistory(figure, history, figure.clientWidth, pointed);
  const caption = make(figure, "figcaption");
  pointed.textContent = "Thick lines are levels; dashed ones are shifts that lasted.";
  caption.append(pointed);
  if (!history.steps.length) return;
  const table = make(figure, "table", undefined, "steps");
  const head = make(make(table, "thead"), "tr");
  for (const title of ["Shift", "Interval", "Between", "On"]) make(head, "th", title).scope = "col";
  const body = make(table, "tbody");
  for (const step of history.steps) {
    const line = make(body, "tr");
    for (const text of [step.change, step.interval, step.between, step.when]) make(line, "td", text);
  }
}

function overview(rows, open) {
  const figure = document.getElementById("overview");
  if (!figure) return;
  for (const old of figure.querySelectorAll("svg")) old.remove();
  drawOverview(figure, rows, document.getElementById("pointed"), open);
}

function resizing(rows, open) {
  let width = innerWidth;
  addEventListener("resize", () => requestAnimationFrame(() => {
    if (innerWidth === width) return;
    width = innerWidth;
    overview(rows, open);
    for (const { fold, detail } of rows) {
      if (!fold) continue;
      fold.cells[0].replaceChildren();
      unfold(fold.cells[0], detail);
    }
  }));
}

start();
