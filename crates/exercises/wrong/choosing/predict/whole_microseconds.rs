//! Wrong: it calculates in whole microseconds, so short pieces take no time.
//! Caught by `long_and_short_pieces_are_added_up_as_well`: and you predict

use std::time::Duration;

pub fn predict(way: Way, program: &Program, machine: &Machine) -> Duration {
    let micros = |time: Duration| time.as_micros() as u64;
    let pieces = u64::from(program.pieces);
    let rounds = |at_once: u32| pieces.div_ceil(u64::from(at_once));
    let (waits, computes) = (micros(program.waits), micros(program.computes));
    Duration::from_micros(match way {
        Way::AsItIs => pieces * (waits + computes),
        Way::Threads(hands) => {
            let computing = if program.one_lock { 1 } else { hands.min(machine.cores) };
            rounds(hands) * waits
                + rounds(computing) * computes
                + u64::from(hands) * micros(machine.starts)
        }
        Way::Processes(hands) => {
            rounds(hands) * waits
                + rounds(hands.min(machine.cores)) * computes
                + pieces * micros(machine.sends)
        }
    })
}

pub fn decide(program: &Program, machine: &Machine, hands: u32) -> Way {
    if program.may_crash {
        return Way::Processes(hands);
    }
    [Way::AsItIs, Way::Threads(hands), Way::Processes(hands)]
        .into_iter()
        .min_by_key(|way| predict(*way, program, machine))
        .expect("there are three")
}
