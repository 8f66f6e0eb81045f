//! A line or two for each way to divide a job.

use workloads::parts;

use super::{Cores, LogGp, Work};
use crate::dividing::Way;

/// How many seconds `work` takes when so many ranks divide it in this way, with pieces as they were measured.
// ANCHOR: time
pub fn time(work: &Work, way: Way, ranks: usize, net: &LogGp, cores: Cores) -> f64 {
    match way {
        Way::Master { ahead, .. } if ranks > 1 => {
            mastered(work, ahead, ranks, net, cores) + joined(work, ranks, net)
        }
        _ => {
            let share = |part: std::ops::Range<u64>| {
                work.pieces[part.start as usize..part.end as usize].iter().sum()
            };
            let pieces = work.pieces.len() as u64;
            let shares = parts::equal(0..pieces, ranks).map(share).collect();
            sharing(shares, cores) + joined(work, ranks, net)
        }
    }
}

/// The master is busy twice for each piece: it hears that one is done, and sends the next. A worker that has no piece ahead waits for a
/// message there and one back. The slower side sets the time.
fn mastered(work: &Work, ahead: u64, ranks: usize, net: &LogGp, cores: Cores) -> f64 {
    let (pieces, workers) = (work.pieces.len() as f64, ranks as f64 - 1.0);
    let there_and_back = 2.0 * net.latency + 2.0 * net.overhead;
    let asked = if ahead == 0 { there_and_back } else { 0.0 };
    let (at_once, wait) = match cores {
        Cores::Shared(cores) if ranks > cores => {
            // The master gets a core when a worker has nothing left to do, and waits.
            (workers.min(cores as f64), there_and_back / (ahead + 1) as f64)
        }
        _ => (workers, asked),
    };
    let piece = work.whole() / pieces + 2.0 * net.overhead + wait;
    let longest = work.pieces.iter().copied().fold(0.0, f64::max);
    let by_workers = (pieces * piece / at_once).max(longest + 2.0 * net.overhead);
    let by_master = pieces * (2.0 * net.overhead).max(net.gap);
    // The last worker gets its first piece after all others have theirs.
    let filling = workers.min(pieces) * net.gap.max(net.overhead) + net.message(1.0);
    filling + by_workers.max(by_master)
}

/// A round of messages for each time that the ranks can be halved; in each, twice as much in a message as before.
fn joined(work: &Work, ranks: usize, net: &LogGp) -> f64 {
    let rounds = ranks.next_power_of_two().ilog2();
    let of_each = work.pieces.len() as f64 / ranks as f64;
    let round = |n| {
        let bytes = work.bytes(of_each * f64::from(1 << n));
        net.message(bytes) + work.join * bytes
    };
    (0..rounds).map(round).sum()
}
// ANCHOR_END: time

/// When the last of these shares is done, if all get the same of every core, and none more than one.
pub(super) fn sharing(mut shares: Vec<f64>, cores: Cores) -> f64 {
    shares.sort_unstable_by(f64::total_cmp);
    let all = shares.len();
    let (mut now, mut done) = (0.0, 0.0);
    for (i, share) in shares.into_iter().enumerate() {
        let left = (all - i) as f64;
        let speed = match cores {
            Cores::Own => 1.0,
            Cores::Shared(cores) => (cores as f64 / left).min(1.0),
        };
        now += (share - done) / speed;
        done = share;
    }
    now
}
