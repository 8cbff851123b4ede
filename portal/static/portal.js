// The portal works without this. It keeps a form from being sent twice and says that it is under way, selects links
// to copy, opens what is folded for printing, names the cells of cards, and tells when something new has happened.
// Written for Chromium 69 and later.
(function () {
  "use strict";
  var body = document.body;

  document.addEventListener("submit", function (event) {
    var button = event.submitter || document.activeElement;
    if (event.target.method !== "post" || !button || button.form !== event.target) return;
    var words = button.textContent;
    setTimeout(function () {
      button.disabled = true;
      button.setAttribute("aria-busy", "true");
      if (body.dataset.busy && !button.classList.contains("plain")) button.textContent = body.dataset.busy;
    }, 0);
    addEventListener("pageshow", function () {
      button.disabled = false;
      button.removeAttribute("aria-busy");
      button.textContent = words;
    });
  });

  document.addEventListener("focusin", function (event) {
    if (event.target.matches("input[readonly]")) event.target.select();
  });

  // What was refused is read first.
  var refused = document.querySelector("main [role=alert]");
  if (refused) {
    refused.setAttribute("tabindex", "-1");
    refused.focus();
  }

  // A table that is wider than the page scrolls in its own box, which the keyboard can reach.
  document.querySelectorAll(".wide").forEach(function (box) {
    var name = box.querySelector("caption") || (box.parentElement.matches("section") && box.parentElement.querySelector("h2"))
      || document.querySelector("h1");
    if (!box.hasAttribute("tabindex") && box.scrollWidth > box.clientWidth) {
      box.tabIndex = 0;
      box.setAttribute("role", "region");
      if (name) box.setAttribute("aria-label", name.textContent);
    }
  });
  document.querySelectorAll("table.cards").forEach(function (table) {
    var heads = table.querySelectorAll("thead th");
    table.querySelectorAll("tbody tr").forEach(function (row) {
      Array.from(row.cells).forEach(function (cell, number) {
        if (heads[number] && cell.tagName === "TD") cell.dataset.label = heads[number].textContent;
      });
    });
  });

  var opened = [];
  addEventListener("beforeprint", function () {
    opened = Array.from(document.querySelectorAll("main details:not([open])"));
    opened.forEach(function (one) { one.open = true; });
  });
  addEventListener("afterprint", function () {
    opened.forEach(function (one) { one.open = false; });
  });
  document.querySelectorAll("[data-print]").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () { print(); });
  });

  // News by server-sent events. Parts marked data-live="/path" are fetched anew; elsewhere a line says so.
  var stream = body.dataset.events;
  if (!stream || !window.EventSource) return;
  var source = new EventSource(stream);
  var faults = 0;
  var due = 0;

  function news(event) {
    faults = 0;
    var about = body.dataset.case;
    if (about && event.data.indexOf(JSON.stringify(about)) < 0) return;
    clearTimeout(due);
    due = setTimeout(show, 1500);
  }

  function show() {
    var parts = document.querySelectorAll("[data-live]");
    if (!parts.length) {
      var line = document.getElementById("news");
      if (line) line.hidden = false;
    }
    parts.forEach(function (part) {
      fetch(part.dataset.live, { credentials: "same-origin" }).then(function (answer) {
        return answer.ok && !answer.redirected ? answer.text() : "";
      }).then(function (text) {
        var fresh = new DOMParser().parseFromString(text, "text/html");
        var found = part.id ? fresh.getElementById(part.id) : fresh.body;
        if (text && found) part.innerHTML = found.innerHTML;
      }).catch(function () { /* the next event tries again */ });
    });
  }

  source.onopen = function () { faults = 0; };
  source.onmessage = news;
  source.onerror = function () {
    faults += 1;
    if (faults > 3) source.close();
  };
})();

// part: writing. Hints and similar suggestions follow what is being written; without this a button shows them.
(function () {
  "use strict";
  document.querySelectorAll("form[data-hints]").forEach(function (form) {
    var place = document.getElementById("hints");
    var timer = 0;
    var asked = 0;
    form.addEventListener("input", function () {
      clearTimeout(timer);
      timer = setTimeout(function () {
        asked += 1;
        var number = asked;
        fetch(form.dataset.hints, { method: "POST", body: new FormData(form), credentials: "same-origin" }).then(function (answer) {
          return answer.ok && !answer.redirected ? answer.text() : null;
        }).then(function (text) {
          if (text !== null && number === asked) place.innerHTML = text;
        }).catch(function () { /* the next letter tries again */ });
      }, 1500);
    });
  });
})();

// part: drafts. A long form is kept on the server while it is written; without this a button does.
(function () {
  "use strict";
  document.querySelectorAll("form[data-draft]").forEach(function (form) {
    var line = form.querySelector("[data-saved]");
    var timer = 0;
    var sent = false;
    function save() {
      clearTimeout(timer);
      if (sent) return;
      var fields = new URLSearchParams();
      new FormData(form).forEach(function (value, key) {
        if (typeof value === "string") fields.append(key, value);
      });
      fetch(form.dataset.draft, { method: "POST", body: fields, credentials: "same-origin", redirect: "manual" }).then(function (answer) {
        if (line && answer.type === "opaqueredirect") line.textContent = line.dataset.saved;
      }).catch(function () { /* the next letter tries again */ });
    }
    form.addEventListener("input", function () {
      clearTimeout(timer);
      timer = setTimeout(save, 2000);
    });
    form.addEventListener("submit", function () {
      sent = true;
      clearTimeout(timer);
    });
    addEventListener("pageshow", function () { sent = false; });
  });
})();
