//! Wrong: what is sent is divided among the processes, like the work. But one side of all pipes is in this
//! program, and it sends to one after the other.
//! Caught by `pieces_have_to_be_sent`: and you predict

use std::time::Duration;

pub fn predict(way: Way, program: &Program, machine: &Machine) -> Duration {
    let cores = if program.one_lock { 1 } else { machine.cores };
    let (hands, computing, on_top) = match way {
        Way::AsItIs => (1, 1, Duration::ZERO),
        Way::Threads(hands) => (hands, hands.min(cores), machine.starts * hands),
        Way::Processes(hands) => (
            hands,
            hands.min(machine.cores),
            machine.sends * program.pieces.div_ceil(hands),
        ),
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
