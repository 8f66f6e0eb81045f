//! Tasks that start processes of their own, and pools in odd surroundings. However a pool or a worker
//! ends, none of these processes is left.

use std::process::{self, Command};
use std::{env, thread};

use hybrid_pools::{Task, TaskError};
use nix::sys::signal::{Signal, kill};
use nix::unistd::{Pid, close};
use processes::manners::{Mark, leaves_nothing_when_interrupted};

use super::copy::ignore_children;
use super::tasks::{DIE, SHORT, SQUARE, Test, options};

pub(crate) const ALL: &[Test] = &[
    ("what_a_task_starts_ends_with_the_pool", ends_with_the_pool),
    ("what_a_task_starts_ends_with_its_worker", ends_with_its_worker),
    ("what_a_late_task_starts_ends_with_it", ends_with_a_late_task),
    ("what_a_task_starts_ends_when_the_parent_is_killed", ends_with_the_parent),
    ("ctrl_c_leaves_nothing_of_a_pool_and_its_families", ctrl_c_leaves_nothing),
    ("a_pool_whose_parent_ignores_its_children", parent_ignores_its_children),
    ("a_pool_without_stdin_and_stdout", without_stdin_and_stdout),
];

/// Starts a program that starts two others; all three carry the mark with the name that the task gets.
/// Then returns the id of its worker, or never returns.
pub(crate) const FAMILY: Task<(String, bool), u32> =
    Task::new("family", |(mark, returns)| {
        let mark = Mark::named(&mark);
        let mut child = Command::new("sh");
        child.args(["-c", "sleep 1000 & sleep 1000; true"]);
        assert!(mark.put_on(&mut child).spawn().is_ok(), "there is a shell");
        if !returns {
            loop {
                thread::park();
            }
        }
        // The test that has made the mark ends the processes that carry it.
        std::mem::forget(mark);
        process::id()
    });

/// How many processes carry the mark then.
const MEMBERS: usize = 3;

fn have(mark: &Mark) -> String {
    mark.name().into()
}

fn ends_with_the_pool() {
    for returns in [true, false] {
        let mark = Mark::new();
        let pool = options().start().unwrap();
        let task = pool.submit(&FAMILY, &(have(&mark), returns)).unwrap();
        assert!(mark.wait_for(MEMBERS), "it has its family");
        if returns {
            task.wait().unwrap();
            // One of them may just be becoming its program, and is nobody in that moment.
            assert!(mark.wait_for(MEMBERS), "its worker lives");
        }
        drop(pool);
        mark.wait_until_gone("whose pool is dropped");
    }
}

fn ends_with_its_worker() {
    let mark = Mark::new();
    let pool = options().workers(1).attempts(1).start().unwrap();
    let worker = pool.submit(&FAMILY, &(have(&mark), true)).unwrap().wait().unwrap();
    assert!(mark.wait_for(MEMBERS), "it has its family");
    kill(Pid::from_raw(worker.cast_signed()), Signal::SIGKILL).unwrap();
    // The pool only looks after an idle worker when there is something for it to do.
    assert_eq!(pool.submit(&SQUARE, &5).unwrap().wait(), Ok(25));
    mark.wait_until_gone("whose worker was killed");
}

fn ends_with_a_late_task() {
    let mark = Mark::new();
    let pool = options().attempts(1).deadline(SHORT).start().unwrap();
    let late = pool.submit(&FAMILY, &(have(&mark), false)).unwrap().wait();
    assert!(matches!(late, Err(TaskError::Late { .. })), "{late:?}");
    mark.wait_until_gone("whose task was late");
}

fn ends_with_the_parent() {
    let mark = Mark::new();
    let mut parent = Command::new(env::current_exe().unwrap())
        .args(["--families", mark.name()])
        .spawn()
        .unwrap();
    let came = mark.wait_for(2 * MEMBERS);
    parent.kill().unwrap();
    parent.wait().unwrap();
    assert!(came, "both tasks have their families");
    mark.wait_until_gone("whose parent was killed");
}

/// Ctrl-C in a terminal: before there are workers, with some, and with all of them and their families.
fn ctrl_c_leaves_nothing() {
    let program = env::current_exe().unwrap();
    // The parent, two workers, and two families.
    let all = 1 + 2 + 2 * MEMBERS;
    let program = program.display().to_string();
    for processes in [1, 2, 3, all] {
        leaves_nothing_when_interrupted(&program, "--families", &[processes]);
    }
}

/// The process ignores its children from inside: what comes from outside is taken back, which
/// `crates/processes/tests/workers.rs` tests.
fn parent_ignores_its_children() {
    succeeds("exec \"$0\" --ignore-children");
}

fn without_stdin_and_stdout() {
    succeeds("exec \"$0\" --work <&- >&-");
    succeeds("exec \"$0\" --work <&- >&- 2>&-");
    succeeds("exec \"$0\" --close-and-work");
}

fn succeeds(script: &str) {
    let program = env::current_exe().unwrap();
    let status = Command::new("sh").args(["-c", script]).arg(program).status().unwrap();
    assert_eq!(status.code(), Some(25), "{script}");
}

/// What else this program may be, going by its arguments.
pub(crate) fn entry() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["--families", mark] => families(mark.into()),
        // The families carry the mark that this process carries.
        ["--families"] => families(Mark::inherited().expect("it carries a mark")),
        ["--ignore-children"] => {
            ignore_children();
            work();
        }
        ["--close-and-work"] => {
            for standard in 0..3 {
                close(standard).unwrap();
            }
            work();
        }
        ["--work"] => work(),
        _ => {}
    }
}

fn families(mark: String) {
    let pool = options().start().unwrap();
    let tasks = [0; 2].map(|_| pool.submit(&FAMILY, &(mark.clone(), false)).unwrap());
    for task in tasks {
        let _ = task.wait();
    }
}

/// Exits with 25 when a pool does as it should, also after a worker has died.
fn work() -> ! {
    let pool = options().attempts(1).start().unwrap();
    let squares: u64 = pool.map(&SQUARE, 0..1_000).map(Result::unwrap).sum();
    assert_eq!(squares, (0..1_000).map(|n| n * n).sum::<u64>());
    println!("this may go nowhere");
    assert!(pool.submit(&DIE, &"kill".into()).unwrap().wait().is_err());
    let code = pool.submit(&SQUARE, &5).unwrap().wait().unwrap();
    drop(pool);
    process::exit(code as i32)
}
