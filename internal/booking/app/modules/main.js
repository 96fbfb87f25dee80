// One view after the other, by the address after #/, and in which language.

import {done} from './done.js';
import {go, show, status} from './dom.js';
import {find} from './find.js';
import {hold} from './hold.js';
import {booking, cancel, manage} from './manage.js';
import {person} from './person.js';
import {failed, places} from './places.js';
import {start} from './start.js';
import {say, speak} from './words.js';

const views = {'': start, find, places, person, hold, done, manage, booking, cancel};

let asked = 0;

// turn shows the view of the address. An address that is none of a view, as that of a
// link within the page, changes nothing.
const turn = async () => {
  const name = location.hash.replace(/^#?\/?/, '');
  if (location.hash && !location.hash.startsWith('#/')) { return; }
  if (!Object.hasOwn(views, name)) { location.hash = '/'; return; }
  const mine = ++asked;
  const slow = setTimeout(() => status(say('app.loading')), 500);
  let view;
  try {
    view = await views[name]();
  } catch (why) {
    view = failed(why);
  }
  clearTimeout(slow);
  if (view && mine === asked) { show(view); } // unless somebody went on meanwhile
};

// translate says what is around views.
const translate = (tag) => {
  document.documentElement.lang = tag;
  for (const each of document.querySelectorAll('[data-say]')) { each.textContent = say(each.dataset.say); }
  for (const each of document.querySelectorAll('[data-label]')) { each.setAttribute('aria-label', say(each.dataset.label)); }
  for (const each of document.querySelectorAll('.languages a')) {
    if (each.lang === tag) { each.setAttribute('aria-current', 'true'); } else { each.removeAttribute('aria-current'); }
  }
};

const home = document.querySelector('[data-home]');
home.addEventListener('click', (event) => { event.preventDefault(); go(''); });

// Another language takes the journey along.
for (const each of document.querySelectorAll('.languages a')) {
  each.addEventListener('click', async (event) => {
    event.preventDefault();
    await speak(each.lang);
    history.replaceState(null, '', `/${each.lang}/${location.hash}`);
    home.href = `/${each.lang}/`;
    translate(each.lang);
    turn();
  });
}

// The worker keeps the shell on the device. Its address is the only one that this
// page's policy lets become a script's.
const install = async () => {
  const address = '/worker.js';
  const policy = globalThis.trustedTypes?.createPolicy('worker', {createScriptURL: (text) => {
    if (text !== address) { throw new TypeError('no script of the app'); }
    return text;
  }});
  try {
    await navigator.serviceWorker?.register(policy ? policy.createScriptURL(address) : address);
  } catch { /* it works without, while there is a connection */ }
};

addEventListener('hashchange', turn);
await speak(document.documentElement.lang);
if (location.hash && !location.hash.startsWith('#/')) { history.replaceState(null, '', location.pathname); }
await turn();
install();
