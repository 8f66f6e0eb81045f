//! A schedule that fails under shuttle is written down, and fails again when it is replayed.
//!
//! This is a test program of its own, since shuttle asks only the first runner of a process where
//! to write.

#![allow(dead_code, missing_docs, unreachable_pub)]

mod sync {
    pub(crate) use shuttle::sync::{Barrier, atomic};
    pub(crate) use shuttle::thread;
}

#[path = "../src/lost_update/broken.rs"]
mod count_broken;
#[path = "../src/crowd.rs"]
mod crowd;

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};

use shuttle::scheduler::DfsScheduler;
use shuttle::{Config, FailurePersistence, Runner};

fn counts_to_two() {
    assert_eq!(count_broken::count(2, 1), 2);
}

#[test]
fn a_schedule_that_fails_can_be_replayed() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut config = Config::new();
    config.failure_persistence = FailurePersistence::File(Some(folder.path().into()));
    let runner = Runner::new(DfsScheduler::new(None, false), config);
    assert!(catch_unwind(AssertUnwindSafe(|| runner.run(counts_to_two))).is_err());

    let mut files = fs::read_dir(folder.path()).expect("the folder");
    let file = files.next().expect("a schedule was written").expect("it is there").path();
    let schedule = fs::read_to_string(file).expect("it can be read");
    for _ in 0..3 {
        let replayed = catch_unwind(|| shuttle::replay(counts_to_two, &schedule));
        assert!(replayed.is_err(), "{schedule}");
    }
}
