/* What an editor can do once there is script; app.js brings it to pages that have one. Words come from the page. */

import "@github/markdown-toolbar-element";
import "@github/text-expander-element";

import "./drafts.js";
import "./names.js";
import "./toolbar.js";

/* Ctrl+Enter sends the form one is writing in, as its own button at the end does. */
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
  const form = event.target.form;
  const button = form?.querySelector(':scope > .row > [type="submit"]');
  if (!button) return;
  event.preventDefault();
  form.requestSubmit(button);
});
