// Places that are free, to choose one set of. A booking that is moved takes them at once.

import * as fhir from './fhir.js';
import {form, go, h, link, show, submit} from './dom.js';
import {journey} from './journey.js';
import {refresh} from './kept.js';
import {choice, links} from './parts.js';
import {clocks, now, serverTime} from './server.js';
import {say} from './words.js';

// others are refusals after which other places are all that is needed.
export const others = ['no-place', 'no-slot', 'wrong-doses'];

export const places = async () => {
  if (!journey.campaign || !journey.from) { go('find'); return undefined; }
  const alert = journey.alert;
  delete journey.alert;
  journey.offers = await fhir.find(journey);
  if (journey.offers.length === 0) { return none(alert); }
  return choosing({alert});
};

const choosing = ({alert, problem} = {}) => ({
  name: 'places', alert, title: say('places.title'), problems: problem ? [{field: 'offer', text: problem}] : [],
  body: [
    form('places', chosen,
      h('fieldset', {class: 'offers', 'aria-describedby': problem && 'offer-problem'},
        h('legend', {}, say(journey.moving ? 'places.choose.move' : 'places.choose')),
        problem && h('p', {class: 'problem', id: 'offer-problem'}, problem),
        journey.offers.map((offer, i) => {
          const id = 'offer' + (i ? '-' + i : '');
          return h('div', {class: 'offer'}, h('input', {type: 'radio', name: 'offer', id, value: i, required: true}), ' ', h('label', {for: id}, choice(offer)));
        })),
      h('p', {class: 'hint'}, say(journey.moving ? 'places.note.move' : 'places.note')),
      submit(say(journey.moving ? 'places.submit.move' : 'places.submit'))),
    h('p', {}, link('find', say('places.other'))),
  ],
});

// none says when the next opening is: until then places come back one by one.
const none = async (alert) => {
  const {campaigns} = await now();
  const service = campaigns.find((each) => each.name === journey.campaign)?.service;
  const soon = campaigns.find((each) => each.standing === 'soon' && each.service === service);
  return {
    name: 'places', alert, title: say('places.title.none'),
    body: [h('p', {}, say('places.none')), soon && h('p', {}, say('next', soon.what, soon.when)), h('p', {}, link('find', say('places.other')))],
  };
};

const chosen = async ({offer}) => {
  if (offer === undefined) { show(choosing({problem: say('problem.offer')})); return; }
  journey.chosen = journey.offers[Number(offer)];
  if (journey.moving) { await move(); } else { go('person'); }
};

const move = async () => {
  const {booking, who, chosen: offer} = journey;
  try {
    journey.booking = await fhir.move(booking.number, offer, who);
  } catch (why) {
    if (others.includes(why.code)) { journey.alert = why.message; go('places'); return; }
    show(choosing({alert: why.message}));
    return;
  }
  Object.assign(journey, {moving: false, note: 'note.moved'});
  refresh(journey.booking, clocks(), serverTime());
  go('done');
};

// failed is the view of what did not work, where there is no form to go back to.
export const failed = (why) => ({
  name: 'failed', title: say('failed.title'), alert: why.message || say('app.lost'),
  body: [links(h('a', {href: location.hash || '#/', click: (event) => { event.preventDefault(); dispatchEvent(new HashChangeEvent('hashchange')); }}, say('link.again')), link('', say('link.start')))],
});
