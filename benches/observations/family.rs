//! When something happens to a program with children: how many of the children live on. And children
//! that print more than their pipe holds, here and in Python.

use benches::{Observer, Unit, python};
use processes::family::{CASES, live_on};

const CHILDREN: usize = 4;
/// How often each case is tried in a round; all tries must come out alike.
const TIMES: usize = 5;

pub(crate) fn observe(observer: &mut Observer) {
    for _ in 0..observer.rounds() {
        for &case in CASES {
            let live = (0..TIMES).map(|_| live_on(case, CHILDREN).expect("they start"));
            let id = format!("live on of {}/{}", TIMES * CHILDREN, case.0);
            observer.sample(&id, Unit::Count, live.sum::<usize>() as f64);
        }
        #[cfg(target_os = "linux")]
        pipes(observer);
        let script = "crates/processes/python/family.py";
        for (name, count) in python::times(observer, script, &[]) {
            observer.sample(&name, Unit::Count, count);
        }
    }
}

/// How much the children print: the same sizes as in the script.
#[cfg(target_os = "linux")]
const SIZES: [u64; 4] = [1_000, 65_536, 65_537, 1_000_000];

#[cfg(target_os = "linux")]
fn pipes(observer: &mut Observer) {
    use processes::printing::{Seen, prints, read_then_wait, watch_it_hang};

    let (mut waited, mut read) = (0, 0);
    for bytes in SIZES {
        match watch_it_hang(bytes).expect("it starts") {
            Seen::Ended => waited += 1,
            Seen::Stuck(held) => {
                observer.sample("held by a full pipe", Unit::Bytes, held as f64);
            }
        }
        let printed = read_then_wait(prints(bytes)).expect("it starts");
        read += usize::from(printed.len() as u64 == bytes);
    }
    observer.sample("of 4 sizes/wait, then read", Unit::Count, f64::from(waited));
    observer.sample("of 4 sizes/read, then wait", Unit::Count, read as f64);
}
