// A booking as a file for calendars: RFC 5545. Instants are in UTC, and an appointment's
// UID tells the booking apart without saying its number, as in letters and on the web.

import {hub} from './server.js';
import {say} from './words.js';

const instant = (date) => new Date(date).toISOString().replace(/[-:]|\.\d+/g, '');

const escaped = (text) => text.replace(/[\\;,]/g, '\\$&').replace(/\n/g, '\\n');

const widest = 75; // bytes of a line

// folded writes a property on lines that are not too long, cut between characters.
const folded = (name, value) => {
  let text = '', width = 0;
  for (const character of `${name}:${value}`) {
    const bytes = new TextEncoder().encode(character).length;
    if (width + bytes > widest) { text += '\r\n '; width = 1; }
    text += character;
    width += bytes;
  }
  return text + '\r\n';
};

const uid = async (number, i) => {
  const text = new TextEncoder().encode(`mezzanotte ${number.replaceAll('-', '')} ${i + 1}`);
  const sum = new Uint8Array(await crypto.subtle.digest('SHA-256', text)).slice(0, 8);
  return [...sum].map((byte) => byte.toString(16).padStart(2, '0')).join('') + `-${i + 1}@mezzanotte`;
};

export const calendar = async (booking, at) => {
  const lines = [['BEGIN', 'VCALENDAR'], ['VERSION', '2.0'], ['PRODID', '-//Mezzanotte//Booking//EN'], ['METHOD', 'PUBLISH']];
  for (const [i, each] of booking.appointments.entries()) {
    const start = new Date(each.start);
    const several = booking.appointments.length > 1 ? ', ' + say('dose', i + 1, booking.appointments.length).toLowerCase() : '';
    lines.push(['BEGIN', 'VEVENT'], ['UID', await uid(booking.number, i)], ['DTSTAMP', instant(at)], ['SEQUENCE', String(Math.floor(at / 1000) % 2 ** 31)],
      ['DTSTART', instant(start)], ['DTEND', instant(start.getTime() + each.minutes * 60000)],
      ['SUMMARY', escaped(say('service.' + booking.service) + several)],
      ['LOCATION', escaped([each.title, hub(each.hub)?.address ?? each.address].filter(Boolean).join(', '))],
      ['DESCRIPTION', escaped(say('calendar.number', booking.number))], ['STATUS', 'CONFIRMED'], ['END', 'VEVENT']);
  }
  lines.push(['END', 'VCALENDAR']);
  return lines.map(([name, value]) => folded(name, value)).join('');
};
