//! How ranks divide a job between them.

use std::ops::Range;

use mpi::Tag;
use mpi::topology::SimpleCommunicator;
use mpi::traits::*;
use serde::{Deserialize, Serialize};
use workloads::parts;

use crate::job::{Job, Part, inside, join};
use crate::messages::{join_all, receive, receive_any, send};

/// A rank has done a piece, or has come to work: what comes next?
const NEXT: Tag = 1;
/// A piece to do, or none any more.
const PIECE: Tag = 2;
/// What came of all pieces.
const PARTS: Tag = 3;

/// Which rank does what.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Way {
    /// Each rank knows its part by its number: no message is needed before the end.
    Equal,
    /// Rank 0, the *master*, gives out pieces of so many tasks to the others. With so many pieces
    /// `ahead`, a rank has them already while it works, and doesn't have to wait for the next.
    Master {
        /// How many tasks a piece has.
        piece: u64,
        /// How many pieces wait at each rank, besides the one that it does.
        ahead: u64,
    },
}

/// Does `job` with all ranks, each with so many threads inside; rank 0 gets the result.
///
/// Only the thread that calls this sends and receives, which MPI calls *funneled*.
pub fn divide(
    world: &SimpleCommunicator,
    job: &Job,
    way: Way,
    threads: usize,
) -> Option<Part> {
    let mine = match way {
        Way::Equal => equal(world, job, threads),
        // A master needs somebody to work for it.
        Way::Master { .. } if world.size() == 1 => inside(job, 0..job.tasks(), threads),
        Way::Master { piece, ahead } if world.rank() == 0 => {
            give(world, job, piece, ahead);
            None
        }
        Way::Master { .. } => take(world, job, threads),
    };
    join_all(world, mine, PARTS, join).flatten()
}

// ANCHOR: equal
fn equal(world: &SimpleCommunicator, job: &Job, threads: usize) -> Option<Part> {
    let (rank, size) = (world.rank() as usize, world.size() as usize);
    let mine = parts::equal(0..job.tasks(), size).nth(rank)?;
    inside(job, mine, threads)
}
// ANCHOR_END: equal

// ANCHOR: master
/// What the master does: gives out all pieces of the job, and tells each rank when it has got its
/// last.
fn give(world: &SimpleCommunicator, job: &Job, piece: u64, ahead: u64) {
    let mut pieces = pieces(job.tasks(), piece);
    let workers = world.size() as usize;
    // How many pieces each rank has.
    let mut has = vec![0_u64; workers];
    // One to do, and the others ahead.
    for _ in 0..=ahead {
        for (worker, piece) in (1..workers).zip(&mut pieces) {
            send(world, worker as i32, PIECE, &Some(piece));
            has[worker] += 1;
        }
    }
    let nothing: Option<Range<u64>> = None;
    for worker in (1..workers).filter(|&worker| has[worker] == 0) {
        send(world, worker as i32, PIECE, &nothing);
    }
    while has.iter().any(|&pieces| pieces > 0) {
        let (worker, ()) = receive_any(world, NEXT);
        let has = &mut has[worker as usize];
        match pieces.next() {
            Some(piece) => send(world, worker, PIECE, &Some(piece)),
            None => {
                *has -= 1;
                if *has == 0 {
                    send(world, worker, PIECE, &nothing);
                }
            }
        }
    }
}

/// What all others do: one piece after the other, until there are no more.
fn take(world: &SimpleCommunicator, job: &Job, threads: usize) -> Option<Part> {
    let mut done = None;
    while let Some(piece) = receive::<Option<Range<u64>>>(world, 0, PIECE) {
        done = join(done, inside(job, piece, threads));
        send(world, 0, NEXT, &());
    }
    done
}
// ANCHOR_END: master

/// Cuts `tasks` tasks into pieces of `piece`; the last may be shorter.
pub fn pieces(tasks: u64, piece: u64) -> impl Iterator<Item = Range<u64>> {
    let piece = piece.max(1);
    (0..tasks.div_ceil(piece)).map(move |n| n * piece..tasks.min((n + 1) * piece))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_all_of_it() {
        assert_eq!(pieces(10, 4).collect::<Vec<_>>(), [0..4, 4..8, 8..10]);
        assert_eq!(pieces(8, 4).collect::<Vec<_>>(), [0..4, 4..8]);
        assert_eq!(pieces(0, 4).count(), 0);
    }
}
