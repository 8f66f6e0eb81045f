//! How much memory idle threads and processes take, all of them together. They belong to the
//! example, as in its demo, and not to this program, which is larger.

use benches::{Observer, Unit};
use processes::footprint::{CROWDS, Footprint, measure};
use processes::worker::Program;

const COUNTS: [usize; 7] = [1, 2, 4, 8, 16, 32, 64];

pub(crate) fn observe(observer: &mut Observer) {
    let program = Program::at(env!("CARGO_BIN_EXE_processes-example"));
    for _ in 0..observer.rounds() {
        for count in COUNTS {
            for (crowd, _) in CROWDS {
                let taken = measure(&program, crowd, count).expect("they start");
                let mut sample = |name: String, bytes: u64| {
                    observer.sample(&name, Unit::Bytes, bytes as f64);
                };
                sample(format!("own memory/{crowd}/{count}"), taken.own);
                if count == COUNTS[COUNTS.len() - 1] {
                    let Footprint { own, tables, system } = taken;
                    sample(format!("of 64/{crowd}/own memory"), own);
                    sample(format!("of 64/{crowd}/tables of pages"), tables);
                    sample(format!("of 64/{crowd}/the system's"), system);
                    sample(format!("of 64/{crowd}/all"), taken.sum());
                }
            }
        }
    }
}
