// What is said, in the language of whoever looks.

let texts = {};
let tag = 'it';

export const language = () => tag;

// speak reads all texts of a language, once.
const known = {};
export const speak = async (wanted) => {
  known[wanted] ??= await (await fetch(new URL(wanted + '.json', import.meta.url))).json();
  texts = known[wanted];
  tag = wanted;
};

// say gives a text by its key, with %s and %d replaced in order.
export const say = (key, ...values) => {
  const text = texts[key] ?? key;
  return values.length ? text.replace(/%[sd]/g, () => values.shift()) : text;
};

export const count = (what, n) => say((n === 1 ? 'one.' : 'many.') + what, n);

// duration says seconds: of a long time days, hours and minutes, too.
export const duration = (seconds) => {
  const words = [];
  for (const [unit, size] of [['day', 86400], ['hour', 3600], ['minute', 60], ['second', 1]]) {
    const n = Math.floor(seconds / size);
    seconds -= n * size;
    if (n > 0 || words.length > 0 || size === 1) { words.push(count(unit, n)); }
  }
  return words.join(', ');
};

const partsOf = (date, zone) => {
  const format = new Intl.DateTimeFormat(tag === 'en' ? 'en-GB' : tag, {
    timeZone: zone, weekday: 'long', day: 'numeric', month: 'long', year: 'numeric',
    hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZoneName: 'short',
  });
  return Object.fromEntries(format.formatToParts(date).map((part) => [part.type, part.value]));
};

const dayOf = (part) => `${part.weekday} ${part.day} ${part.month}`;

// when says an instant as clocks in a zone show it; one of the small hours by both of
// the days between which people call it the night.
export const when = (instant, zone) => {
  const date = new Date(instant);
  const part = partsOf(date, zone);
  let text = say('app.when', `${dayOf(part)} ${part.year}`, `${part.hour}:${part.minute}`, part.timeZoneName);
  if (Number(part.hour) < 5) {
    text += say('app.night', dayOf(partsOf(new Date(date.getTime() - 86400000), zone)), dayOf(part));
  }
  return text;
};

// clock says what clocks in a zone show.
export const clock = (instant, zone) => {
  const part = partsOf(new Date(instant), zone);
  return `${part.hour}:${part.minute}`;
};
