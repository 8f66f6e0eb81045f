//! How long it takes from the request to stop until something has stopped: a thread that looks at a
//! flag, and a process that is killed. And what comes of it when a thread is stopped that looks at no
//! flag.

use std::time::Duration;

use benches::samples::median;
use benches::{Observer, Unit};
use processes::stopping;

/// How many stops of each kind there are in a round.
const STOPS: usize = 21;

pub(crate) fn observe(observer: &mut Observer) {
    for _ in 0..observer.rounds() {
        let flags = (0..STOPS).map(|_| stopping::by_flag()).collect();
        sample_time(observer, "a thread with a flag", flags);
        // All killed processes have been waited for, and this process is still here.
        let kills = (0..STOPS).filter_map(|_| stopping::by_kill().ok());
        let kills: Vec<Duration> = kills.collect();
        observer.sample("ended cleanly of 21/kill", Unit::Count, kills.len() as f64);
        sample_time(observer, "a process", kills);
        #[cfg(target_os = "linux")]
        by_force(observer);
    }
}

fn sample_time(observer: &mut Observer, what: &str, times: Vec<Duration>) {
    let times = times.iter().map(|time| time.as_nanos() as f64);
    observer.sample(&format!("time/{what}"), Unit::Ns, median(times.collect()));
}

/// How many threads are parked in a round while they work.
#[cfg(target_os = "linux")]
const PARKED: usize = 1_000;

#[cfg(target_os = "linux")]
fn by_force(observer: &mut Observer) {
    use processes::stopping::by_force::{FORCES, by_force, locks_left_locked};

    let mut ended = 0;
    for (force, _) in FORCES {
        let tries = (0..STOPS).map(|_| by_force(force).expect("it starts"));
        let clean = tries.filter(|after| after.is_clean()).count();
        let id = format!("ended cleanly of 21/{force}");
        observer.sample(&id, Unit::Count, clean as f64);
        ended += clean;
    }
    observer.sample("threads ended cleanly", Unit::Count, ended as f64);
    let locked = locks_left_locked(PARKED).expect("it starts");
    observer.sample("locks left locked of 1,000", Unit::Count, locked as f64);
}
