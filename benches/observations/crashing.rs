//! How many of seven failures the rest of a program survives, in a thread and in a process.

use benches::{Observer, Unit};
use processes::crashing::{FAILURES, PLACES, Seen, observe as watch};

pub(crate) fn observe(observer: &mut Observer) {
    for _ in 0..observer.rounds() {
        for (place, _) in PLACES {
            let (mut survived, mut panics) = (0, 0);
            for (failure, _) in FAILURES {
                let lived = matches!(watch(failure, place), Ok(Seen::Survived(_)));
                survived += u32::from(lived);
                panics += u32::from(lived && failure == "panic");
            }
            let mut sample = |what, count: u32| {
                observer.sample(&format!("{what}/{place}"), Unit::Count, count.into());
            };
            sample("survived by the others", survived);
            sample("panics survived", panics);
        }
    }
}
