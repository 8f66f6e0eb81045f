//! A parent is killed, by a signal that it can't catch. What becomes of its children?
//!
//! The system does nothing about them: they live on as orphans, and compute for nobody.
//! Ours end by themselves, see [`crate::worker::end_with_parent`].

use std::io::{self, Read};
use std::time::{Duration, Instant};

use crate::stopping::BUSY;
use crate::worker::{self, Error, Program, Work, Worker};

/// A parent: asked for so many children, it starts them and says who they are. They count
/// for ever.
pub const PARENT: Work = Work::new("a parent", |link| {
    let mut children = Vec::new();
    worker::answer(link, move |count: usize| {
        have(count).map_err(|error| error.to_string()).map(|new| {
            let ids: Vec<u32> = new.iter().map(Worker::id).collect();
            children.extend(new);
            ids
        })
    })
});

/// Starts so many workers that count for ever, and waits until each of them does.
fn have(count: usize) -> Result<Vec<Worker>, Error> {
    let mut workers = Program::this()?.start_all(BUSY.name, count)?;
    for worker in &mut workers {
        worker.receive::<()>()?;
    }
    Ok(workers)
}

/// Kills a process while its `count` children compute; returns how long it took until the
/// last of them had gone.
///
/// # Errors
///
/// When they can't be started.
// ANCHOR: gone_after
pub fn gone_after(count: usize) -> Result<Duration, Error> {
    // The parent and all its children hold the writing end, and nobody else does. So the
    // pipe ends when the last of them has gone.
    let (mut alive, held) = io::pipe().map_err(refused)?;
    let program = Program::this()?.stdout(held);
    let mut parent = program.start(PARENT.name)?;
    drop(program);
    parent.ask::<Result<Vec<u32>, String>>(&count)?.map_err(refused)?;

    let killed = Instant::now();
    parent.kill()?;
    alive.read_to_end(&mut Vec::new()).map_err(refused)?;
    Ok(killed.elapsed())
}
// ANCHOR_END: gone_after

fn refused(reason: impl ToString) -> Error {
    Error::Refused { reason: reason.to_string() }
}
