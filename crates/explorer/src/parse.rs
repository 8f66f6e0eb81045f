//! Reads a program as people write it.
//!
//! ```text
//! # Two threads add one to the same number.
//! shared count = 0
//!
//! thread A
//!   seen = count.load()
//!   count.store(seen + 1)
//! thread B
//!   seen = count.load()
//!   count.store(seen + 1)
//!
//! expect count == 2
//! ```
//!
//! The steps are those of [`Action`]. `if seen > 0: count.store(0)` is a step that is taken
//! only if the condition holds. An expectation may name shared variables, and registers as
//! `A.seen`; `and` connects several. `always` is an expectation for every moment.
//!
//! `lock NAME` declares a lock, `condition NAME` a condition variable, `semaphore NAME = NUMBER`
//! how many may acquire it, and `channel NAME = NUMBER` how many items there is room for.
//!
//! As in Python, `if …:` and `while …:` begin a block when nothing follows in the line; the block is
//! what is further to the right:
//!
//! ```text
//! thread B
//!   door.lock()
//!   seen = ready.load()
//!   while seen == 0:
//!     news.wait(door)
//!     seen = ready.load()
//!   door.unlock()
//! ```

use std::error::Error;
use std::fmt;

use super::program::{
    Action, Condition, Memory, Program, Relation, Step, Sum, Term, Thread, Value,
};

/// The words with which a line begins that is no step.
pub(super) const DECLARATIONS: [&str; 8] =
    ["shared", "lock", "condition", "semaphore", "channel", "thread", "expect", "always"];

/// A line that can't be read, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    /// The number of the line, from 1 on.
    pub line: usize,
    /// What is wrong with it.
    pub reason: String,
}

/// A block whose end isn't found yet.
struct Open {
    /// The number of its line.
    line: usize,
    /// How far to the right its head stands.
    indent: usize,
    /// Which step of the thread its head is.
    head: usize,
    /// Whether it has a step that is taken whenever the block is.
    takes_steps: bool,
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.reason)
    }
}

impl Error for Unreadable {}

impl Program {
    /// Reads a program that is called `name`.
    ///
    /// # Errors
    ///
    /// The first line that can't be read, and why.
    pub fn parse(name: &str, text: &str) -> Result<Self, Unreadable> {
        let mut program = Self {
            name: name.into(),
            shared: Vec::new(),
            locks: Vec::new(),
            condvars: Vec::new(),
            semaphores: Vec::new(),
            channels: Vec::new(),
            threads: Vec::new(),
            expected: Vec::new(),
            always: Vec::new(),
            memory: Memory::AtOnce,
        };
        let mut number = 0;
        let mut open = Vec::new();
        for line in text.lines() {
            number += 1;
            let code = line.split('#').next().unwrap_or_default();
            let indent = code.len() - code.trim_start().len();
            let code = code.trim();
            if !code.is_empty() {
                program.close(&mut open, indent)?;
                let read = program.read(code, number, indent, &mut open);
                read.map_err(|reason| Unreadable { line: number, reason })?;
            }
        }
        program.close(&mut open, 0)?;
        if program.threads.is_empty() {
            let line = number.max(1);
            return Err(Unreadable { line, reason: "there is no thread".into() });
        }
        Ok(program)
    }

    /// Closes the blocks to which a line doesn't belong that stands so far to the right.
    fn close(&mut self, open: &mut Vec<Open>, indent: usize) -> Result<(), Unreadable> {
        while let Some(block) = open.pop_if(|block| indent <= block.indent) {
            let steps = self.threads.last_mut().map(|thread| &mut thread.steps);
            let steps = steps.expect("a block stands in a thread");
            let behind = steps.len();
            let refuse =
                |reason: &str| Unreadable { line: block.line, reason: reason.into() };
            if behind == block.head + 1 {
                return Err(refuse(
                    "below this line, further to the right, steps are missing",
                ));
            }
            if let Action::While { end } = &mut steps[block.head].action {
                if !block.takes_steps {
                    return Err(refuse(
                        "this loop needs a step that is taken each time, and not only under a condition",
                    ));
                }
                *end = behind;
            } else if let Action::If { end } = &mut steps[block.head].action {
                *end = behind;
            }
        }
        Ok(())
    }

    fn read(
        &mut self,
        line: &str,
        number: usize,
        indent: usize,
        open: &mut Vec<Open>,
    ) -> Result<(), String> {
        let (word, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        if DECLARATIONS.contains(&word) && !open.is_empty() {
            return Err(format!(
                "`{word}` can't stand in a block; write it further to the left"
            ));
        }
        match word {
            "shared" => {
                let (name, number) = self.new_number(word, rest)?;
                self.shared.push((name, number));
            }
            "lock" => {
                let name = self.new_name(rest)?;
                self.locks.push(name);
            }
            "condition" => {
                let name = self.new_name(rest)?;
                self.condvars.push(name);
            }
            "semaphore" => {
                let (name, number) = self.new_number(word, rest)?;
                if number < 0 {
                    return Err(format!("a semaphore can't be {number}; 0 is the least"));
                }
                self.semaphores.push((name, number));
            }
            "channel" => {
                let (name, room) = self.new_number(word, rest)?;
                let room = usize::try_from(room).ok().filter(|room| *room > 0);
                let room = room.ok_or("a channel needs room for at least 1 item")?;
                self.channels.push((name, room));
            }
            "thread" => {
                let name = self.new_name(rest)?;
                let (registers, steps) = (Vec::new(), Vec::new());
                self.threads.push(Thread { name, registers, steps });
            }
            "expect" => {
                let expected = self.conditions(rest, None)?;
                self.expected.extend(expected);
            }
            "always" => {
                let always = self.conditions(rest, None)?;
                self.always.extend(always);
            }
            _ => {
                let thread = self.threads.len().checked_sub(1);
                let thread = thread.ok_or(
                    "write `shared NAME = NUMBER`, `lock NAME` or `thread NAME` first",
                )?;
                let mut step = self.step(line, thread)?;
                step.source.insert_str(0, &"  ".repeat(open.len()));
                let head = self.threads[thread].steps.len();
                if step.action.block().is_some() {
                    open.push(Open { line: number, indent, head, takes_steps: false });
                } else if let Some(block) = open.last_mut() {
                    block.takes_steps |= step.only_if.is_empty();
                }
                self.threads[thread].steps.push(step);
            }
        }
        Ok(())
    }

    fn step(&mut self, line: &str, thread: usize) -> Result<Step, String> {
        if let Some(head) = line.strip_suffix(':') {
            let (word, conditions) = head.split_once(' ').unwrap_or((head, ""));
            let (action, is_loop) = match word {
                "if" => (Action::If { end: 0 }, false),
                "while" => (Action::While { end: 0 }, true),
                _ => {
                    return Err(format!(
                        "`{line}` begins no block; blocks are `if r == 0:`, `while r == 0:` \
                         and `while true:`"
                    ));
                }
            };
            let only_if = match conditions.trim() {
                "true" if is_loop => Vec::new(),
                conditions => self.conditions(conditions, Some(thread))?,
            };
            return Ok(Step { source: line.into(), only_if, action });
        }
        let condition = line.strip_prefix("if ").and_then(|rest| rest.split_once(':'));
        let (only_if, does) = match condition {
            Some((conditions, does)) => {
                (self.conditions(conditions, Some(thread))?, does)
            }
            None => (Vec::new(), line),
        };
        let action = self.action(does.trim(), thread)?;
        Ok(Step { source: line.into(), only_if, action })
    }

    /// Reads `[register =] place.verb(arguments)`, or `fence()`.
    fn action(&mut self, text: &str, thread: usize) -> Result<Action, String> {
        if text == "fence()" {
            return Ok(Action::Fence);
        }
        let unknown = || {
            format!(
                "`{text}` is no step; steps are `r = v.load()`, `v.store(r + 1)`, \
                 `r = v.fetch_add(1)`, `r = v.compare_exchange(0, 1)`, `l.lock()`, \
                 `l.unlock()`, `c.wait(l)`, `c.notify_one()`, `c.notify_all()`, `s.acquire()`, \
                 `s.release()`, `q.send(1)`, `r = q.receive()` and `fence()`"
            )
        };
        let (head, arguments) = text
            .strip_suffix(')')
            .and_then(|text| text.split_once('('))
            .ok_or_else(unknown)?;
        let (to, call) = match head.split_once('=') {
            Some((register, call)) => (Some(register.trim()), call.trim()),
            None => (None, head),
        };
        let (place, verb) = call.split_once('.').ok_or_else(unknown)?;
        let lock = |program: &Self| {
            let found = program.locks.iter().position(|lock| lock == place);
            found.ok_or_else(|| format!("there is no lock `{place}`"))
        };
        let variable = |program: &Self| {
            let found = program.shared.iter().position(|(name, _)| name == place);
            found.ok_or_else(|| format!("there is no shared variable `{place}`"))
        };
        let named = |what: &str, names: Vec<&String>| {
            let found = names.into_iter().position(|name| name == place);
            found.ok_or_else(|| format!("there is no {what} `{place}`"))
        };
        let condvar =
            |program: &Self| named("condition", program.condvars.iter().collect());
        let semaphore = |program: &Self| {
            named("semaphore", program.semaphores.iter().map(|(name, _)| name).collect())
        };
        let channel = |program: &Self| {
            named("channel", program.channels.iter().map(|(name, _)| name).collect())
        };
        let arguments: Vec<&str> = match arguments.trim() {
            "" => Vec::new(),
            arguments => arguments.split(',').collect(),
        };
        let sum = |program: &Self, text| program.sum(text, Some(thread));
        Ok(match (verb, to, &arguments[..]) {
            ("load", Some(to), []) => {
                let from = variable(self)?;
                Action::Load { to: self.register(to, thread)?, from }
            }
            ("store", None, [value]) => {
                Action::Store { to: variable(self)?, value: sum(self, value)? }
            }
            ("fetch_add", before, [value]) => {
                let (to, value) = (variable(self)?, sum(self, value)?);
                let before =
                    before.map(|name| self.register(name, thread)).transpose()?;
                Action::FetchAdd { to, value, before }
            }
            ("compare_exchange", Some(written), [expected, new]) => {
                let (expected, new) = (sum(self, expected)?, sum(self, new)?);
                let to = variable(self)?;
                let written = self.register(written, thread)?;
                Action::CompareExchange { to, expected, new, written }
            }
            ("lock", None, []) => Action::Lock(lock(self)?),
            ("unlock", None, []) => Action::Unlock(lock(self)?),
            ("wait", None, [with]) => {
                let on = condvar(self)?;
                let mut locks = self.locks.iter();
                let lock = locks.position(|lock| lock == with.trim());
                let lock =
                    lock.ok_or_else(|| format!("there is no lock `{}`", with.trim()))?;
                Action::Wait { on, lock }
            }
            ("notify_one", None, []) => Action::NotifyOne(condvar(self)?),
            ("notify_all", None, []) => Action::NotifyAll(condvar(self)?),
            ("acquire", None, []) => Action::Acquire(semaphore(self)?),
            ("release", None, []) => Action::Release(semaphore(self)?),
            ("send", None, [value]) => {
                Action::Send { to: channel(self)?, value: sum(self, value)? }
            }
            ("receive", Some(to), []) => {
                let from = channel(self)?;
                Action::Receive { to: self.register(to, thread)?, from }
            }
            _ => return Err(unknown()),
        })
    }

    fn conditions(
        &self,
        text: &str,
        thread: Option<usize>,
    ) -> Result<Vec<Condition>, String> {
        text.split(" and ").map(|text| self.condition(text.trim(), thread)).collect()
    }

    fn condition(&self, text: &str, thread: Option<usize>) -> Result<Condition, String> {
        let mut written = Relation::WRITTEN.into_iter();
        let split = written.find_map(|(sign, relation)| {
            text.split_once(sign).map(|(left, right)| (left, relation, right))
        });
        let (left, relation, right) = split
            .ok_or_else(|| format!("`{text}` compares nothing; write `seen == 0`"))?;
        let (left, right) = (self.sum(left, thread)?, self.sum(right, thread)?);
        Ok(Condition { source: text.into(), left, relation, right })
    }

    /// Reads terms with `+` or `-` between them. In a step of `thread`, names are those of its
    /// registers; in an expectation there is no `thread`.
    fn sum(&self, text: &str, thread: Option<usize>) -> Result<Sum, String> {
        let spaced = text.replace('+', " + ").replace('-', " - ");
        let (mut terms, mut sign) = (Vec::new(), Some(false));
        for word in spaced.split_whitespace() {
            match (word, sign) {
                ("-", None) => sign = Some(true),
                ("-", Some(negative)) => sign = Some(!negative),
                ("+", None) => sign = Some(false),
                (_, Some(negative)) => {
                    terms.push(Term { negative, value: self.value(word, thread)? });
                    sign = None;
                }
                _ => return Err(format!("`{}` is no sum", text.trim())),
            }
        }
        if sign.is_some() {
            return Err(format!("`{}` is no sum", text.trim()));
        }
        Ok(Sum(terms))
    }

    fn value(&self, word: &str, thread: Option<usize>) -> Result<Value, String> {
        if let Ok(number) = word.parse() {
            return Ok(Value::Number(number));
        }
        let register = |thread: usize, name: &str| {
            let registers = &self.threads[thread].registers;
            let register = registers.iter().position(|register| register == name)?;
            Some(Value::Register { thread, register })
        };
        let found = match (thread, word.split_once('.')) {
            (Some(thread), _) => register(thread, word),
            (None, Some((name, word))) => {
                let mut threads = self.threads.iter();
                let thread = threads.position(|thread| thread.name == name);
                thread.and_then(|thread| register(thread, word))
            }
            (None, None) => {
                let mut shared = self.shared.iter();
                shared.position(|(name, _)| name == word).map(Value::Shared)
            }
        };
        found.ok_or_else(|| match thread {
            Some(thread) => format!(
                "thread {} has no register `{word}` yet; load it first",
                self.threads[thread].name
            ),
            None => format!(
                "there is no `{word}`; name a shared variable, or a register as `A.seen`"
            ),
        })
    }

    /// The place of the register of that name, which is a new one if there was none.
    fn register(&mut self, name: &str, thread: usize) -> Result<usize, String> {
        if self.shared.iter().any(|(shared, _)| shared == name) {
            return Err(format!("`{name}` is shared; write `{name}.store(…)`"));
        }
        let registers = &self.threads[thread].registers;
        if let Some(register) = registers.iter().position(|register| register == name) {
            return Ok(register);
        }
        let name = word(name)?;
        self.threads[thread].registers.push(name);
        Ok(self.threads[thread].registers.len() - 1)
    }

    /// Reads `NAME = NUMBER`.
    fn new_number(&self, word: &str, text: &str) -> Result<(String, i64), String> {
        let wrong = || format!("write `{word} NAME = NUMBER`");
        let (name, number) = text.split_once('=').ok_or_else(wrong)?;
        let (name, number) = (self.new_name(name)?, number.trim());
        let number = number.parse().map_err(|_| format!("`{number}` is no number"))?;
        Ok((name, number))
    }

    fn new_name(&self, name: &str) -> Result<String, String> {
        let name = word(name)?;
        let shared = self.shared.iter().map(|(name, _)| name);
        let semaphores = self.semaphores.iter().map(|(name, _)| name);
        let channels = self.channels.iter().map(|(name, _)| name);
        let waits =
            self.locks.iter().chain(&self.condvars).chain(semaphores).chain(channels);
        let threads = self.threads.iter().map(|thread| &thread.name);
        if shared.chain(waits).chain(threads).any(|other| *other == name) {
            return Err(format!("there are two of `{name}`"));
        }
        Ok(name)
    }
}

fn word(name: &str) -> Result<String, String> {
    let name = name.trim();
    let letters = name.chars().all(|c| c.is_alphanumeric() || c == '_');
    if letters && name.starts_with(|c: char| !c.is_numeric()) {
        Ok(name.into())
    } else {
        Err(format!("`{name}` is no name; use letters, digits and `_`"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::State;

    #[test]
    fn what_cannot_be_read_is_said_with_its_line() {
        for (text, complaint) in [
            ("", "line 1: there is no thread"),
            (
                "count.load()",
                "line 1: write `shared NAME = NUMBER`, `lock NAME` or `thread",
            ),
            ("shared n = x", "line 1: `x` is no number"),
            ("shared n = 1\nlock n", "line 2: there are two of `n`"),
            ("lock a b", "line 1: `a b` is no name"),
            (
                "# one\nthread A\n  n = m.load()",
                "line 3: there is no shared variable `m`",
            ),
            (
                "shared n = 0\nthread A\n n.store(m + 1)",
                "line 3: thread A has no register",
            ),
            ("shared n = 0\nthread A\n n = n.load()", "line 3: `n` is shared; write"),
            ("shared n = 0\nthread A\n n.store(1 +)", "line 3: `1 +` is no sum"),
            ("shared n = 0\nthread A\n n.store(1 1)", "line 3: `1 1` is no sum"),
            (
                "shared n = 0\nthread A\n n.swap(1)",
                "line 3: `n.swap(1)` is no step; steps",
            ),
            ("shared n = 0\nthread A\n n++", "line 3: `n++` is no step"),
            (
                "thread A\nexpect B.seen == 1",
                "line 2: there is no `B.seen`; name a shared",
            ),
            ("thread A\nexpect 1", "line 2: `1` compares nothing"),
        ] {
            let error = Program::parse("test", text).expect_err(text).to_string();
            assert!(error.starts_with(complaint), "{text:?}: {error}");
        }
    }

    #[test]
    fn sums_have_signs() {
        let program = |sum: &str| {
            let text = format!("shared n = 0\nthread A\n x = n.load()\n n.store({sum})");
            Program::parse("test", &text).map(|program| {
                let loaded = State::start(&program).after(&program, 0).expect("a load");
                loaded.after(&program, 0).expect("a store").shared[0]
            })
        };
        for (sum, value) in [("-3", -3), ("x + 1", 1), ("2-x - -4", 6), ("1 + -2", -1)] {
            assert_eq!(program(sum), Ok(value), "{sum}");
        }
        for sum in ["", "+ 1", "1 + + 1", "1 +", "x x"] {
            assert!(program(sum).is_err(), "{sum}");
        }
    }
}
