//! Wrong: twelve threads compute twelve times as fast, it says, on two cores.
//! Caught by `as_many_compute_as_there_are_hands_and_cores`: and you predict
//! Caught by `all_parts_are_added_up`: and you predict

use std::time::Duration;

pub fn predict(way: Way, program: &Program, machine: &Machine) -> Duration {
    let cores = if program.one_lock { 1 } else { machine.cores };
    let (hands, computing, on_top) = match way {
        Way::AsItIs => (1, 1, Duration::ZERO),
        Way::Threads(hands) => {
            (hands, if program.one_lock { 1 } else { hands }, machine.starts * hands)
        }
        Way::Processes(hands) => (hands, hands, machine.sends * program.pieces),
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
