// Draws the tables of the reports as pictures. Every shape opens the cases that it counts.
const data = JSON.parse(document.getElementById("report-data").textContent);
const CASES = "/desk/reports/cases/?", QUEUE = "/desk/queue/?";
const drawn = new Map();

const ink = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
// light-dark() is resolved by the browser for a property that takes a colour.
const probe = document.createElement("i");
probe.hidden = true;
document.body.append(probe);
function colour(name) {
  probe.style.color = `var(${name})`;
  return getComputedStyle(probe).color;
}

const text = () => ({ color: colour("--ink-2"), fontFamily: ink("--tblr-font-sans-serif"), fontSize: 12 });
const tooltip = () => ({
  renderMode: "richText", confine: true, backgroundColor: colour("--surface"),
  borderColor: colour("--line"), textStyle: text(),
});
const axis = () => ({
  axisLabel: text(), axisTick: { show: false }, axisLine: { lineStyle: { color: colour("--line") } },
  splitLine: { lineStyle: { color: colour("--line-soft") } },
});

const TONES = {
  "On the phone": "--us", "Customer answered": "--us", "Restore requested": "--us",
  "Waiting for answers": "--them", "Questions by email": "--them", Scheduled: "--cal",
  "Being cancelled": "--cal", "Being restored": "--cal", "Waiting for the final bill": "--cal",
  "In grace": "--grace", Restored: "--done", Closed: "--done", Withdrawn: "--off", Dropped: "--off",
};

function flow() {
  const names = [...new Set(data.flow.flatMap((link) => [link.source, link.target]))];
  return {
    tooltip: tooltip(),
    series: [{
      type: "sankey", left: 4, right: 150, top: 8, bottom: 8, nodeGap: 12, draggable: false,
      nodeAlign: "left", emphasis: { focus: "adjacency" }, label: { ...text(), overflow: "truncate", width: 230 },
      lineStyle: { color: "source", opacity: 0.28, curveness: 0.5 },
      data: names.map((name) => ({ name, itemStyle: { color: colour(TONES[name] ?? "--accent") } })),
      links: data.flow,
    }],
  };
}

const across = (rows, series) => ({
  tooltip: { ...tooltip(), trigger: "axis", axisPointer: { type: "none" } },
  grid: { left: 8, right: 28, top: 24, bottom: 8, containLabel: true },
  xAxis: { type: "value", minInterval: 1, ...axis() },
  yAxis: { type: "category", inverse: true, data: rows.map((row) => row.label), ...axis(),
    axisLabel: { ...text(), width: 180, overflow: "truncate" } },
  series,
});
const bars = (rows, tone) => across(rows, [{
  type: "bar", barMaxWidth: 18, name: "Cases", data: rows.map((row) => ({ value: row.value, query: row.query })),
  itemStyle: { color: colour(tone), borderRadius: [0, 4, 4, 0] }, label: { show: true, position: "right", ...text() },
}]);

function stays() {
  const series = (name, key, tone) => ({
    type: "bar", name, barMaxWidth: 10, itemStyle: { color: colour(tone), borderRadius: [0, 4, 4, 0] },
    data: data.stays.map((row) => ({ value: row[key], query: row.query })),
  });
  const option = across(data.stays, [
    series("Half within, days", "median", "--cal"), series("Nine of ten within, days", "most", "--line-strong"),
  ]);
  return { ...option, xAxis: { ...option.xAxis, minInterval: 0 }, legend: { top: 0, textStyle: text(), itemWidth: 12, itemHeight: 8 } };
}

function everyDay(first, last) {
  const days = [];
  for (let at = Date.parse(first); at <= Date.parse(last); at += 864e5) days.push(new Date(at).toISOString().slice(0, 10));
  return days;
}

function promises(node) {
  const { first, last } = node.dataset;
  const counted = new Map(data.promises.map((row) => [row.label, row]));
  const most = Math.max(1, ...data.promises.map((row) => row.value));
  return {
    tooltip: { ...tooltip(), formatter: ({ value: [day, count] }) => `${day}: ${count === 1 ? "1 case" : `${count} cases`}` },
    visualMap: { show: false, min: 0, max: most, inRange: { color: [colour("--sunken"), colour("--cal")] } },
    calendar: {
      orient: "vertical", left: 48, right: 8, top: 26, bottom: 4, range: [first, last], cellSize: ["auto", "auto"],
      dayLabel: { ...text(), firstDay: 1, nameMap: ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"] },
      monthLabel: text(), yearLabel: { show: false },
      itemStyle: { color: colour("--sunken"), borderColor: colour("--surface"), borderWidth: 3 }, splitLine: { show: false },
    },
    series: [{
      type: "heatmap", coordinateSystem: "calendar", name: "Cases",
      data: everyDay(first, last).map((day) => {
        const row = counted.get(day), number = Number(day.slice(8));
        const dark = row && row.value * 2 > most;
        return {
          value: [day, row?.value ?? 0], query: row?.query,
          label: {
            show: true, formatter: row ? `${number}   {many|${row.value}}` : `${number}`, ...text(),
            color: colour(dark ? "--surface" : row ? "--ink" : "--muted"), rich: { many: { fontWeight: 700, fontSize: 14, color: colour(dark ? "--surface" : "--ink") } },
          },
        };
      }),
    }],
  };
}

const DRAW = {
  flow, stays, promises,
  reasons: () => bars(data.reasons, "--accent"),
  load: () => bars(data.load, "--accent"),
};

function draw() {
  for (const node of document.querySelectorAll("[data-chart]")) {
    const kind = node.dataset.chart;
    if (!data[kind].length) continue;
    if (kind === "flow" && node.parentElement.clientWidth < 560) { // too narrow for its words: the table says it
      node.closest("section").querySelector("details").open = true;
      continue;
    }
    if (!drawn.has(node)) {
      node.append(document.createElement("div"));
      node.firstChild.className = "chart-canvas";
      const chart = echarts.init(node.firstChild, null, { renderer: "svg" });
      chart.on("click", (shape) => {
        if (shape.data?.query) location.href = (kind === "load" ? QUEUE : CASES) + shape.data.query;
      });
      node.setAttribute("role", "img");
      node.setAttribute("aria-label", "The same as in the table below, as a picture");
      drawn.set(node, chart);
    }
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    drawn.get(node).setOption({ animation: !still, ...DRAW[kind](node) }, true);
  }
}

draw();
addEventListener("resize", () => drawn.forEach((chart) => chart.resize()));
new MutationObserver(draw).observe(document.documentElement, { attributeFilter: ["data-bs-theme"] });
