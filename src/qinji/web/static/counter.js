// The counter with scripts: keys with names, arrows in a list, change as it is typed, and what to do when an answer is
// lost. Without them every form still works by itself.

const CENTS = 100;
const ASK_AGAIN_MS = 2000;

// Yuan as people type them, in fen; null for what is no amount.
function fen(text) {
  const found = /^\s*¥?\s*(\d{1,9})(?:\.(\d{1,2}))?\s*$/.exec(text.replaceAll(",", ""));
  return found ? Number(found[1]) * CENTS + Number((found[2] ?? "").padEnd(2, "0")) : null;
}

function yuan(amount) {
  return `¥${Math.floor(amount / CENTS)}.${String(amount % CENTS).padStart(2, "0")}`;
}

function tellChange(field) {
  const said = field.form.querySelector(".change");
  const received = fen(field.value);
  const over = received === null ? null : received - Number(field.dataset.due);
  said.textContent = over === null ? "" : over < 0 ? `${said.dataset.missing} ${yuan(-over)}` : `${said.dataset.change} ${yuan(over)}`;
  said.classList.toggle("error", over !== null && over < 0);
}

// F8 once goes to the act, F8 there does it: no single key takes anybody's money.
function settle(button) {
  const first = button.form.querySelector("#received") ?? button;
  if (button.form.contains(document.activeElement)) button.form.requestSubmit(button);
  else first.focus();
}

function pressed(event) {
  // A key that is held down presses nothing again: after the first Enter another button may have the focus.
  if (event.key === "Enter" && event.repeat) event.preventDefault();
  if (!/^F\d+$/.test(event.key) || event.repeat || event.ctrlKey || event.altKey || event.metaKey) return;
  const named = [...document.querySelectorAll(`[data-key="${event.key}"]`)].find((one) => one.checkVisibility());
  if (!named) return;
  event.preventDefault();
  if (event.key === "F8") settle(named);
  else if (named.matches("input")) {
    named.focus();
    named.select();
  } else named.click();
}

// Down and up go from the field into the list and within it; Escape goes back to the field.
function moved(event) {
  const field = document.querySelector("#item");
  const picks = [...document.querySelectorAll("#found button")];
  const place = picks.indexOf(event.target);
  if (!field || (event.target !== field && place < 0)) return;
  if (event.key === "Escape") field.focus();
  else if (event.key === "ArrowDown") (picks[place + 1] ?? picks.at(-1) ?? field).focus();
  else if (event.key === "ArrowUp") (place > 0 ? picks[place - 1] : field).focus();
  else if (event.key === "Enter" && event.target === field && !field.value.trim()) {
    // Nothing more to take in: on to the ways to pay.
    document.querySelector('[data-key="F8"]')?.form.querySelector("#received, [data-key]")?.focus();
  } else return;
  event.preventDefault();
}

// Items are looked for while one types. A new letter ends the search for the old ones: no late answer overwrites a newer.
const TYPED_MS = 150;
let typing;
let asked;

function forget() {
  clearTimeout(typing);
  asked?.abort();
}

async function search(field) {
  asked = new AbortController();
  const { signal } = asked;
  try {
    const answer = await fetch(`/counter/items?item=${encodeURIComponent(field.value)}`, { headers: { "HX-Request": "true" }, signal });
    const html = await answer.text();
    if (answer.status === 200 && !signal.aborted && field.isConnected) field.form.querySelector("#found").innerHTML = html;
  } catch {
    // Without an answer there is no list; the form itself finds the item or says why not.
  }
}

function searchSoon(field) {
  forget();
  typing = setTimeout(search, TYPED_MS, field);
}

// An item that was picked waits for its quantity.
function picked(event) {
  const pick = event.target.closest("#found button");
  if (!pick) return;
  event.preventDefault();
  forget();
  const form = pick.form;
  form.elements.item.value = pick.value;
  const told = document.createElement("p");
  told.className = "picked";
  told.textContent = `${pick.querySelector(".name").textContent} ${pick.querySelector(".money").textContent}`;
  form.querySelector("#found").replaceChildren(told);
  form.elements.quantity.focus();
  form.elements.quantity.select();
}

function filled(event) {
  const sum = event.target.closest("[data-fill]");
  if (!sum) return;
  const field = sum.form.elements.received;
  field.value = sum.dataset.fill;
  tellChange(field);
  field.focus();
}

const acts = (form) => form?.elements?.act?.value;

// An answer to a settlement was lost: nobody may charge again before it is known what is true. The same form asks.
function lost(form) {
  form.elements.act.value = "check";
  const panel = form.closest("#sale");
  const told = panel.querySelector("#lost");
  if (told?.hidden) {
    for (const part of panel.children) if (part !== told) part.hidden = true;
    told.hidden = false;
  }
  askLater(form);
}

function askLater(form) {
  setTimeout(() => form.isConnected && window.htmx.trigger(form, "submit"), ASK_AGAIN_MS);
}

function failed(event) {
  const form = event.detail.elt;
  if (!form.matches("form")) return;
  if (["settle", "check", "give_up"].includes(acts(form))) lost(form);
  else document.querySelector("#unsent").hidden = false;
}

// A page about something broken is no part of a sale: what was entered stays, and the lost answer is asked for.
function arrives(event) {
  const status = event.detail.xhr.status;
  if (status < 400 || status === 422) return;
  event.detail.shouldSwap = false;
  failed(event);
}

function swapped(counter) {
  for (const hidden of counter.querySelectorAll(".tendered, [data-print]")) hidden.hidden = false;
  for (const form of counter.querySelectorAll("form[data-asks]")) askLater(form);
}

export function start(counter) {
  document.addEventListener("keydown", pressed);
  counter.addEventListener("keydown", moved);
  counter.addEventListener("click", (event) => {
    picked(event);
    filled(event);
    if (event.target.closest("[data-print]")) print();
  });
  counter.addEventListener("input", (event) => {
    if (event.target.matches("#received")) tellChange(event.target);
    if (event.target.matches("#item")) searchSoon(event.target);
  });
  counter.addEventListener("htmx:beforeRequest", (event) => {
    if (event.detail.elt.matches("form")) document.querySelector("#unsent").hidden = true;
  });
  counter.addEventListener("htmx:beforeSwap", arrives);
  counter.addEventListener("htmx:sendError", failed);
  counter.addEventListener("htmx:timeout", failed);
  counter.addEventListener("htmx:afterSwap", () => swapped(counter));
  swapped(counter);
  counter.dataset.ready = "yes";
}
