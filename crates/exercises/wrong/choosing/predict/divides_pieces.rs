//! Wrong: the work ÷ the cores. A good guess for many small pieces; but seven pieces on two cores take four
//! rounds, not three and a half.
//! Caught by `as_many_compute_as_there_are_hands_and_cores`: and you predict
//! Caught by `hands_wait_at_once`: and you predict

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
    (program.waits * program.pieces) / hands
        + (program.computes * program.pieces) / computing
        + on_top
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
