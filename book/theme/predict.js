// Keeps what the reader has predicted, in this browser and nowhere else, and counts how much of it was right.
// Without it a page works as well, and forgets.
'use strict';

(() => {
  const PREFIX = 'prediction ';

  // Some browsers keep nothing for pages that lie in a folder, or for anybody in private.
  const kept = (() => {
    try {
      localStorage.setItem(`${PREFIX}?`, '');
      localStorage.removeItem(`${PREFIX}?`);
      return localStorage;
    } catch {
      return null;
    }
  })();
  if (!kept) return;

  // The part and the page, however the book came here: `threads/waiting.html`.
  const page = decodeURIComponent(location.pathname).split('/').slice(-2).join('/');

  const all = () => {
    const found = [];
    for (let i = 0; i < kept.length; i += 1) {
      const key = kept.key(i);
      if (!key.startsWith(PREFIX)) continue;
      try {
        found.push(JSON.parse(kept.getItem(key)));
      } catch {
        // Somebody else's.
      }
    }
    return found.filter((answer) => answer && typeof answer.page === 'string');
  };

  const remember = (form) => {
    const key = `${PREFIX}${page} ${form.dataset.asks}`;
    const options = [...form.querySelectorAll('fieldset > label > input')];
    const sure = [...form.querySelectorAll('.sure input')];
    const read = () => {
      try {
        return JSON.parse(kept.getItem(key));
      } catch {
        return null;
      }
    };

    const before = read() || {};
    for (const [inputs, value] of [[options, before.answer], [sure, before.sure]]) {
      // They may be others by now.
      const chosen = inputs.find((input) => input.value === value);
      if (chosen) chosen.checked = true;
    }

    form.addEventListener('change', () => {
      const chosen = options.find((option) => option.checked);
      // What counts is what was said before the answer was seen.
      if (!chosen || read()) return;
      const { classList } = chosen.parentElement;
      const answer = {
        page,
        asks: form.dataset.asks,
        answer: chosen.value,
        skipped: classList.contains('skip'),
        right: classList.contains('correct'),
        sure: (sure.find((each) => each.checked) || { value: '' }).value,
        day: new Date().toISOString().slice(0, 10),
      };
      try {
        kept.setItem(key, JSON.stringify(answer));
      } catch {
        // No room: this one is forgotten.
      }
    });
  };

  const count = (section) => {
    const answers = all().filter((answer) => !answer.skipped);
    for (const row of section.querySelectorAll('tr[data-part]')) {
      const here = answers.filter((answer) => answer.page.startsWith(`${row.dataset.part}/`));
      const certain = here.filter((answer) => answer.sure === 'certain');
      const right = (of) => of.filter((answer) => answer.right).length;
      const cells = row.querySelectorAll('td');
      cells[1].textContent = here.length;
      cells[2].textContent = right(here);
      cells[3].textContent = `${right(certain)} of ${certain.length}`;
    }
    section.querySelector('.live').hidden = false;
    section.querySelector('.export').addEventListener('click', () => {
      const columns = ['page', 'asks', 'answer', 'right', 'sure', 'skipped', 'day'];
      const cell = (value) => `"${String(value).replace(/"/g, '""')}"`;
      const rows = [columns, ...all().map((answer) => columns.map((column) => answer[column] ?? ''))];
      const csv = rows.map((row) => row.map(cell).join(',')).join('\r\n');
      const link = document.createElement('a');
      link.href = URL.createObjectURL(new Blob([`${csv}\r\n`], { type: 'text/csv' }));
      link.download = 'predictions.csv';
      link.click();
      URL.revokeObjectURL(link.href);
    });
    section.querySelector('.forget').addEventListener('click', () => {
      const keys = [];
      for (let i = 0; i < kept.length; i += 1) keys.push(kept.key(i));
      keys.filter((key) => key.startsWith(PREFIX)).forEach((key) => kept.removeItem(key));
      location.reload();
    });
  };

  document.querySelectorAll('form.predict').forEach(remember);
  document.querySelectorAll('section.predictions').forEach(count);
})();
