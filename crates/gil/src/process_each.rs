//! A process instead of each thread, as with Python's `multiprocessing`: in each process runs an
//! interpreter with a lock of its own.

use std::io;

use processes::worker::{Error, Work, Worker, answer};

use crate::interpreter::Interpreter;
use crate::policy::Interval;
use crate::programs::program;

/// How many objects each interpreter has room for.
const PLACES: u32 = 4_096;

/// The work of such a process: counts down from the number that it receives, in its own
/// interpreter.
pub const COUNTDOWN: Work = Work::new("countdown in an interpreter", |link| {
    let interpreter = Interpreter::new(Interval::default(), program("countdown"), PLACES);
    let interpreter = interpreter.map_err(io::Error::other)?;
    answer(link, |turns: i64| {
        let ended = interpreter.run(&[("countdown", &[turns])], false);
        ended.into_iter().try_for_each(|ended| match ended.returned {
            Ok(_) => Ok(()),
            Err(stopped) => Err(stopped.to_string()),
        })
    })
});

/// Lets all `workers`, which were started for [`COUNTDOWN`], count down from `turns` at the same
/// time; returns when all of them are done.
///
/// # Errors
///
/// When a worker has ended, or a countdown failed.
pub fn count_down(workers: &mut [Worker], turns: i64) -> Result<(), Error> {
    for worker in &mut *workers {
        worker.send(&turns)?;
    }
    for worker in workers {
        let counted = worker.receive::<Result<(), String>>()?;
        counted.map_err(|reason| Error::Refused { reason })?;
    }
    Ok(())
}
