//! Processes that race on a file. This program is both the tests and the processes.

use std::process::ExitCode;

#[cfg(unix)]
fn main() -> ExitCode {
    use libtest_mimic::{Arguments, Failed, Trial};
    use race_conditions::{WORKS, file};

    type Test = (&'static str, fn() -> Result<(), Failed>);

    fn the_forced_update_is_lost() -> Result<(), Failed> {
        for _ in 0..1_000 {
            assert_eq!(file::forced()?, 1);
        }
        Ok(())
    }

    fn a_process_alone_loses_nothing() -> Result<(), Failed> {
        assert_eq!(file::count(1, 1_000, false)?, 1_000);
        Ok(())
    }

    fn with_the_lock_two_lose_nothing() -> Result<(), Failed> {
        assert_eq!(file::count(2, 50_000, true)?, 100_000);
        Ok(())
    }

    fn without_it_they_count_to_no_more() -> Result<(), Failed> {
        let count = file::count(2, 1_000, false)?;
        assert!((1..=2_000).contains(&count), "{count}");
        Ok(())
    }

    processes::worker::entry(WORKS);
    let tests: [Test; 4] = [
        ("the_forced_update_is_lost", the_forced_update_is_lost),
        ("a_process_alone_loses_nothing", a_process_alone_loses_nothing),
        ("with_the_lock_two_lose_nothing", with_the_lock_two_lose_nothing),
        ("without_it_they_count_to_no_more", without_it_they_count_to_no_more),
    ];
    let trials = tests.map(|(name, test)| Trial::test(name, test));
    libtest_mimic::run(&Arguments::from_args(), trials.into()).exit_code()
}

#[cfg(not(unix))]
fn main() -> ExitCode {
    println!("not tested: worker processes need Unix");
    ExitCode::SUCCESS
}
