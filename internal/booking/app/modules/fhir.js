// Requests to the FHIR interface, and what its answers say: docs/how-to/book-over-fhir.md.

import {status} from './dom.js';
import {Lost} from './server.js';
import {count, language, say} from './words.js';

const ours = 'https://mezzanotte.dev/fhir/';
const personSystem = ours + 'sid/person';
const refusalSystem = ours + 'CodeSystem/refusal';

// Refused is the error of a request that was not carried out. Its text is for people,
// in their language.
export class Refused extends Error {
  constructor(httpStatus, outcome) {
    const issue = outcome?.issue?.[0];
    super(issue?.details?.text ?? say('app.lost'));
    this.status = httpStatus;
    this.code = issue?.details?.coding?.find((each) => each.system === refusalSystem)?.code ?? '';
    this.where = issue?.expression?.[0] ?? '';
  }
}

// After these statuses the same request may be made again, with the same key.
const again = [408, 429, 500, 502, 503, 504];
const turns = 4;
const patience = 20000; // milliseconds, for one answer
const longestWait = 20; // seconds; whoever is to wait longer is told to press again later

// keys of requests of which it is not known yet what became of them. The same request
// goes out with the same key, by itself or because somebody presses again, until there
// is an answer that is final. So nothing is done twice.
const keys = new Map();

// ask sends an operation on Appointment, and gives the Bundle that it answers with.
export const ask = async (operation, parameter) => {
  const body = JSON.stringify({resourceType: 'Parameters', parameter});
  const name = operation + body;
  if (!keys.has(name)) { keys.set(name, crypto.randomUUID()); }
  for (let turn = 1; ; turn++) {
    const {bundle, why, after} = await attempt(operation, body, keys.get(name));
    if (!why || after === undefined) { keys.delete(name); }
    if (!why) { return bundle; }
    const wait = after ?? Infinity;
    if (turn === turns || wait > longestWait) { throw why; }
    await pause(Math.max(wait, 2 ** (turn - 1) * Math.random()), why);
  }
};

// attempt makes a request once: {bundle}, or {why} it was refused, and {after} how many
// seconds it may be made again; undefined where the answer is final.
const attempt = async (operation, body, key) => {
  let answer, said;
  try {
    answer = await fetch('/fhir/Appointment/' + operation, {
      method: 'POST', body, cache: 'no-store', signal: AbortSignal.timeout(patience),
      headers: {'Content-Type': 'application/fhir+json', Accept: 'application/fhir+json', 'Accept-Language': language(), 'Idempotency-Key': key},
    });
    said = await answer.json();
  } catch {
    if (!answer || answer.ok) { return {why: new Lost(say('app.lost')), after: 1}; } // or it was cut off
  }
  if (answer.ok) { return {bundle: said}; }
  const why = new Refused(answer.status, said);
  return {why, after: again.includes(answer.status) ? Number(answer.headers.get('Retry-After')) || 1 : undefined};
};

// pause waits for some seconds, and shows how many are left.
const pause = async (seconds, why) => {
  const end = performance.now() + seconds * 1000;
  for (let left = Math.ceil(seconds); left > 0; left = Math.ceil((end - performance.now()) / 1000)) {
    status(`${why.message} ${say('app.again', count('second', left))}`);
    await new Promise((done) => setTimeout(done, Math.min(1000, Math.max(0, end - performance.now()))));
  }
  status('');
};

const code = (name, value) => ({name, valueCode: value});
const reference = (name, to) => ({name, valueReference: {reference: to}});

// patient is somebody as requests name them: {code, born, email, phone, letters}.
const patient = (who) => {
  const telecom = [['email', who.email], ['phone', who.phone]].filter(([, value]) => value).map(([system, value]) => ({system, value}));
  return {name: 'patient-resource', resource: {
    resourceType: 'Patient',
    identifier: [{system: personSystem, value: who.code}],
    ...(who.born && {birthDate: who.born}),
    ...(telecom.length > 0 && {telecom}),
    communication: [{language: {coding: [{system: 'urn:ietf:bcp:47', code: who.letters ?? language()}]}, preferred: true}],
  }};
};

const slots = (offer) => offer.map((each) => reference('slot', each.slot));
const booked = (number, who) => [reference('appointment-reference', 'Appointment/' + number), patient(who)];

const offersShown = 8;

// find gives sets of appointments that are free, each of all doses in order. Those for a
// booking that is moved are to be had also while its campaign takes no new ones.
export const find = async ({campaign, from, hubs, near, moving, booking: moved}) => {
  const bundle = await ask('$find', [
    code('campaign', campaign), {name: 'start', valueDate: from}, {name: '_count', valueInteger: offersShown},
    ...(hubs ?? []).map((hub) => reference('location-reference', 'Location/' + hub)),
    ...(near ? [{name: 'near', valueString: near}] : []),
    ...(moving ? [reference('appointment-reference', 'Appointment/' + moved.number)] : []),
  ]);
  const offers = [];
  for (const each of resources(bundle)) { (offers[extension(each, 'offer').valuePositiveInt - 1] ??= []).push(appointment(each)); }
  return offers;
};

export const hold = async (campaign, offer, who) => booking(await ask('$hold', [code('campaign', campaign), ...slots(offer), patient(who)]));
export const extend = async (number, who) => booking(await ask('$extend', booked(number, who)));
export const book = async (number, who) => booking(await ask('$book', booked(number, who)));
export const cancel = async (number, who) => booking(await ask('$cancel', booked(number, who)));
export const move = async (number, offer, who) => booking(await ask('$move', [...booked(number, who), ...slots(offer)]));
export const look = async (number, who) => booking(await ask('_search', booked(number, who)));

const resources = (bundle) => (bundle.entry ?? []).map((entry) => entry.resource).filter((each) => each.resourceType === 'Appointment');

const extension = (resource, name) => resource.extension?.find((each) => each.url === `${ours}StructureDefinition/${name}`) ?? {};

// appointment is one dose as views show it.
const appointment = (each) => ({
  dose: extension(each, 'dose-number').valuePositiveInt, start: each.start, minutes: each.minutesDuration, slot: each.slot[0].reference,
  hub: each.participant[0].actor.reference.replace('Location/', ''), title: each.participant[0].actor.display,
});

// states of a booking by the status of its appointments.
const states = {pending: 'held', booked: 'booked', fulfilled: 'past', cancelled: 'cancelled'};

const booking = (bundle) => {
  const all = resources(bundle);
  const first = all[0];
  const lapsed = first.status === 'cancelled' && first.cancelationReason?.coding?.[0]?.code === 'other';
  return {
    number: first.identifier[0].value, state: lapsed ? 'lapsed' : states[first.status],
    service: first.serviceType?.[0]?.coding?.[0]?.code, campaign: first.reasonCode?.[0]?.coding?.[0]?.code,
    expires: extension(first, 'hold-expires').valueInstant, extended: Boolean(extension(first, 'hold-extended').valueBoolean),
    appointments: all.filter((each) => each.start).map(appointment),
  };
};
