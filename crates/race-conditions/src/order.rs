//! In which order threads see each other's stores. Two small tests of it, done a million times
//! and counted; such a test is called a *litmus test*.
//!
//! * [`store_buffering`]: each of two threads says that it is here, and looks for the other one.
//!   Can both miss each other?
//! * [`message_passing`]: one writes data and then sets a flag. Can the other one see the flag,
//!   and old data?
//!
//! Each in several ways, which differ in the order that they ask for and in nothing else.
//! `rounds` lines the threads up, again and again.
//!
//! What a thread asks for is a minimum, and the processor may give more. One that has *total
//! store order*, such as those of Intel and AMD, never shows old data, whatever is asked for.
//! See Owens, Sarkar and Sewell, *A Better x86 Memory Model: x86-TSO* (2009).

pub mod message_passing;
mod rounds;
pub mod store_buffering;

/// How often two reads, of a 0 or a 1 each, came to what: `ends[0][1]` is how often the first
/// one came to 0, and the second one to 1.
pub type Ends = [[u64; 2]; 2];

/// What two threads see of each other that `look` at the same time, so many `rounds`:
/// `ends[0][0]` is how often both missed each other.
pub fn both_look(rounds: u64, look: store_buffering::Way) -> Ends {
    let (ones, others) = rounds::line_up(rounds, look, look);
    tally(ones.into_iter().zip(others))
}

/// What a thread sees that reads while another one writes, so many `rounds`: the flag and then
/// the data, so `ends[1][0]` is how often it saw the flag and old data.
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

    /// So few that one core is done with them in a moment, too.
    const ROUNDS: u64 = 20_000;

    /// What is weaker may miss each other, or may not, as the machine likes.
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
