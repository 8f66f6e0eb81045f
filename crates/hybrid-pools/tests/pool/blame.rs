//! The task that has killed a worker is told so, and no other one, whatever the worker could note.

use std::time::Duration;

use hybrid_pools::serving::serve;
use hybrid_pools::{Options, ProcessPool, TaskError};
use ipc::Transport;
use nix::sys::resource::{Resource, setrlimit};
use nix::sys::signal::{Signal, kill};
use nix::sys::wait::{Id, WaitPidFlag, waitid};
use nix::unistd::Pid;
use processes::worker::Work;

use super::copy::end_of_broken_pipes;
use super::culprits::{After, HARM, Harm, Nest};
use super::tasks::{ECHO, POISON, SQUARE, TASKS, Test, WORK};

pub(crate) const ALL: &[Test] = &[
    ("no_broken_pipe_ends_the_owner", no_broken_pipe_ends_the_owner),
    ("a_dead_worker_is_no_worker_any_more", a_dead_worker_is_no_worker),
    ("no_task_is_charged_for_a_worker_that_was_gone", no_task_is_charged),
    ("an_argument_too_large_to_unpack", || huge(SHORT_OF_MEMORY, 1)),
    ("an_argument_too_large_to_receive", || huge(WITH_LITTLE_MEMORY, 1)),
    ("an_argument_too_large_is_tried_again", || huge(WITH_LITTLE_MEMORY, 3)),
    ("who_empties_files_is_to_blame", || harm(Harm::Empty, died, 3)),
    ("who_forges_notes_is_to_blame", who_forges_notes_is_to_blame),
    ("who_closes_the_connection_is_told_so", || harm(Harm::Disconnect, disconnected, 2)),
    ("who_garbles_results_is_told_so", || harm(Harm::Garble, disconnected, 2)),
    ("a_copy_may_live_on", || copies(After::Return, None)),
    ("a_copy_may_come_back", || copies(After::BothReturn, None)),
    ("a_copy_does_not_hide_a_death", || copies(After::Die, Some(died))),
    ("a_copy_does_not_hide_who_is_late", || copies(After::Hang, Some(late))),
    ("a_copy_does_not_hold_up_the_end", a_copy_does_not_hold_up_the_end),
    ("a_copy_does_not_hold_up_an_argument", a_copy_does_not_hold_up_a_large_argument),
    ("many_who_kill_workers_end_no_pool", many_who_kill_workers_end_no_pool),
];

/// Long enough for a task that does next to nothing, on a machine that has much else to do.
const DEADLINE: Duration = Duration::from_secs(1);

const MIB: usize = 1 << 20;
const HUGE: usize = 200 * MIB;

/// The huge argument fits into this worker's memory once, and not twice.
pub(crate) const SHORT_OF_MEMORY: Work = Work::new("test, short of memory", |link| {
    limit(350 * MIB);
    serve(link, TASKS)
});

/// The huge argument doesn't fit into this worker's memory even once.
pub(crate) const WITH_LITTLE_MEMORY: Work =
    Work::new("test, with little memory", |link| {
        limit(180 * MIB);
        serve(link, TASKS)
    });

pub(crate) fn limit(memory: usize) {
    let memory = memory as u64;
    setrlimit(Resource::RLIMIT_AS, memory, memory).expect("less is always allowed");
}

fn options(work: &Work) -> Options {
    // Long enough to start a worker, and short enough to see a pool give up.
    let options = ProcessPool::of(work).unwrap().patience(Duration::from_secs(5));
    options.workers(2).quiet()
}

fn died(error: &TaskError) -> Option<u32> {
    match error {
        TaskError::Died { attempts, .. } => Some(*attempts),
        _ => None,
    }
}

fn late(error: &TaskError) -> Option<u32> {
    match error {
        TaskError::Late { attempts, .. } => Some(*attempts),
        _ => None,
    }
}

fn disconnected(error: &TaskError) -> Option<u32> {
    match error {
        TaskError::Disconnected { attempts, .. } => Some(*attempts),
        _ => None,
    }
}

/// How many attempts an error tells of, if it is of the right kind.
type Told = fn(&TaskError) -> Option<u32>;

fn huge(work: Work, attempts: u32) {
    let pool = options(&work).attempts(attempts).longest(2 * HUGE).start().unwrap();
    let before: Vec<_> = (0..50).map(|n| pool.submit(&SQUARE, &n).unwrap()).collect();
    let huge = pool.submit(&ECHO, &vec![1; HUGE]).unwrap();
    let behind: Vec<_> = (0..50).map(|n| pool.submit(&SQUARE, &n).unwrap()).collect();
    for handles in [before, behind] {
        for (n, handle) in (0..).zip(handles) {
            assert_eq!(handle.wait(), Ok(n * n));
        }
    }
    let error = huge.wait().unwrap_err();
    assert_eq!(died(&error), Some(attempts), "{error}");
    assert_eq!(pool.progress().restarts, u64::from(attempts));
    assert_eq!(pool.submit(&SQUARE, &9).unwrap().wait(), Ok(81), "the pool goes on");
}

/// A harmful task between others fails alone, and for the right reason. It wears out as many workers as it
/// has attempts.
fn harm(harm: Harm, told: Told, attempts: u32) {
    let pool = options(&WORK).attempts(attempts).start().unwrap();
    assert_eq!(restarts(&pool, harm, told, attempts), u64::from(attempts));
}

/// The same in a pool that is there already; returns how many workers the task wears out.
fn restarts(pool: &ProcessPool, harm: Harm, told: Told, attempts: u32) -> u64 {
    let before = pool.progress().restarts;
    let others = || (0..50).map(|n| pool.submit(&SQUARE, &n).unwrap()).collect();
    let (first, harms, last): (Vec<_>, _, Vec<_>) =
        (others(), pool.submit(&HARM, &harm).unwrap(), others());
    for handles in [first, last] {
        for (n, handle) in (0..).zip(handles) {
            assert_eq!(handle.wait(), Ok(n * n), "{harm:?}");
        }
    }
    let error = harms.wait().unwrap_err();
    assert_eq!(told(&error), Some(attempts), "{harm:?}: {error}");
    pool.progress().restarts - before
}

/// Kills an idle worker, and waits until it has ended.
fn kill_idle(pool: &ProcessPool) {
    let id = pool.worker_ids()[0];
    let id = Pid::from_raw(id.cast_signed());
    kill(id, Signal::SIGKILL).unwrap();
    // The process is left there: its keeper has to wait for it, too.
    waitid(Id::Pid(id), WaitPidFlag::WEXITED | WaitPidFlag::WNOWAIT).unwrap();
}

fn a_dead_worker_is_no_worker() {
    let pool = options(&WORK).workers(1).start().unwrap();
    kill_idle(&pool);
    assert!(pool.worker_ids().is_empty());
    assert_eq!(pool.submit(&SQUARE, &9).unwrap().wait(), Ok(81));
    assert_eq!(pool.worker_ids().len(), 1);
}

/// A worker that dies while it is idle is charged to no task: the next task has all its attempts.
fn no_task_is_charged() {
    let pool = options(&WORK).workers(1).attempts(2).start().unwrap();
    for round in 1..=10 {
        kill_idle(&pool);
        let error = pool.submit(&POISON, &(7, 7)).unwrap().wait().unwrap_err();
        assert_eq!(died(&error), Some(2), "{error}");
        assert_eq!(pool.progress().restarts, 3 * round);
        // The last worker that the task has killed is replaced by now.
        assert_eq!(pool.submit(&SQUARE, &9).unwrap().wait(), Ok(81));
    }
}

/// The argument for a process with a pool that ends of broken pipes, and whose worker dies in the middle
/// of an argument.
const OWNER: &str = "--owner-that-ends-of-broken-pipes";

pub(crate) fn entry() {
    if std::env::args().any(|argument| argument == OWNER) {
        end_of_broken_pipes();
        let pool = options(&WITH_LITTLE_MEMORY).attempts(1).longest(2 * HUGE);
        let pool = pool.start().unwrap();
        println!("{}", pool.submit(&ECHO, &vec![1; HUGE]).unwrap().wait().unwrap_err());
        std::process::exit(0);
    }
}

fn no_broken_pipe_ends_the_owner() {
    let mut owner = std::process::Command::new(std::env::current_exe().unwrap());
    let output = owner.arg(OWNER).output().unwrap();
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}: {complaint}", output.status);
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(said.starts_with("its worker died once"), "{said}");
}

fn who_forges_notes_is_to_blame() {
    let attempts = 2;
    let pool = options(&WORK).attempts(attempts).start().unwrap();
    for number in [0, 1, 3, 1_000, i64::MAX, -1] {
        for relative in [false, true] {
            let forges = Harm::Forge { number, relative };
            assert_eq!(restarts(&pool, forges, died, attempts), u64::from(attempts));
        }
    }
}

/// Transports on which a worker's end is noticed although a copy of it holds them.
const ENDING: [Transport; 5] = [
    Transport::Pipes,
    Transport::SocketPair,
    Transport::Tcp,
    Transport::SpinningRing,
    Transport::SleepingRing,
];

fn copies(after: After, told: Option<Told>) {
    for transport in ENDING {
        let nest = Nest::new();
        let mut options = options(&WORK).transport(transport).attempts(2);
        if after == After::Hang {
            options = options.deadline(DEADLINE);
        }
        let pool = options.start().unwrap();
        let harm = Harm::Copy(nest.path().into(), after);
        match told {
            Some(told) => assert_eq!(restarts(&pool, harm, told, 2), 2, "{transport}"),
            None => {
                // Several times, so that a result too many would be taken for that of another task.
                for _ in 0..10 {
                    let copies = pool.submit(&HARM, &harm).unwrap();
                    let others = pool.map(&SQUARE, 0..20).map(Result::unwrap);
                    assert!(others.eq((0..20).map(|n| n * n)), "{transport}");
                    assert_eq!(copies.wait(), Ok(7), "{transport}");
                }
                assert_eq!(pool.progress().restarts, 0, "{transport}");
            }
        }
        pool.shutdown();
    }
}

/// A worker is killed while an argument is on its way, and a copy holds the other end of the connection.
fn a_copy_does_not_hold_up_a_large_argument() {
    for transport in ENDING {
        let nest = Nest::new();
        let options = options(&WORK).workers(1).transport(transport);
        // A slow machine may need more than one deadline for the argument.
        let pool = options.deadline(DEADLINE).attempts(10).start().unwrap();
        let copies = Harm::Copy(nest.path().into(), After::Return);
        assert_eq!(pool.submit(&HARM, &copies).unwrap().wait(), Ok(7));
        let stopped = Pid::from_raw(pool.worker_ids()[0].cast_signed());
        kill(stopped, Signal::SIGSTOP).unwrap();
        let argument = vec![1; 8 * MIB];
        let came = pool.submit(&ECHO, &argument).unwrap().wait();
        assert_eq!(came.as_ref().map(Vec::len), Ok(argument.len()), "{transport}");
        assert!(came == Ok(argument), "{transport}");
        assert!(pool.progress().restarts >= 1, "{transport}");
    }
}

/// A copy holds up neither a pool that is dropped in the middle of a task nor workers that are recycled.
fn a_copy_does_not_hold_up_the_end() {
    let nest = Nest::new();
    let pool = options(&WORK).recycle_after(1).start().unwrap();
    let copies = |after| Harm::Copy(nest.path().into(), after);
    for _ in 0..4 {
        assert_eq!(pool.submit(&HARM, &copies(After::Return)).unwrap().wait(), Ok(7));
    }
    let hangs = pool.submit(&HARM, &copies(After::Hang)).unwrap();
    while pool.progress().waiting > 0 {
        std::thread::yield_now();
    }
    drop(pool);
    assert_eq!(hangs.wait(), Err(TaskError::Stopped));
}

/// However many tasks kill their workers, and however little patience the pool has: workers can still be
/// started, and so it goes on.
fn many_who_kill_workers_end_no_pool() {
    let pool = options(&WORK).attempts(1).patience(Duration::ZERO).start().unwrap();
    for harm in [Harm::Empty, Harm::Disconnect] {
        let handles: Vec<_> =
            (0..20).map(|_| pool.submit(&HARM, &harm).unwrap()).collect();
        for handle in handles {
            let error = handle.wait().unwrap_err();
            assert!(died(&error).or(disconnected(&error)).is_some(), "{error}");
        }
    }
    // In chunks, nobody knows at first which task it was.
    let poisons = (0..20).map(|n| (n % 2, 0));
    let results = pool.map(&POISON, poisons).chunks(5);
    for (n, result) in (0..).zip(results) {
        assert_eq!(result.is_ok(), n % 2 == 1, "{n}: {result:?}");
    }
    assert_eq!(pool.submit(&SQUARE, &9).unwrap().wait(), Ok(81));
    assert_eq!(pool.progress().workers, 2);
}
