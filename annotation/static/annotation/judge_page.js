// What the server told this page, and how the page asks the server and speaks to its reader.

export const settings = JSON.parse(document.getElementById("judge-settings").textContent);

const PATIENCE_MS = 20000;
let token = document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";

export function text(name, n) {
  return settings.texts[name].replace("{n}", String(n));
}

// Asking

export const isLoggedOut = ({ status }) => [401, 403].includes(status);
const isWell = (answer) => !isLoggedOut(answer) && answer.status < 500;

/** A GET; throws where there is no connection. */
export async function ask(url) {
  const answer = await answered(url, {});
  if (isWell(answer)) dropNotice("session");
  return answer;
}

/**
 * A POST in this person's name; throws where there is no connection. Once they have logged in again
 * in another tab, it goes as well; otherwise `who` says whose session it is now.
 */
export async function send(url, fields, options = {}) {
  const body = new URLSearchParams(fields);
  body.delete("csrfmiddlewaretoken");
  body.set("user", settings.user);
  const post = () => answered(url, { method: "POST", body, ...options });
  let answer = await post();
  if (isLoggedOut(answer)) {
    const who = await renewSession();
    if (who !== "same") return { ...answer, who };
    answer = await post();
  }
  if (isWell(answer)) dropNotice("session");
  return answer;
}

async function answered(url, options) {
  const response = await fetch(url, {
    redirect: "manual",
    signal: AbortSignal.timeout(PATIENCE_MS),
    headers: { Accept: "application/json", "X-CSRFToken": token },
    ...options,
  });
  // The only redirection is the one to the login.
  if (response.type === "opaqueredirect") return { status: 401, data: {} };
  const isJson = response.headers.get("Content-Type")?.startsWith("application/json");
  return { status: response.status, data: isJson ? await response.json() : {} };
}

/** Who is logged in now: "same", "other" or "nobody". A new login has a new token. */
async function renewSession() {
  const { status, data } = await answered(settings.urls.session, {});
  if (status === 404) return "other";
  if (status !== 200) return "nobody";
  if (data.user !== settings.user) return "other";
  token = data.csrf;
  return "same";
}

// Telling

export function announce(words) {
  document.getElementById("announcement").textContent = words;
}

/**
 * A line above the work that stays until it is dismissed or replaced by one of the same kind.
 * `action` is {label, url} or {label, run}.
 */
export function notice(kind, tone, words, action) {
  dropNotice(kind);
  const line = document.createElement("div");
  line.className = `notice ${tone}`;
  line.dataset.kind = kind;
  line.setAttribute("role", tone === "error" ? "alert" : "status");
  const paragraph = document.createElement("p");
  paragraph.textContent = words;
  line.append(paragraph);
  if (action) line.append(actionOf(action, line));
  line.append(closer(() => line.remove()));
  document.getElementById("notices").append(line);
  return line;
}

export function dropNotice(kind) {
  noticeOf(kind)?.remove();
}

function noticeOf(kind) {
  return document.querySelector(`#notices [data-kind="${kind}"]`);
}

/** What to do where the server refused a request as a whole. */
export function excuse({ status, who, data }) {
  const isOut = status === 401 || Boolean(who);
  const words = isOut
    ? text(who === "other" ? "someone_else" : "log_in_first")
    : data.message || text("server_trouble");
  // It is not to be read out with every try.
  if (noticeOf("session")?.firstChild.textContent === words) return;
  const login = { label: text("log_in"), url: settings.urls.login };
  notice("session", "warning", words, isOut ? login : undefined);
}

function actionOf({ label, url, run }, line) {
  const element = document.createElement(url ? "a" : "button");
  element.className = "button";
  element.textContent = label;
  if (url) {
    element.href = url;
  } else {
    element.type = "button";
    element.addEventListener("click", () => {
      line.remove();
      run();
    });
  }
  return element;
}

/** The button that closes a notice. */
export function closer(run) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "close";
  button.textContent = text("dismiss");
  button.addEventListener("click", run);
  return button;
}

// The progress line

export function count(changes) {
  for (const [name, change] of Object.entries(changes)) {
    const figure = document.querySelector(`[data-count="${name}"]`);
    // A rounded figure does not follow every judgment: it would tell checks from work.
    if ("rounded" in figure.dataset) continue;
    const value = Number(figure.textContent.replace(/\D/g, "")) + change;
    showCount(figure, Math.max(0, value));
  }
}

export function showProgress({ is_capped: isCapped, is_exact: isExact, ...figures }, nUnsent) {
  // What waits here is done, whatever the server knows of it.
  figures.today += nUnsent;
  figures.total += nUnsent;
  if (isExact) figures.left = Math.max(0, figures.left - nUnsent);
  for (const [name, value] of Object.entries(figures)) {
    showCount(document.querySelector(`[data-count="${name}"]`), value);
  }
  document.querySelector('[data-count="left"]').toggleAttribute("data-rounded", !isExact);
  document.getElementById("left-rounded").hidden = isExact || isCapped || !figures.left;
  document.getElementById("left-capped").hidden = !isCapped;
}

function showCount(figure, value) {
  figure.textContent = value.toLocaleString("en");
}

export function judgedToday() {
  return document.querySelector('[data-count="today"]').textContent;
}
