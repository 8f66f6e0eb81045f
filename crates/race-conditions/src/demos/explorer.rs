//! `cargo run -p race-conditions -- explore PROGRAM [SCHEDULE]`: every schedule of a program,
//! or one of them step by step.

use std::error::Error;
use std::ffi::OsString;
use std::fs;
use std::io::{self, ErrorKind, Write};
use std::process::ExitCode;

use lexopt::prelude::*;
use race_conditions::explorer::{
    self, Exploration, LITMUS, PROGRAMS, Program, Schedule, State, count,
};
use tour::{Table, format};

const HELP: &str = "\
Every schedule of a small program, counted; or one of them, step by step.

Usage: cargo run -p race-conditions -- explore PROGRAM [SCHEDULE]

  PROGRAM   a program of the book, or a file with one
  SCHEDULE  the threads in the order in which they move, such as ABBA

  --tso     on a processor that buffers stores: A takes a step, and a, its
            buffer, lets the oldest store reach memory, as in ABBAab; without
            a PROGRAM, all that the book has to tell such processors
  --json    all states and moves, for other programs to read
  --list    the programs of the book
  --help    this
";

/// Does what the `arguments` after `explore` ask for.
pub(crate) fn main(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    match run(arguments, &mut io::stdout().lock()) {
        Ok(()) => ExitCode::SUCCESS,
        // Whoever read our output has seen enough, and closed the pipe.
        Err(Failed::Write(error)) if error.kind() == ErrorKind::BrokenPipe => {
            ExitCode::SUCCESS
        }
        Err(Failed::Write(error)) => {
            eprintln!("race-conditions: {error}");
            ExitCode::FAILURE
        }
        Err(Failed::Asked(complaint)) => {
            eprintln!("race-conditions: {complaint}");
            ExitCode::from(2)
        }
    }
}

enum Failed {
    /// What was asked for can't be done; one line says why.
    Asked(String),
    /// The output can't be written.
    Write(io::Error),
}

impl From<io::Error> for Failed {
    fn from(error: io::Error) -> Self {
        Self::Write(error)
    }
}

fn asked(error: impl Into<Box<dyn Error>>) -> Failed {
    Failed::Asked(error.into().to_string())
}

fn run(
    arguments: impl IntoIterator<Item = OsString>,
    out: &mut impl Write,
) -> Result<(), Failed> {
    let (mut words, mut json, mut tso) = (Vec::new(), false, false);
    let mut parser = lexopt::Parser::from_args(arguments);
    while let Some(argument) = parser.next().map_err(asked)? {
        match argument {
            Short('h') | Long("help") => return Ok(write!(out, "{HELP}")?),
            Long("list") => {
                for (name, text) in PROGRAMS.iter().chain(&LITMUS) {
                    let about = text.lines().next().unwrap_or_default();
                    writeln!(out, "{name:24}{}", about.trim_start_matches("# "))?;
                }
                return Ok(());
            }
            Long("json") => json = true,
            Long("tso") => tso = true,
            Value(word) => words.push(word.to_string_lossy().into_owned()),
            other => return Err(asked(other.unexpected())),
        }
    }
    let open = |name: &str| {
        let program = open(name)?;
        if tso { program.buffered().map_err(asked) } else { Ok(program) }
    };
    match &words[..] {
        [name] if json => {
            let program = open(name)?;
            let exploration = Exploration::of(&program).map_err(asked)?;
            Ok(exploration.write_json(&program, out)?)
        }
        _ if json => Err(asked("--json takes a program and nothing else")),
        [name] => explore(&open(name)?, out),
        [name, schedule] => replay(&open(name)?, schedule, out),
        [] if tso => litmus(out),
        [] => Err(asked("name a program; --list shows those of the book")),
        _ => Err(asked("too many words; write a schedule as one: ABBA")),
    }
}

fn open(name: &str) -> Result<Program, Failed> {
    let text = match explorer::text(name) {
        Some(text) => text.to_string(),
        None => as_meant(&fs::read_to_string(name).map_err(|error| {
            asked(format!(
                "`{name}` is no program of the book, and no file ({error}); --list shows \
                 the programs"
            ))
        })?),
    };
    Program::parse(name, &text).map_err(|error| asked(format!("{name}: {error}")))
}

/// The text without what nobody sees in an editor: the mark with which some begin a file, and tabs
/// between words.
fn as_meant(text: &str) -> String {
    text.trim_start_matches('\u{feff}').replace('\t', " ")
}

fn explore(program: &Program, out: &mut impl Write) -> Result<(), Failed> {
    let exploration = Exploration::of(program).map_err(asked)?;
    let plural = if exploration.schedules == Some(1) { "" } else { "s" };
    writeln!(
        out,
        "{} states, {} schedule{plural}, of which {} end badly",
        format::count(exploration.states.len() as u64),
        count(exploration.schedules),
        count(exploration.bad_schedules())
    )?;
    let mut table = Table::new(["ends with", "", "schedules", "a shortest one"]);
    for outcome in &exploration.outcomes {
        table.row([
            &outcome.seen,
            if outcome.bad.is_some() { "bad" } else { "fine" },
            &count(outcome.schedules),
            &outcome.shortest.show(program).to_string(),
        ]);
    }
    if exploration.outcomes.is_empty() {
        writeln!(out, "it never ends")?;
    } else {
        write!(out, "{table}")?;
    }
    for endless in &exploration.endless {
        let (way, round) = (endless.way.show(program), endless.round.show(program));
        let unfair = if endless.is_bad() {
            ", and that is bad"
        } else {
            ", but only where somebody is passed over for ever"
        };
        writeln!(out, "{}{unfair}", endless.seen)?;
        writeln!(out, "  first {way}, and then over and over {round}")?;
    }
    Ok(())
}

/// The litmus programs, each with stores that are done at once and with stores that are buffered.
fn litmus(out: &mut impl Write) -> Result<(), Failed> {
    let mut table = Table::new([
        "program",
        "states",
        "ends",
        "bad",
        "buffered: states",
        "ends",
        "bad",
        "a shortest bad one",
    ]);
    for (name, _) in LITMUS {
        let at_once = explorer::program(name);
        let buffered = at_once.clone().buffered().map_err(asked)?;
        let [(at_once, _), (buffered, shortest)] =
            [counted(&at_once)?, counted(&buffered)?];
        let [states, ends, bad] = &at_once;
        let [more_states, more_ends, more_bad] = &buffered;
        let shortest = shortest.as_deref().unwrap_or("—");
        table.row([name, states, ends, bad, more_states, more_ends, more_bad, shortest]);
    }
    Ok(write!(out, "{table}")?)
}

/// How many states a program has, how many ends, and how many bad ones; and a shortest schedule
/// to one of these.
fn counted(program: &Program) -> Result<([String; 3], Option<String>), Failed> {
    let found = Exploration::of(program).map_err(asked)?;
    let bad = found.outcomes.iter().filter(|outcome| outcome.bad.is_some());
    let counts = [found.states.len(), found.outcomes.len(), bad.count()];
    let shortest = found.shortest_bad();
    let shortest = shortest.map(|schedule| schedule.show(program).to_string());
    Ok((counts.map(|count| format::count(count as u64)), shortest))
}

fn replay(program: &Program, text: &str, out: &mut impl Write) -> Result<(), Failed> {
    let schedule = Schedule::parse(program, text).map_err(asked)?;
    let states = schedule.replay(program).map_err(asked)?;
    let mut table = Table::of_words(["", "does", "then"]);
    table.row(["", "", &shared(program, &states[0])]);
    let movers = program.movers();
    for (&mover, pair) in schedule.0.iter().zip(states.windows(2)) {
        let mut then = shared(program, &pair[1]);
        let does = match program.buffer(mover) {
            Some(thread) => {
                let (variable, value) = pair[0].buffers[thread][0];
                format!("{} = {value} reaches memory", program.shared[variable].0)
            }
            None => {
                let of = &program.threads[mover];
                for (name, value) in of.registers.iter().zip(&pair[1].registers[mover]) {
                    then.push_str(&format!(", {}.{name} = {value}", of.name));
                }
                of.steps[pair[0].next[mover]].source.trim().to_string()
            }
        };
        table.row([&movers[mover], &does, &then]);
    }
    write!(out, "{table}")?;
    let end = &states[states.len() - 1];
    let movable = end.movable(program);
    if movable.is_empty() {
        match end.bad(program) {
            Some(why) => writeln!(out, "{}, and that is bad: {why}", end.seen(program))?,
            None => writeln!(out, "{}", end.seen(program))?,
        }
    } else {
        let names: Vec<_> = movable.iter().map(|&mover| movers[mover].as_str()).collect();
        writeln!(out, "not at an end: {} can move", names.join(" and "))?;
    }
    Ok(())
}

/// The shared variables, who has which lock, and what waits in whose buffer.
fn shared(program: &Program, state: &State) -> String {
    let variables = program.shared.iter().zip(&state.shared);
    let variables = variables.map(|((name, _), value)| format!("{name} = {value}"));
    let locks = program.locks.iter().zip(&state.held).filter_map(|(lock, held)| {
        Some(format!("{} has {lock}", program.threads[(*held)?].name))
    });
    let names = program.movers().into_iter().skip(program.threads.len());
    let buffers = names.zip(&state.buffers).flat_map(|(name, stores)| {
        let store =
            |(to, value): &(usize, i64)| format!("{} = {value}", program.shared[*to].0);
        let stores: Vec<_> = stores.iter().map(store).collect();
        (!stores.is_empty()).then(|| format!("{name} holds {}", stores.join(" and ")))
    });
    let semaphores = program.semaphores.iter().zip(&state.semaphores);
    let semaphores = semaphores.map(|((name, _), left)| format!("{name} = {left}"));
    let channels = program.channels.iter().zip(&state.channels);
    let channels = channels.map(|((name, _), items)| {
        let mut items: Vec<_> = items.iter().map(i64::to_string).collect();
        if items.is_empty() {
            items.push("nothing".into());
        }
        format!("{name} holds {}", items.join(" and "))
    });
    let condvars = program.condvars.iter().zip(&state.condvars);
    let asleep = condvars.flat_map(|(name, sleepers)| {
        let names = |thread: &usize| program.threads[*thread].name.clone();
        let asleep: Vec<_> = sleepers.asleep.iter().map(names).collect();
        (!asleep.is_empty()).then(|| format!("{} sleeps at {name}", asleep.join(" and ")))
    });
    let waited_for = semaphores.chain(channels).chain(asleep);
    variables.chain(locks).chain(waited_for).chain(buffers).collect::<Vec<_>>().join(", ")
}
