use std::io::Write;

use ipc::segment::holders::{Found, LOCKS, TRIES, killed_with};
use ipc::segment::leftovers::{KINDS, Owner, outlives_its_owner};
use ipc::segment::{WAYS, add_together};
use tour::{Outcome, Stage, Table, format, spare};

/// Threads and processes, which the system counts together: two processes that each watch
/// their parent.
const AT_ONCE: usize = 4;

/// Files that are open at once, beside those of the workers.
const FILES: usize = 8;

/// How often the plain additions may get away with it.
const TURNS: usize = 20;

pub(crate) fn adding(stage: &mut Stage) -> Outcome {
    spare::threads(AT_ONCE)?;
    spare::files(FILES)?;
    let each = stage.size();
    let mut table = Table::new(["two processes add", "count", "lost"]);
    for (way, _) in WAYS {
        let mut count = add_together(way, each)?;
        if *way == "plain" {
            let mut more = (1..TURNS).map(|_| add_together(way, each));
            // A few additions are done before the other process has begun.
            while count == 2 * each && each > 100_000 {
                count =
                    more.next().ok_or("nothing was lost, however often we tried")??;
            }
        } else if count != 2 * each {
            return Err(format!("{way}: {count} instead of {}", 2 * each).into());
        }
        table.row([way, &format::count(count), &format::count(2 * each - count)]);
    }
    write!(stage, "{table}")?;
    Ok(())
}

/// So small that nobody minds, in bytes.
const SMALL: usize = 1 << 20;

pub(crate) fn stays(stage: &mut Stage) -> Outcome {
    spare::threads(AT_ONCE)?;
    spare::files(FILES)?;
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
    write!(stage, "{table}")?;
    Ok(())
}
