//! What the reader gets to see: first one sentence, then the arithmetic with its sources, then what to read.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use crate::account::{Account, Recorder};
use crate::advise::{Advice, Choice, Estimate, UNDIVIDED};
use crate::classify::Language;
use crate::machine::{COSTS, Machine};
use crate::state::State;

/// The layout of the JSON; one that a later version can't read gets a higher number.
pub const FORMAT: u32 = 1;

/// So many lanes are drawn; more are counted.
pub const LANES: usize = 16;

/// All that is to be said, as data.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// [`FORMAT`].
    pub format: u32,
    /// The command, or the number of a process.
    pub command: Vec<String>,
    /// Seconds that were watched.
    pub seconds: f64,
    /// Seconds before them, in programs that in the end became this one: a script that looks which one is meant. None of
    /// the other numbers has any of that in it.
    pub before: f64,
    /// How it ended.
    pub ended: Ended,
    /// What it speaks.
    pub language: Spoken,
    /// Cores that it may use.
    pub cores: f64,
    /// Of which machine the costs are; nothing where there are none.
    pub measurements: Option<String>,
    /// What to do.
    pub recommendation: Choice,
    /// The same, in a sentence.
    pub sentence: String,
    /// What each option would bring.
    pub options: Vec<Estimate>,
    /// What was counted and timed.
    pub numbers: Vec<Number>,
    /// What can't be known, or was not to be seen.
    pub unknown: Vec<String>,
    /// Chapters.
    pub read: Vec<String>,
    /// What the threads did over time, of the busiest ones.
    pub lanes: Vec<Lane>,
    /// How many threads have no lane here.
    pub without_lane: usize,
}

/// How a program ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ended {
    /// With this code.
    Code(i32),
    /// By this signal.
    Signal(i32),
    /// It still runs.
    Running,
}

/// A language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spoken {
    /// `CPython`, `native` and so on.
    pub name: String,
    /// Its version, of a CPython.
    pub version: Option<String>,
    /// Whether all threads need one lock to compute.
    pub gil: bool,
}

/// Something that was counted or timed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Number {
    /// What.
    pub name: String,
    /// How much.
    pub value: f64,
    /// `share`, `seconds`, `bytes`, `count` or `per second`.
    pub unit: String,
    /// Where it was read.
    pub source: String,
}

impl Number {
    /// As the book writes such numbers.
    pub fn written(&self) -> String {
        match self.unit.as_str() {
            "share" => format!("{:.1}%", 100.0 * self.value),
            "seconds" => tour::format::nanoseconds(self.value * 1e9),
            "bytes" => tour::format::bytes(self.value),
            "per second" => format!("{} a second", tour::format::number(self.value)),
            _ => tour::format::number((self.value * 100.0).round() / 100.0),
        }
    }
}

/// What a thread did over time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Lane {
    /// Its process.
    pub pid: i32,
    /// Its number.
    pub tid: i32,
    /// Its name.
    pub name: String,
    /// In their order.
    pub spans: Vec<Span>,
}

/// A stretch of time in which a thread did mostly the same.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Span {
    /// In seconds.
    pub from: f64,
    /// In seconds.
    pub to: f64,
    /// What.
    pub state: State,
}

impl Report {
    /// Puts together what was seen and what was made of it.
    pub fn new(
        command: Vec<String>,
        ended: Ended,
        account: &Account,
        recorder: &Recorder,
        advice: Advice,
        machine: &Machine,
    ) -> Self {
        let mut unknown = advice.unknown;
        let left = &account.left;
        if !left.is_empty() {
            let (count, some) = (left.len(), &left[..left.len().min(5)]);
            unknown.push(format!(
                "What becomes of {}: the program has left {} running ({some:?}).",
                if count == 1 { "a process" } else { "processes" },
                tour::format::counted(count as u64, "process")
                    .replace("processs", "processes"),
            ));
        }
        let mut read = vec!["choosing/deciding.md".to_string()];
        if advice.choice.chapter() != read[0] {
            read.insert(0, advice.choice.chapter().into());
        }
        if let Language::Python { gil: true, .. } = account.language {
            read.push("gil/one-lock.md".into());
        }
        let mut busiest: Vec<usize> = (0..recorder.threads.len()).collect();
        let busy = |n: &usize| recorder.threads[*n].tally[State::Computing];
        busiest.retain(|n| !recorder.lane(*n).is_empty());
        busiest.sort_by(|a, b| busy(b).total_cmp(&busy(a)));
        busiest.truncate(LANES);
        busiest.sort_unstable();
        let lanes = busiest.into_iter().map(|n| lane(recorder, n)).collect::<Vec<_>>();
        Self {
            format: FORMAT,
            command,
            seconds: account.seconds,
            before: account.before,
            ended,
            language: spoken(&account.language),
            cores: account.cores,
            measurements: machine.name.clone(),
            recommendation: advice.choice,
            sentence: advice.sentence,
            options: advice.options,
            numbers: numbers(account),
            unknown,
            read,
            without_lane: recorder.threads.len() - lanes.len(),
            lanes,
        }
    }

    /// For a terminal, at most `width` columns wide where it draws.
    pub fn text(&self, width: usize) -> String {
        let mut text = String::new();
        // Writing into a string can't fail.
        let mut line = |words: String| {
            let _ = writeln!(text, "{}", wrap(&words, width.max(40)));
        };
        line(self.sentence.clone());
        line(String::new());
        line(format!(
            "{} ran for {} ({}).",
            self.command.join(" "),
            tour::format::nanoseconds(self.seconds * 1e9),
            match &self.ended {
                Ended::Code(code) => format!("it ended with {code}"),
                Ended::Signal(signal) => format!("signal {signal} ended it"),
                Ended::Running => "it still runs".into(),
            }
        ));
        if self.before > 0.0 {
            line(format!(
                "Before that, it was another program for {}, a script perhaps that looks which one is meant. All that \
                 follows is without it.",
                tour::format::nanoseconds(self.before * 1e9)
            ));
        }
        line(String::new());
        line("What was seen".into());
        for number in &self.numbers {
            line(format!(
                "  {:<44} {:>14}   {}",
                number.name,
                number.written(),
                number.source
            ));
        }
        line(String::new());
        line("What each way would bring (the time now ÷ the time that way)".into());
        for option in &self.options {
            let speedup = option.speedup.map_or("?".into(), |i| {
                if (i.high - i.low).abs() < 0.005 {
                    format!("{:.2}×", i.low)
                } else {
                    format!("{:.2}× to {:.2}×", i.low, i.high)
                }
            });
            let chosen = if option.option == self.recommendation { '>' } else { ' ' };
            line(format!(
                "{chosen} {:<34} {speedup:<17} {}",
                option.option.words(),
                option.because
            ));
            for eats in &option.eats {
                line(format!("      - {eats}"));
            }
        }
        line(format!(
            "  The lower ends assume that {:.0}% of the computing can't be divided; costs are {}.",
            100.0 * UNDIVIDED,
            match self.measurements.as_deref() {
                Some("yours") => "your machine's, from `cargo book measure`".into(),
                Some(name) => format!(
                    "the book's reference machine's ({name}), since yours was not measured: `cargo book measure`"
                ),
                None => "missing, since no measurements were found".to_string(),
            }
        ));
        if !self.lanes.is_empty() {
            line(String::new());
            text.push_str(&self.drawn(width));
        }
        let mut line = |words: String| {
            let _ = writeln!(text, "{}", wrap(&words, width.max(40)));
        };
        line(String::new());
        line("What can't be known from outside".into());
        for unknown in &self.unknown {
            line(format!("  - {unknown}"));
        }
        line(String::new());
        line(format!("Read: {}", self.read.join(", ")));
        text
    }

    /// The lanes as letters.
    fn drawn(&self, width: usize) -> String {
        let mut text = String::new();
        let names: Vec<String> =
            self.lanes.iter().map(|lane| format!("{} {}", lane.name, lane.tid)).collect();
        let left =
            names.iter().map(|name| name.chars().count()).max().unwrap_or(0).min(24);
        let room = width.saturating_sub(left + 5).clamp(20, 120);
        let mut used = Vec::new();
        for (lane, name) in self.lanes.iter().zip(&names) {
            let mut row = vec![' '; room];
            for span in &lane.spans {
                let at =
                    |time: f64| ((time / self.seconds.max(1e-9)) * room as f64) as usize;
                let (from, to) =
                    (at(span.from).min(room - 1), at(span.to).clamp(1, room));
                for place in &mut row[from..to.max(from + 1)] {
                    *place = span.state.letter();
                }
                if !used.contains(&span.state) {
                    used.push(span.state);
                }
            }
            let name: String = name.chars().take(left).collect();
            let _ =
                writeln!(text, "  {name:<left$} {}", row.into_iter().collect::<String>());
        }
        used.sort_unstable();
        let legend: Vec<String> = used
            .iter()
            .map(|state| format!("{} {}", state.letter(), state.words()))
            .collect();
        if self.without_lane > 0 {
            let _ = writeln!(
                text,
                "  and {} more",
                tour::format::counted(self.without_lane as u64, "thread")
            );
        }
        let _ = writeln!(
            text,
            "{}",
            wrap(&format!("  {}", legend.join(", ")), width.max(40))
        );
        text
    }
}

fn lane(recorder: &Recorder, n: usize) -> Lane {
    let thread = &recorder.threads[n];
    let spans = recorder.lane(n);
    Lane {
        pid: thread.pid,
        tid: thread.tid,
        name: thread.name.chars().filter(|c| !c.is_control()).collect(),
        spans: spans
            .into_iter()
            .map(|(from, to, state)| Span { from, to, state })
            .collect(),
    }
}

fn spoken(language: &Language) -> Spoken {
    let (name, version, gil) = match language {
        Language::Native => ("native", None, false),
        Language::Python { version, gil } => ("CPython", Some(version.clone()), *gil),
        Language::Locked(name) => (*name, None, true),
        Language::Free(name) => (*name, None, false),
    };
    Spoken { name: name.into(), version, gil }
}

fn numbers(account: &Account) -> Vec<Number> {
    let mut numbers = Vec::new();
    let mut add = |name: &str, value: f64, unit: &str, source: &str| {
        numbers.push(Number {
            name: name.into(),
            value,
            unit: unit.into(),
            source: source.into(),
        });
    };
    let seconds = account.seconds.max(1e-9);
    for (state, time) in account.wall.iter().filter(|(_, time)| *time > 0.005 * seconds) {
        let (name, source) = match state {
            State::Computing => {
                ("of the time, something computed".to_string(), "schedstat")
            }
            State::NoCore => {
                ("of the time, nothing but waiting for a core".into(), "schedstat")
            }
            state => (format!("of the time, all were {}", state.words()), "syscall, fd"),
        };
        add(&name, time / seconds, "share", source);
    }
    add("computed in all", account.computed, "seconds", "schedstat, getrusage");
    if account.system > 0.02 * account.computed {
        add(
            "of it in the system's code",
            account.system / account.computed.max(1e-9),
            "share",
            "stat, getrusage",
        );
    }
    if account.unseen > 0.05 * account.computed {
        add(
            "of it in processes too short to be seen",
            account.unseen / account.computed,
            "share",
            "getrusage",
        );
    }
    add("computed at once while anything did", account.parallelism, "count", "schedstat");
    if account.threads[State::Gil] > 0.0 {
        add(
            "all threads waited for the GIL",
            account.threads[State::Gil],
            "seconds",
            "syscall: a futex in the interpreter's data",
        );
    }
    for (file, share) in account.files.iter().filter(|(_, share)| *share > 0.03).take(5) {
        let file = file.rsplit('/').next().unwrap_or(file);
        add(
            &format!("of its own computing, in {file}"),
            *share,
            "share",
            "perf_event_open",
        );
    }
    let least = if account.exact { "" } else { ", at least" };
    let how = if account.exact { "perf_event_open" } else { "children, task" };
    if account.threads_started > 0 {
        add(
            &format!("threads started{least}"),
            account.threads_started as f64,
            "count",
            how,
        );
        add("that is", account.threads_started as f64 / seconds, "per second", how);
    }
    if account.processes_started > 0 {
        add(
            &format!("processes started{least}"),
            account.processes_started as f64,
            "count",
            how,
        );
        add("that is", account.processes_started as f64 / seconds, "per second", how);
    }
    add("most memory of one process", account.memory, "bytes", "status");
    if let Some(own) = account.own {
        add("of it for itself", own, "bytes", "smaps_rollup");
    }
    if let Some(io) = account.io {
        add("read, without what came by recv", io.read, "bytes", "io");
        add("written, without what went by send", io.written, "bytes", "io");
        if io.disk_read + io.disk_written > 1e6 {
            add("of both, on disks", io.disk_read + io.disk_written, "bytes", "io");
        }
    }
    add(
        "looking took",
        account.took.seconds / seconds,
        "share",
        "schedstat of the advisor",
    );
    add("and memory", account.took.memory, "bytes", "status of the advisor");
    numbers
}

/// Breaks a line at spaces; what follows stands as deep as its beginning.
fn wrap(words: &str, width: usize) -> String {
    let depth = words.len() - words.trim_start_matches([' ', '-', '>']).len();
    let mut lines = Vec::new();
    let mut rest = words;
    let mut first = true;
    loop {
        let indent = if first { 0 } else { depth };
        let room = width.saturating_sub(indent).max(20);
        if rest.chars().count() <= room {
            lines.push(format!("{}{rest}", " ".repeat(indent)));
            break;
        }
        let end = rest.char_indices().nth(room).map_or(rest.len(), |(at, _)| at);
        let at = rest[..end].rfind(' ').filter(|at| *at > depth).unwrap_or(end);
        lines.push(format!("{}{}", " ".repeat(indent), rest[..at].trim_end()));
        rest = rest[at..].trim_start();
        first = false;
        if rest.is_empty() {
            break;
        }
    }
    lines.join("\n")
}

/// The costs that the arithmetic used, and where they stand in the book.
pub fn costs(machine: &Machine) -> Vec<Number> {
    let cost = |(what, _): &(&str, &str)| {
        let cost = machine.cost(what)?;
        Some(Number {
            name: (*what).into(),
            value: cost.seconds,
            unit: "seconds".into(),
            source: cost.id.into(),
        })
    };
    COSTS.iter().filter_map(cost).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_are_broken_at_spaces() {
        assert_eq!(
            wrap("  - one two three four five six", 20),
            "  - one two three\n    four five six"
        );
        assert_eq!(wrap("short", 20), "short");
        assert_eq!(wrap(&"x".repeat(50), 20).lines().count(), 3);
        assert_eq!(wrap("", 20), "");
    }
}
