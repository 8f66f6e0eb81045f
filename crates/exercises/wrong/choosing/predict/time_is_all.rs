//! Wrong: it takes the shortest way in any case. The first crash takes all pieces with it.
//! Caught by `what_may_crash_needs_a_process`: have to survive a crash

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
    let ways = [Way::AsItIs, Way::Threads(hands), Way::Processes(hands)];
    // Of several that are shortest, this is the first.
    let shortest = ways.into_iter().min_by_key(|way| predict(*way, program, machine));
    shortest.expect("there are three")
}
