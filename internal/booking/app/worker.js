// The service worker. The server writes above: const shell = {version, files, shells, first}.
// It keeps the shell of one version, all of it or nothing, and nothing that anybody is
// told: whatever is not the shell goes to the server as if there were no worker.
'use strict';

const name = 'shell-' + shell.version;

const fetched = async (address) => {
  const answer = await fetch(new Request(address, {cache: 'no-cache'}));
  if (!answer.ok) { throw new Error(address + ' answers ' + answer.status); }
  return answer;
};

// While servers are replaced, another version may answer: then this one is not kept.
const keepShell = async (cache, address) => {
  const answer = await fetched(address);
  if (answer.headers.get('App-Version') !== shell.version) { throw new Error(address + ' is of another version'); }
  await cache.put(address, answer);
};

const install = async () => {
  const cache = await caches.open(name);
  await Promise.all([
    ...shell.files.map(async (address) => cache.put(address, await fetched(address))),
    ...Object.values(shell.shells).map((address) => keepShell(cache, address)),
  ]);
};

self.addEventListener('install', (event) => event.waitUntil(install()));

// By now no page of an older version is open.
const activate = async () => {
  for (const other of await caches.keys()) {
    if (other !== name) { await caches.delete(other); }
  }
  await self.clients.claim();
};

self.addEventListener('activate', (event) => event.waitUntil(activate()));

const spoken = () => {
  for (const language of navigator.languages || []) {
    const tag = language.split('-')[0];
    if (shell.shells[tag]) { return tag; }
  }
  return shell.first;
};

// The address of what is kept of a request; undefined where nothing is.
const keptOf = (request) => {
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== location.origin) { return undefined; }
  if (request.mode === 'navigate') {
    if (url.pathname === '/') { return shell.shells[spoken()]; }
    return Object.values(shell.shells).find((address) => address === url.pathname);
  }
  return shell.files.find((address) => address === url.pathname);
};

const answer = async (address, request) => {
  const kept = await (await caches.open(name)).match(address, {ignoreVary: true});
  return kept || fetch(request);
};

self.addEventListener('fetch', (event) => {
  const address = keptOf(event.request);
  if (address) { event.respondWith(answer(address, event.request)); }
});
