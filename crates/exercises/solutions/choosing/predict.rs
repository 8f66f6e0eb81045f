//! # Before you write it
//!
//! Chapter: choosing/deciding.md
//!
//! Threads, processes, or leave it as it is? You have measured what a piece of the work takes,
//! and what it costs to hand it over. The rest is arithmetic. Write it.
//!
//! A `Program` has so many `pieces` of work. Each piece `waits` for something, and then it
//! `computes`. Of a `Machine` we know how many `cores` it has, how long it takes until it `starts` a
//! thread, and how long it takes until it `sends` a piece to a process and has its result.
//!
//! `predict` says how long a way takes. Add up its parts:
//!
//! * `Way::AsItIs`: one piece after the other waits and computes.
//! * `Way::Threads(hands)`: so many threads. As many pieces wait at once as there are hands.
//!   As many compute at once, too, but no more than there are cores; and if the program has
//!   `one_lock` that all its threads need to compute (Python's GIL, say), only one. On top of
//!   that: all threads are started, one after the other.
//! * `Way::Processes(hands)`: the same with so many processes, which are there already and have
//!   a lock each. On top of that: all pieces are sent, one after the other.
//!
//! A piece is not divided. So where three can be done at once, seven pieces take three rounds.
//!
//! `decide` returns the way that takes the shortest time, of these three with so many hands.
//! If two take as long, it is the one that comes first in this list. But if a piece `may_crash`
//! and the others have to survive that, only processes will do.
//!
//! Why: three numbers tell the ways apart: how many pieces wait at once, how many compute at once, and
//! what is on top of that. Hands limit the waiting; for computing, the cores are a limit as well, and a
//! lock that all threads need makes one core of all. What isn't divided grows with the hands (starting)
//! or with the pieces (sending), and no number of cores makes it shorter. That alone explains most
//! surprises: a pool that is slower than a loop, twelve threads on two cores that wait six times as
//! well as two.
//!
//! (In truth, some hands compute while others wait, so a mixed program takes a little less. The
//! arithmetic is there to tell ways apart that differ by a factor, not by a tenth.)

use std::time::Duration;

pub fn predict(way: Way, program: &Program, machine: &Machine) -> Duration {
    let cores = if program.one_lock { 1 } else { machine.cores };
    let (hands, computing, on_top) = match way {
        Way::AsItIs => (1, 1, Duration::ZERO),
        Way::Threads(hands) => (hands, hands.min(cores), machine.starts * hands),
        Way::Processes(hands) => {
            (hands, hands.min(machine.cores), machine.sends * program.pieces)
        }
    };
    let rounds = |at_once| program.pieces.div_ceil(at_once);
    program.waits * rounds(hands) + program.computes * rounds(computing) + on_top
}

pub fn decide(program: &Program, machine: &Machine, hands: u32) -> Way {
    if program.may_crash {
        return Way::Processes(hands);
    }
    let ways = [Way::AsItIs, Way::Threads(hands), Way::Processes(hands)];
    // Of several that are shortest, this is the first.
    let shortest = ways.into_iter().min_by_key(|way| predict(*way, program, machine));
    shortest.expect("there are three")
}

// ---- The checks. Leave them as they are. ----

/// A program that takes too long.
#[derive(Clone, Copy, Debug)]
pub struct Program {
    /// How many pieces its work has.
    pub pieces: u32,
    /// How long a piece waits.
    pub waits: std::time::Duration,
    /// How long it computes.
    pub computes: std::time::Duration,
    /// Whether all threads need the same lock to compute.
    pub one_lock: bool,
    /// Whether a piece may crash, and the others have to survive.
    pub may_crash: bool,
}

/// A machine, as it was measured.
#[derive(Clone, Copy, Debug)]
pub struct Machine {
    /// How many can compute at once.
    pub cores: u32,
    /// How long it takes to start a thread.
    pub starts: std::time::Duration,
    /// How long it takes to send a piece to a process, and to fetch what came of it.
    pub sends: std::time::Duration,
}

/// A way to run the program; with so many hands, at least one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Without threads and processes.
    AsItIs,
    /// With so many threads.
    Threads(u32),
    /// With so many processes.
    Processes(u32),
}

/// So many pieces, each of which waits and computes so many microseconds.
fn pieces(pieces: u32, waits: u64, computes: u64) -> Program {
    let micros = std::time::Duration::from_micros;
    Program {
        pieces,
        waits: micros(waits),
        computes: micros(computes),
        one_lock: false,
        may_crash: false,
    }
}

/// A machine with so many cores, which starts and sends in so many microseconds.
fn machine(cores: u32, starts: u64, sends: u64) -> Machine {
    let micros = std::time::Duration::from_micros;
    Machine { cores, starts: micros(starts), sends: micros(sends) }
}

fn main() {
    let crawler = pieces(60, 20_000, 50);
    let thumbnails = Program { one_lock: true, ..pieces(64, 0, 1_500) };
    let machine = machine(4, 40, 300);
    for (name, program) in [("a crawler", crawler), ("thumbnails in Python", thumbnails)]
    {
        println!("{name}:");
        for way in [Way::AsItIs, Way::Threads(12), Way::Processes(12)] {
            println!("  {way:?} should take {:?}", predict(way, &program, &machine));
        }
        println!("  so take {:?}", decide(&program, &machine, 12));
    }
}

#[cfg(test)]
mod checks {
    use super::*;
    use Way::{AsItIs, Processes, Threads};
    use std::time::Duration;

    /// Compares a prediction with so many microseconds. A rounding error is none.
    #[track_caller]
    fn takes(way: Way, program: Program, machine: Machine, micros: u64) {
        let (predicted, right) =
            (predict(way, &program, &machine), Duration::from_micros(micros));
        assert!(
            predicted.abs_diff(right) <= Duration::from_micros(1),
            "{way:?} takes {right:?}, and you predict {predicted:?}, for {program:?} on {machine:?}"
        );
    }

    #[test]
    fn as_it_is_one_comes_after_the_other() {
        for machine in [machine(1, 40, 300), machine(8, 1_000, 2)] {
            takes(AsItIs, pieces(60, 20_000, 100), machine, 1_206_000);
            takes(AsItIs, pieces(7, 0, 3_000), machine, 21_000);
            takes(AsItIs, pieces(1, 5, 7), machine, 12);
            takes(AsItIs, pieces(0, 20_000, 100), machine, 0);
            let locked = Program { one_lock: true, may_crash: true, ..pieces(3, 10, 4) };
            takes(AsItIs, locked, machine, 42);
        }
    }

    #[test]
    fn hands_wait_at_once() {
        for (cores, one_lock) in [(1, false), (2, true), (64, false)] {
            let (machine, program) =
                (machine(cores, 0, 0), Program { one_lock, ..pieces(60, 20_000, 0) });
            for (hands, micros) in [
                (1, 1_200_000),
                (2, 600_000),
                (7, 180_000),
                (12, 100_000),
                (13, 100_000),
                (59, 40_000),
                (60, 20_000),
                (1_000, 20_000),
            ] {
                takes(Threads(hands), program, machine, micros);
                takes(Processes(hands), program, machine, micros);
            }
        }
    }

    #[test]
    fn as_many_compute_as_there_are_hands_and_cores() {
        for (many, cores, hands, micros) in [
            (10, 2, 4, 15_000),
            (10, 8, 4, 9_000),
            (10, 4, 3, 12_000),
            (10, 16, 16, 3_000),
            (10, 1, 8, 30_000),
            (10, 8, 1, 30_000),
            (11, 2, 100, 18_000),
            (1, 4, 4, 3_000),
            (0, 4, 4, 0),
        ] {
            let (program, machine) = (pieces(many, 0, 3_000), machine(cores, 0, 0));
            takes(Threads(hands), program, machine, micros);
            takes(Processes(hands), program, machine, micros);
        }
    }

    #[test]
    fn one_lock_lets_one_thread_compute() {
        for (cores, hands, threads, processes) in [
            (1, 4, 21_000, 21_000),
            (2, 4, 21_000, 12_000),
            (8, 3, 21_000, 9_000),
            (8, 8, 21_000, 3_000),
        ] {
            let program = Program { one_lock: true, ..pieces(7, 0, 3_000) };
            takes(Threads(hands), program, machine(cores, 0, 0), threads);
            takes(Processes(hands), program, machine(cores, 0, 0), processes);
        }
        // Who waits has let go of the lock.
        let program = Program { one_lock: true, ..pieces(9, 5_000, 100) };
        takes(Threads(3), program, machine(4, 0, 0), 15_900);
        takes(Processes(3), program, machine(4, 0, 0), 15_300);
    }

    #[test]
    fn threads_have_to_be_started() {
        for (many, hands, starts, micros) in [
            (8, 4, 50, 400),
            (8, 8, 50, 500),
            (8, 1, 7, 807),
            (2, 10, 30, 400),
            (0, 3, 30, 90),
        ] {
            takes(
                Threads(hands),
                pieces(many, 100, 0),
                machine(2, starts, 9_999),
                micros,
            );
        }
    }

    #[test]
    fn pieces_have_to_be_sent() {
        for (many, hands, sends, micros) in [
            (8, 4, 50, 600),
            (8, 8, 50, 500),
            (8, 1, 7, 856),
            (2, 10, 30, 160),
            (0, 3, 30, 0),
        ] {
            takes(
                Processes(hands),
                pieces(many, 100, 0),
                machine(2, 9_999, sends),
                micros,
            );
        }
    }

    #[test]
    fn all_parts_are_added_up() {
        let program = pieces(60, 20_000, 500);
        let machine = machine(4, 40, 300);
        takes(Threads(12), program, machine, 107_980);
        takes(Threads(3), program, machine, 410_120);
        takes(Processes(12), program, machine, 125_500);
        takes(Processes(3), program, machine, 428_000);
        takes(Threads(12), Program { one_lock: true, ..program }, machine, 130_480);
        takes(Processes(12), Program { one_lock: true, ..program }, machine, 125_500);
    }

    #[test]
    fn the_shortest_way_is_taken() {
        let locked = |program| Program { one_lock: true, ..program };
        for (program, machine, hands, way) in [
            // Waiting; computing; computing with a lock; much to send for little work.
            (pieces(60, 20_000, 50), machine(2, 40, 300), 12, Threads(12)),
            (pieces(64, 0, 3_000), machine(4, 40, 300), 4, Threads(4)),
            (locked(pieces(64, 0, 3_000)), machine(4, 40, 300), 4, Processes(4)),
            (locked(pieces(64, 0, 300)), machine(4, 40, 300), 4, AsItIs),
            // Threads that take long to start; a single piece; a single core.
            (pieces(10, 0, 1_000), machine(2, 9_000, 300), 2, Processes(2)),
            (pieces(1, 0, 1_000), machine(8, 40, 300), 8, AsItIs),
            (pieces(64, 0, 1_000), machine(1, 40, 300), 4, AsItIs),
            // Who waits needs neither a core nor the lock.
            (pieces(60, 20_000, 50), machine(1, 40, 300), 12, Threads(12)),
            (locked(pieces(60, 20_000, 50)), machine(2, 40, 300), 12, Threads(12)),
            (pieces(0, 100, 1_000), machine(4, 40, 300), 4, AsItIs),
            // Where some microseconds decide.
            (pieces(2, 0, 15), machine(2, 10, 5), 2, Processes(2)),
            // With another number of hands.
            (pieces(6, 0, 100), machine(8, 90, 300), 2, Threads(2)),
            (pieces(6, 0, 100), machine(8, 90, 300), 6, AsItIs),
        ] {
            assert_eq!(
                decide(&program, &machine, hands),
                way,
                "the way (left) for {program:?} on {machine:?}, with {hands} hands"
            );
        }
    }

    #[test]
    fn of_two_that_take_as_long_it_is_the_first() {
        for (program, machine, hands, way) in [
            (pieces(2, 0, 100), machine(2, 50, 50), 2, AsItIs),
            (pieces(4, 0, 100), machine(2, 50, 25), 2, Threads(2)),
            (pieces(4, 0, 100), machine(4, 0, 100), 1, AsItIs),
        ] {
            assert_eq!(
                decide(&program, &machine, hands),
                way,
                "the way (left) for {program:?} on {machine:?}, with {hands} hands; two take as \
                 long, or all three"
            );
        }
    }

    #[test]
    fn what_may_crash_needs_a_process() {
        for (program, hands) in [(pieces(60, 20_000, 50), 12), (pieces(1, 0, 1), 1)] {
            let program = Program { may_crash: true, ..program };
            let machine = machine(2, 40, 300);
            assert_eq!(
                decide(&program, &machine, hands),
                Processes(hands),
                "the way (left) for {program:?}; the others have to survive a crash"
            );
        }
    }

    #[test]
    fn long_and_short_pieces_are_added_up_as_well() {
        let short =
            Program { computes: Duration::from_nanos(500), ..pieces(1_000_000, 0, 0) };
        takes(AsItIs, short, machine(4, 0, 0), 500_000);
        takes(Threads(4), short, machine(4, 0, 0), 125_000);
        takes(Processes(2), short, machine(4, 0, 0), 250_000);
        let minutes = pieces(60, 120_000_000, 60_000_000);
        takes(AsItIs, minutes, machine(4, 0, 0), 10_800_000_000);
        takes(Threads(12), minutes, machine(4, 0, 0), 1_500_000_000);
        takes(Processes(60), minutes, machine(60, 0, 0), 180_000_000);
    }

    // What it takes and returns: nothing else can stand in for these.
    const _: fn(Way, &Program, &Machine) -> Duration = predict;
    const _: fn(&Program, &Machine, u32) -> Way = decide;
}
