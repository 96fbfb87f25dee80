// What the server tells anybody: what is open, where hubs are, and what time it is.

import {language} from './words.js';

// Lost is the error of a request to which no answer came.
export class Lost extends Error {}

// Away is the error of one that the server could not answer.
export class Away extends Error {}

const patience = 15000; // milliseconds

// How far the server's clock is ahead of this device's, in milliseconds, as if its answer
// had come at once.
let ahead = 0;

export const serverTime = () => Date.now() + ahead;

// What it said of itself last.
let zone, mail = false;

// clocks is the zone of the hubs' clocks.
export const clocks = () => zone;

// sends reports whether the server sends confirmations.
export const sends = () => mail;

const read = async (name) => {
  let answer;
  try {
    answer = await fetch(`/${language()}/${name}`, {signal: AbortSignal.timeout(patience)});
  } catch {
    throw new Lost();
  }
  if (!answer.ok) { throw new Away(); }
  const told = Number(answer.headers.get('Clock-Milliseconds'));
  if (told > 0) { ahead = told - Date.now(); }
  const said = await answer.json();
  zone = said.zone ?? zone;
  mail = said.mail ?? mail;
  return said;
};

// now is what is open: see nowOf in now.go.
export const now = () => read('now.json');

// sync sets the clock anew, where the server answers.
export const sync = async () => { try { await now(); } catch { /* it stays as it is */ } };

let list;

// hubs are all hubs by name; those of a campaign where one is named.
export const hubs = async (campaign) => {
  try {
    list = await read('hubs.json');
  } catch (why) {
    if (!list) { throw why; }
  }
  if (!campaign) { return list.hubs; }
  return (list.sets[list.campaigns[campaign]] ?? []).map((i) => list.hubs[i]);
};

// hub gives a hub by its name, if it is known here.
export const hub = (name) => list?.hubs.find((each) => each.name === name);

// draw draws a booking's number as a QR code; undefined where that does not work now.
export const draw = async (number) => {
  try {
    const answer = await fetch(`/${language()}/qr`, {method: 'POST', body: number, signal: AbortSignal.timeout(patience)});
    return answer.ok ? await answer.json() : undefined;
  } catch {
    return undefined;
  }
};
