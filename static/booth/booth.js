/* The booth's own script. Every page works without it.
   1. On the card page: takes the code out of the address (it stood behind #, so it was never sent), then enters.
   2. On the ballot: counts what is left and what is over a limit; large type. Focus goes to an error summary.
   3. The button that hands in rests for a moment: a second tap meant for the button before must not reach it.
   4. Sending: asks first whether the booth answers, so that a lost connection leaves what was marked on the page. */
(function () {
  "use strict";
  /* Browsers of before 2021 don't tell which button sent a form. */
  if (!window.SubmitEvent || !("submitter" in SubmitEvent.prototype)) {
    var pressed = null;
    document.addEventListener("click", function (event) { pressed = event.target.closest("button"); }, true);
    Object.defineProperty(Event.prototype, "submitter", { get: function () { return pressed; } });
  }
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
      var on = document.documentElement.classList.toggle("bo-large");
      large.setAttribute("aria-pressed", String(on));
      all(document, "[name=large]").forEach(function (field) { field.disabled = !on; });
    });
  }
  function rest(last) {
    var button = last.querySelector(".btn-primary");
    button.disabled = true;
    setTimeout(function () { button.disabled = false; }, 600);
  }
  all(document, "[data-hand-in]").forEach(function (last) {
    rest(last);
    last.addEventListener("shown", function () { rest(last); });  // sealed on the device: the same page
  });
  var leaving = false;
  /* Asks the booth, then sends the form as it would have gone by itself. An envelope that is sent twice is one ballot. */
  function send(form, url, how) {
    var note = form.querySelector("[data-lost]"), stop = new AbortController();
    if (note.classList.contains("is-sending")) { return; }
    note.textContent = note.dataset.sending;
    note.classList.add("is-sending");
    how.signal = stop.signal;
    setTimeout(function () { stop.abort(); }, 20000);
    fetch(url, how).then(function (answer) {
      if (answer.status >= 500) { throw answer; }
      leaving = true;
      form.submit();
    }).catch(function (why) { note.textContent = (why.status === 503 && note.dataset.full) || note.dataset.lost; }).then(function () { note.classList.remove("is-sending"); });
  }
  document.addEventListener("submit", function (event) {
    var ballot = event.target === form && !(event.submitter && event.submitter.name), last = event.target.matches("[data-hand-in]");
    if (event.defaultPrevented) { return; }  // checked and sealed on the device
    if (!window.AbortController || !(ballot || last)) { leaving = true; return; }
    event.preventDefault();
    if (last) { send(event.target, event.target.action, { method: "POST", body: new URLSearchParams(new FormData(event.target)) }); }
    else { send(form, form.dataset.ping, { cache: "no-store" }); }
  });
  addEventListener("beforeunload", function (event) {
    if (form && !leaving && form.querySelector(".bo-q input:checked")) { event.preventDefault(); }
  });
  var focus = document.querySelector("[data-focus]");
  if (focus) { focus.focus(); }
}());
