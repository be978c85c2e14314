"use strict";
/* Draws with SVG what the data of a row says. Text goes in by textContent only. */

const SVG = "http://www.w3.org/2000/svg";

function draw(parent, tag, attributes, text) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  if (text !== undefined) element.textContent = text;
  parent.append(element);
  return element;
}

function make(parent, tag, text, className) {
  const element = document.createElement(tag);
  if (text !== undefined) element.textContent = text;
  if (className) element.className = className;
  parent.append(element);
  return element;
}

function canvas(parent, width, height, label) {
  const svg = draw(parent, "svg", { class: "plot", viewBox: `0 0 ${width} ${height}`, role: "img" });
  svg.setAttribute("aria-label", label);
  return svg;
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

function ticks(low, high, most) {
  const raw = (high - low) / most;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((each) => each * power).find((each) => each >= raw);
  const found = [];
  for (let at = Math.ceil(low / step) * step; at <= high + step / 1e6; at += step) found.push(at);
  return { found, digits: Math.max(0, -Math.floor(Math.log10(step) + 1e-9)) };
}

function signed(value, digits) {
  const text = Math.abs(value).toFixed(digits);
  if (Number(text) === 0) return "0%";
  return `${value < 0 ? "\u2212" : "+"}${text}%`;
}

function scaled(low, high, from, to) {
  return (value) => from + ((Math.min(Math.max(value, low), high) - low) / (high - low)) * (to - from);
}

/* --- one benchmark: its pairs, and how they are distributed -------------------------------- */

function range(values) {
  let low = Math.min(...values), high = Math.max(...values);
  const room = (high - low) * 0.08 || 1;
  return [low - room, high + room];
}

function drawPairs(parent, row, width) {
  const pairs = [...row.screening, ...row.confirming];
  const fixed = [0, row.limit, ...(row.change || [])].filter((each) => each !== null);
  const [low, high] = range([...pairs, ...fixed]);
  const gap = Math.max(5, Math.min(12, 170 / pairs.length));
  const top = pairs.length > 2 ? 78 : 24, bottom = top + gap * (pairs.length + 1), height = bottom + 22;
  const x = scaled(low, high, 6, width - 6);
  const svg = canvas(parent, width, height, said(row, pairs));
  thresholds(svg, row, x, width, bottom);
  interval(svg, row, x, low, high, top, bottom);
  axis(svg, low, high, x, bottom, width);
  if (pairs.length > 2) density(svg, pairs, low, high, x, top);
  pairs.forEach((value, index) => {
    const kind = index < row.screening.length ? "screening" : "confirming";
    const mark = draw(svg, "circle", { class: kind, cx: x(value), cy: top + gap * (index + 1), r: Math.min(4, gap / 2.2) });
    draw(mark, "title", {}, signed(value, 2));
  });
}

function said(row, pairs) {
  const values = `Changes of ${pairs.length} pairs, from ${signed(Math.min(...pairs), 2)} to ${signed(Math.max(...pairs), 2)}, median ${signed(median(pairs), 2)}.`;
  const limit = row.limit === null ? "" : ` ${signed(row.limit, 2)} must be found.`;
  return values + limit;
}

function thresholds(svg, row, x, width, bottom) {
  if (row.limit === null) return;
  const at = x(row.limit);
  draw(svg, "rect", { class: "beyond", x: at, y: 14, width: Math.max(0, width - at), height: bottom - 14 });
  draw(svg, "line", { class: "edge soft", x1: x(row.tolerate), x2: x(row.tolerate), y1: 14, y2: bottom });
  draw(svg, "line", { class: "edge", x1: at, x2: at, y1: 14, y2: bottom });
  const late = at > width * 0.6;
  draw(svg, "text", { x: at, y: 10, "text-anchor": late ? "end" : "start" }, `tolerated ${signed(row.tolerate, 1)}, must be found ${signed(row.limit, 1)}`);
}

function interval(svg, row, x, low, high, top, bottom) {
  if (!row.change) return;
  const [point, least, most] = row.change;
  const left = x(least === null ? low : least), right = x(most === null ? high : most);
  draw(svg, "rect", { class: "band", x: left, y: top, width: Math.max(1, right - left), height: bottom - top });
  draw(svg, "line", { class: "point", x1: x(point), x2: x(point), y1: top, y2: bottom });
}

function axis(svg, low, high, x, bottom, width) {
  const { found, digits } = ticks(low, high, width / 75);
  draw(svg, "line", { class: "axis", x1: 0, x2: width, y1: bottom, y2: bottom });
  for (const at of found) {
    draw(svg, "line", { class: Math.abs(at) < 1e-9 ? "zero" : "grid", x1: x(at), x2: x(at), y1: Math.abs(at) < 1e-9 ? 14 : bottom, y2: bottom + 4 });
    const anchor = x(at) < 20 ? "start" : x(at) > width - 20 ? "end" : "middle";
    draw(svg, "text", { x: x(at), y: bottom + 16, "text-anchor": anchor }, signed(at, digits));
  }
}

function density(svg, values, low, high, x, top) {
  const middle = median(values);
  const spread = 1.4826 * median(values.map((each) => Math.abs(each - middle))) || (high - low) / 40;
  const width = Math.max(1.06 * spread * values.length ** -0.2, (high - low) / 100);
  const heights = [];
  for (let step = 0; step <= 120; step += 1) {
    const at = low + ((high - low) * step) / 120;
    heights.push([at, values.reduce((sum, each) => sum + Math.exp(-0.5 * ((at - each) / width) ** 2), 0)]);
  }
  const most = Math.max(...heights.map(([, height]) => height));
  const path = heights.map(([at, height]) => `${x(at).toFixed(1)} ${(top - (height / most) * (top - 24)).toFixed(1)}`);
  draw(svg, "path", { class: "density", d: `M${x(low)} ${top}L${path.join("L")}L${x(high)} ${top}Z` });
}

/* --- one benchmark over many revisions ----------------------------------------------------- */

function drawHistory(parent, history, width, pointed) {
  const { values, levels, steps, labels, unit } = history;
  const height = 230, left = 62, right = width - 10, top = 20, bottom = height - 26;
  const [low, high] = range(values);
  const y = scaled(Math.max(0, low), high, bottom, top);
  const x = scaled(0, Math.max(1, values.length - 1), left, right);
  const svg = canvas(parent, width, height, `${values.length} revisions, ${steps.length} shifts of the level; the latest is ${values.at(-1)} ${unit}.`);
  const { found, digits } = ticks(Math.max(0, low), high, 4);
  for (const at of found) {
    draw(svg, "line", { class: "grid", x1: left, x2: right, y1: y(at), y2: y(at) });
    draw(svg, "text", { x: left - 6, y: y(at) + 4, "text-anchor": "end" }, `${at.toFixed(digits)} ${unit}`);
  }
  const places = values.map((value, index) => `${x(index).toFixed(1)} ${y(value).toFixed(1)}`);
  draw(svg, "path", { class: "line", d: `M${places.join("L")}` });
  if (values.length <= 150) values.forEach((value, index) => draw(svg, "circle", { class: "dot", cx: x(index), cy: y(value), r: 2.5 }));
  for (const [start, end, value] of levels) draw(svg, "line", { class: "level", x1: x(start) - 1, x2: x(end) + 1, y1: y(value), y2: y(value) });
  for (const step of steps) {
    const at = (x(step.at) + x(step.at - 1)) / 2;
    draw(svg, "line", { class: "step", x1: at, x2: at, y1: top, y2: bottom });
    draw(svg, "text", { x: at, y: top - 6, "text-anchor": at > right - 40 ? "end" : at < left + 40 ? "start" : "middle" }, step.change);
  }
  draw(svg, "text", { x: left, y: height - 8 }, labels[0].split(", ").at(-1));
  if (values.length > 1) draw(svg, "text", { x: right, y: height - 8, "text-anchor": "end" }, labels.at(-1).split(", ").at(-1));
  follow(svg, width, (at) => {
    const index = Math.round(((at - left) / (right - left)) * (values.length - 1));
    return Math.min(Math.max(index, 0), values.length - 1);
  }, (index, ring) => {
    ring.setAttribute("cx", x(index));
    ring.setAttribute("cy", y(values[index]));
    pointed.textContent = `${labels[index]}: ${values[index]} ${unit}`;
  });
}

function follow(svg, width, nearest, show) {
  const ring = draw(svg, "circle", { class: "here", r: 5, visibility: "hidden" });
  svg.addEventListener("pointermove", (event) => {
    const box = svg.getBoundingClientRect();
    ring.setAttribute("visibility", "visible");
    show(nearest(((event.clientX - box.left) / box.width) * width), ring);
  });
}

/* --- all benchmarks ------------------------------------------------------------------------ */

function drawOverview(parent, rows, pointed, open) {
  const shown = rows.filter((row) => row.detail.change).sort((a, b) => a.detail.change[0] - b.detail.change[0]);
  if (shown.length < 3) return;
  parent.hidden = false;
  const width = parent.clientWidth - 2 * parseFloat(getComputedStyle(parent).paddingLeft);
  const left = 46, right = width - 6, top = 8, bottom = 190;
  const limits = shown.map(({ detail }) => detail.limit).filter((limit) => limit !== null);
  // As wide as the largest change, but a single huge one must not press all others flat.
  const limit = limits.length ? median(limits) : 3;
  const largest = Math.max(...shown.map(({ detail }) => Math.abs(detail.change[0])));
  const reach = Math.min(Math.max(1.1 * largest, 3 * limit), 8 * limit);
  const x = scaled(0, shown.length - 1, left + 6, right - 6), y = scaled(-reach, reach, bottom, top);
  const svg = canvas(parent, width, 200, `Changes of ${shown.length} results, sorted, from ${signed(shown[0].detail.change[0], 2)} to ${signed(shown.at(-1).detail.change[0], 2)}.`);
  const { found, digits } = ticks(-reach, reach, 4);
  for (const at of found) {
    draw(svg, "line", { class: Math.abs(at) < 1e-9 ? "zero" : "grid", x1: left, x2: right, y1: y(at), y2: y(at) });
    draw(svg, "text", { x: left - 6, y: y(at) + 4, "text-anchor": "end" }, signed(at, digits));
  }
  if (limits.length) draw(svg, "rect", { class: "beyond", x: left, y: top, width: right - left, height: Math.max(0, y(limit) - top) });
  const size = shown.length > 300 ? 2 : shown.length > 80 ? 3 : 4;
  for (const outcome of new Set(shown.map(({ detail }) => detail.outcome))) {
    const members = shown.map((row, index) => [row.detail, index]).filter(([detail]) => detail.outcome === outcome);
    const group = draw(svg, "g", { class: outcome });
    const stems = members.map(([{ change: [, low, high] }, index]) => `M${x(index).toFixed(1)} ${y(low ?? -reach).toFixed(1)}V${y(high ?? reach).toFixed(1)}`);
    const tips = members.map(([{ change: [point] }, index]) => `M${(x(index) - size).toFixed(1)} ${y(point).toFixed(1)}a${size} ${size} 0 1 0 ${2 * size} 0a${size} ${size} 0 1 0 ${-2 * size} 0`);
    draw(group, "path", { class: "stem", d: stems.join("") });
    draw(group, "path", { class: "tip", d: tips.join("") });
  }
  let last = null;
  follow(svg, width, (at) => Math.min(Math.max(Math.round(((at - left - 6) / (right - left - 12)) * (shown.length - 1)), 0), shown.length - 1), (index, ring) => {
    last = shown[index];
    ring.setAttribute("cx", x(index));
    ring.setAttribute("cy", y(last.detail.change[0]));
    pointed.textContent = `${last.name}: ${signed(last.detail.change[0], 2)}`;
  });
  svg.addEventListener("click", () => last && open(last));
}
