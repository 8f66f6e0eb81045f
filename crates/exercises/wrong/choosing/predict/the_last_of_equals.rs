//! Wrong: of two ways that take as long, it takes the later one. Threads and processes that gain nothing cost
//! all the same: somebody has to write them.
//! Caught by `of_two_that_take_as_long_it_is_the_first`: two take as long

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
    let ways = [Way::Processes(hands), Way::Threads(hands), Way::AsItIs];
    let shortest = ways.into_iter().min_by_key(|way| predict(*way, program, machine));
    shortest.expect("there are three")
}
