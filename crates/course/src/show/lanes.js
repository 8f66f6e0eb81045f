// A schedule that has failed, step by step: the stepper of book/theme/stepper.js, where there is one way through the
// states. The lanes are in the page; nothing is computed here.
'use strict';

(() => {
  const { Stepper, element } = window.stepper;

  class Failure extends Stepper {
    build() {
      const { graph, section } = this;
      this.lanes = section.querySelector('.lanes');
      this.steps = [...section.querySelectorAll('.lanes li')];
      this.steps.forEach((step, i) => step.addEventListener('click', () => this.goTo(i + 1)));
      this.memory = element('p', { className: 'memory' });
      this.said = element('p', { className: 'said' });
      this.said.setAttribute('role', 'status');
      this.restarting = this.control('Start', () => this.goTo(0));
      this.undoing = this.control('Back', () => this.goTo(this.at - 1));
      this.forward = this.control('Forward', () => this.goTo(this.at + 1));
      this.failing = this.control('Failing step', () => this.goTo(graph.failing + 1));
      section.append(element('div', { className: 'live' },
        this.said, this.memory,
        element('p', { className: 'controls' }, this.restarting, this.undoing, this.forward, this.failing),
        element('p', { className: 'keys', textContent: 'Keys: → forward, ← back, Home, End; F: the failing step.' })));
      section.classList.add('is-live');
      document.addEventListener('keydown', (event) => this.key(event));
    }

    // How many steps were made.
    get at() {
      return this.path.length;
    }

    goTo(at) {
      const { graph } = this;
      const way = Math.min(Math.max(at, 0), graph.states.length - 1);
      this.follow(Array.from({ length: way }, (_, i) => graph.states[i].moves[0][0]));
      const step = this.steps[way - 1] || this.steps[0];
      step.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    }

    draw() {
      const { graph, state, at } = this;
      this.drawMemory(state, graph.states[Math.max(0, at - 1)]);
      this.steps.forEach((step, i) => {
        step.classList.toggle('later', i >= at);
        if (i === at - 1) step.setAttribute('aria-current', 'step');
        else step.removeAttribute('aria-current');
      });
      document.querySelectorAll('.answer li').forEach((line) => line.classList.remove('now'));
      const line = at > 0 && graph.steps[at - 1].line;
      if (line) document.getElementById(`line-${line}`).classList.add('now');
      this.restarting.setAttribute('aria-disabled', String(at === 0));
      this.undoing.setAttribute('aria-disabled', String(at === 0));
      this.forward.setAttribute('aria-disabled', String(at === this.steps.length));
      this.tell();
    }

    tell() {
      const { graph, at } = this;
      if (at === 0) {
        this.say(`At the start, of ${this.steps.length} steps.`);
        return;
      }
      const { line, does } = graph.steps[at - 1];
      const who = graph.threads[graph.states[at - 1].moves[0][0]].name;
      const step = `${at} of ${this.steps.length}: ${who} ${does}${line ? ` (line ${line})` : ''}.`;
      const ends = at === this.steps.length;
      this.say(ends ? `${step} ${graph.said}` : step, ends || at === graph.failing + 1 ? 'bad' : '');
    }

    key(event) {
      if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
      const { at, graph } = this;
      const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: this.steps.length, f: graph.failing + 1 }[event.key];
      if (to === undefined) return;
      this.goTo(to);
      event.preventDefault();
    }
  }

  for (const section of document.querySelectorAll('.stepper.failure')) new Failure(section);
})();
