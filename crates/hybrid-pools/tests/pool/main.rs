//! The pool, from outside and under attack. This program is the tests, and the workers of their pools.

#[cfg(not(unix))]
fn main() {
    eprintln!("not tested: pools of processes need Unix");
}

#[cfg(unix)]
mod attacks;
#[cfg(target_os = "linux")]
mod blame;
#[cfg(unix)]
mod chaos;
#[cfg(target_os = "linux")]
mod copy;
#[cfg(target_os = "linux")]
mod culprits;
#[cfg(unix)]
mod extremes;
#[cfg(target_os = "linux")]
mod families;
#[cfg(target_os = "linux")]
mod large;
#[cfg(unix)]
mod memory;
#[cfg(target_os = "linux")]
mod mixed;
#[cfg(unix)]
mod ordinary;
#[cfg(unix)]
mod tasks;

#[cfg(unix)]
const WORKS: &[processes::worker::Work] = &[
    hybrid_pools::WORK,
    tasks::WORK,
    #[cfg(target_os = "linux")]
    memory::linux::NO_THREAD,
    attacks::ENDS_AT_ONCE,
    attacks::ENDS_WITH_WORDS,
    #[cfg(target_os = "linux")]
    blame::SHORT_OF_MEMORY,
    #[cfg(target_os = "linux")]
    blame::WITH_LITTLE_MEMORY,
    #[cfg(target_os = "linux")]
    mixed::WORK,
];

#[cfg(unix)]
fn main() {
    use libtest_mimic::{Arguments, Trial};

    processes::worker::entry(WORKS);
    attacks::entry();
    #[cfg(target_os = "linux")]
    families::entry();
    #[cfg(target_os = "linux")]
    blame::entry();
    #[cfg(target_os = "linux")]
    memory::linux::entry();
    #[cfg(target_os = "linux")]
    large::entry();
    let trials = [
        ordinary::ALL,
        attacks::ALL,
        chaos::ALL,
        extremes::ALL,
        memory::ALL,
        #[cfg(target_os = "linux")]
        blame::ALL,
        #[cfg(target_os = "linux")]
        families::ALL,
        #[cfg(target_os = "linux")]
        large::ALL,
        #[cfg(target_os = "linux")]
        mixed::ALL,
    ]
    .concat();
    let trials = trials.into_iter().map(|(name, test)| {
        Trial::test(name, move || {
            tasks::watched(test);
            Ok(())
        })
    });
    libtest_mimic::run(&Arguments::from_args(), trials.collect()).exit();
}
