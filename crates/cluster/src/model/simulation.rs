//! The same machines, message by message: a discrete-event simulation. Each rank has a core of
//! its own.
//!
//! It knows when each rank is free, and how long each single piece takes, so that it sees who
//! waits for whom. The formula has averages for that.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use workloads::parts;

use super::{LogGp, Work};
use crate::dividing::Way;

/// How many seconds `work` takes when so many ranks divide it in this way, with pieces as they
/// were measured.
pub fn time(work: &Work, way: Way, ranks: usize, net: &LogGp) -> f64 {
    let (ready, pieces) = match way {
        Way::Master { ahead, .. } if ranks > 1 => master(work, ahead, ranks, net),
        _ => {
            let pieces = work.pieces.len() as u64;
            let parts: Vec<_> = parts::equal(0..pieces, ranks).collect();
            let part = |part: &std::ops::Range<u64>| {
                work.pieces[part.start as usize..part.end as usize].iter().sum()
            };
            let lengths = parts.iter().map(|part| (part.end - part.start) as f64);
            (parts.iter().map(part).collect(), lengths.collect())
        }
    };
    tree(work, ready, pieces, net)
}

/// When rank 0 has everything, if each rank has so many pieces from the moment when it is `ready`.
fn tree(work: &Work, mut ready: Vec<f64>, mut pieces: Vec<f64>, net: &LogGp) -> f64 {
    let mut distance = 1;
    while distance < ready.len() {
        for to in (0..ready.len() - distance).step_by(2 * distance) {
            let from = to + distance;
            let bytes = work.bytes(pieces[from]);
            let sent = ready[from] + net.overhead + net.per_byte * (bytes - 1.0).max(0.0);
            let arrives = sent + net.latency;
            ready[to] = ready[to].max(arrives) + net.overhead + work.join * bytes;
            pieces[to] += pieces[from];
        }
        distance *= 2;
    }
    ready[0]
}

/// A time, to be compared with others.
#[derive(Clone, Copy, PartialEq)]
struct At(f64);

impl Eq for At {}

impl PartialOrd for At {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for At {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.total_cmp(&other.0)
    }
}

/// The master gives out pieces in their order; returns when each rank is done with all of its
/// own, and how many it has done.
fn master(work: &Work, ahead: u64, ranks: usize, net: &LogGp) -> (Vec<f64>, Vec<f64>) {
    let mut next = work.pieces.iter();
    // When each rank is done with what it has, and the core of the master with its last message.
    let (mut free, mut done) = (vec![0.0; ranks], vec![0.0; ranks]);
    let (mut master, mut last_sent) = (0.0_f64, f64::NEG_INFINITY);
    // Messages to the master: when each arrives, and from whom.
    let mut messages = BinaryHeap::new();
    let mut give = |worker: usize, master: &mut f64, messages: &mut BinaryHeap<_>| {
        let Some(piece) = next.next() else { return };
        let begins = master.max(last_sent + net.gap);
        last_sent = begins;
        *master = begins + net.overhead;
        let starts = f64::max(free[worker], *master + net.latency) + net.overhead;
        free[worker] = starts + piece + net.overhead;
        done[worker] += 1.0;
        messages.push(Reverse((At(free[worker] + net.latency), worker)));
    };
    for _ in 0..=ahead {
        for worker in 1..ranks {
            give(worker, &mut master, &mut messages);
        }
    }
    while let Some(Reverse((At(arrives), worker))) = messages.pop() {
        master = master.max(arrives) + net.overhead;
        give(worker, &mut master, &mut messages);
    }
    // Each worker is told that there is nothing more.
    for free in &mut free[1..] {
        master += net.overhead;
        *free = free.max(master + net.latency) + net.overhead;
    }
    free[0] = master;
    (free, done)
}
