// A booking that is made: to be kept, printed and put into a calendar.

import {calendar} from './calendar.js';
import {go, h, link, press, show} from './dom.js';
import {begin, journey} from './journey.js';
import {keep, kept} from './kept.js';
import {doses, links, qr} from './parts.js';
import {clocks, draw, hubs, sends, serverTime} from './server.js';
import {say} from './words.js';

export const done = async () => {
  if (journey.booking?.state !== 'booked') { go('manage'); return undefined; }
  const drawn = await draw(journey.booking.number);
  await hubs().catch(() => {}); // for their addresses, if they are to be had
  const file = URL.createObjectURL(new Blob([await calendar(journey.booking, serverTime())], {type: 'text/calendar'}));
  return showing(drawn, file);
};

const showing = (drawn, file, {alert, good} = {}) => {
  const {booking, who, note} = journey;
  return {
    name: 'done', title: say(note === 'note.moved' ? 'done.title.moved' : 'done.title'), alert, good,
    body: [
      h('div', {class: 'alert alert-success'}, h('p', {}, say('done.number')), h('p', {class: 'number'}, booking.number)),
      h('p', {}, who?.email && sends() ? say('done.mail', who.email) : say('done.keep')),
      !good && keeping(drawn, file),
      h('section', {'aria-labelledby': 'appointments'},
        h('h2', {id: 'appointments'}, `${say('service.' + booking.service)}: ${say(booking.appointments.length > 1 ? 'done.appointments' : 'done.appointment')}`),
        doses(booking.appointments), h('p', {}, say('done.bring'))),
      qr(drawn, booking.number),
      links(h('a', {href: file, download: say('calendar.file')}, say('done.calendar')), link('booking', say('done.change'))),
      press('print', say('done.print'), () => print()),
      kept()?.number !== booking.number && h('p', {class: 'hint'}, say('done.end.hint')),
      press('end', say('done.end'), () => { begin(); go(''); }),
    ],
  };
};

// keeping asks whether this device is to keep the booking.
const keeping = (drawn, file) => {
  const {booking} = journey;
  if (kept()?.number === booking.number) { return h('p', {class: 'note'}, say('app.kept')); }
  return [
    press('keep', say('app.keep'), () => {
      const works = keep(booking, clocks(), drawn, serverTime());
      show(showing(drawn, file, works ? {good: say('app.kept')} : {alert: say('failed.title')}));
    }, 'first'),
    h('p', {class: 'hint'}, say('app.keep.hint')),
  ];
};
