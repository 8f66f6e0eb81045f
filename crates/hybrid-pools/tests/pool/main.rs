//! The pool, from outside and under attack. This program is the tests, and the workers of their pools.

#[cfg(not(unix))]
fn main() {
    eprintln!("not tested: pools of processes need Unix");
}

#[cfg(unix)]
mod attacks;
#[cfg(unix)]
mod chaos;
#[cfg(unix)]
mod memory;
#[cfg(unix)]
mod ordinary;
#[cfg(unix)]
mod tasks;

#[cfg(unix)]
fn main() {
    use libtest_mimic::{Arguments, Trial};

    processes::worker::entry(&[tasks::WORK, hybrid_pools::WORK]);
    attacks::entry();
    let trials = [ordinary::ALL, attacks::ALL, chaos::ALL, memory::ALL].concat();
    let trials = trials.into_iter().map(|(name, test)| {
        Trial::test(name, move || {
            tasks::watched(test);
            Ok(())
        })
    });
    libtest_mimic::run(&Arguments::from_args(), trials.collect()).exit();
}
