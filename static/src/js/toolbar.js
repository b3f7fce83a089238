/* The button for a message to send, which the toolbar's library does not know; and toolbars for editors that open late. */

const FENCE = "```";

function insertMessage(button) {
  const field = button.closest("markdown-toolbar").field;
  const { selectionStart: start, selectionEnd: end, value } = field;
  const above = value.slice(0, start);
  const words = value.slice(start, end).trim() || button.dataset.sample;
  const gap = !above || above.endsWith("\n\n") ? "" : above.endsWith("\n") ? "\n" : "\n\n";
  const opening = `${gap}${FENCE}message\n`;
  const text = `${opening}${words}\n${FENCE}\n`;
  field.focus();
  // Old, and the only way that the browser's own undo knows of it.
  if (!document.execCommand("insertText", false, text)) {
    field.setRangeText(text, start, end);
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
  field.setSelectionRange(start + opening.length, start + opening.length + words.length);
}

function press(event) {
  const button = event.target.closest('[data-md-button="message"]');
  if (!button || (event.type === "keydown" && event.key !== "Enter" && event.key !== " ")) return;
  event.preventDefault();
  insertMessage(button);
}

document.addEventListener("click", press);
document.addEventListener("keydown", press);

/* An editor that was folded away gets a copy of a toolbar of this page when it opens. */
function equip(root) {
  const model = document.querySelector("markdown-toolbar");
  if (!model) return;
  for (const editor of root.querySelectorAll(".editor[data-editor]")) {
    if (editor.querySelector("markdown-toolbar")) continue;
    const copy = model.cloneNode(true);
    copy.setAttribute("for", editor.dataset.editor);
    copy.querySelectorAll("[tabindex]").forEach((button) => button.removeAttribute("tabindex"));
    editor.prepend(copy);
  }
}

document.querySelectorAll("details[open]").forEach(equip);
document.addEventListener("toggle", (event) => { if (event.target.open) equip(event.target); }, true);
