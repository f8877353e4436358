/* The booth's own script. Every page works without it.
   1. On the card page: takes the code out of the address (it stood behind #, so it was never sent), then enters.
   2. On the ballot: counts what is left and what is over a limit; large type. Focus goes to an error summary. */
(function () {
  "use strict";
  function all(where, what) { return Array.prototype.slice.call(where.querySelectorAll(what)); }
  var enter = document.querySelector("[data-enter]");
  var take = function () {
    if (!enter || location.hash.length < 2) { return; }
    var code = "";
    try { code = decodeURIComponent(location.hash.slice(1)); } catch (e) { code = ""; }
    history.replaceState(null, "", location.pathname + location.search);
    if (/^[0-9A-Za-z -]{24,40}$/.test(code)) {
      enter.querySelector("#code").value = code;
      enter.submit();
    }
  };
  take();
  window.addEventListener("hashchange", take);  // another card in a page that stands open already
  var form = document.querySelector("[data-ballot]");
  if (form) {
    var out = form.querySelector("[data-count]"), strong = out.querySelector("strong"), filled = out.querySelector("[data-filled]");
    var rows = all(form, ".bo-q").length;
    var show = function () {
      var marked = all(form, ".bo-q input:checked"), left = rows - marked.length;
      strong.textContent = left ? out.dataset.left.replace("{n}", left) : out.dataset.full;
      filled.textContent = out.dataset.done.replace("{n}", marked.length).replace("{all}", rows);
      all(out, "[data-limit]").forEach(function (limit) {
        var n = marked.filter(function (i) { return i.dataset.desk === limit.dataset.desk && i.value === limit.dataset.option; }).length;
        var over = n - Number(limit.dataset.limit);
        limit.textContent = limit.dataset.word + " " + n + " / " + limit.dataset.limit + (over > 0 ? " " + limit.dataset.over.replace("{n}", over) : "");
        limit.classList.toggle("is-over", over > 0);
      });
    };
    form.addEventListener("change", show);
    show();
  }
  var large = document.querySelector("[data-large]");
  if (large) {
    large.hidden = false;
    large.addEventListener("click", function () {
      large.setAttribute("aria-pressed", String(document.documentElement.classList.toggle("bo-large")));
    });
  }
  var focus = document.querySelector("[data-focus]");
  if (focus) { focus.focus(); }
}());
