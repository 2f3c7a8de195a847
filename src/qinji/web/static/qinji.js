// What a page can do by itself when scripts run; every page also works without.

// Seconds that pass: an element with data-seconds counts down to 0 and says so in its own words.
function countDown(part) {
  for (const clock of part.querySelectorAll("[data-seconds]")) {
    const end = performance.now() + Number(clock.dataset.seconds) * 1000;
    const tick = () => {
      if (!clock.isConnected) return;
      const left = Math.max(0, Math.ceil((end - performance.now()) / 1000));
      clock.textContent = String(left);
      if (left > 0) setTimeout(tick, 250);
    };
    tick();
  }
}

function put(html, part) {
  const fresh = document.createElement("template");
  fresh.innerHTML = html;
  const next = fresh.content.firstElementChild;
  const held = part.contains(document.activeElement) && document.activeElement.id;
  part.replaceWith(next);
  start(next);
  // What had the focus has it again, so that whoever works by keys is not thrown back to the top.
  if (held) document.getElementById(held)?.focus();
}

// A part that is fetched anew: when its data-renew-after seconds are over, or by a tap on a link within it that names
// it. Where nothing can be fetched, what it showed is taken away: nobody shall show a code that is over.
async function renew(part, path) {
  try {
    const answer = await fetch(path, { headers: { "HX-Request": "true" } });
    if (answer.headers.get("HX-Redirect")) return location.assign(answer.headers.get("HX-Redirect"));
    if (!answer.ok && answer.status !== 422) throw new Error(String(answer.status));
    put(await answer.text(), part);
  } catch {
    part.classList.add("offline");
  }
}

function within(part, selector) {
  return [...part.querySelectorAll(selector), ...(part.matches?.(selector) ? [part] : [])];
}

// What became of a code is asked for every few seconds while the page is looked at; 204 says: nothing new.
const ASK_AGAIN_MS = 3000;
function follow(part) {
  for (const followed of within(part, "[data-follow]")) {
    const ask = async () => {
      if (!followed.isConnected) return;
      try {
        const answer = document.hidden ? null : await fetch(followed.dataset.follow, { headers: { "HX-Request": "true" } });
        if (answer?.status === 200) return put(await answer.text(), followed);
      } catch {
        // Without a network there is no news; the code itself is taken away when it cannot be renewed.
      }
      setTimeout(ask, ASK_AGAIN_MS);
    };
    setTimeout(ask, ASK_AGAIN_MS);
  }
}

function keepFresh(part) {
  for (const fresh of within(part, "[data-renew]")) {
    const path = fresh.dataset.renew;
    const timer = setTimeout(() => fresh.isConnected && renew(fresh, path), Number(fresh.dataset.renewAfter) * 1000);
    for (const link of fresh.querySelectorAll("a[data-renews]")) {
      link.addEventListener("click", (event) => {
        event.preventDefault();
        clearTimeout(timer);
        renew(fresh, link.getAttribute("href"));
      });
    }
  }
}

// 读给我听: reads the text of what data-speak names, where the browser has a voice.
function offerVoice(part) {
  for (const button of part.querySelectorAll("button[data-speak]")) {
    if (!("speechSynthesis" in window)) continue;
    button.hidden = false;
    button.addEventListener("click", () => {
      const said = new SpeechSynthesisUtterance(document.querySelector(button.dataset.speak).innerText);
      said.lang = document.documentElement.lang;
      said.rate = 0.85;
      speechSynthesis.cancel();
      speechSynthesis.speak(said);
    });
  }
}

// A form sent once is sent: a second tap while it is under way does nothing. The server would answer it alike.
function sendOnce(part) {
  for (const form of part.querySelectorAll("form[method=post]")) {
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent) event.preventDefault();
      // What takes long says so where it was pressed.
      if (event.submitter?.dataset.busy) event.submitter.textContent = event.submitter.dataset.busy;
      form.dataset.sent = "yes";
      setTimeout(() => delete form.dataset.sent, 4000);
    });
  }
}

// The first thing that is wrong gets the focus, so that it is read out and seen.
function showWrong(part) {
  part.querySelector("[data-focus]")?.focus();
}

// Further abilities are fetched by the pages that need them: <body data-modules="scan photo">.
async function fetchMore(part) {
  for (const element of part.querySelectorAll("[data-module]")) {
    const module = await import(element.dataset.module);
    module.start(element);
  }
}

function start(part) {
  for (const ability of [countDown, keepFresh, follow, offerVoice, sendOnce, showWrong, fetchMore]) ability(part);
}

start(document);
document.addEventListener("htmx:load", (event) => {
  if (event.target !== document.body) start(event.target);
});
// A page that comes back from the browser's memory may show an old code: it is fetched anew.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});
