// Where, and from which day.

import {field, form, go, h, link, show, submit} from './dom.js';
import {journey} from './journey.js';
import {doses} from './parts.js';
import {hubs, now} from './server.js';
import {say} from './words.js';

// find asks for it. Where nothing is open there is nothing to ask.
export const find = async () => {
  const seen = await now();
  const open = seen.campaigns.filter((each) => each.standing === 'open');
  if (!journey.moving && open.length === 0) { go(''); return undefined; }
  if (!journey.moving && journey.booking) { delete journey.booking; }
  if (open.length === 1 && !journey.moving) { journey.campaign = open[0].name; }
  const offered = new Map();
  for (const campaign of journey.moving ? [journey.campaign] : open.map((each) => each.name)) {
    for (const hub of await hubs(campaign)) { offered.set(hub.name, hub); }
  }
  return asking({open, today: seen.today, hubs: [...offered.values()]});
};

const asking = (seen, problems = []) => ({
  name: 'find', problems, title: say(journey.moving ? 'move.title' : 'find.title'),
  body: [
    journey.moving && [h('p', {}, say('move.now')), doses(journey.booking.appointments), h('p', {}, say('move.kept'))],
    form('find', (said) => look(seen, said),
      campaigns(seen, problems),
      h('fieldset', {}, h('legend', {}, say('find.where')), h('p', {class: 'hint'}, say('find.where.hint')),
        field({id: 'place', label: say('find.place'), hint: say('find.place.hint'), value: journey.place, maxlength: 100, autocomplete: 'address-level2', problems}),
        list(seen.hubs)),
      field({id: 'day', label: say('find.day'), hint: say('find.day.hint'), type: 'date', value: journey.from ?? seen.today, min: seen.today, problems}),
      submit(say('find.submit'))),
    journey.moving && h('p', {}, link('booking', say('link.keep'))),
  ],
});

const campaigns = ({open}, problems) => {
  if (journey.moving) { return undefined; }
  if (open.length === 1) { return h('p', {}, say('find.for'), ' ', h('strong', {}, open[0].what)); }
  const problem = problems.find((each) => each.field === 'campaign');
  return h('fieldset', {'aria-describedby': problem && 'campaign-problem'}, h('legend', {}, say('find.campaign')),
    problem && h('p', {class: 'problem', id: 'campaign-problem'}, problem.text),
    open.map((each, i) => {
      const id = 'campaign' + (i ? '-' + i : '');
      return h('p', {class: 'choice'},
        h('input', {type: 'radio', name: 'campaign', id, value: each.name, required: true, checked: each.name === journey.campaign}), ' ', h('label', {for: id}, each.what));
    }));
};

const list = (all) => {
  const areas = Map.groupBy ? Map.groupBy(all, (hub) => hub.authority ?? '') : new Map([['', all]]);
  const options = (some) => some.map((hub) => h('option', {value: hub.name, selected: hub.name === journey.hub}, [hub.title, hub.address].filter(Boolean).join(', ')));
  return h('div', {class: 'field'}, h('label', {for: 'hub'}, say('find.hub')),
    h('select', {class: 'form-select', id: 'hub', name: 'hub'}, h('option', {value: ''}, say('find.any')),
      [...areas].sort().map(([name, some]) => name ? h('optgroup', {label: name}, options(some)) : options(some))));
};

// look reads what was written, and goes on to the places.
const look = async (seen, said) => {
  const problems = [];
  if (!journey.moving && seen.open.length > 1) { journey.campaign = said.campaign; }
  if (!journey.campaign) { problems.push({field: 'campaign', text: say('problem.campaign')}); }
  journey.place = said.place.trim();
  journey.hub = said.hub;
  journey.from = said.day || seen.today;
  if (journey.from < seen.today) { problems.push({field: 'day', text: say('problem.past')}); }
  delete journey.hubs;
  delete journey.near;
  const all = journey.campaign ? await hubs(journey.campaign) : seen.hubs;
  if (journey.hub) {
    journey.hubs = [journey.hub];
    if (!all.some((each) => each.name === journey.hub)) { problems.push({field: 'hub', text: say('problem.hub')}); }
  } else if (journey.place && !whereabouts(all, journey.place)) {
    problems.push({field: 'place', text: say('problem.place')});
  }
  if (problems.length > 0) { show(asking(seen, problems)); return; }
  go('places');
};

// wordsOf gives words without accents, in small letters.
const wordsOf = (text) => text.normalize('NFD').replace(/\p{Mn}/gu, '').toLowerCase().split(/[^\p{L}\p{N}]+/u).filter(Boolean);

const mostHubs = 20;

// whereabouts finds the place that people typed, as the pages do (package page,
// whereabouts.go): in the middle of the hubs whose words it has; or just those hubs.
const whereabouts = (all, typed) => {
  const wanted = wordsOf(typed);
  const found = all.filter((hub) => {
    const there = wordsOf(`${hub.title} ${hub.address ?? ''} ${hub.name}`);
    return wanted.every((word) => there.some((each) => each.startsWith(word)));
  });
  if (wanted.length > 0 && found.length === 0) { return false; }
  if (wanted.length === 0) { return true; }
  if (found.length === 1 || !found.every((hub) => hub.latitude)) {
    journey.hubs = found.slice(0, mostHubs).map((hub) => hub.name);
    return true;
  }
  const middle = (axis) => (found.reduce((sum, hub) => sum + Number(hub[axis]), 0) / found.length).toFixed(5);
  journey.near = `${middle('latitude')}|${middle('longitude')}`;
  return true;
};
