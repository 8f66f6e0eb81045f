//! How late tasks are woken, at worst, while another task has something to compute: in their thread,
//! or elsewhere; in Rust and, where there is a `python3`, in Python.

use std::time::Duration;

use benches::{Observer, Unit, python};
use threads::many::stalling::{elsewhere, in_the_task, one_thread, pool, worst_delay};

/// The size of what is computed: it takes much longer than a task should be late.
const SIZE: u64 = 1_500_000;
/// How many threads there are in a pool: as many as a small machine has cores.
const THREADS: usize = 2;

pub(crate) fn observe(observer: &mut Observer) {
    let rounds = if observer.is_quick() { 1 } else { observer.rounds() };
    for _ in 0..rounds {
        let one = one_thread().expect("it starts");
        sample(
            observer,
            "one thread, nobody computes",
            worst_delay(&one, 0, || in_the_task(0)),
        );
        sample(
            observer,
            "one thread, in a task",
            worst_delay(&one, 1, || in_the_task(SIZE)),
        );
        let blocking = worst_delay(&one, 1, || elsewhere(SIZE));
        sample(observer, "one thread, by spawn_blocking", blocking);
        let two = pool(THREADS).expect("it starts");
        sample(
            observer,
            "two threads, in a task",
            worst_delay(&two, 1, || in_the_task(SIZE)),
        );
        let both = worst_delay(&two, THREADS, || in_the_task(SIZE));
        sample(observer, "two threads, in two tasks", both);
        for (name, ns) in
            python::times(observer, "crates/threads/python/stalling.py", &[])
        {
            // A name such as `Python: worst delay/in a task`.
            let Some((what, way)) =
                name.strip_prefix("Python: ").and_then(|name| name.split_once('/'))
            else {
                continue;
            };
            observer.sample(&format!("{what}/Python: {way}"), Unit::Ns, ns);
        }
    }
}

fn sample(
    observer: &mut Observer,
    name: &str,
    (worst, took, _): (Duration, Duration, Vec<u64>),
) {
    let (worst, took) = (worst.as_nanos() as f64, took.as_nanos() as f64);
    observer.sample(&format!("worst delay/{name}"), Unit::Ns, worst);
    if name != "one thread, nobody computes" {
        observer.sample(
            &format!("against the computing/{name}"),
            Unit::Ratio,
            worst / took,
        );
    }
}
