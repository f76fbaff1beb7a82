"use strict";
// Filters the cases and draws the bars for another measure; what is chosen is kept in the address.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const form = document.querySelector(".filters");
  const chosen = document.querySelector("select[name=measure]");
  const count = document.getElementById("count");
  const groups = [...document.querySelectorAll(".group")];
  const cases = data.cases.map(({ anchor, outcome, ...traits }) => ({
    ...traits, row: document.getElementById(anchor), outcome: outcome === "right" ? [outcome] : [outcome, "wrong"],
  }));
  const fields = [...form.elements].filter((field) => field.name);
  const base = location.href.split("#")[0];

  // Words are looked for in all that a case shows. That is read once, when it is first needed.
  const text = (found) => (found.text ??= found.row.textContent.toLowerCase());

  function filter() {
    const words = form.elements.q.value.toLowerCase().split(/\s+/).filter(Boolean);
    const wanted = fields.filter((field) => field.name !== "q" && field.value);
    let shown = 0;
    for (const found of cases) {
      const fits = wanted.every((field) => found[field.name].includes(field.value))
        && words.every((word) => text(found).includes(word));
      found.row.hidden = !fits;
      shown += fits;
    }
    for (const group of groups) {
      const all = group.querySelectorAll(".case").length;
      const here = group.querySelectorAll(".case:not([hidden])").length;
      group.hidden = !here;
      group.querySelector("h3 span").textContent = here === all ? all : `${here} of ${all}`;
    }
    const total = cases.length.toLocaleString("en-GB");
    const of = shown === cases.length ? total : `${shown.toLocaleString("en-GB")} of ${total}`;
    count.textContent = `${of} ${cases.length === 1 ? "case" : "cases"}, the worst first`;
  }

  function keep() {
    const state = new URLSearchParams();
    for (const field of fields) if (field.value) state.set(field.name, field.value);
    if (chosen.value !== "right") state.set("measure", chosen.value);
    history.replaceState(null, "", state.size ? `${base}#${state}` : base);
  }

  function clear() {
    for (const field of fields) field.value = "";
  }

  function plain(hash) {
    try { return decodeURIComponent(hash); } catch { return hash; }
  }

  function recall() {
    const hash = location.hash.slice(1);
    const place = document.getElementById(plain(hash));
    if (place) {
      const row = place.closest(".case");
      if (row) {
        if (row.hidden) { clear(); filter(); }
        row.open = true;
        place.scrollIntoView();
      }
      return;
    }
    const state = new URLSearchParams(hash);
    for (const field of fields) field.value = state.get(field.name) ?? "";
    chosen.value = state.get("measure") ?? "right";
    if (!chosen.value) chosen.value = "right";
    for (const field of fields) if (field.selectedIndex === -1) field.value = "";
    filter();
    draw();
  }

  const share = (value) => {
    if (value > 0 && value < 0.005) return "<1\u00a0%";
    if (value >= 0.995 && value < 1) return ">99\u00a0%";
    return `${(value * 100).toFixed(0)}\u00a0%`;
  };

  function says(kind, [mean, low, high, cases]) {
    if (kind === "number") return [mean.toFixed(2), `${low.toFixed(2)}–${high.toFixed(2)}`];
    if (kind !== "share") return [mean.toFixed(0), `${low.toFixed(0)}–${high.toFixed(0)}`];
    if (low === high && (low === 0 || low === 1)) {
      const many = cases.toLocaleString("en-GB");
      return [share(mean), low ? `all ${many}` : `none of ${many}`];
    }
    return [share(mean), `${(low * 100).toFixed(0)}–${(high * 100).toFixed(0)} %`];
  }

  function draw() {
    const name = chosen.value;
    const { better, kind, meaning } = data.measures[name];
    const title = chosen.selectedOptions[0].textContent;
    document.getElementById("measure-title").textContent = title[0].toUpperCase() + title.slice(1);
    document.getElementById("measure-meaning").textContent = meaning;
    for (const breakdown of document.querySelectorAll(".breakdown")) drawOne(breakdown, name, better, kind);
  }

  function drawOne(breakdown, name, better, kind) {
    const of = (row) => data.groups[breakdown.dataset.kind][row.dataset.name][name];
    const rows = [...breakdown.querySelectorAll("li")];
    const drawn = rows.filter(of);
    const weakest = better === "higher" ? 1 : -1;
    drawn.sort((a, b) => weakest * (of(a)[0] - of(b)[0]) || of(b)[3] - of(a)[3]);
    const end = kind === "share" || kind === "number" ? 1 : Math.max(...drawn.map((row) => of(row)[2]));
    for (const row of drawn) drawRow(row, of(row), end, kind);
    const without = rows.filter((row) => !of(row));
    const [list, more] = breakdown.querySelectorAll("ul");
    drawn.forEach((row, at) => (at < data.shown || !more ? list : more).append(row));
    for (const row of without) (more ?? list).append(row);
    for (const row of rows) row.hidden = !of(row);
    if (more) {
      more.parentElement.hidden = drawn.length <= data.shown;
      more.parentElement.querySelector("summary").textContent = `The other ${drawn.length - data.shown}`;
    }
    const note = breakdown.querySelector(".without");
    note.hidden = !without.length;
    note.textContent = `Not measured of ${without.map((row) => row.dataset.name).join(", ")}.`;
  }

  function drawRow(row, estimate, end, kind) {
    const place = (value) => `${Math.min(Math.max(value / end, 0), 1) * 100}%`;
    const [mean, low, high] = estimate.map(place);
    row.querySelector(".bar").setAttribute("width", mean);
    const ends = [[low, high], [low, low], [high, high]];
    row.querySelectorAll(".whisker").forEach((line, at) => {
      line.setAttribute("x1", ends[at][0]);
      line.setAttribute("x2", ends[at][1]);
    });
    const [figure, interval] = says(kind, estimate);
    row.querySelector(".figure b").textContent = figure;
    row.querySelector(".figure span").textContent = interval;
    row.querySelector(".n").textContent = estimate[3];
  }

  for (const hidden of document.querySelectorAll(".scripted")) hidden.hidden = false;
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", () => { filter(); keep(); });
  form.addEventListener("reset", (event) => { event.preventDefault(); clear(); filter(); keep(); });
  chosen.addEventListener("change", () => { draw(); keep(); });
  // A fault, a type or a treaty that is clicked on is shown in the list of cases.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-field]");
    const field = link && form.elements[link.dataset.field];
    if (!field || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    clear();
    field.value = link.dataset.value;
    filter();
    keep();
    document.getElementById("cases").scrollIntoView();
    field.focus({ preventScroll: true });
  });
  addEventListener("hashchange", recall);
  recall();
})();
