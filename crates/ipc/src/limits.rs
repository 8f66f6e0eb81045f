//! What no transport can be faster than: two threads that pass a cache line to and fro, a copy of
//! the message, an empty system call, a wake-up.

use std::hint;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// The values of a word that two threads pass to and fro.
const THERE: u32 = 1;
const BACK: u32 = 2;

/// Two threads, on two cores if there are two, pass a word to and fro, `rounds` times; returns
/// the time for all rounds. In each round, the word moves from one core to the other and back. On
/// a machine with one core this takes much longer, since the threads have to take turns.
// ANCHOR: line
pub fn cache_line(rounds: u32) -> Duration {
    let word = AtomicU32::new(0);
    let wait_for = |value| {
        let mut looks = 0_u32;
        while word.load(Ordering::Acquire) != value {
            hint::spin_loop();
            looks += 1;
            if looks.is_multiple_of(1_024) {
                thread::yield_now();
            }
        }
    };
    thread::scope(|scope| {
        scope.spawn(|| {
            stay_on(1);
            for _ in 0..=rounds {
                wait_for(THERE);
                word.store(BACK, Ordering::Release);
            }
        });
        let times = scope.spawn(|| {
            stay_on(0);
            // The first round also waits for the other thread to start.
            word.store(THERE, Ordering::Release);
            wait_for(BACK);
            let start = Instant::now();
            for _ in 1..=rounds {
                word.store(THERE, Ordering::Release);
                wait_for(BACK);
            }
            start.elapsed()
        });
        times.join().expect("it doesn't panic")
    })
}
// ANCHOR_END: line

/// Makes this thread stay on the `core`th of the cores that it may use. Otherwise the system may
/// leave both threads on the same core for a while.
#[cfg(target_os = "linux")]
fn stay_on(core: usize) {
    use nix::sched::{CpuSet, sched_getaffinity, sched_setaffinity};
    use nix::unistd::Pid;

    let this = Pid::from_raw(0);
    let Ok(allowed) = sched_getaffinity(this) else { return };
    let cores =
        (0..CpuSet::count()).filter(|&core| allowed.is_set(core).unwrap_or(false));
    let Some(core) = cores.cycle().nth(core) else { return };
    let mut only = CpuSet::new();
    // If the system refuses, the thread runs wherever the system puts it.
    let _ = only.set(core).and_then(|()| sched_setaffinity(this, &only));
}

#[cfg(not(target_os = "linux"))]
fn stay_on(_: usize) {}

/// Asks the system who our parent is, `rounds` times: a call that does next to nothing. Returns
/// the time for all rounds.
pub fn system_call(rounds: u32) -> Duration {
    let start = Instant::now();
    for _ in 0..rounds {
        hint::black_box(nix::unistd::getppid());
    }
    start.elapsed()
}

/// Copies `from` to `to`, `rounds` times; returns the time for all rounds.
///
/// # Panics
///
/// When the two differ in length.
pub fn copy(from: &[u8], to: &mut [u8], rounds: u32) -> Duration {
    let start = Instant::now();
    for _ in 0..rounds {
        to.copy_from_slice(hint::black_box(from));
        hint::black_box(&mut *to);
    }
    start.elapsed()
}

/// Two threads wake each other in turn, `rounds` times; returns the time for all rounds. Each round
/// is a wake-up each way.
///
/// # Panics
///
/// When the system has no futex.
#[cfg(target_os = "linux")]
pub fn wake_up(rounds: u32) -> Duration {
    use crate::ring::futex;

    let word = AtomicU32::new(0);
    let wait_for = |value| {
        loop {
            let seen = word.load(Ordering::Acquire);
            if seen == value {
                return;
            }
            futex::wait(&word, seen, Duration::from_secs(1))
                .expect("it is a word of ours");
        }
    };
    let say = |value| {
        word.store(value, Ordering::Release);
        futex::wake(&word);
    };
    thread::scope(|scope| {
        scope.spawn(|| {
            for _ in 0..=rounds {
                wait_for(THERE);
                say(BACK);
            }
        });
        say(THERE);
        wait_for(BACK);
        let start = Instant::now();
        for _ in 1..=rounds {
            say(THERE);
            wait_for(BACK);
        }
        start.elapsed()
    })
}

/// A plain function does what an echo does, `rounds` times: it copies `message` to `answer`.
/// Returns the time for all rounds.
pub fn call(message: &[u8], answer: &mut Vec<u8>, rounds: u32) -> Duration {
    let echo: fn(&[u8], &mut Vec<u8>) = |message, answer| {
        answer.clear();
        answer.extend_from_slice(message);
    };
    let start = Instant::now();
    for _ in 0..rounds {
        hint::black_box(echo)(hint::black_box(message), answer);
        hint::black_box(&mut *answer);
    }
    start.elapsed()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_rounds_and_no_bytes_are_no_fault() {
        cache_line(0);
        system_call(0);
        copy(&[], &mut [], 0);
        copy(&[], &mut [], 3);
        call(&[], &mut Vec::new(), 0);
        #[cfg(target_os = "linux")]
        wake_up(0);
    }
}
