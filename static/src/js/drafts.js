/* <form data-draft="NAME" data-drafts="ADDRESS"> is kept while somebody types. The form's token goes along, so that
   nothing is kept any more once the form was sent, however late it arrives. */

const WAIT = 1200;
const LATE = 410;
const forms = new WeakMap();

function of(form) {
  if (!forms.has(form)) forms.set(form, { line: line(form), changed: false, busy: false, over: false });
  return forms.get(form);
}

function line(form) {
  const made = document.createElement("span");
  made.className = "saved";
  made.setAttribute("role", "status");
  (form.querySelector(".editor ~ .meta") ?? form.querySelector(":scope > .row"))?.append(made);
  return made;
}

/* Read out once: who writes for an hour need not hear it every few words. */
function say(state, words) {
  if (state.line.textContent && words) state.line.setAttribute("aria-live", "off");
  state.line.textContent = words;
}

async function keep(form, keepalive = false) {
  const state = of(form);
  clearTimeout(state.timer);
  if (state.over || !state.changed || state.busy) return;
  state.changed = false;
  state.busy = true;
  const body = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (typeof value === "string") body.append(name, value);
  body.set("draft", form.dataset.draft);
  state.sending = new AbortController();
  try {
    const answer = await fetch(form.dataset.drafts, { method: "POST", body, keepalive, signal: state.sending.signal });
    state.over ||= answer.status === LATE;
    if (!answer.ok && !state.over) throw answer;
    if (!state.over && !state.changed) say(state, form.dataset.saved);
    if (state.changed) wait(form);
  } catch {
    // The next keystroke tries again.
    state.changed = true;
    if (!state.over) say(state, form.dataset.unsaved);
  } finally {
    state.busy = false;
  }
}

function wait(form) {
  const state = of(form);
  clearTimeout(state.timer);
  state.timer = setTimeout(keep, WAIT, form);
}

document.addEventListener("input", (event) => {
  const { form, name } = event.target;
  if (!form?.dataset.draft || !name) return;
  const state = of(form);
  state.changed = true;
  if (state.line.textContent === form.dataset.saved) state.line.textContent = "";
  wait(form);
});

document.addEventListener("submit", ({ target: form }) => {
  if (!form.dataset.draft) return;
  const state = of(form);
  state.over = true;
  clearTimeout(state.timer);
  state.sending?.abort();
});

function keepAll() {
  document.querySelectorAll("form[data-draft]").forEach((form) => { if (forms.has(form)) keep(form, true); });
}

document.addEventListener("visibilitychange", () => { if (document.hidden) keepAll(); });
addEventListener("pagehide", keepAll);
/* Back from the next page to this one as it was: it may be typed in again, and the server knows whether it was sent. */
addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  document.querySelectorAll("form[data-draft]").forEach((form) => { if (forms.has(form)) of(form).over = false; });
});
