//! In which order threads see each other's stores. Two small programs ask that, again and again,
//! and their ends are counted; such a program is called a *litmus test*.
//!
//! * [`store_buffering`]: each of two threads says that it is here, and then looks for the other
//!   one. Can both miss each other?
//! * [`message_passing`]: one thread writes data and then sets a flag. Can the other one see the
//!   flag, and yet old data?
//!
//! Each program is written in several ways, which differ in the order that they ask for and in
//! nothing else. `rounds` makes the threads begin at the same moment, again and again.
//!
//! What a thread asks for is a minimum, and the processor may give more. One that has *total
//! store order*, such as those of Intel and AMD, never shows old data, whatever is asked for.
//! See Owens, Sarkar and Sewell, *A Better x86 Memory Model: x86-TSO* (2009).

pub mod message_passing;
mod rounds;
pub mod store_buffering;

/// How often two reads, of a 0 or a 1 each, had which results: `ends[0][1]` is how often the
/// first one read 0, and the second one 1.
pub type Ends = [[u64; 2]; 2];

/// Lets two threads `look` for each other at the same time, `rounds` times. Returns what
/// they saw: `ends[0][0]` is how often both missed each other.
pub fn both_look(rounds: u64, look: store_buffering::Way) -> Ends {
    let (ones, others) = rounds::line_up(rounds, look, look);
    tally(ones.into_iter().zip(others))
}

/// Lets one thread write data and a flag while another one reads the flag and then the data, in
/// each of `rounds` rounds. Returns what was read: `ends[1][0]` is how often the flag was set, but
/// the data was old.
pub fn pass(rounds: u64, way: message_passing::Way) -> Ends {
    let (_, read) = rounds::line_up(rounds, way.write, way.read);
    tally(read)
}

fn tally(reads: impl IntoIterator<Item = (u32, u32)>) -> Ends {
    let mut ends = Ends::default();
    for (first, second) in reads {
        ends[first as usize][second as usize] += 1;
    }
    ends
}

#[cfg(test)]
mod tests {
    use super::*;

    /// So few that even a single core is done with them in a moment.
    const ROUNDS: u64 = 20_000;

    /// Threads that ask for less may miss each other or not, as the machine likes.
    #[test]
    fn who_asks_for_one_order_of_all_is_never_missed() {
        for (name, look, may_miss) in store_buffering::WAYS {
            let ends = both_look(ROUNDS, look);
            assert_eq!(ends.iter().flatten().sum::<u64>(), ROUNDS, "{name}");
            assert!(may_miss || ends[0][0] == 0, "{name}: {ends:?}");
        }
    }

    #[test]
    fn what_is_released_and_acquired_is_never_old() {
        let ends = pass(ROUNDS, message_passing::ACQUIRE_RELEASE);
        assert_eq!(ends.iter().flatten().sum::<u64>(), ROUNDS);
        assert_eq!(ends[1][0], 0, "{ends:?}");
    }

    #[test]
    fn every_round_begins_anew() {
        use crate::sync::atomic::{AtomicU32, Ordering::SeqCst};

        let swap = |mine: &AtomicU32, _: &AtomicU32| mine.swap(1, SeqCst);
        let zeros = vec![0; 100];
        assert_eq!(rounds::line_up(100, swap, swap), (zeros.clone(), zeros));
        assert_eq!(pass(0, message_passing::RELAXED), Ends::default());
    }
}
