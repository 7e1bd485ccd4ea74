// Judgments and skips on their way: kept in IndexedDB until the server has confirmed them.
//
// A row belongs to one person: {id, user, url, body, assignment, kind, text, prompt, refused}.
// `refused` is the server's message where it did not take the row; such a row is only shown.
// The rows of all projects lie together; any project's page sends them.

import { settings } from "./judge_page.js";

const NAME = "feedback-platform";
const STORE = "judgments";
const VERSION = 1;

// Where nothing can be stored (private mode), rows live as long as the page.
const inMemory = new Map();
let nInMemory = 0;
let opening;

function database() {
  opening ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, VERSION);
    request.onupgradeneeded = () =>
      request.result
        .createObjectStore(STORE, { keyPath: "id", autoIncrement: true })
        .createIndex("user", "user");
    request.onsuccess = () => {
      // Another tab may bring a newer version; this one must not be in its way.
      request.result.onversionchange = () => request.result.close();
      resolve(request.result);
    };
    request.onerror = () => reject(request.error);
    request.onblocked = () => reject(new Error("blocked"));
  }).catch(() => null);
  return opening;
}

async function inStore(mode, work) {
  const opened = await database();
  if (!opened) throw new Error("no storage");
  return new Promise((resolve, reject) => {
    const transaction = opened.transaction(STORE, mode);
    const request = work(transaction.objectStore(STORE));
    transaction.oncomplete = () => resolve(request.result);
    transaction.onerror = transaction.onabort = () => reject(transaction.error);
  });
}

/** Keep a row; returns its id once it is on the disk. */
export async function addRow(fields) {
  const row = { ...fields, user: settings.user, refused: "" };
  let id;
  try {
    id = await inStore("readwrite", (store) => store.add(row));
  } catch {
    nInMemory -= 1;
    id = nInMemory;
    inMemory.set(id, { ...row, id });
  }
  await noteUnsent();
  return id;
}

/** This person's rows, the oldest first; nobody else's are ever read. */
export async function ownRows() {
  let stored = [];
  try {
    stored = await inStore("readonly", (store) => store.index("user").getAll(settings.user));
  } catch {
    // Only those in memory, then.
  }
  return [...stored.sort((one, other) => one.id - other.id), ...inMemory.values()];
}

/** Whether this page's project asked for it: its address begins with the page's. */
export function isOfThisProject(row) {
  return new URL(row.url, location).pathname.startsWith(settings.urls.page);
}

/** Whether its comparison is done with; after a remark it is not. */
export const endsComparison = (row) => row.kind !== "flag";

export async function unsentRows() {
  return (await ownRows()).filter((row) => !row.refused);
}

export async function removeRow(id) {
  if (!inMemory.delete(id)) await inStore("readwrite", (store) => store.delete(id));
  await noteUnsent();
}

/** The server did not take it: it is kept to be read, and not sent again. */
export async function refuseRow(row, message) {
  const refused = { ...row, refused: message };
  if (inMemory.has(row.id)) inMemory.set(row.id, refused);
  else await inStore("readwrite", (store) => store.put(refused));
  await noteUnsent();
}

// Every page warns before it logs somebody out with judgments that were not sent.
async function noteUnsent() {
  const key = `unsent:${settings.user}`;
  const n = (await unsentRows()).length;
  try {
    if (n) localStorage.setItem(key, String(n));
    else localStorage.removeItem(key);
  } catch {
    // No storage, no warning.
  }
}
