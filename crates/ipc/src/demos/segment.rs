use std::io::Write;

use ipc::segment::holders::{Found, LOCKS, TRIES, killed_with};
use ipc::segment::leftovers::{KINDS, Owner, outlives_its_owner};
use ipc::segment::{FORCED, WAYS, add_together};
use ipc::signals::Waiting;
use tour::{Outcome, Stage, Table, format, spare};

/// How many threads and processes there are at once, which the system counts together: two
/// processes, each with a thread that watches its parent.
const AT_ONCE: usize = 4;

/// How many files are open at once, besides those of the workers.
const FILES: usize = 8;

pub(crate) fn adding(stage: &mut Stage) -> Outcome {
    super::threads(AT_ONCE)?;
    spare::files(FILES)?;
    let each = stage.size();
    let mut table = Table::new(["two processes add", "count", "lost"]);
    for (way, _) in WAYS {
        let all = if *way == FORCED { 2 } else { 2 * each };
        let count = add_together(way, each)?;
        let is_so = match *way {
            // It is chance how much is lost, and on one core there is mostly nothing.
            "plain" => count <= all,
            FORCED => count == 1,
            _ => count == all,
        };
        if !is_so {
            return Err(format!("{way}: {count} of {all}").into());
        }
        table.row([way, &format::count(count), &format::count(all - count)]);
    }
    write!(stage, "{table}")?;
    Ok(())
}

/// The size of the memory that is made, in bytes: so small that it disturbs nobody.
const SMALL: usize = 1 << 20;

pub(crate) fn stays(stage: &mut Stage) -> Outcome {
    super::threads(AT_ONCE)?;
    spare::files(FILES)?;
    // This demo makes names all the time, so a Ctrl-C waits until its end, which comes soon.
    let waiting = Waiting::new();
    let mut table =
        Table::of_words(["killed: somebody who has …", "what the others find"]);
    for (lock, _) in LOCKS {
        let found = match killed_with(lock)? {
            Found::Stuck => format!("locked, after {} tries", format::count(TRIES)),
            Found::Told => "they get it, and are told of the death".into(),
            Found::Open => return Err(format!("{lock}: its holder was killed?").into()),
        };
        table.row([&format!("locked {lock}"), &found]);
    }
    for (kind, _) in KINDS {
        let left = Owner::start(kind, SMALL)?.kill()?;
        let found = match left.name() {
            Some(_) => "it is still there (we remove it)",
            None => "nothing",
        };
        table.row([&format!("made {kind}"), found]);
    }
    if !outlives_its_owner()? {
        return Err("what a killed process wrote has gone with it".into());
    }
    drop(waiting);
    write!(stage, "{table}")?;
    Ok(())
}
