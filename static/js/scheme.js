/* Sums of the weight table while typing. The table works with this file absent. */
(function () {
  "use strict";

  function value(text) {
    var parts = text.trim().split("/");
    if (parts[0] === "") { return 0; }
    var n = Number(parts[0]) / (parts.length > 1 ? Number(parts[1]) : 1);
    return parts.length > 2 ? NaN : n;
  }

  function told(n) { return isNaN(n) ? "?" : String(Math.round(n * 1e6) / 1e6); }

  Array.prototype.forEach.call(document.querySelectorAll("form[data-weights]"), function (form) {
    var points = form.dataset.weights === "points";
    var cells = {}, own = {};
    Array.prototype.forEach.call(form.querySelectorAll("[data-cell]"), function (box) {
      (cells[box.dataset.cell] = cells[box.dataset.cell] || []).push(box);
      own[box.dataset.own] = box;
    });

    function show(out) {
      var key = out.dataset.sum, group = own[key];
      var due = points && group ? value(group.value) : value(out.dataset.due);
      var sum = (cells[key] || []).reduce(function (all, box) { return all + value(box.value); }, 0);
      out.querySelector("[data-is]").textContent = told(sum);
      out.querySelector("[data-should]").textContent = told(due);
      out.classList.toggle("k-late", told(sum) !== told(due));
    }

    var sums = {};
    Array.prototype.forEach.call(form.querySelectorAll("[data-sum]"), function (out) {
      sums[out.dataset.sum] = out;
    });
    form.addEventListener("input", function (event) {
      var box = event.target;
      [box.dataset.cell, box.dataset.own].forEach(function (key) {
        if (key && sums[key]) { show(sums[key]); }
      });
    });
  });
}());
