// The portal works without this; it only keeps a form from being sent twice, and selects links to copy.
document.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (event.target.method === "post" && button) {
    setTimeout(() => { button.disabled = true; button.setAttribute("aria-busy", "true"); }, 0);
    addEventListener("pageshow", () => { button.disabled = false; button.removeAttribute("aria-busy"); });
  }
});
document.addEventListener("focusin", (event) => {
  if (event.target.matches("input[readonly]")) event.target.select();
});
