/* Makes pages quicker. Every page works with this file absent. */
(function () {
  "use strict";

  function each(selector, root, use) {
    Array.prototype.forEach.call((root || document).querySelectorAll(selector), use);
  }

  /* The server's rule: code points, a line break is 1, spaces count. */
  function count(text) {
    return Array.from(text.replace(/\r\n?/g, "\n")).length;
  }

  function counter(box) {
    var out = document.getElementById(box.id + "-count");
    if (!out) { return; }
    var most = Number(box.dataset.max);
    function show() {
      var n = count(box.value), over = n > most;
      out.classList.toggle("k-over", over);
      out.textContent = over
        ? out.dataset.over.replace("{n}", n - most)
        : out.dataset.used.replace("{n}", n).replace("{left}", most - n);
    }
    box.addEventListener("input", show);
    show();
  }

  /* The state of a report's section follows what is typed, in every place that shows it. */
  function chip(box) {
    var marks = document.querySelectorAll('[data-chip="' + box.id + '"]'), first = box.value;
    if (!marks.length) { return; }
    box.addEventListener("input", function () {
      var n = box.value.trim() ? count(box.value) : 0;
      var fits = n >= Number(marks[0].dataset.least) && n <= Number(box.dataset.max);
      var now = box.value === first ? "same" : n === 0 ? "empty" : fits ? "fits" : "wrong";
      Array.prototype.forEach.call(marks, function (mark) {
        each("[data-is]", mark, function (part) { part.hidden = part.dataset.is !== now; });
      });
    });
  }

  function bulk(bar) {
    var form = bar.closest("form") || document;
    var boxes = form.querySelectorAll('input[type="checkbox"][name="' + bar.dataset.bulk + '"]');
    var some = bar.querySelector("[data-bulk-some]"), none = bar.querySelector("[data-bulk-none]");
    var separator = document.documentElement.lang === "en" ? ", " : "、";
    function show() {
      var on = Array.prototype.filter.call(boxes, function (box) { return box.checked; });
      var names = on.slice(0, 6).map(function (box) { return box.dataset.name; }).join(separator);
      some.hidden = on.length === 0;
      none.hidden = on.length !== 0;
      bar.querySelector("[data-n]").textContent = on.length;
      bar.querySelector("[data-names]").textContent = names + (on.length > 6 ? "…" : "");
      Array.prototype.forEach.call(boxes, function (box) {
        var row = box.closest("tr");
        if (row) { row.classList.toggle("k-sel", box.checked); }
      });
    }
    Array.prototype.forEach.call(boxes, function (box) { box.addEventListener("change", show); });
    if (form.addEventListener) { form.addEventListener("reset", function () { setTimeout(show, 0); }); }
    show();
  }

  /* Autosave: every 20 s when something changed, to the address in data-autosave. */
  function autosave(form) {
    var state = form.querySelector("[data-save]") || document.querySelector("[data-save]");
    var saved = typed(), busy = false, wait = 0, held = null;
    /* What is typed, as text; files and the key of the real POST stay behind. */
    function written() {
      var all = new URLSearchParams();
      new FormData(form).forEach(function (value, name) {
        if (typeof value === "string" && name !== "_key") { all.append(name, value); }
      });
      return all;
    }
    function typed() {
      var all = written();
      all.delete("_version");
      return all.toString();
    }
    function tell(kind, text) {
      if (!state) { return; }
      state.querySelector("[data-save-ok]").hidden = kind !== "saved";
      state.querySelector("[data-save-bad]").hidden = kind !== "failed";
      state.querySelector("[data-save-text]").textContent = text;
    }
    function clock() {
      var now = new Date();
      return String(now.getHours()).padStart(2, "0") + ":" + String(now.getMinutes()).padStart(2, "0");
    }
    function save() {
      var body = written().toString(), text = typed();
      if (busy || wait-- > 0 || text === saved || form.dataset.sent) { return; }
      busy = true;
      tell("saving", state ? state.dataset.saving : "");
      fetch(form.dataset.autosave, {
        method: "POST", body: body, credentials: "same-origin", redirect: "error",
        headers: { "Content-Type": "application/x-www-form-urlencoded", "X-Autosave": "1" }
      }).then(function (answer) {
        if (!answer.ok) { throw new Error(String(answer.status)); }
        var version = answer.headers.get("X-Version"), field = form.elements._version;
        if (version && field) { field.value = version; }
        saved = text;
        tell("saved", clock() + " " + (state ? state.dataset.saved : ""));
      }).catch(function () {
        wait = 2;
        tell("failed", state ? state.dataset.failed : "");
      }).then(function () {
        busy = false;
        if (held) { form.requestSubmit(held.button); held = null; }
      });
    }
    /* A press while a draft is on its way waits for it, so that both don't race for the version. */
    form.addEventListener("submit", function (event) {
      if (!busy) { return; }
      event.preventDefault();
      event.stopImmediatePropagation();
      held = { button: event.submitter };
    });
    setInterval(save, 20000);
    document.addEventListener("visibilitychange", function () { if (document.hidden) { save(); } });
  }

  /* One form, one POST: a second press within ten seconds does nothing. */
  function once(form) {
    form.addEventListener("submit", function (event) {
      var button = event.submitter;
      if (button && button.getAttribute("aria-disabled") === "true") { return; }
      if (form.dataset.sent) { event.preventDefault(); return; }
      form.dataset.sent = "1";
      form.setAttribute("aria-busy", "true");
      setTimeout(function () { delete form.dataset.sent; form.removeAttribute("aria-busy"); }, 10000);
    });
  }

  /* The second half of a double press whose first half was for the page before does nothing here. */
  var pressed = false;
  document.addEventListener("click", function (event) {
    if (event.detail > 1 && !pressed) { event.preventDefault(); event.stopPropagation(); return; }
    pressed = true;
  }, true);

  /* Nor does a second tap: what can't be taken back rests for a moment when the page comes. */
  function rest(button) {
    if (button.disabled) { return; }
    button.disabled = true;
    setTimeout(function () { button.disabled = false; }, 600);
  }

  /* Folds stay as they were left, for this tab. */
  function fold(box) {
    var key = "fold:" + location.pathname + "#" + box.dataset.fold;
    try {
      if (sessionStorage.getItem(key) === "1") { box.open = true; }
      box.addEventListener("toggle", function () { sessionStorage.setItem(key, box.open ? "1" : "0"); });
    } catch (refused) { /* storage is switched off: folds forget */ }
  }

  /* A grid of figures: Enter and the arrows up and down go along the column, never sending. */
  function grid(table) {
    table.addEventListener("keydown", function (event) {
      var box = event.target, name = (box.name || "").replace(/_\d+$/, "");
      var step = { ArrowUp: -1, ArrowDown: 1, Enter: event.shiftKey ? -1 : 1 }[event.key];
      if (!step || box.tagName !== "INPUT" || box.type !== "text" || event.isComposing) { return; }
      var column = Array.prototype.filter.call(table.querySelectorAll('input[type="text"], input:not([type])'), function (other) {
        return (other.name || "").replace(/_\d+$/, "") === name;
      });
      var next = column[column.indexOf(box) + step];
      event.preventDefault();
      if (next) { next.focus(); next.select(); }
    });
  }

  each("[data-grid]", document, grid);
  each("textarea[data-max]", document, counter);
  each("textarea[data-max]", document, chip);
  each("[data-bulk]", document, bulk);
  each("form[data-autosave]", document, autosave);
  each('form[method="post"]', document, once);
  each("button.btn-grave", document, rest);
  each("details[data-fold]", document, fold);
  each("[data-print]", document, function (button) {
    button.hidden = false;
    button.addEventListener("click", function () { window.print(); });
  });
  each("[data-copy]", document, function (button) {
    if (!navigator.clipboard) { return; }
    button.hidden = false;
    button.addEventListener("click", function () {
      var from = document.getElementById(button.dataset.copy);
      navigator.clipboard.writeText(from.value || from.textContent);
    });
  });
  each("[data-focus]", document, function (box) { box.focus(); });
  if (location.hash) {
    var target = document.getElementById(location.hash.slice(1));
    var closed = target && target.closest("details");
    if (closed) { closed.open = true; }
  }
  window.addEventListener("pageshow", function (event) {
    if (event.persisted) { each("form", document, function (form) { delete form.dataset.sent; }); }
  });
}());
