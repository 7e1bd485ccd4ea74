// Small comforts of every page. Nothing here is needed to use one.

const THEMES = ["system", "light", "dark"];

function applyTheme(theme) {
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  try {
    if (theme === "system") localStorage.removeItem("theme");
    else localStorage.setItem("theme", theme);
  } catch {
    // Not remembered, but applied.
  }
  markTheme();
}

function markTheme() {
  const current = document.documentElement.dataset.theme ?? "system";
  for (const button of document.querySelectorAll("[data-set-theme]")) {
    button.setAttribute("aria-pressed", String(button.dataset.setTheme === current));
  }
}

// The server writes UTC; the reader sees the zone of their own clock.
const DATE_PARTS = { day: "numeric", month: "short", year: "numeric" };
const DAY = new Intl.DateTimeFormat("en-GB", DATE_PARTS);
const MINUTE = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const SECOND = new Intl.DateTimeFormat("en-GB", { timeStyle: "medium" });
const ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;

function showLocalTimes(root) {
  for (const element of root.querySelectorAll("time[data-local]")) {
    const moment = new Date(element.dateTime);
    if (Number.isNaN(moment.getTime())) continue;
    element.title = `${element.textContent} (shown in ${ZONE})`;
    const day = DAY.format(moment).replace("Sept", "Sep");
    const forms = { clock: () => SECOND.format(moment), day: () => day };
    element.textContent = (forms[element.dataset.local] ?? (() => `${day}, ${MINUTE.format(moment)}`))();
    delete element.dataset.local;
  }
}

function closeMenus(except) {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (menu !== except) menu.open = false;
  }
}

document.addEventListener("click", (event) => {
  const theme = event.target.closest("[data-set-theme]")?.dataset.setTheme;
  if (THEMES.includes(theme)) applyTheme(theme);

  const copy = event.target.closest("[data-copy]");
  if (copy) {
    const source = document.getElementById(copy.dataset.copy);
    navigator.clipboard
      .writeText(source.value ?? source.textContent)
      .then(() => (copy.textContent = "Copied"))
      .catch(() => source.select?.());
  }

  const dismiss = event.target.closest("[data-dismiss]");
  if (dismiss) dismiss.closest(".notice").remove();

  closeMenus(event.target.closest("details.menu"));
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const open = document.querySelector("details.menu[open]");
  if (!open) return;
  open.open = false;
  open.querySelector("summary").focus();
});

document.addEventListener("focusin", (event) => closeMenus(event.target.closest("details.menu")));

// The judging page notes how many of a person's judgments it has not sent.
function unsentQuestion(form) {
  if (!form.dataset.unsent) return undefined;
  try {
    const n = localStorage.getItem(`unsent:${form.dataset.user}`);
    return n ? form.dataset.unsent.replace("{n}", n) : undefined;
  } catch {
    return undefined;
  }
}

document.addEventListener("submit", (event) => {
  const question =
    event.target.dataset.confirm ??
    event.submitter?.dataset.confirm ??
    unsentQuestion(event.target);
  if (question && !window.confirm(question)) {
    event.preventDefault();
    return;
  }
  const button = event.submitter;
  if (button && event.target.method === "post" && !event.target.hasAttribute("hx-post")) {
    // A second click while the first answer is on its way does nothing.
    if (button.getAttribute("aria-disabled") === "true") event.preventDefault();
    setTimeout(() => button.setAttribute("aria-disabled", "true"));
    setTimeout(() => button.removeAttribute("aria-disabled"), 10000);
  }
});

// A table wider than the screen scrolls sideways, and by keyboard only where it has the focus.
const tableWidths = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    const wrap = target.closest(".table-wrap");
    if (!wrap) continue;
    if (wrap.scrollWidth > wrap.clientWidth) {
      const heading = wrap.querySelector("caption") ?? wrap.closest("section")?.querySelector("h2");
      wrap.tabIndex = 0;
      wrap.setAttribute("role", "group");
      wrap.setAttribute("aria-label", heading?.textContent.trim() || document.title);
    } else {
      for (const name of ["tabindex", "role", "aria-label"]) wrap.removeAttribute(name);
    }
  }
});

function watchTables(root) {
  for (const table of root.querySelectorAll(".table-wrap > table")) {
    tableWidths.observe(table);
    tableWidths.observe(table.parentElement);
  }
}

document.addEventListener("htmx:load", (event) => {
  showLocalTimes(event.target);
  watchTables(event.target.parentElement ?? event.target);
});

document.addEventListener("htmx:sendError", () => showConnection("The server cannot be reached."));
document.addEventListener("htmx:afterOnLoad", () => showConnection(""));

function showConnection(text) {
  const notice = document.getElementById("connection");
  if (!notice) return;
  notice.hidden = !text;
  notice.textContent = text ? `${text} Your page is kept; it goes on when the connection is back.` : "";
}

markTheme();
showLocalTimes(document);
watchTables(document);
for (const current of document.querySelectorAll(".sections [aria-current], .tabs [aria-current]")) {
  current.scrollIntoView({ block: "nearest", inline: "center" });
}
