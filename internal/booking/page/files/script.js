// Counts seconds, and nothing that anybody needs: every page works without it.
(function () {
  'use strict';

  const one = function (selector, within) { return (within || document).querySelector(selector); };

  // Seconds left, counted from when the page came, however wrong this device's clock is.
  const every = function (seconds, tell) {
    const end = Date.now() + seconds * 1000;
    const tick = function () {
      const left = Math.max(0, Math.ceil((end - Date.now()) / 1000));
      tell(left);
      if (left > 0) { setTimeout(tick, (end - Date.now()) % 1000 || 1000); }
    };
    tick();
  };

  const count = function (from, unit, n) {
    const forms = from.dataset[unit].split('|');
    return (n === 1 ? forms[0] : forms[1]).replace('%d', n);
  };

  const inWords = function (from, seconds) {
    const parts = [['day', 86400], ['hour', 3600], ['minute', 60], ['second', 1]];
    const words = [];
    parts.forEach(function (part) {
      const n = Math.floor(seconds / part[1]);
      seconds -= n * part[1];
      if (from.dataset[part[0]] && (n > 0 || words.length > 0 || part[1] === 1)) { words.push(count(from, part[0], n)); }
    });
    return words.join(', ');
  };

  // What is there for scripts only.
  document.querySelectorAll('[data-script]').forEach(function (e) { e.hidden = false; });
  document.querySelectorAll('.without-script').forEach(function (e) { e.hidden = true; });

  // At the opening everybody who waits is let in, each at a random moment within these seconds.
  const opening = one('[data-opening]');
  if (opening) {
    let opened = false;
    every(Number(opening.dataset.opening), function (left) {
      one('[data-clock]', opening).textContent = inWords(opening, left);
      if (left > 0 || opened) { return; }
      opened = true;
      const wait = 1000 + Math.floor(Math.random() * 1000 * Number(opening.dataset.spread));
      const status = one('[data-admitted]');
      status.textContent = opening.dataset.soon.replace('%s', count(opening, 'second', Math.ceil(wait / 1000)));
      setTimeout(function () { location.assign(opening.dataset.to); }, wait);
    });
  }

  const say = function (place, kind) {
    const p = document.createElement('p');
    p.className = 'alert ' + kind;
    p.textContent = place.dataset.text;
    place.textContent = '';
    place.appendChild(p);
  };

  // A hold warns two minutes before its end, and says when it is over.
  const hold = one('[data-left]');
  if (hold) {
    let warned = one('[data-warning] p', hold) !== null;
    every(Number(hold.dataset.left), function (left) {
      one('[data-clock]', hold).textContent = inWords(hold, left);
      if (left <= 120 && left > 0 && !warned) {
        warned = true;
        say(one('[data-warning]', hold), 'alert-warning');
      }
      if (left === 0) {
        one('[data-warning]', hold).textContent = '';
        say(one('[data-over]', hold), 'alert-danger');
      }
    });
  }

  const print = one('[data-print]');
  if (print) { print.addEventListener('click', function () { window.print(); }); }

  // Whoever has to correct something is led to what it is.
  const focus = one('[data-focus]');
  if (focus) { focus.focus(); }

  // A second click on the same button sends nothing more for a while.
  document.querySelectorAll('form').forEach(function (form) {
    let sent = 0;
    form.addEventListener('submit', function (event) {
      if (Date.now() - sent < 3000) { event.preventDefault(); }
      sent = Date.now();
    });
  });
})();
