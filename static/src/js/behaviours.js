/* Small comforts on top of pages that work without them. Words come from the page (data-…), never from here. */

const { dataset: here } = document.currentScript;
const TYPING = "input, textarea, select, [contenteditable]";

document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest(TYPING)) return;
  const box = document.getElementById("q");
  if (!box || box.offsetParent === null) return;
  event.preventDefault();
  box.focus();
  box.select();
});

/* On a phone the section one is in may stand beyond the edge of the rail. */
const current = document.querySelector(".rail [aria-current]");
if (current) current.closest("ul").scrollLeft = current.offsetLeft - innerWidth / 2;

/* A counted field names its line in data-counter; the line brings the words. It counts from the last thousand on and
   speaks only when few are left. */
function count(field) {
  const line = document.getElementById(field.dataset.counter);
  const left = field.dataset.limit - field.value.length;
  line.dataset.most ??= line.textContent;
  if (left > 1000) line.textContent = line.dataset.most;
  else if (left === 1) line.textContent = line.dataset.one;
  else line.textContent = (left < 0 ? line.dataset.over : line.dataset.many).replace("{n}", Math.abs(left));
  line.classList.toggle("over", left < 0);
  line.setAttribute("aria-live", left < 20 ? "polite" : "off");
}

document.addEventListener("input", (event) => {
  if (event.target.matches("[data-counter]")) count(event.target);
});

/* <button data-copy="ID" data-done="Copied"> copies the text of #ID, without an id that of the figure it stands in; it
   stays hidden without script. */
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const source = document.getElementById(button.dataset.copy) ?? button.closest("figure").querySelector("pre");
  const label = button.querySelector("[data-label]") ?? button;
  const before = label.textContent;
  try {
    await navigator.clipboard.writeText(source.value ?? source.textContent.trim());
  } catch {
    getSelection().selectAllChildren(source);
    return;
  }
  label.textContent = button.dataset.done;
  setTimeout(() => { label.textContent = before; }, 2500);
});

/* Photos open over the page; what shows them comes with the first one that is clicked. */
document.addEventListener("click", async (event) => {
  const link = event.target.closest("[data-lightbox] a");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const photos = link.closest("[data-lightbox]");
  if (!document.querySelector("link[data-lightbox-style]")) {
    const style = Object.assign(document.createElement("link"), { rel: "stylesheet", href: photos.dataset.lightboxCss });
    style.dataset.lightboxStyle = "";
    document.head.append(style);
  }
  try {
    const { open } = await import(photos.dataset.lightbox);
    open(photos, [...photos.querySelectorAll("a")].indexOf(link));
  } catch {
    location.assign(link.href);
  }
});

/* <a href="permalink" data-share="Link copied"> is shared by the device, else copied; without script it leads there. */
document.addEventListener("click", async (event) => {
  const link = event.target.closest("[data-share]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  try {
    if (navigator.share) return await navigator.share({ title: document.title, url: link.href });
    await navigator.clipboard.writeText(link.href);
  } catch (error) {
    if (error.name !== "AbortError") location = link.href;
    return;
  }
  const label = link.querySelector("[data-label]");
  const before = label.textContent;
  label.textContent = link.dataset.share;
  setTimeout(() => { label.textContent = before; }, 2500);
});

/* A button that asks for a fragment and is refused does what it does without script: the page says why. */
document.addEventListener("htmx:responseError", ({ detail: { elt } }) => {
  if (elt.matches("button[form]")) elt.form.requestSubmit(elt);
});

/* What a fragment brings along leaves alone what somebody is writing in. */
document.addEventListener("htmx:oobBeforeSwap", (event) => {
  if (event.detail.target.contains(document.activeElement)) event.detail.shouldSwap = false;
});

/* <div data-opened="ADDRESS"> in a form tells there which of its matches was opened; reading a thread itself tells nobody. */
for (const kind of ["click", "auxclick"]) {
  document.addEventListener(kind, ({ target }) => {
    const link = target.closest("[data-opened] a[data-thread]");
    if (!link) return;
    const { value } = link.closest("form").elements.csrf_token;
    const told = new URLSearchParams({ csrf_token: value, thread: link.dataset.thread });
    navigator.sendBeacon(link.closest("[data-opened]").dataset.opened, told);
  });
}

/* An open menu closes on Escape and on a click elsewhere. */
function closeMenus(except) {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (menu !== except) menu.open = false;
  }
}

document.addEventListener("click", (event) => closeMenus(event.target.closest("details.menu")));
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = event.target.closest("details.menu[open]");
  closeMenus(null);
  menu?.querySelector("summary").focus();
});

/* What only editors need is a file of its own, fetched once, where there is one. */
function bringWriting() {
  if (!here.writing) return;
  const script = document.createElement("script");
  Object.assign(script, { src: here.writing, integrity: here.integrity });
  delete here.writing;
  document.head.append(script);
}

function dress(root) {
  if (root.querySelector(".editor")) bringWriting();
  root.querySelectorAll("[data-counter]").forEach(count);
  root.querySelectorAll("[data-copy][hidden]").forEach((button) => { button.hidden = false; });
  root.querySelector(".summary")?.focus();
}

dress(document);
document.addEventListener("htmx:load", (event) => {
  if (event.detail.elt !== document.body) dress(event.detail.elt);
});
