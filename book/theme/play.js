// Lets the reader write a program, and shows all its schedules. The explorer is in the page, as WebAssembly in
// base 64, and works in a worker, so that the page stays alive; see crates/explorer/src/page.rs.
// The steps are shown by the stepper of book/theme/stepper.js.
'use strict';

(() => {
  // The most states that are looked at. More of them take longer than a reader waits.
  const MOST = 10000;
  // How long an answer may take, in milliseconds.
  const PATIENCE = 5000;
  const OWN = 'own';
  const PREFIX = 'play ';
  const EXAMPLE = 'shared n = 0\n\nthread A\n  seen = n.load()\n  n.store(seen + 1)\n'
    + 'thread B\n  n.fetch_add(1)\n\nexpect n == 2\n';

  const { Stepper, element } = window.stepper;

  // Some browsers keep nothing for pages that lie in a folder, or for anybody in private.
  const kept = (() => {
    try {
      localStorage.setItem(`${PREFIX}?`, '');
      localStorage.removeItem(`${PREFIX}?`);
      return localStorage;
    } catch {
      return new Map();
    }
  })();
  const read = (key) => (kept instanceof Map ? kept.get(key) : kept.getItem(PREFIX + key)) ?? null;
  const keep = (key, value) => {
    try {
      if (kept instanceof Map) kept.set(key, value);
      else kept.setItem(PREFIX + key, value);
    } catch {
      // No room: this one is forgotten.
    }
  };
  const forget = (key) => {
    if (kept instanceof Map) kept.delete(key);
    else kept.removeItem(PREFIX + key);
  };

  // What the worker does. It is started from its own text: a page from a folder may load no other file.
  const work = () => {
    let module;
    const text = (of) => {
      const bytes = new TextEncoder().encode(of);
      const at = module.room(bytes.length);
      new Uint8Array(module.memory.buffer, at, bytes.length).set(bytes);
      return [at, bytes.length];
    };
    const answer = (length) =>
      new TextDecoder().decode(new Uint8Array(module.memory.buffer, module.answer_at(), length));
    onmessage = async ({ data }) => {
      if (data.bytes) {
        module = (await WebAssembly.instantiate(data.bytes)).instance.exports;
        const levels = data.levels.map(([, level]) => JSON.parse(answer(module.level(...text(level)))));
        postMessage({ levels });
        return;
      }
      const { level, program, buffered, most, turn } = data;
      const missing = level === null ? '' : answer(module.missing(...text(level), ...text(program)));
      const explored = answer(module.explored(...text(program), buffered, most));
      postMessage({ turn, missing, explored });
    };
  };

  class Play {
    constructor(section) {
      this.section = section;
      const base64 = atob(section.querySelector('.module').textContent);
      this.bytes = Uint8Array.from(base64, (c) => c.charCodeAt(0));
      this.texts = JSON.parse(section.querySelector('.levels').textContent);
      this.turn = 0;
      this.start((levels) => {
        this.levels = levels;
        this.build();
        this.open(this.index(read('level')));
      });
    }

    // The worker

    start(then) {
      const url = URL.createObjectURL(new Blob([`'use strict';(${work})()`], { type: 'text/javascript' }));
      this.worker = new Worker(url);
      URL.revokeObjectURL(url);
      this.worker.onmessage = ({ data }) => {
        if (data.levels) then(data.levels);
        else if (data.turn === this.turn) this.show(data);
      };
      this.worker.postMessage({ bytes: this.bytes, levels: this.texts });
    }

    // The page

    build() {
      const { section } = this;
      this.choice = element('select', { id: 'play-level' });
      this.choice.append(...this.texts.map(([name], i) => element('option', { value: name, textContent: this.title(i) })),
        element('option', { value: OWN, textContent: 'A program of your own' }));
      this.choice.addEventListener('change', () => this.open(this.index(this.choice.value)));
      this.count = element('span', { className: 'count' });
      this.task = element('p', { className: 'task' });

      this.numbers = element('div', { className: 'numbers' });
      this.numbers.setAttribute('aria-hidden', 'true');
      this.text = element('textarea', { id: 'play-text', spellcheck: false, autocapitalize: 'off', wrap: 'off', rows: 12 });
      this.text.setAttribute('autocomplete', 'off');
      this.text.setAttribute('aria-describedby', 'play-said');
      this.text.addEventListener('input', () => this.changed());
      this.text.addEventListener('scroll', () => { this.numbers.scrollTop = this.text.scrollTop; });
      this.text.addEventListener('keydown', (event) => {
        if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
          event.preventDefault();
          this.explore();
        }
      });

      this.buffered = element('input', { type: 'checkbox' });
      this.buffered.addEventListener('change', () => {
        keep('buffered', this.buffered.checked ? '1' : '');
        this.forgetResult();
      });
      this.buffering = element('label', {}, this.buffered, ' Stores are buffered');
      this.said = element('p', { className: 'said', id: 'play-said' });
      this.said.setAttribute('role', 'status');
      this.going = this.control('Go to the line', () => this.goTo(this.wrong));
      this.hinting = this.control('Hint', () => {
        this.hint.hidden = !this.hint.hidden;
        this.hinting.setAttribute('aria-expanded', String(!this.hint.hidden));
      });
      this.next = this.control('Next level', () => this.open(this.at + 1));
      this.hint = element('p', { className: 'hint' });
      this.result = element('div', { className: 'result' });

      section.append(element('div', { className: 'live' },
        element('p', { className: 'choice' },
          element('label', { htmlFor: 'play-level', textContent: 'Level ' }), this.choice, ' ', this.count),
        this.task,
        element('label', { htmlFor: 'play-text', className: 'of-text', textContent: 'The program' }),
        element('div', { className: 'editor' }, this.numbers, this.text),
        element('p', { className: 'controls' },
          this.control('Explore', () => this.explore()), this.hinting,
          this.control('Reset', () => this.restart()), this.buffering),
        this.hint,
        this.said,
        element('p', { className: 'controls' }, this.going, this.next),
        this.result,
        element('p', { className: 'keys', textContent: 'Keys: Ctrl+Enter in the program explores it.' })));
      section.classList.add('is-live');
    }

    control(text, act) {
      const button = element('button', { type: 'button', textContent: text });
      button.addEventListener('click', act);
      return button;
    }

    title(i) {
      const [name] = this.texts[i];
      return `${i + 1}. ${this.levels[i].title}${read(`solved ${name}`) ? ' ✓' : ''}`;
    }

    // The place of a level by its name; behind all levels, the program of the reader's own.
    index(name) {
      const found = this.texts.findIndex(([other]) => other === name);
      return found >= 0 ? found : name === OWN ? this.texts.length : 0;
    }

    get name() {
      return this.at < this.texts.length ? this.texts[this.at][0] : OWN;
    }

    get level() {
      return this.levels[this.at] || { task: 'Whatever you like. ', hint: '', buffered: null, program: EXAMPLE };
    }

    // What the reader does

    open(at) {
      this.at = Math.min(at, this.texts.length);
      keep('level', this.name);
      const { task, hint, buffered } = this.level;
      const own = this.name === OWN;
      this.choice.value = this.name;
      this.task.replaceChildren(element('strong', { textContent: own ? 'Your own program. ' : 'What must be changed so that no schedule is bad? ' }), task,
        own ? 'It stays in this browser.' : ' Lines with “stays” have to stay, in their order, and so have declarations and expectations.');
      this.text.value = read(`text ${this.name}`) ?? this.level.program;
      this.buffering.hidden = !own;
      this.buffered.checked = own ? Boolean(read('buffered')) : buffered;
      this.hint.textContent = hint;
      this.hint.hidden = true;
      this.hinting.hidden = own;
      this.hinting.setAttribute('aria-expanded', 'false');
      this.counted();
      this.drawNumbers();
      this.forgetResult();
    }

    restart() {
      forget(`text ${this.name}`);
      this.text.value = this.level.program;
      this.drawNumbers();
      this.forgetResult();
      this.text.focus();
    }

    changed() {
      keep(`text ${this.name}`, this.text.value);
      this.forgetResult();
      this.drawNumbers();
    }

    forgetResult() {
      this.turn += 1;
      this.wrong = 0;
      this.say('');
      this.next.hidden = true;
      this.going.hidden = true;
      this.result.replaceChildren();
    }

    explore() {
      this.forgetResult();
      const { turn } = this;
      this.say('Exploring …');
      const level = this.name === OWN ? null : this.texts[this.at][1];
      this.worker.postMessage({ turn, level, program: this.text.value, buffered: this.buffered.checked, most: MOST });
      setTimeout(() => {
        if (turn !== this.turn || !this.isExploring) return;
        this.worker.terminate();
        this.start(() => {});
        this.say('This program takes too long to explore. Take away a thread, or some steps.', 'bad');
      }, PATIENCE);
    }

    // What is shown of the answer

    counted() {
      const solved = this.texts.filter(([name]) => read(`solved ${name}`)).length;
      this.count.textContent = `${solved} of ${this.texts.length} solved`;
      this.texts.forEach((_, i) => { this.choice.options[i].textContent = this.title(i); });
    }

    drawNumbers() {
      const lines = this.text.value.split('\n');
      this.numbers.replaceChildren(...lines.map((_, i) =>
        element('span', { textContent: i + 1, className: i + 1 === this.wrong ? 'wrong' : '' })));
      this.text.rows = Math.min(Math.max(lines.length + 1, 8), 30);
      this.numbers.scrollTop = this.text.scrollTop;
      if (this.wrong) this.text.setAttribute('aria-invalid', 'true');
      else this.text.removeAttribute('aria-invalid');
    }

    say(text, kind = '') {
      this.isExploring = text.endsWith('…');
      this.said.textContent = text;
      this.said.className = `said ${kind}`;
    }

    goTo(line) {
      const lines = this.text.value.split('\n');
      const start = lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0);
      this.text.focus();
      this.text.setSelectionRange(start, start + (lines[line - 1] || '').length);
    }

    show({ missing, explored }) {
      const graph = JSON.parse(explored);
      if (graph.error) {
        this.wrong = graph.line || 0;
        this.say(`${graph.line ? `Line ${graph.line}: ` : 'It can’t be explored: '}${graph.error}.`, 'bad');
        this.going.hidden = !graph.line;
        this.drawNumbers();
        return;
      }
      const endless = graph.endless || [];
      const bad = [...graph.outcomes.filter((outcome) => outcome.bad), ...endless.filter((each) => each.bad)];
      const counts = `${graph.states.length} states, ${graph.schedules === '∞' ? 'endlessly many' : graph.schedules} `
        + `schedule${graph.schedules === '1' ? '' : 's'}`;
      const how = graph.bad === '∞' ? 'endlessly many' : graph.bad === '0' ? 'none' : graph.bad;
      const worse = endless.find((each) => each.bad);
      const found = `${counts}; ${how} of them end${graph.bad === '1' ? 's' : ''} badly.`
        + (worse ? ` But there is a ${worse.kind}.` : '');
      if (bad.length > 0) {
        this.say(found, 'bad');
      } else if (missing) {
        this.say(`${found} But ${missing}.`, 'bad');
      } else if (this.name === OWN) {
        this.say(`${found} Nobody can break it.`, 'good');
      } else {
        keep(`solved ${this.name}`, '1');
        this.say(`Solved! ${found}`, 'good');
        this.counted();
        this.next.hidden = false;
      }
      this.outcomes(graph, endless);
      this.steps(graph, bad);
    }

    outcomes(graph, endless) {
      const row = (...cells) => element('tr', {}, ...cells.map((text) => element('td', { textContent: text })));
      const times = (schedules) => (schedules === '∞' ? 'endlessly many' : schedules);
      const rows = graph.outcomes.map((outcome) =>
        row(outcome.seen, outcome.bad ? `bad: ${outcome.bad}` : 'fine', times(outcome.schedules)));
      rows.push(...endless.map((each) =>
        row(each.seen, each.bad ? 'bad' : 'only where somebody is passed over for ever', '')));
      const head = element('tr', {}, ...['ends with', 'verdict', 'schedules'].map((text) =>
        element('th', { textContent: text, scope: 'col' })));
      const table = element('table', {}, element('thead', {}, head), element('tbody', {}, ...rows));
      const wrapper = element('div', { className: 'table-wrapper' }, table);
      this.result.append(wrapper);
      // As book/theme/reach.js does with what is there from the beginning.
      if (wrapper.scrollWidth > wrapper.clientWidth) wrapper.tabIndex = 0;
    }

    steps(graph, bad) {
      const data = element('script', { type: 'application/json', textContent: JSON.stringify(graph) });
      const section = element('section', { className: 'stepper' }, data);
      section.setAttribute('aria-label', 'Step through your program');
      this.result.append(section);
      const stepper = new Stepper(section);
      if (bad.length > 0) stepper.show();
    }
  }

  for (const section of document.querySelectorAll('.play')) new Play(section);
})();
