// For whom, and where they are told. What was chosen is held for them then.

import * as fhir from './fhir.js';
import {code, field, form, go, h, link, show, submit} from './dom.js';
import {journey} from './journey.js';
import {doses} from './parts.js';
import {others} from './places.js';
import {sends} from './server.js';
import {language, say} from './words.js';

export const person = () => {
  if (!journey.chosen) { go('find'); return undefined; }
  return asking();
};

const asking = ({problems = [], alert} = {}) => {
  const said = journey.said ?? {};
  return {
    name: 'person', title: say('person.title'), problems, alert,
    body: [
      h('section', {'aria-labelledby': 'chosen'}, h('h2', {id: 'chosen'}, say('person.chosen')), doses(journey.chosen), h('p', {}, link('places', say('person.change')))),
      form('person', identify,
        h('fieldset', {}, h('legend', {}, say('person.who')), h('p', {class: 'hint'}, say('person.else')),
          code({id: 'identifier', label: say('person.identifier'), hint: say('person.identifier.hint'), value: said.identifier, problems}),
          journey.askBorn && born(said, problems)),
        h('fieldset', {}, h('legend', {}, say('person.contact')), h('p', {class: 'hint'}, say(sends() ? 'person.contact.hint' : 'person.contact.change')),
          field({id: 'email', label: say('person.email'), type: 'email', value: said.email, maxlength: 254, autocomplete: 'email', spellcheck: 'false', problems}),
          field({id: 'phone', label: say('person.phone'), type: 'tel', value: said.phone, maxlength: 30, autocomplete: 'tel', problems}),
          h('div', {class: 'field'}, h('label', {for: 'letters'}, say('person.letters')),
            h('select', {class: 'form-select', id: 'letters', name: 'letters'}, [['it', 'Italiano'], ['en', 'English']].map(([tag, name]) => h('option', {
              value: tag, lang: tag, selected: tag === (said.letters ?? language()),
            }, name))))),
        h('p', {class: 'hint'}, say('person.note')),
        submit(say('person.submit'))),
    ],
  };
};

const born = (said, problems) => {
  const problem = problems.find((each) => each.field === 'born');
  const part = (id, name, size) => h('div', {}, h('label', {for: id}, say('person.' + name)), ' ', h('input', {
    class: 'form-control', id, name, value: said[name], inputmode: 'numeric', maxlength: size, size, autocomplete: 'off', 'aria-invalid': problem && 'true',
  }));
  return h('fieldset', {class: 'date', 'aria-describedby': 'born-hint' + (problem ? ' born-problem' : '')}, h('legend', {}, say('person.born')),
    h('p', {class: 'hint', id: 'born-hint'}, say('person.born.hint')), problem && h('p', {class: 'problem', id: 'born-problem'}, problem.text),
    h('div', {class: 'parts'}, part('born', 'day', 2), part('born-month', 'month', 2), part('born-year', 'year', 4)));
};

// bornOf reads a day of the calendar; undefined where nothing is written, and null
// where it is none.
const bornOf = ({day = '', month = '', year = ''}) => {
  if (!(day + month + year).trim()) { return undefined; }
  const text = `${year.trim().padStart(4, '0')}-${month.trim().padStart(2, '0')}-${day.trim().padStart(2, '0')}`;
  const date = new Date(text + 'T00:00:00Z');
  return /^[1-9]\d{3}-\d\d-\d\d$/.test(text) && !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text) ? text : null;
};

// read gives who it is, and what is wrong with what was written. Whether a code is
// right the server tells.
const read = (said) => {
  const problems = [];
  const wrong = (name, key) => problems.push({field: name, text: say('problem.' + key)});
  const who = {code: said.identifier.trim(), email: said.email.trim(), phone: said.phone.replace(/[ \u00a0./()-]/g, ''), letters: said.letters};
  if (!who.code) { wrong('identifier', 'identifier'); }
  who.born = bornOf(said);
  if (who.born === null) { wrong('born', 'born'); }
  if (who.email && !/^[^\s@"\\,;<>()]+@[^\s@"\\,;<>()]+$/.test(who.email)) { wrong('email', 'email'); }
  if (who.phone && !/^\+?\d{6,15}$/.test(who.phone)) { wrong('phone', 'phone'); }
  return [who, problems];
};

const identify = async (said) => {
  journey.said = said;
  const [who, problems] = read(said);
  if (problems.length > 0) { show(asking({problems})); return; }
  try {
    journey.booking = await fhir.hold(journey.campaign, journey.chosen, who);
  } catch (why) {
    refused(why);
    return;
  }
  journey.who = who;
  go(journey.booking.state === 'booked' ? 'done' : 'hold');
};

// refused says why, where something can be done about it.
const refused = (why) => {
  if (others.includes(why.code)) {
    delete journey.chosen;
    journey.alert = why.message;
    go('places');
  } else if (why.code?.startsWith('birth-date-')) {
    journey.askBorn = true;
    show(asking({problems: [{field: 'born', text: why.message}]}));
  } else if (why.code === 'wrong-identifier') {
    show(asking({problems: [{field: 'identifier', text: why.message}]}));
  } else if (why.code === 'wrong-value' && why.where.includes('telecom')) {
    show(asking({problems: [{field: 'email', text: say('problem.email')}]}));
  } else {
    show(asking({alert: why.message}));
  }
};
