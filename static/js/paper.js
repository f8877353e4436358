/* One key a row: a mark typed moves on, Backspace in an empty box goes back. Works without this file too. */
(function () {
  "use strict";
  Array.prototype.forEach.call(document.querySelectorAll("form[data-paper]"), function (form) {
    var boxes = Array.prototype.slice.call(form.querySelectorAll("input[data-keys]"));
    var send = form.querySelector("button[type=submit]");

    function mark(box, key) {
      if (key === "x" || key === "X" || key === "*") { return "x"; }
      return /^[0-9]$/.test(key) && Number(key) <= Number(box.dataset.keys) ? key : null;
    }

    boxes.forEach(function (box, place) {
      box.addEventListener("focus", function () { box.select(); });
      box.addEventListener("keydown", function (event) {
        if (event.ctrlKey || event.metaKey || event.altKey) { return; }
        var found = mark(box, event.key);
        if (event.key === "Backspace" && box.value === "" && place > 0) {
          event.preventDefault();
          boxes[place - 1].focus();
        } else if (found !== null) {
          event.preventDefault();
          box.value = found;
          (boxes[place + 1] || send).focus();
        }
      });
    });
    var empty = boxes.filter(function (box) { return box.value === ""; })[0];
    if (empty && !document.querySelector("[data-focus]")) { empty.focus(); }
  });
})();
