//! Right: it goes through the rounds, one by one, and adds up.

use std::time::Duration;

fn in_rounds(pieces: u32, at_once: u32, each: Duration) -> Duration {
    let (mut left, mut time) = (pieces, Duration::ZERO);
    while left > 0 {
        left = left.saturating_sub(at_once);
        time += each;
    }
    time
}

pub fn predict(way: Way, program: &Program, machine: &Machine) -> Duration {
    let (hands, locks) = match way {
        Way::AsItIs => (1, 1),
        Way::Threads(hands) if program.one_lock => (hands, 1),
        Way::Threads(hands) | Way::Processes(hands) => (hands, hands),
    };
    let mut time = in_rounds(program.pieces, hands, program.waits);
    time += in_rounds(program.pieces, locks.min(machine.cores), program.computes);
    match way {
        Way::AsItIs => {}
        Way::Threads(_) => (0..hands).for_each(|_| time += machine.starts),
        Way::Processes(_) => (0..program.pieces).for_each(|_| time += machine.sends),
    }
    time
}

pub fn decide(program: &Program, machine: &Machine, hands: u32) -> Way {
    let time = |way| predict(way, program, machine);
    let (as_it_is, threads, processes) =
        (time(Way::AsItIs), time(Way::Threads(hands)), time(Way::Processes(hands)));
    if program.may_crash || processes < as_it_is.min(threads) {
        Way::Processes(hands)
    } else if threads < as_it_is {
        Way::Threads(hands)
    } else {
        Way::AsItIs
    }
}
