// The first view: what is open, paused and to come, and the booking on this device.

import {go, h, link, press} from './dom.js';
import {journey} from './journey.js';
import {kept} from './kept.js';
import {mine} from './parts.js';
import {Away, now, serverTime} from './server.js';
import {count, duration, say} from './words.js';

const section = (id, title, ...body) => h('section', {'aria-labelledby': id}, h('h2', {id}, title), body);

const list = (campaigns, said) => h('dl', {}, campaigns.map((each) => [h('dt', {}, each.what), h('dd', {}, said(each))]));

const openPart = (campaigns) => section('open', say('start.open'),
  h('ul', {class: 'campaigns'}, campaigns.map((each) => h('li', {}, h('strong', {}, each.what),
    each.when && [' ', h('span', {class: 'note'}, say('until', each.when))]))),
  h('p', {}, link('find', say('start.book'), {class: 'button btn btn-primary'})));

// countdown counts to an opening. Then all who wait come in, each at a time of their own
// by chance, so evenly as the servers are prepared for.
const countdown = (next) => {
  const clock = h('span', {class: 'clock', role: 'timer'});
  const admitted = h('p', {class: 'admitted', role: 'status'});
  let timer;
  const tick = () => {
    const left = Math.max(0, Math.ceil((next.at - serverTime()) / 1000));
    clock.textContent = duration(left);
    if (left > 0) { timer = setTimeout(tick, (next.at - serverTime()) % 1000 || 1000); return; }
    const wait = 1000 + Math.floor(Math.random() * 1000 * next.spread);
    admitted.textContent = say('start.soon', count('second', Math.ceil(wait / 1000)));
    timer = setTimeout(() => go('find'), wait);
  };
  const part = section('next', say('start.next'),
    h('p', {class: 'opens'}, say('start.opens'), ' ', h('strong', {}, next.when)),
    h('ul', {}, next.for.map((what) => h('li', {}, what))),
    h('p', {class: 'countdown'}, say('start.left'), ' ', clock), admitted,
    h('p', {}, say('start.wait', next.within)));
  tick();
  return [part, () => clearTimeout(timer)];
};

const parts = (seen) => {
  const of = (standing) => seen.campaigns.filter((each) => each.standing === standing);
  const [open, soon, paused, closed] = ['open', 'soon', 'paused', 'closed'].map(of);
  const [next, leave] = seen.next ? countdown(seen.next) : [];
  const body = [
    open.length > 0 && openPart(open),
    next,
    soon.length > 1 && section('soon', say('start.later'), list(soon, (each) => each.when)),
    paused.length > 0 && h('section', {'aria-labelledby': 'paused', class: 'alert alert-warning'}, h('h2', {id: 'paused'}, say('start.paused')),
      list(paused, (each) => `${say('start.reason')} ${each.reason}`)),
    open.length + soon.length + paused.length === 0 && h('p', {}, say('start.nothing')),
    closed.length > 0 && section('closed', say('start.closed'), list(closed, (each) => `${say('start.since')} ${each.when}`)),
  ];
  const title = open.length > 0 ? 'start.title.open' : next ? 'start.title.soon' : 'start.title';
  return {title: say(title), body, leave};
};

// unanswered is the first view where the server tells nothing.
const unanswered = (why) => {
  const away = why instanceof Away;
  return {
    title: say(away ? 'no_catalog.title' : 'app.offline.title'),
    body: [h('p', {class: 'lead'}, say(away ? 'no_catalog.text' : 'app.offline')), !kept() && h('p', {}, say('app.none'))],
  };
};

export const start = async () => {
  const good = journey.good;
  delete journey.good;
  delete journey.moving; // whoever books from here does so for whomever they like
  let view, answered = true;
  try {
    const seen = await now();
    view = parts(seen);
  } catch (why) {
    answered = false;
    view = unanswered(why);
  }
  // Where there is nothing else to see one's own booking comes first.
  const own = [mine(), answered && h('section', {'aria-labelledby': 'manage-title'},
    h('h2', {id: 'manage-title'}, say('start.mine')), h('p', {}, link('manage', say('start.manage'))))];
  const retry = !answered && press('again', say('link.again'), () => go(''));
  return {...view, good, name: 'start', body: [...view.body, ...own, retry]};
};
