// Runs axe on the open page: what it complains of, and which words it has measured.
// In: rules, axe's own choice of them · at, a selector of the only parts to look at · frame, a
// selector of the parts not to look at · known, drawings of words that were found readable before.
async ({ rules, at, frame, known }) => {
  const CONTRAST = "color-contrast";
  const ALIKE = 2; // of the words drawn alike on one page so many are measured
  const all = (selector) => (selector ? [...document.querySelectorAll(selector)] : []);
  const met = new Set(known);
  const grounds = new Map([[null, ""]]);

  // What lies under an element. What is placed freely may lie over anything: like its own kind alone.
  function findGround(element) {
    if (!grounds.has(element)) {
      const style = getComputedStyle(element);
      const below = findGround(element.parentElement);
      const own = `${style.backgroundColor} ${style.backgroundImage}`;
      const veil = style.opacity === "1" ? "" : `/${style.opacity}`;
      const isFree = ["absolute", "fixed"].includes(style.position);
      const free = isFree ? `#${element.localName}.${element.classList}` : "";
      const layer = own === "rgba(0, 0, 0, 0) none" ? free : own;
      const covers = own.startsWith("rgb(") && own.endsWith(" none") && !below.includes("/");
      grounds.set(element, (covers ? "" : below) + (layer && `[${layer}]`) + veil);
    }
    return grounds.get(element);
  }

  function describe(element) {
    const says = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (!says && !element.matches("input, select, textarea")) return "";
    const { width, height } = element.getBoundingClientRect();
    if (width <= 1 || height <= 1 || !element.checkVisibility({ visibilityProperty: true }))
      return "";
    const { color, fontSize, fontWeight, textShadow } = getComputedStyle(element);
    const off = element.matches(":disabled, :disabled *, [aria-disabled=true] *, [aria-disabled=true]")
      || Boolean(element.closest("label")?.control?.disabled);
    const px = parseFloat(fontSize);
    const isLarge = px >= 24 || (px >= 18.5 && fontWeight >= 700); // for these less is asked
    return [findGround(element), color, isLarge, textShadow, says, off].join(" ");
  }

  function markWords() {
    const counts = new Map();
    for (const element of document.body.querySelectorAll("*")) {
      if ((frame && element.closest(frame)) || (at && !element.closest(at))) continue;
      const drawing = describe(element);
      const count = counts.get(drawing) ?? 0;
      if (!drawing || met.has(drawing) || count === ALIKE) continue;
      counts.set(drawing, count + 1);
      element.dataset.measured = drawing;
    }
    return [...counts.keys()];
  }

  const asksColours = rules.rules?.[CONTRAST]?.enabled !== false;
  const drawings = asksColours ? markWords() : [];
  if (rules.runOnly.values.includes(CONTRAST) && !drawings.length)
    return { said: [], sure: [], unsure: [] };
  axe.configure({ rules: [{ id: CONTRAST, selector: "[data-measured]" }] });
  const where = at ? { include: all(at) } : { exclude: all(frame) };
  // What passed fills a megabyte that nobody reads.
  const types = { resultTypes: ["violations", "incomplete"], elementRef: true };
  const { violations, incomplete } = await axe.run(where, { ...rules, ...types });
  const unsure = incomplete.filter(({ id }) => id === CONTRAST).flatMap(({ nodes }) => nodes);
  const doubts = new Set(unsure.map(({ element }) => element.dataset.measured));
  for (const element of all("[data-measured]")) delete element.dataset.measured;
  const said = violations.map(({ id, nodes: [{ html, any }] }) => ({ id, html, any }));
  const isSure = (each) => !doubts.has(each) && !each.includes("#");
  return { said, sure: drawings.filter(isSure), unsure: drawings.filter((each) => !isSure(each)) };
}
