// Parts that several views have.

import {go, h, press, svg} from './dom.js';
import {clocks, hub} from './server.js';
import {kept, remove} from './kept.js';
import {begin} from './journey.js';
import {say, when} from './words.js';

const where = (each) => [each.title, hub(each.hub)?.address ?? each.address].filter(Boolean).join(', ');

// doses lists appointments.
export const doses = (appointments, inZone = clocks()) => h('ol', {class: 'doses'}, appointments.map((each, i) => h('li', {},
  appointments.length > 1 && [h('span', {class: 'which'}, say('dose', i + 1, appointments.length)), ' '],
  h('strong', {class: 'when'}, when(each.start, inZone)), ' ', h('span', {class: 'where'}, where(each)))));

// choice is the same within a label.
export const choice = (appointments) => appointments.map((each, i) => h('span', {class: 'dose'},
  appointments.length > 1 && h('span', {class: 'which'}, say('dose', i + 1, appointments.length) + ': '),
  h('strong', {class: 'when'}, when(each.start, clocks())), h('span', {class: 'where'}, `, ${where(each)}. `)));

// qr shows a booking's number to whoever reads it at the hub.
export const qr = (drawn, number) => drawn && h('figure', {class: 'code'},
  svg('svg', {viewBox: `0 0 ${drawn.size} ${drawn.size}`, class: 'qr', role: 'img', 'aria-label': say('done.qr', number), 'shape-rendering': 'crispEdges'},
    svg('rect', {width: drawn.size, height: drawn.size, fill: '#fff'}), svg('path', {fill: '#000', d: drawn.path})),
  h('figcaption', {}, say('done.show')));

// mine is the booking that is kept on this device, as it was when the server told of it.
export const mine = () => {
  const booking = kept();
  return booking && h('section', {class: 'mine', 'aria-labelledby': 'mine-title'},
    h('h2', {id: 'mine-title'}, say('app.mine')),
    h('p', {class: 'asof'}, say('app.asof', when(booking.at, booking.zone))),
    h('p', {class: 'hint'}, say('app.asof.hint')),
    h('p', {}, say('done.number')),
    h('p', {class: 'number'}, booking.number),
    doses(booking.appointments, booking.zone),
    qr(booking.qr, booking.number),
    h('div', {class: 'row'},
      press('change', say('app.change'), () => { begin({booking: {number: booking.number}}); go('manage'); }, 'first'),
      press('remove', say('app.remove'), () => { remove(); begin({good: say('app.removed')}); go(''); })));
};

// links are where somebody may go on.
export const links = (...all) => h('ul', {class: 'actions'}, all.map((each) => h('li', {}, each)));
