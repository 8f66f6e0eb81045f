//! A line or two for each way to divide a job.

use std::collections::BTreeMap;

use workloads::parts;

use super::{Cores, LogGp, Work};
use crate::dividing::Way;

/// How many seconds `work` takes when so many ranks divide it in this way, with pieces as they
/// were measured.
// ANCHOR: time
pub fn time(work: &Work, way: Way, ranks: usize, net: &LogGp, cores: Cores) -> f64 {
    match way {
        Way::Master { ahead, .. } if ranks > 1 => {
            mastered(work, ahead, ranks, net, cores) + joined(work, ranks, net, cores)
        }
        _ => {
            let share = |part: std::ops::Range<u64>| {
                work.pieces[part.start as usize..part.end as usize].iter().sum()
            };
            let pieces = work.pieces.len() as u64;
            let shares = parts::equal(0..pieces, ranks).map(share).enumerate();
            busiest(shares, cores) + joined(work, ranks, net, cores)
        }
    }
}

/// The master is busy twice for each piece: it hears that one is done, and sends the next. A
/// worker that has no piece ahead waits for a message there and one back. The slower side sets
/// the time.
fn mastered(work: &Work, ahead: u64, ranks: usize, net: &LogGp, cores: Cores) -> f64 {
    let (pieces, workers) = (work.pieces.len() as f64, ranks as f64 - 1.0);
    let (at_once, wait) = match cores {
        // Ranks that share a core take turns, and a message waits until its rank's turn comes.
        // A rank that has work makes use of its turn. A worker that waits for its next piece
        // loses its turn; with pieces ahead, that happens only when it has done them all.
        Cores::Shared(cores) if ranks > cores => {
            let turn = net.latency * cores as f64 / ranks as f64;
            (workers.min(cores as f64), turn / (ahead + 1) as f64)
        }
        _ if ahead == 0 => (workers, 2.0 * net.latency + 2.0 * net.overhead),
        _ => (workers, 0.0),
    };
    let piece = work.whole() / pieces + 2.0 * net.overhead + wait;
    let longest = work.pieces.iter().copied().fold(0.0, f64::max);
    let by_workers = (pieces * piece / at_once).max(longest + 2.0 * net.overhead);
    let by_master = pieces * (2.0 * net.overhead).max(net.gap);
    // The last worker gets its first piece after all others have theirs.
    let filling = workers.min(pieces) * net.gap.max(net.overhead) + net.message(1.0);
    filling + by_workers.max(by_master)
}

/// A round of messages for each time that the ranks can be halved; in each, twice as much in a
/// message as before. Ranks that share a core take turns.
fn joined(work: &Work, ranks: usize, net: &LogGp, cores: Cores) -> f64 {
    let of_each = work.pieces.len() as f64 / ranks as f64;
    let round = |distance: usize| {
        let bytes = work.bytes(of_each * distance as f64);
        let receive = (0..ranks - distance).step_by(2 * distance);
        net.message(bytes) + busiest(receive.map(|rank| (rank, work.join * bytes)), cores)
    };
    (0..ranks.next_power_of_two().ilog2()).map(|n| round(1 << n)).sum()
}
// ANCHOR_END: time

/// When the last core is done with what its ranks have to do, where rank n is on core n, and
/// beyond the last on the first again.
fn busiest(todo: impl Iterator<Item = (usize, f64)>, cores: Cores) -> f64 {
    let mut busy = BTreeMap::new();
    for (rank, seconds) in todo {
        let core = match cores {
            Cores::Shared(cores) => rank % cores,
            Cores::Own => rank,
        };
        *busy.entry(core).or_insert(0.0) += seconds;
    }
    busy.into_values().fold(0.0, f64::max)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Four ranks on two cores: the first and the third take turns on one, and have 4 s to do
    /// together.
    #[test]
    fn ranks_share_cores() {
        let todo = |cores| busiest([1.0, 2.0, 3.0, 1.0].into_iter().enumerate(), cores);
        assert_eq!(todo(Cores::Shared(2)), 4.0);
        assert_eq!(todo(Cores::Own), 3.0);
    }
}
