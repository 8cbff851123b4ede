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
// part: writing. Hints and similar suggestions follow what is being written; without this a button shows them.
for (const form of document.querySelectorAll("form[data-hints]")) {
  const place = document.getElementById("hints");
  let timer = 0, asked = 0;
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      const number = ++asked;
      const answer = await fetch(form.dataset.hints, { method: "POST", body: new FormData(form) }).catch(() => null);
      if (answer && answer.ok && !answer.redirected && number === asked) place.innerHTML = await answer.text();
    }, 1500);
  });
}
