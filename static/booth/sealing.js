/* The ballot page where the browser can seal: check, review and lock happen on this device, and only the
   sealed envelope is sent. Where this script does not run, or the page came without a secure connection,
   the page's own form does the same on the booth, and the page says so. */
import { seal } from "./envelope.js";

const all = (where, what) => Array.from(where.querySelectorAll(what));
const form = document.querySelector("[data-ballot]");
const filling = document.querySelector("[data-filling]");
const review = document.querySelector("[data-review]");
const title = document.querySelector("h1");
const first = title.textContent;
const faults = document.querySelector("[data-faults]");
const hand = review.querySelector("[data-hand-in]");
const urn = form.dataset;
let kept = { marks: "", envelope: "" }, busy = false;

/* A sentence with a number in it; the template carries its form for one beside the one for many. */
function told(data, name, n) {
  return (n === 1 ? data[name + "One"] : data[name]).replace("{n}", n);
}

function marked() {
  return all(form, ".bo-q input:checked");
}

function choices() {
  const found = {};
  marked().forEach((input) => {
    const row = input.closest(".bo-q"), sheet = row.closest("[data-sheet]").dataset.sheet;
    (found[sheet] = found[sheet] || {})[row.dataset.subject] = input.value;
  });
  return found;
}

/* The same objections as the booth's own, in the same words. */
function objections() {
  const found = [];
  all(form, "[data-sheet]").forEach((sheet) => {
    all(form, `[data-limit][data-desk="${sheet.dataset.desk}"]`).forEach((limit) => {
      const n = all(sheet, "input:checked").filter((input) => input.value === limit.dataset.option).length;
      if (n > Number(limit.dataset.limit)) { found.push([sheet.dataset.desk, limit.dataset.fault.replace("{n}", n)]); }
    });
    const gap = all(sheet, ".bo-q").length - all(sheet, "input:checked").length;
    if (sheet.dataset.all && gap) { found.push([sheet.dataset.desk, told(sheet.dataset, "all", gap)]); }
  });
  if (!marked().length) { found.push([form.querySelector("[data-sheet]").dataset.desk, faults.dataset.empty]); }
  return found;
}

function complain(found) {
  faults.querySelector("h2").textContent = told(faults.dataset, "title", found.length);
  faults.querySelector("ul").replaceChildren(...found.map(([desk, text]) => {
    const item = document.createElement("li"), link = document.createElement("a");
    link.href = "#" + desk;
    link.textContent = text;
    item.append(link);
    return item;
  }));
  faults.hidden = false;
  faults.focus();
}

function show(step) {
  title.textContent = step === 2 ? title.dataset.second : first;
  filling.hidden = step !== 1;
  review.hidden = step !== 2;
  all(document, ".bo-steps li").forEach((li, i) => {
    if (i === step - 1) { li.setAttribute("aria-current", "step"); } else { li.removeAttribute("aria-current"); }
  });
  scrollTo(0, 0);
  title.focus();
}

/* Every person has one line, which moves to the pile of its mark. */
function sort() {
  all(review, "[data-piles]").forEach((sheet) => {
    const lines = all(sheet, "li[data-entry]"), piles = all(sheet, "[data-pile]");
    const mark = (li) => (form.querySelector(`[name="${li.dataset.entry}"]:checked`) || { value: "" }).value;
    lines.sort((a, b) => Number(a.dataset.number) - Number(b.dataset.number));
    piles.forEach((pile) => {
      const mine = lines.filter((li) => mark(li) === pile.dataset.pile);
      pile.querySelector("ul").replaceChildren(...mine);
      pile.hidden = !mine.length;
      const pieces = pile.querySelector("[data-pieces]");
      pieces.textContent = told(pieces.dataset, "pieces", mine.length);
      const sum = review.querySelector(`[data-sum="${sheet.dataset.piles} ${pile.dataset.pile}"]`);
      if (sum) { sum.textContent = mine.length; }
    });
  });
  const gap = all(form, ".bo-q").length - marked().length, note = review.querySelector("[data-gap]");
  note.hidden = !gap;
  note.textContent = told(note.dataset, "gap", gap);
}

async function check(event) {
  if (event.submitter && event.submitter.name === "switch") {
    form.reset(); /* the other language asks for a fresh page; marks never travel in the clear */
    return;
  }
  event.preventDefault();
  if (busy) { return; } /* a second press while the first one seals */
  busy = true;
  try { await seeAll(); } finally { busy = false; }
}

/* The envelope holds what the review shows: a mark changed while it was sealed is sealed again. */
async function seeAll() {
  let found = objections();
  while (!found.length && JSON.stringify(choices()) !== kept.marks) {
    const now = choices();
    kept = { marks: JSON.stringify(now), envelope: await seal(urn, now) };
    found = objections();
  }
  if (found.length) { complain(found); return; }
  faults.hidden = true;
  hand.elements.envelope.value = kept.envelope;
  sort();
  history.pushState({ step: 2 }, "");
  hand.dispatchEvent(new Event("shown"));
  show(2);
}

function wipe() {
  form.reset();
  kept = { marks: "", envelope: "" };
  hand.elements.envelope.value = "";
  form.dispatchEvent(new Event("change"));
  sort();
  show(1);
}

/* A first envelope proves that this browser can seal; until then the page keeps its weaker promise. */
async function begin() {
  if (!isSecureContext) { return; }
  await seal(urn, {});
  all(document, "[data-by]").forEach((line) => { line.hidden = line.dataset.by !== "device"; });
  form.addEventListener("submit", check);
  form.addEventListener("change", () => { document.querySelector("[name=switch]").hidden = marked().length > 0; });
  review.addEventListener("click", (event) => {
    const back = event.target.closest("[data-to]");
    if (!back) { return; }
    history.back();
    addEventListener("popstate", () => {
      const row = document.getElementById(back.dataset.to);
      if (row) { row.scrollIntoView(); (row.querySelector("input:checked") || row.querySelector("input")).focus(); }
    }, { once: true });
  });
  addEventListener("popstate", () => { if (!review.hidden) { show(1); } });
  addEventListener("pagehide", wipe); /* the next one at this tablet finds nothing by going back */
  document.documentElement.dataset.sealing = "device";
}

begin().catch(() => undefined);
