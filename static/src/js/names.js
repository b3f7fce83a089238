/* Names after an @: <text-expander data-people="ADDRESS"> asks there and shows what comes back. */

const WAIT = 150;
const known = new Map();
let asking = new AbortController();

async function complete(expander, typed) {
  asking.abort();
  const { signal } = (asking = new AbortController());
  const address = new URL(expander.dataset.people, location.href);
  address.searchParams.set("q", typed);
  if (!known.has(address.href)) {
    await new Promise((go) => { setTimeout(go, WAIT); });
    if (signal.aborted) return { matched: false };
    try {
      const answer = await fetch(address, { signal, headers: { Accept: "text/html" } });
      if (!answer.ok || answer.redirected) return { matched: false };
      known.set(address.href, await answer.text());
    } catch {
      return { matched: false };
    }
  }
  const page = document.createElement("template");
  page.innerHTML = known.get(address.href);
  const fragment = page.content.querySelector("[role=listbox]");
  return { matched: fragment !== null, fragment };
}

/* The library's events do not bubble; on their way down they pass here. */
document.addEventListener("text-expander-change", (event) => {
  event.detail.provide(complete(event.target, event.detail.text));
}, true);

document.addEventListener("text-expander-value", (event) => {
  event.detail.value = `@${event.detail.item.dataset.name}`;
}, true);

/* It opens at the caret, and stays inside its editor. A box of several lines may not call itself a combobox, which the
   library does: it stays a text box that says which name is meant. */
document.addEventListener("text-expander-activate", (event) => {
  const expander = event.target;
  requestAnimationFrame(() => {
    const field = expander.querySelector("textarea");
    field.removeAttribute("role");
    field.removeAttribute("aria-expanded");
    const list = expander.querySelector("[role=listbox]");
    if (list) list.style.left = `${Math.max(0, Math.min(list.offsetLeft, expander.clientWidth - list.offsetWidth))}px`;
  });
}, true);
