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
  a: () => press("#pane [data-key=a]"),
  h: () => press("#pane [data-key=h]"),
  r: () => press("#pane [data-key=r]"),
  e: () => press("#pane [data-key=e]"),
  w: () => press("#pane [data-key=w]"),
  z: () => press("[data-key=z]"),
  "?": () => {
    const help = document.getElementById("keys");
    help.open = !help.open;
    if (help.open) help.scrollIntoView({ block: "nearest" });
  },
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || localStorage.getItem(OFF)) return;
  if (event.target.closest(TYPING) || !Object.hasOwn(keys, event.key)) return;
  event.preventDefault();
  keys[event.key]();
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
