/* The moderators' queue by keyboard: on top of a page that works without. Words come from the page. */

const TYPING = "input:not([type=checkbox]), textarea, select, [contenteditable]";
const OFF = "bartack-keys-off";
const rows = () => [...document.querySelectorAll(".queue__row")];
const open = () => document.querySelector(".queue__row.is-open");

function show(row) {
  if (!row) return;
  open()?.classList.remove("is-open");
  row.classList.add("is-open");
  row.scrollIntoView({ block: "nearest" });
  row.querySelector("a[data-hx-get]").focus({ preventScroll: true });
  row.querySelector("a[data-hx-get]").dispatchEvent(new CustomEvent("open"));
}

function step(by) {
  const all = rows();
  show(all[Math.min(Math.max(all.indexOf(open()) + by, 0), all.length - 1)]);
}

/* On a wide screen a click shows the target beside the list; on a narrow one, or with a modifier, it leads there. */
document.addEventListener("click", (event) => {
  const link = event.target.closest(".queue__row a[data-hx-get]");
  const pane = document.getElementById("pane");
  if (!link || !pane?.offsetParent || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  show(link.closest(".queue__row"));
});

/* A key decides about what is shown, once: not while the next one is still on its way, nor while the page is leaving. */
let leaving = false;
addEventListener("pageshow", () => { leaving = false; });

function decide(key) {
  const review = document.getElementById("review");
  if (leaving || review?.dataset.review !== open()?.dataset.id) return;
  const button = `#pane [data-key=${key}]`;
  const reason = document.querySelector("#decide [name=reason]");
  // What needs a reason and has none asks for it here, instead of on a page of its own.
  if (document.querySelector(button)?.matches("[data-why]") && !reason.value) reason.focus();
  else press(button);
}

/* After a decision the page opens what follows, not the first again. */
document.addEventListener("submit", ({ target }) => {
  if (target.method !== "post" || target.hasAttribute("data-hx-post")) return;
  leaving = true;
  const all = rows();
  const at = all.indexOf(open());
  if (target.id === "decide" && target.elements.open) target.elements.open.value = all[at + 1]?.dataset.id ?? "";
});
if (new URLSearchParams(location.search).has("open")) open()?.scrollIntoView({ block: "nearest" });

function press(selector) {
  const button = document.querySelector(selector);
  if (!button) return;
  const fold = button.matches("summary") ? null : button.closest("details:not([open])");
  if (fold) fold.open = true;
  if (button.offsetParent === null) return;
  if (button.matches("summary")) {
    button.parentElement.open = true;
    button.parentElement.querySelector("textarea")?.focus();
  } else button.click();
}

const keys = {
  j: () => step(1),
  k: () => step(-1),
  x: () => open()?.querySelector("input[type=checkbox]")?.click(),
  a: () => decide("a"),
  h: () => decide("h"),
  r: () => decide("r"),
  e: () => decide("e"),
  w: () => decide("w"),
  z: () => { if (!leaving) press("[data-key=z]"); },
  "?": () => {
    const help = document.getElementById("keys");
    help.open = !help.open;
    if (help.open) help.scrollIntoView({ block: "nearest" });
  },
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || localStorage.getItem(OFF)) return;
  if (event.target.closest(TYPING)) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  if (!Object.hasOwn(keys, event.key)) return;
  event.preventDefault();
  if (!event.repeat || event.key === "j" || event.key === "k") keys[event.key]();
});

const toggle = document.getElementById("keys-off");
if (toggle) {
  const say = () => { toggle.textContent = localStorage.getItem(OFF) ? toggle.dataset.on : toggle.dataset.off; };
  toggle.hidden = false;
  toggle.addEventListener("click", () => {
    if (localStorage.getItem(OFF)) localStorage.removeItem(OFF);
    else localStorage.setItem(OFF, "1");
    say();
  });
  say();
}
