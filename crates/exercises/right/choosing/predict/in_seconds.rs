//! Right: in seconds, as numbers; a function for each part.

use std::time::Duration;

fn rounds(pieces: u32, at_once: u32) -> f64 {
    (f64::from(pieces) / f64::from(at_once)).ceil()
}

fn seconds(way: Way, program: &Program, machine: &Machine) -> f64 {
    let wait = program.waits.as_secs_f64();
    let compute = program.computes.as_secs_f64();
    match way {
        Way::AsItIs => f64::from(program.pieces) * (wait + compute),
        Way::Threads(hands) => {
            let at_once = if program.one_lock { 1 } else { hands.min(machine.cores) };
            rounds(program.pieces, hands) * wait
                + rounds(program.pieces, at_once) * compute
                + f64::from(hands) * machine.starts.as_secs_f64()
        }
        Way::Processes(hands) => {
            rounds(program.pieces, hands) * wait
                + rounds(program.pieces, hands.min(machine.cores)) * compute
                + f64::from(program.pieces) * machine.sends.as_secs_f64()
        }
    }
}

pub fn predict(way: Way, program: &Program, machine: &Machine) -> Duration {
    Duration::from_secs_f64(seconds(way, program, machine))
}

pub fn decide(program: &Program, machine: &Machine, hands: u32) -> Way {
    let mut best = Way::AsItIs;
    for way in [Way::Threads(hands), Way::Processes(hands)] {
        if predict(way, program, machine) < predict(best, program, machine) {
            best = way;
        }
    }
    if program.may_crash { Way::Processes(hands) } else { best }
}
