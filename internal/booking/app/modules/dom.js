// Elements, and the one place where a view is shown.

import {say} from './words.js';

const fill = (element, attributes, children) => {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') {
      element.addEventListener(name, value);
    } else if (value !== undefined && value !== null && value !== false) {
      element.setAttribute(name, value === true ? '' : value);
    }
  }
  element.append(...children.flat(Infinity).filter((child) => child !== undefined && child !== null && child !== false));
  return element;
};

export const h = (name, attributes = {}, ...children) => fill(document.createElement(name), attributes, children);

export const svg = (name, attributes = {}, ...children) => fill(document.createElementNS('http://www.w3.org/2000/svg', name), attributes, children);

const summary = (problems) => h('div', {class: 'summary alert alert-danger', role: 'alert', 'aria-labelledby': 'summary-title', tabindex: -1},
  h('h2', {id: 'summary-title'}, say('problems.title')),
  h('ul', {}, problems.map((problem) => h('li', {}, h('a', {
    href: '#' + problem.field,
    click: (event) => { event.preventDefault(); document.getElementById(problem.field)?.focus(); },
  }, problem.text)))));

const alerted = (text) => h('div', {class: 'summary alert alert-warning', role: 'alert', tabindex: -1}, h('p', {}, text));

const told = (text) => h('div', {class: 'alert alert-success', role: 'status', tabindex: -1}, h('p', {}, text));

let leave = () => {};
let shown = 0;

// show shows a view: {name, title, body, problems, alert, good, leave}. Whoever uses it is
// led to what there is to say first, or to its title.
export const show = (view) => {
  leave();
  leave = view.leave ?? (() => {});
  const problems = view.problems ?? [];
  const main = document.getElementById('main');
  const title = h('h1', {tabindex: -1}, view.title);
  const first = [problems.length > 0 && summary(problems), view.alert && alerted(view.alert), view.good && told(view.good)].filter(Boolean);
  document.title = (problems.length > 0 ? say('problems.prefix') + ' ' : '') + view.title + ' – ' + say('site');
  main.replaceChildren(...first, title, ...view.body.flat(Infinity).filter(Boolean));
  main.dataset.view = view.name;
  main.dataset.shown = ++shown;
  status('');
  if (shown > 1 || first.length > 0) {
    (first[0] ?? title).focus({preventScroll: true});
    scrollTo({top: 0, behavior: 'instant'});
  }
};

// status says something that need not be acted upon.
export const status = (text) => { document.getElementById('status').textContent = text; };

// go leads to a view by its name.
export const go = (name) => {
  if (location.hash === '#/' + name) { dispatchEvent(new HashChangeEvent('hashchange')); }
  location.hash = '/' + name;
};

let busy = false;

// once does something unless something is being done already: a second press of a
// button asks for nothing more.
export const once = async (name, act) => {
  if (busy) { return; }
  busy = true;
  document.getElementById('main').dataset.busy = name;
  try {
    await act();
  } finally {
    busy = false;
    delete document.getElementById('main').dataset.busy;
  }
};

// form does something with what is written in it.
export const form = (name, act, ...children) => h('form', {
  'data-form': name, novalidate: true, autocomplete: 'on',
  submit: (event) => {
    event.preventDefault();
    once(name, () => act(Object.fromEntries(new FormData(event.target)))).catch((why) => status(why.message || say('app.lost')));
  },
}, ...children);

const styles = {first: 'button btn btn-primary', second: 'button second btn btn-outline-secondary', danger: 'button danger btn btn-danger'};

export const submit = (text, style = 'first') => h('p', {}, h('button', {class: styles[style], type: 'submit'}, text));

// press is a form with nothing but its button.
export const press = (name, text, act, style = 'second') => form(name, act, submit(text, style));

export const link = (name, text, attributes = {}) => h('a', {href: '#/' + name, ...attributes}, text);

// field is one line to write: {id, name, label, hint, value, problems} and attributes.
export const field = ({id, label, hint, problems = [], ...attributes}) => {
  const problem = problems.find((each) => each.field === id);
  const described = [hint && id + '-hint', problem && id + '-problem'].filter(Boolean).join(' ');
  return h('div', {class: 'field'},
    h('label', {for: id}, label),
    hint && h('p', {class: 'hint', id: id + '-hint'}, hint),
    problem && h('p', {class: 'problem', id: id + '-problem'}, problem.text),
    h('input', {
      id, name: id, ...attributes, class: 'form-control' + (attributes.class ? ' ' + attributes.class : ''),
      'aria-describedby': described || undefined, 'aria-invalid': problem && 'true',
    }));
};

// code is a field for a code that is copied from a card or a letter.
export const code = (attributes) => field({maxlength: 40, required: true, autocomplete: 'off', autocapitalize: 'characters', spellcheck: 'false', class: 'code', ...attributes});
