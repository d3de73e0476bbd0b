// Keeps relative times true while a page stays open, by the desk's clock and not the browser's:
// in the sandbox the two may be weeks apart. The words are those of cases/templatetags/_time.py.
const root = document.documentElement;
const MINUTE = 60, HOUR = 3600, DAY = 86400;
const loadedAt = performance.now();
const deskAt = Date.parse(root.dataset.now || "") || Date.now();

export const deskNow = () => new Date(deskAt + performance.now() - loadedAt);

const parts = (at, zone) => Object.fromEntries(
  new Intl.DateTimeFormat("en-GB", {
    timeZone: zone, weekday: "short", day: "numeric", month: "short", year: "numeric",
    hour: "2-digit", minute: "2-digit", hourCycle: "h23",
  }).formatToParts(at).map(({ type, value }) => [type, value.replace("Sept", "Sep")]),
);
const dayNumber = (at, zone) => Math.round(Date.parse(
  new Intl.DateTimeFormat("en-CA", { timeZone: zone }).format(at) + "T00:00Z") / 864e5);

export function span(seconds) {
  const s = Math.abs(seconds);
  if (s < HOUR) return `${Math.max(1, Math.floor(s / MINUTE))} min`;
  if (s < DAY) return `${Math.floor(s / HOUR)} h`;
  return `${Math.floor(s / DAY)} d`;
}

export function words(at, form, zone, now = deskNow()) {
  const seconds = (at - now) / 1000;
  if (form === "short") return span(seconds);
  if (Math.abs(seconds) < 45) return "just now";
  const apart = dayNumber(at, zone) - dayNumber(now, zone);
  if (form === "in") {
    const days = Math.abs(apart) >= 1 && Math.abs(seconds) >= DAY ? `${Math.abs(apart)} d` : span(seconds);
    return seconds > 0 ? `in ${days}` : `${days} ago`;
  }
  if (Math.abs(seconds) < HOUR) return seconds > 0 ? `in ${span(seconds)}` : `${span(seconds)} ago`;
  const p = parts(at, zone);
  const clock = `${p.hour}:${p.minute}`;
  const named = { "-1": "yesterday", 0: "today", 1: "tomorrow" }[apart];
  if (named) return `${named} ${clock}`;
  const year = p.year === parts(now, zone).year ? "" : ` ${p.year}`;
  return `${p.weekday} ${p.day} ${p.month}${year} ${clock}`;
}

const clockText = (seconds) => {
  const s = Math.max(0, Math.floor(seconds));
  const pad = (n) => String(n).padStart(2, "0");
  return s >= HOUR ? `${Math.floor(s / HOUR)}:${pad(Math.floor(s / 60) % 60)}:${pad(s % 60)}` : `${pad(Math.floor(s / 60))}:${pad(s % 60)}`;
};

function refresh() {
  for (const node of document.querySelectorAll("time[data-when]")) {
    const text = words(new Date(node.dateTime), node.dataset.when, node.dataset.zone || undefined);
    if (node.textContent !== text) node.textContent = text;
  }
  for (const node of document.querySelectorAll("[data-desk-clock]")) {
    const p = parts(deskNow(), node.dataset.deskClock || undefined);
    const text = node.dataset.long === undefined ? `${p.hour}:${p.minute}` : `${p.weekday} ${p.day} ${p.month} ${p.year}, ${p.hour}:${p.minute}`;
    if (node.textContent !== text) node.textContent = text;
  }
}

function tickTimers() {
  for (const node of document.querySelectorAll("[data-since]")) {
    node.textContent = clockText((deskNow() - Date.parse(node.dataset.since)) / 1000);
  }
}

export function startTimes() {
  refresh();
  tickTimers();
  setInterval(refresh, 20_000);
  setInterval(tickTimers, 1000);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) refresh(); });
}
