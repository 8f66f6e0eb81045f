// Lets the reader be the scheduler of a small program. Its states, and who can move where, are
// in the page; see crates/explorer/src/json.rs. Nothing is computed here.
'use strict';

(() => {
  const element = (name, properties = {}, ...children) => {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  };

  // What is no address of ours may be anything.
  const decoded = (text) => {
    try {
      return decodeURIComponent(text);
    } catch {
      return '';
    }
  };

  const place = (text, changed) => element(changed ? 'mark' : 'span', { textContent: text });

  class Stepper {
    constructor(section) {
      this.section = section;
      this.graph = JSON.parse(section.querySelector('script').textContent);
      // Who can move: the threads, and where stores are buffered, their buffers after them.
      this.movers = this.graph.movers || this.graph.threads.map((thread) => thread.name);
      this.buffered = this.movers.length > this.graph.threads.length;
      this.letters = this.movers.every((name) => name.length === 1);
      this.blocks = this.graph.threads.map(({ steps }) => steps.some((step) => step.endsWith(':')));
      this.path = []; // the threads and buffers that have moved
      this.states = [0]; // the states on the way, the first one included
      this.build();
      this.draw();
      // Others step through a program that has no address.
      if (!section.id) return;
      this.read();
      window.addEventListener('hashchange', () => this.read());
    }

    // How the program can go on for ever, and is to blame for getting nowhere.
    get rounds() {
      return (this.graph.endless || []).filter((each) => each.bad);
    }

    get state() {
      return this.graph.states[this.states[this.states.length - 1]];
    }

    // The page

    build() {
      const { graph, section } = this;
      this.threads = graph.threads.map((thread, i) => {
        const button = element('button', { type: 'button', textContent: `${thread.name} moves` });
        button.addEventListener('click', () => this.move(i));
        const steps = thread.steps.map((step) =>
          element('li', {}, element('code', { textContent: step })));
        const registers = element('p', { className: 'registers' });
        const box = element('div', { className: 'thread' }, button, element('ol', {}, ...steps), registers);
        if (!this.buffered) return { button, steps, registers, box };
        const buffer = element('p', { className: 'registers' });
        const store = element('button', { type: 'button', textContent: `${this.movers[graph.threads.length + i]} stores` });
        store.addEventListener('click', () => this.move(graph.threads.length + i));
        box.append(buffer, store);
        return { button, steps, registers, box, buffer, store };
      });
      this.memory = element('p', { className: 'memory' });
      this.order = element('code');
      this.said = element('p', { className: 'said' });
      this.said.setAttribute('role', 'status');
      this.undoing = this.control('Undo', () => this.undo());
      this.restarting = this.control('Start over', () => this.restart());
      this.link = element('a', { textContent: 'Link to this order' });
      const controls = element('p', { className: 'controls' }, this.undoing, this.restarting);
      if (graph.outcomes.some((outcome) => outcome.bad) || this.rounds.length > 0) {
        controls.append(this.control('Show a bad order', () => this.show()));
      }
      if (section.id) controls.append(this.link);

      const always = (graph.always || []).map((condition) => `always ${condition}`);
      const nothing = graph.endless ? 'no deadlock, livelock or starvation' : 'no deadlock';
      const wanted = [...graph.expected, ...always, nothing].join(' and ');
      const names = (of) => of.join(', ');
      const buffers = this.movers.slice(graph.threads.length);
      const keys = !this.letters ? ''
        : `${names(graph.threads.map((t) => t.name))}: move. ${this.buffered ? `${names(buffers)}: store. ` : ''}`;
      const live = element('div', { className: 'live' },
        element('p', { className: 'task' },
          element('strong', { textContent: 'You are the scheduler. ' }),
          this.buffered ? 'And you decide when a store reaches memory. ' : '',
          'Wanted in the end: ', element('code', { textContent: wanted }), '. Break it.'),
        element('div', { className: 'threads' }, ...this.threads.map((thread) => thread.box)),
        element('div', { className: 'now' }, this.memory, this.said),
        element('p', { className: 'order' }, 'So far: ', this.order),
        controls,
        element('p', { className: 'keys', textContent: `Keys: ${keys}U: undo. R: start over.` }));
      section.append(live);
      section.classList.add('is-live');
      // A click anywhere in it makes the keys work.
      section.tabIndex = -1;
      section.addEventListener('keydown', (event) => this.key(event));
    }

    control(text, act) {
      const button = element('button', { type: 'button', textContent: text });
      button.addEventListener('click', act);
      return button;
    }

    draw() {
      const { graph, state } = this;
      const before = graph.states[this.states[Math.max(0, this.states.length - 2)]];

      // Which steps each thread has taken; those before its next one that it hasn't, it skipped.
      const taken = graph.threads.map(() => new Set());
      this.path.forEach((mover, i) => {
        if (mover < taken.length) taken[mover].add(graph.states[this.states[i]].next[mover]);
      });

      this.drawMemory(state, before);
      this.threads.forEach((thread, i) => {
        const next = state.next[i];
        thread.steps.forEach((step, j) => {
          // Where there are blocks, what stands above needn't have been passed by.
          const passed = j < next && !this.blocks[i];
          step.className = taken[i].has(j) ? 'done' : passed ? 'skipped' : '';
          if (j === next) step.setAttribute('aria-current', 'step');
          else step.removeAttribute('aria-current');
        });
        const registers = graph.threads[i].registers.map((register, j) =>
          place(`${register} = ${state.registers[i][j]}`,
            state.registers[i][j] !== before.registers[i][j]));
        thread.registers.replaceChildren();
        registers.forEach((one, j) => thread.registers.append(j ? ', ' : '', one));
        // Not `disabled`: whoever is on it with the keyboard stays there, and is told why.
        thread.button.setAttribute('aria-disabled', String(!this.next(i)));
        if (!this.buffered) return;
        const waiting = this.waiting(state, i).map(([variable, value]) => `${graph.shared[variable]} = ${value}`);
        const more = waiting.length > this.waiting(before, i).length;
        thread.buffer.replaceChildren('Buffer: ');
        waiting.forEach((one, j) => thread.buffer.append(
          j ? ', ' : '', place(one, more && j === waiting.length - 1)));
        if (waiting.length === 0) thread.buffer.append('empty');
        thread.store.setAttribute('aria-disabled', String(!this.next(graph.threads.length + i)));
      });
      this.undoing.setAttribute('aria-disabled', String(this.path.length === 0));
      this.restarting.setAttribute('aria-disabled', String(this.path.length === 0));
      this.order.textContent = this.schedule() || '—';
      this.link.href = this.hash();
    }

    // What the threads share, with what has changed marked.
    drawMemory(state, before) {
      const { graph } = this;
      const name = (thread) => graph.threads[thread].name;
      this.memory.replaceChildren('Shared: ');
      const places = graph.shared.map((variable, i) =>
        place(`${variable} = ${state.shared[i]}`, state.shared[i] !== before.shared[i]));
      places.push(...graph.locks.map((lock, i) => {
        const holder = state.held[i];
        // What it protects, where that is known.
        const [inside, earlier] = [state, before].map((of) => (of.inside || [])[i] ?? null);
        return place((holder === null ? `${lock} is free` : `${name(holder)} has ${lock}`)
          + (inside === null ? '' : ` (${inside} in it)`),
          holder !== before.held[i] || inside !== earlier);
      }));
      const changes = (what, i) => JSON.stringify(state[what][i]) !== JSON.stringify(before[what][i]);
      places.push(
        ...(graph.semaphores || []).map((semaphore, i) =>
          place(`${semaphore} = ${state.semaphores[i]}`, changes('semaphores', i))),
        ...(graph.channels || []).map((channel, i) =>
          place(`${channel} holds ${state.channels[i].join(' and ') || 'nothing'}`, changes('channels', i))),
        ...(graph.condvars || []).map((condvar, i) => {
          const asleep = state.asleep[i].map(name);
          return place(asleep.length === 0 ? `nobody sleeps at ${condvar}`
            : `${asleep.join(' and ')} sleep${asleep.length === 1 ? 's' : ''} at ${condvar}`, changes('asleep', i));
        }));
      places.forEach((one, i) => this.memory.append(i ? ', ' : '', one));
    }

    say(text, kind = '') {
      this.said.textContent = text;
      this.said.className = `said ${kind}`;
    }

    // What the reader does

    // What waits in the buffer of a thread: variables, and what they will be.
    waiting(state, thread) {
      return (state.buffers || [])[thread] || [];
    }

    next(mover) {
      const move = this.state.moves.find(([who]) => who === mover);
      return move && move[1];
    }

    move(mover) {
      const to = this.next(mover);
      if (to === undefined) {
        this.say(this.why(mover));
        return;
      }
      const { threads, shared } = this.graph;
      let does;
      if (mover < threads.length) {
        does = threads[mover].steps[this.state.next[mover]].trim();
      } else {
        const [variable, value] = this.waiting(this.state, mover - threads.length)[0];
        does = `${shared[variable]} = ${value} reaches memory`;
      }
      this.path.push(mover);
      this.states.push(to);
      this.draw();
      const changed = [...this.section.querySelectorAll('mark')].map((place) => place.textContent);
      this.tell([`${this.movers[mover]}: ${does}`, ...changed].join('. '));
    }

    undo() {
      if (this.path.length === 0) return;
      this.path.pop();
      this.states.pop();
      this.draw();
      this.tell('Undone.');
    }

    restart() {
      this.path = [];
      this.states = [0];
      this.draw();
      this.tell('At the start.');
    }

    show() {
      const bad = this.graph.outcomes.filter((outcome) => outcome.bad);
      bad.sort((one, other) => one.shortest.length - other.shortest.length);
      if (bad.length > 0) {
        this.follow(bad[0].shortest);
        return;
      }
      const [{ seen, way, round }] = this.rounds;
      this.follow([...way, ...round]);
      const once = (order) => this.schedule(order) || 'nothing';
      this.say(`${seen}: first ${once(way)}, and then ${once(round)} over and over. You see it once.`, 'bad');
    }

    // Goes that way from the start, as far as it leads.
    follow(path) {
      this.path = [];
      this.states = [0];
      for (const mover of path) {
        const to = this.next(mover);
        if (to === undefined) break;
        this.path.push(mover);
        this.states.push(to);
      }
      this.draw();
      this.tell(`${this.path.length} steps.`);
    }

    key(event) {
      if (event.ctrlKey || event.altKey || event.metaKey) return;
      const key = event.key.toLowerCase();
      // A small letter is a buffer, where there are some.
      const mover = this.movers.findIndex((name) =>
        this.buffered ? name === event.key : name.toLowerCase() === key);
      if (mover >= 0) this.move(mover);
      else if (key === 'u' || key === 'backspace') this.undo();
      else if (key === 'r') this.restart();
      else return;
      // The book has keys of its own.
      event.preventDefault();
      event.stopPropagation();
    }

    // What is said about it

    why(thread) {
      const { threads, locks } = this.graph;
      if (thread >= threads.length) {
        return this.waiting(this.state, thread - threads.length).length > 0 ? 'It is broken already.'
          : `Nothing waits in ${this.movers[thread]}.`;
      }
      const blocked = (this.state.blocked || [])[thread];
      if (blocked) return `${threads[thread].name} waits for ${blocked}.`;
      const lock = (this.state.waits || [])[thread];
      if (typeof lock !== 'number') {
        const { name, steps } = threads[thread];
        if (this.state.next[thread] === steps.length) return `${name} has ended.`;
        return this.state.outcome !== undefined ? 'It is broken already.'
          : `${name} waits: not all of its stores have reached memory.`;
      }
      return `${threads[thread].name} waits: ${threads[this.state.held[lock]].name} has ${locks[lock]}.`;
    }

    tell(what) {
      const { graph } = this;
      const outcome = graph.outcomes[this.state.outcome];
      if (outcome === undefined) {
        this.say(what);
      } else if (outcome.bad) {
        this.say(`You broke it: ${outcome.seen}, and ${outcome.bad}. `
          + `${this.broken} break it.`, 'bad');
      } else if (graph.bad === '0' && this.rounds.length > 0) {
        this.say(`Fine: ${outcome.seen}. But there is a ${this.rounds[0].kind}.`, 'good');
      } else if (graph.bad === '0') {
        const all = graph.schedules === '∞' ? 'all' : `all ${graph.schedules}`;
        this.say(`Fine: ${outcome.seen}. So are ${all} orders: nobody can break it.`, 'good');
      } else {
        this.say(`Fine: ${outcome.seen}. But ${this.broken} break it.`, 'good');
      }
    }

    // How many orders are bad.
    get broken() {
      const { bad, schedules } = this.graph;
      if (schedules !== '∞') return `${bad} of ${schedules} orders`;
      return bad === '∞' ? 'endlessly many orders' : `${bad} of endlessly many orders`;
    }

    // Links

    schedule(path = this.path) {
      return path.map((mover) => this.movers[mover]).join(this.letters ? '' : '.');
    }

    hash() {
      return `#${this.section.id}=${this.schedule()}`;
    }

    // Goes where the address of the page says, if it speaks of this program.
    read() {
      const [id, words] = decoded(location.hash.slice(1)).split('=');
      if (id !== this.section.id || words === undefined) {
        if (this.path.length === 0) this.draw();
        return;
      }
      const names = this.letters ? [...words] : words.split('.');
      this.follow(names.map((name) => this.movers.indexOf(name)));
      this.section.scrollIntoView();
    }
  }

  // Those that show a failure have a script of their own: crates/course/src/show/lanes.js.
  for (const section of document.querySelectorAll('.stepper:not(.failure)')) new Stepper(section);
  // For that one, and for the page on which readers write programs of their own.
  window.stepper = { Stepper, element };
})();
