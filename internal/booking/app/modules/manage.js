// A booking found again by its number and its person: to be moved or cancelled.

import * as fhir from './fhir.js';
import {code, form, go, h, link, press, show, submit} from './dom.js';
import {begin, journey} from './journey.js';
import {refresh} from './kept.js';
import {doses} from './parts.js';
import {clocks, hubs, serverTime} from './server.js';
import {language, say} from './words.js';

export const manage = () => asking({number: journey.booking?.number});

const asking = (said, {problems = [], alert} = {}) => ({
  name: 'manage', title: say('manage.title'), problems, alert,
  body: [form('manage', find,
    code({id: 'number', label: say('manage.number'), hint: say('manage.number.hint'), value: said.number, problems}),
    code({id: 'identifier', label: say('person.identifier'), hint: say('manage.identifier.hint'), value: said.identifier, problems}),
    submit(say('manage.submit')))],
});

// written is a number as it is printed, however somebody wrote it.
const written = (text) => {
  const symbols = text.toUpperCase().replace(/[\s-]/g, '').replace(/O/g, '0').replace(/[IL]/g, '1');
  return /^[0-9A-HJKMNP-TV-Z]{12}$/.test(symbols) ? symbols.match(/.{4}/g).join('-') : undefined;
};

const find = async (said) => {
  const number = written(said.number);
  const problems = [];
  if (!number) { problems.push({field: 'number', text: say('problem.number')}); }
  if (!said.identifier.trim()) { problems.push({field: 'identifier', text: say('problem.identifier')}); }
  if (problems.length > 0) { show(asking(said, {problems})); return; }
  const who = {code: said.identifier.trim(), letters: language()};
  let booking;
  try {
    await hubs(); // for their addresses and clocks
    booking = await fhir.look(number, who);
  } catch (why) {
    const about = {'not-found': 'number', 'wrong-number': 'number', 'wrong-identifier': 'identifier'}[why.code];
    show(asking(said, about ? {problems: [{field: about, text: why.message}]} : {alert: why.message || say('app.lost')}));
    return;
  }
  refresh(booking, clocks(), serverTime());
  begin({booking, who, campaign: booking.campaign});
  go(booking.state === 'held' ? 'hold' : 'booking');
};

export const booking = () => {
  if (!journey.who || !journey.booking) { go('manage'); return undefined; }
  delete journey.moving; // they thought better of it
  return showing();
};

const showing = (alert) => {
  const {booking: b, note} = journey;
  const live = b.state === 'booked' && Date.parse(b.appointments[0]?.start) > serverTime();
  return {
    name: 'booking', title: say('booking.title'), alert,
    body: [
      note && h('p', {class: 'alert alert-success', role: 'status'}, say(note)),
      h('dl', {},
        h('dt', {}, say('booking.number')), h('dd', {class: 'number'}, b.number),
        h('dt', {}, say('booking.what')), h('dd', {}, say('service.' + b.service)),
        h('dt', {}, say('booking.state')), h('dd', {}, say('state.' + b.state))),
      b.appointments.length > 0 && [h('h2', {}, say('booking.appointments')), doses(b.appointments)],
      live ? [
        press('move', say('booking.move'), () => { journey.moving = true; delete journey.note; go('find'); }, 'first'),
        h('p', {}, link('cancel', say('booking.cancel'), {class: 'button second btn btn-outline-secondary'})),
        h('p', {}, link('done', say('booking.print'))),
      ] : h('p', {}, say('booking.fixed')),
      press('end', say('done.end'), () => { begin(); go(''); }),
    ],
  };
};

export const cancel = () => {
  if (!journey.who || journey.booking?.state !== 'booked') { go('manage'); return undefined; }
  return sure();
};

const sure = (alert) => ({
  name: 'cancel', title: say('cancel.title'), alert,
  body: [
    h('p', {}, say('cancel.sure')), doses(journey.booking.appointments), h('p', {}, say('cancel.final')),
    press('cancel', say('cancel.submit'), giveUp, 'danger'),
    h('p', {}, link('booking', say('link.keep'))),
  ],
});

const giveUp = async () => {
  try {
    journey.booking = await fhir.cancel(journey.booking.number, journey.who);
  } catch (why) {
    show(sure(why.message));
    return;
  }
  Object.assign(journey, {moving: false, note: 'note.cancelled'});
  refresh(journey.booking, clocks(), serverTime());
  go('booking');
};
