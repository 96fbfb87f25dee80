// What is held, and for how long. It is booked only once it is confirmed.

import * as fhir from './fhir.js';
import {go, h, link, press, show} from './dom.js';
import {begin, journey} from './journey.js';
import {doses, links} from './parts.js';
import {clocks, serverTime, sync} from './server.js';
import {clock, duration, say} from './words.js';

export const hold = async () => {
  if (journey.booking?.state !== 'held') { go('find'); return undefined; }
  await sync();
  const good = journey.good;
  delete journey.good;
  return asking({good});
};

const warnAt = 120; // seconds

const asking = ({alert, good} = {}) => {
  const {booking, who} = journey;
  if (left(booking) <= 0) { return lapsed(); }
  const [timer, leave] = counting(booking);
  const contact = [who.email, who.phone].filter(Boolean).join(', ');
  return {
    name: 'hold', title: say('hold.title'), alert, good, leave,
    body: [
      timer,
      !booking.extended && press('extend', say('hold.extend'), extend),
      !booking.extended && h('p', {class: 'hint'}, say('hold.extend.hint')),
      h('section', {'aria-labelledby': 'held'}, h('h2', {id: 'held'}, say('hold.held')), doses(booking.appointments)),
      h('section', {'aria-labelledby': 'contact'}, h('h2', {id: 'contact'}, say('hold.contact')), h('p', {}, contact || say('hold.nobody'))),
      h('p', {}, say('hold.not_yet')),
      press('confirm', say('hold.confirm'), confirm, 'first'),
      press('give-up', say('hold.give_up'), giveUp),
    ],
  };
};

const left = (booking) => Math.max(0, Math.floor((Date.parse(booking.expires) - serverTime()) / 1000));

// counting shows how long the hold still lasts by the server's clock, warns two minutes
// before its end, and says when it is over. A page that was not looked at for a while
// asks what time it is.
const counting = (booking) => {
  const shown = h('strong', {class: 'clock', role: 'timer'});
  const warning = h('div', {role: 'alert', 'data-warning': true});
  const over = h('div', {role: 'alert', 'data-over': true});
  const tell = (place, kind, key) => { if (!place.hasChildNodes()) { place.append(h('p', {class: 'alert ' + kind}, say(key))); } };
  let timer;
  const tick = () => {
    const seconds = left(booking);
    shown.textContent = duration(seconds);
    if (seconds === 0) {
      warning.replaceChildren();
      tell(over, 'alert-danger', 'hold.over');
      return;
    }
    if (seconds <= warnAt) { tell(warning, 'alert-warning', 'hold.warning'); }
    timer = setTimeout(tick, 1000);
  };
  const seen = async () => { if (document.visibilityState === 'visible') { await sync(); } };
  document.addEventListener('visibilitychange', seen);
  tick();
  const until = clock(booking.expires, clocks());
  return [
    h('div', {class: 'timer'}, h('p', {}, say('hold.until'), ' ', h('strong', {}, until), '. ', say('hold.left'), ' ', shown), warning, over),
    () => { clearTimeout(timer); document.removeEventListener('visibilitychange', seen); },
  ];
};

const lapsed = () => {
  delete journey.booking;
  delete journey.chosen;
  return {name: 'lapsed', title: say('lapsed.title'), body: [h('p', {class: 'lead'}, say('lapsed.text')), links(link('places', say('link.places')), link('', say('link.start')))]};
};

const over = ['hold-expired', 'gone', 'not-found'];

// attempted does something with the hold, or says why not.
const attempted = async (act) => {
  try {
    return await act();
  } catch (why) {
    if (why.code === 'hold-extended') { journey.booking.extended = true; }
    show(over.includes(why.code) ? lapsed() : asking({alert: why.message}));
    return undefined;
  }
};

const extend = async () => {
  const booking = await attempted(() => fhir.extend(journey.booking.number, journey.who));
  if (!booking) { return; }
  Object.assign(journey, {booking, good: say('note.extended')});
  go('hold');
};

const confirm = async () => {
  const booking = await attempted(() => fhir.book(journey.booking.number, journey.who));
  if (!booking) { return; }
  Object.assign(journey, {booking, note: 'note.booked'});
  go(booking.state === 'booked' ? 'done' : 'booking');
};

const giveUp = async () => {
  const booking = await attempted(() => fhir.cancel(journey.booking.number, journey.who));
  if (!booking) { return; }
  begin();
  go('');
};
