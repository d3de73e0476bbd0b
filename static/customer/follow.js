// While services go up or down the page follows along; without JavaScript "Look again" does it.
const EVERY_MS = 3000;
const main = document.querySelector("main");

async function look() {
  if (!document.querySelector("[data-follow]")) return;
  try {
    const answer = await fetch(location.pathname, { headers: { Accept: "text/html" } });
    if (answer.ok) {
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      main.replaceChildren(...fresh.querySelector("main").childNodes);
    }
  } catch {
    // The next look finds out whether the network is back.
  }
  setTimeout(look, EVERY_MS);
}
setTimeout(look, EVERY_MS);
