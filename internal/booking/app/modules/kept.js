// The booking that its person chose to keep on this device: the number, the appointments
// and the QR code, never the person's code. There is one at most.

import {hub} from './server.js';

const place = 'booking';

export const kept = () => {
  try {
    return JSON.parse(localStorage.getItem(place)) ?? undefined;
  } catch { // there is no storage here, or something else in it
    return undefined;
  }
};

// keep reports whether it could. Where hubs are is kept, too.
export const keep = (booking, zone, qr, at) => {
  const {number, state, service, campaign} = booking;
  const appointments = booking.appointments.map((each) => ({...each, address: hub(each.hub)?.address}));
  try {
    localStorage.setItem(place, JSON.stringify({number, state, service, campaign, appointments, zone, qr, at: new Date(at).toISOString()}));
    return true;
  } catch {
    return false;
  }
};

export const remove = () => { try { localStorage.removeItem(place); } catch { /* there is nothing */ } };

// refresh changes what is kept of a booking, if it is this one. One that is not live
// any more is not kept.
export const refresh = (booking, zone, at) => {
  const before = kept();
  if (before?.number !== booking.number) { return; }
  if (booking.state === 'booked') { keep(booking, zone, before.qr, at); } else { remove(); }
};
