//! A program with all its states, as JSON: what the stepper in the book walks through.
//!
//! Each state is a line, so that a changed program shows as changed lines. Numbers of schedules
//! are strings, since a number in JavaScript is exact only up to 2⁵³.

use std::fmt::{self, Display, Write as _};
use std::io::{self, Write};

use super::endless::Endless;
use super::exploration::{Exploration, Outcome};
use super::level::Level;
use super::program::{Memory, Program, Thread};
use super::state::{State, Waits};

/// What can be written as JSON.
trait Json {
    fn write(&self, f: &mut fmt::Formatter) -> fmt::Result;
}

/// Shows something as JSON.
struct As<T>(T);

impl<T: Json> Display for As<T> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        self.0.write(f)
    }
}

impl<T: Json + ?Sized> Json for &T {
    fn write(&self, f: &mut fmt::Formatter) -> fmt::Result {
        (*self).write(f)
    }
}

impl Json for i64 {
    fn write(&self, f: &mut fmt::Formatter) -> fmt::Result {
        self.fmt(f)
    }
}

impl Json for bool {
    fn write(&self, f: &mut fmt::Formatter) -> fmt::Result {
        self.fmt(f)
    }
}

impl Json for usize {
    fn write(&self, f: &mut fmt::Formatter) -> fmt::Result {
        self.fmt(f)
    }
}

impl Json for str {
    fn write(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_char('"')?;
        for c in self.chars() {
            match c {
                '"' => f.write_str("\\\"")?,
                '\\' => f.write_str("\\\\")?,
                '\n' => f.write_str("\\n")?,
                '\t' => f.write_str("\\t")?,
                '\r' => f.write_str("\\r")?,
                c if c < ' ' => write!(f, "\\u{:04x}", u32::from(c))?,
                c => f.write_char(c)?,
            }
        }
        f.write_char('"')
    }
}

impl Json for String {
    fn write(&self, f: &mut fmt::Formatter) -> fmt::Result {
        self.as_str().write(f)
    }
}

impl<T: Json> Json for Option<T> {
    fn write(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Some(value) => value.write(f),
            None => f.write_str("null"),
        }
    }
}

impl<T: Json> Json for [T] {
    fn write(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_char('[')?;
        for (i, value) in self.iter().enumerate() {
            f.write_str(if i == 0 { "" } else { "," })?;
            value.write(f)?;
        }
        f.write_char(']')
    }
}

impl<T: Json> Json for Vec<T> {
    fn write(&self, f: &mut fmt::Formatter) -> fmt::Result {
        self.as_slice().write(f)
    }
}

impl<A: Json, B: Json> Json for (A, B) {
    fn write(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "[{},{}]", As(&self.0), As(&self.1))
    }
}

/// An object; what has nothing to say is left out.
struct Object<'a>(&'a [(&'a str, Option<&'a dyn Json>)]);

impl Display for Object<'_> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let fields = self.0.iter().filter_map(|(name, value)| Some((name, (*value)?)));
        for (i, (name, value)) in fields.enumerate() {
            f.write_str(if i == 0 { "{" } else { "," })?;
            write!(f, "\"{name}\":")?;
            value.write(f)?;
        }
        f.write_char('}')
    }
}

fn thread(thread: &Thread) -> String {
    let steps: Vec<_> = thread.steps.iter().map(|step| &step.source).collect();
    Object(&[
        ("name", Some(&thread.name)),
        ("registers", Some(&thread.registers)),
        ("steps", Some(&steps)),
    ])
    .to_string()
}

fn outcome(outcome: &Outcome) -> String {
    Object(&[
        ("seen", Some(&outcome.seen)),
        ("bad", Some(&outcome.bad)),
        ("schedules", Some(&count(outcome.schedules))),
        ("shortest", Some(&outcome.shortest.0)),
    ])
    .to_string()
}

fn endless(endless: &Endless) -> String {
    Object(&[
        ("kind", Some(&endless.kind.name().to_string())),
        ("seen", Some(&endless.seen)),
        ("bad", Some(&endless.is_bad())),
        ("stuck", Some(&endless.stuck)),
        ("way", Some(&endless.way.0)),
        ("round", Some(&endless.round.0)),
    ])
    .to_string()
}

/// What was wrong, and the line where, if it belongs to one.
pub(super) fn error(reason: &str, line: Option<usize>) -> String {
    let reason = reason.to_string();
    let line = line.as_ref().map(|line| line as _);
    Object(&[("error", Some(&reason)), ("line", line)]).to_string()
}

/// What a level says.
pub(super) fn said(level: &Level) -> String {
    Object(&[
        ("title", Some(&level.title)),
        ("task", Some(&level.task)),
        ("hint", Some(&level.hint)),
        ("buffered", Some(&level.buffered)),
        ("program", Some(&level.program)),
    ])
    .to_string()
}

/// How many schedules there are, in a sign or in digits.
pub fn count(schedules: Option<u128>) -> String {
    schedules.map_or("∞".into(), |schedules| schedules.to_string())
}

impl Exploration {
    /// Writes the program, and all that was found out about it, to `out`.
    ///
    /// # Errors
    ///
    /// When `out` can't be written to.
    pub fn write_json(&self, program: &Program, out: &mut impl Write) -> io::Result<()> {
        let shared: Vec<_> = program.shared.iter().map(|(name, _)| name).collect();
        let expected: Vec<_> =
            program.expected.iter().map(|condition| &condition.source).collect();

        writeln!(out, "{{\"name\": {},", As(&program.name))?;
        if program.memory == Memory::Buffered {
            writeln!(out, "\"movers\": {},", As(program.movers()))?;
        }
        writeln!(out, "\"shared\": {},", As(&shared))?;
        writeln!(out, "\"locks\": {},", As(&program.locks))?;
        let names = |name, of: Vec<&String>, out: &mut dyn Write| {
            if of.is_empty() { Ok(()) } else { writeln!(out, "\"{name}\": {},", As(&of)) }
        };
        names("condvars", program.condvars.iter().collect(), out)?;
        let semaphores = program.semaphores.iter().map(|(name, _)| name);
        names("semaphores", semaphores.collect(), out)?;
        names("channels", program.channels.iter().map(|(name, _)| name).collect(), out)?;
        let always = program.always.iter().map(|condition| &condition.source);
        names("always", always.collect(), out)?;
        writeln!(out, "\"schedules\": \"{}\",", count(self.schedules))?;
        writeln!(out, "\"bad\": \"{}\",", count(self.bad_schedules()))?;
        writeln!(out, "\"expected\": {},", As(&expected))?;
        write_lines("threads", program.threads.iter().map(thread), out)?;
        writeln!(out, ",")?;
        write_lines("outcomes", self.outcomes.iter().map(outcome), out)?;
        writeln!(out, ",")?;
        if !self.endless.is_empty() {
            write_lines("endless", self.endless.iter().map(endless), out)?;
            writeln!(out, ",")?;
        }
        let states = 0..self.states.len();
        write_lines("states", states.map(|index| self.state(program, index)), out)?;
        writeln!(out, "}}")
    }

    /// A state: what there is in it, who can move to which state, for each thread the lock for which
    /// it waits or in words what else it waits for, and the outcome where nobody can move.
    fn state(&self, program: &Program, index: usize) -> String {
        let (state, moves): (&State, _) = (&self.states[index], &self.moves[index]);
        let outcome = moves.is_empty().then(|| state.seen(program)).and_then(|seen| {
            self.outcomes.iter().position(|outcome| outcome.seen == seen)
        });
        let threads = 0..program.threads.len();
        let waits: Vec<_> =
            threads.map(|thread| state.waits_for(program, thread)).collect();
        let asleep: Vec<_> = state.condvars.iter().map(|of| &of.asleep).collect();
        let blocked: Vec<_> = (0..program.threads.len())
            .map(|thread| state.waits(program, thread))
            .map(|waits| waits.filter(|waits| !matches!(waits, Waits::Lock(_))))
            .map(|waits| waits.map(|waits| waits.show(program)))
            .collect();
        let is_blocked = blocked.iter().any(Option::is_some);
        let buffered = state.buffers.iter().any(|buffer| !buffer.is_empty());
        let waiting = waits.iter().any(Option::is_some);
        Object(&[
            ("shared", Some(&state.shared)),
            ("held", Some(&state.held)),
            ("next", Some(&state.next)),
            ("registers", Some(&state.registers)),
            ("buffers", buffered.then_some(&state.buffers as _)),
            ("moves", Some(moves)),
            ("asleep", (!asleep.is_empty()).then_some(&asleep as _)),
            (
                "semaphores",
                (!state.semaphores.is_empty()).then_some(&state.semaphores as _),
            ),
            ("channels", (!state.channels.is_empty()).then_some(&state.channels as _)),
            ("blocked", is_blocked.then_some(&blocked as _)),
            ("waits", waiting.then_some(&waits as _)),
            ("outcome", outcome.as_ref().map(|outcome| outcome as _)),
        ])
        .to_string()
    }
}

/// A list with an element in each line.
fn write_lines(
    name: &str,
    elements: impl Iterator<Item = String>,
    out: &mut impl Write,
) -> io::Result<()> {
    write!(out, "\"{name}\": [")?;
    for (i, element) in elements.enumerate() {
        let comma = if i == 0 { "" } else { "," };
        write!(out, "{comma}\n{element}")?;
    }
    write!(out, "]")
}
