//! Everything at once: tasks of all kinds, some of which harm their workers, with limits on memory and on
//! the bytes that may wait, with signals from outside and without. No task is lost, and none is blamed
//! wrongly.
//!
//! `MIXED_TASKS=200000` asks for more than an ordinary run does.

use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process;
use std::time::Duration;

use hybrid_pools::chaos::meanwhile;
use hybrid_pools::serving::serve;
use hybrid_pools::{Options, ProcessPool, Task, TaskError};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use processes::worker::{Program, Work};
use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;

use super::blame::limit;
use super::culprits::{After, Harm, Nest, harm};
use super::tasks::Test;

pub(crate) const ALL: &[Test] = &[
    ("none_is_lost_and_none_is_blamed_wrongly", || calm(tasks() / 4)),
    ("nor_while_signals_come_from_outside", || under_signals(tasks() - tasks() / 4)),
];

/// How many tasks when nobody asks for more.
const ORDINARY: u64 = 20_000;

fn tasks() -> u64 {
    let asked = std::env::var("MIXED_TASKS").ok();
    asked.map_or(ORDINARY, |tasks| tasks.parse().expect("MIXED_TASKS is a number"))
}

/// How many ordinary runs that is. A run that is asked for may take as many times as long.
pub(crate) fn runs() -> u32 {
    u32::try_from(tasks().div_ceil(ORDINARY)).unwrap_or(u32::MAX)
}

/// Long enough for every task that doesn't hang, on a machine that has much else to do.
const DEADLINE: Duration = Duration::from_secs(3);

/// A shorter one for the run in which it doesn't matter if a task is late once or twice.
const SHORT_DEADLINE: Duration = Duration::from_secs(1);

/// How long until the next signal.
const EVERY: Duration = Duration::from_millis(5);

const MIB: usize = 1 << 20;

/// How much memory a worker may have, and the length of an argument that it then can't receive.
const MEMORY: usize = 180 * MIB;
const TOO_MUCH: usize = 200 * MIB;

pub(crate) const WORK: Work = Work::new("test, mixed", |link| {
    limit(MEMORY);
    serve(link, &[&MIXED])
});

#[derive(Clone, Debug, Serialize, Deserialize)]
enum Mixed {
    Square(u64),
    /// Is returned.
    Bytes(ByteBuf),
    Panic(u64),
    Abort,
    Exit,
    Hang,
    /// Is too long to be received.
    TooMuch(ByteBuf),
    Harm(Harm),
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
enum Made {
    Number(u64),
    Bytes(ByteBuf),
}

const MIXED: Task<Mixed, Made> = Task::new("mixed", |mixed| match mixed {
    Mixed::Square(n) => Made::Number(n * n),
    Mixed::Bytes(bytes) => Made::Bytes(bytes),
    Mixed::Panic(n) => panic!("{n} is too much"),
    Mixed::Abort => process::abort(),
    Mixed::Exit => process::exit(3),
    Mixed::Hang => loop {
        std::thread::park();
    },
    Mixed::TooMuch(bytes) => Made::Number(bytes.len() as u64),
    Mixed::Harm(does) => Made::Number(harm(does)),
});

/// What has to come of a task when nobody disturbs its worker.
#[derive(Debug, PartialEq)]
enum Comes {
    Made(Made),
    Panics(String),
    Dies { signal: Option<i32>, code: Option<i32> },
    IsLate,
    Disconnects,
}

/// What comes of an argument that is too long to be received.
const GIVES_UP: Comes = Comes::Dies { signal: None, code: Some(1) };

/// Whether that came which had to. Only to send such an argument may take longer than the deadline, on a busy machine.
fn fits(came: &Comes, comes: &Comes) -> bool {
    came == comes || (comes == &GIVES_UP && came == &Comes::IsLate)
}

/// Task number `n`, and what has to come of it. Harmful ones are rare: one of each kind in so many, the
/// first of them early.
fn task(n: u64, nest: &Path, chunk: usize) -> (Mixed, Comes) {
    let copy = |after| Mixed::Harm(Harm::Copy(nest.to_path_buf(), after));
    let forge = || {
        let (number, relative) = ((n / 2_000 % 7) as i64 - 2, n / 2_000 % 2 == 0);
        Mixed::Harm(Harm::Forge { number, relative })
    };
    let aborts = Comes::Dies { signal: Some(Signal::SIGABRT as i32), code: None };
    let exits = Comes::Dies { signal: None, code: Some(3) };
    let returns = Comes::Made(Made::Number(7));
    // A chunk may take as long as all of its tasks, so a task that hangs would hold up the test.
    let alone = chunk == 1;
    match n {
        _ if n % 25_000 == 50 => {
            // The worker is told that there is no memory for the argument, and gives up.
            (Mixed::TooMuch(ByteBuf::from(vec![1; TOO_MUCH])), GIVES_UP)
        }
        _ if n % 25_000 == 51 && alone => (Mixed::Hang, Comes::IsLate),
        _ if n % 25_000 == 52 && alone => (copy(After::Hang), Comes::IsLate),
        _ if n % 25_000 == 53 => (Mixed::Harm(Harm::Disconnect), Comes::Disconnects),
        _ if n % 5_000 == 54 => (copy(After::Return), returns),
        _ if n % 5_000 == 55 => (copy(After::BothReturn), returns),
        _ if n % 5_000 == 56 => (copy(After::Die), aborts),
        _ if n % 2_000 == 57 => (Mixed::Harm(Harm::Garble), Comes::Disconnects),
        _ if n % 2_000 == 58 => (Mixed::Harm(Harm::Empty), aborts),
        _ if n % 2_000 == 59 => (forge(), aborts),
        _ if n % 1_000 == 60 => (Mixed::Abort, aborts),
        _ if n % 1_000 == 61 => (Mixed::Exit, exits),
        _ if n % 500 == 62 => {
            (Mixed::Panic(n), Comes::Panics(format!("{n} is too much")))
        }
        _ if n % 20 == 3 => {
            let bytes = || ByteBuf::from(vec![n as u8; n as usize * 7_919 % (256 << 10)]);
            (Mixed::Bytes(bytes()), Comes::Made(Made::Bytes(bytes())))
        }
        _ => (Mixed::Square(n), Comes::Made(Made::Number(n * n))),
    }
}

/// What has come of a task, in the same terms; and how often it was tried, if its worker died.
fn came(result: Result<Made, TaskError>) -> (Comes, Option<u32>) {
    match result {
        Ok(made) => (Comes::Made(made), None),
        Err(TaskError::Panicked { message }) => (Comes::Panics(message), None),
        Err(TaskError::Died { how, attempts, .. }) => {
            (Comes::Dies { signal: how.signal(), code: how.code() }, Some(attempts))
        }
        Err(TaskError::Late { attempts, .. }) => (Comes::IsLate, Some(attempts)),
        Err(TaskError::Disconnected { attempts, .. }) => {
            (Comes::Disconnects, Some(attempts))
        }
        Err(error) => panic!("no task fails like this: {error}"),
    }
}

fn pool() -> Options {
    // Workers that panic leave out backtraces, which would take longer than the deadline.
    let program = Program::this().unwrap().quiet();
    let options = ProcessPool::of(&WORK).unwrap().program(program).workers(2).quiet();
    options.longest(2 * TOO_MUCH).capacity_in_bytes(MIB)
}

/// Does so many tasks, one by one and then in chunks, and looks at what has come of each. Returns how many
/// workers were worn out, going by what the failed tasks say.
fn run(pool: &ProcessPool, tasks: u64, right: impl Fn(&Comes, &Comes) -> bool) -> u64 {
    let nest = Nest::new();
    let mut worn_out = 0;
    for (chunk, tasks) in [(1, tasks / 2), (10, tasks - tasks / 2)] {
        let arguments = (0..tasks).map(|n| task(n, nest.path(), chunk).0);
        let mut results = pool.map(&MIXED, arguments).chunks(chunk);
        for n in 0..tasks {
            let (came, attempts) = came(results.next().expect("there are as many"));
            let comes = task(n, nest.path(), chunk).1;
            let culprit = !matches!(comes, Comes::Made(_) | Comes::Panics(_));
            assert_eq!(attempts.is_some(), culprit, "{n}: {comes:?}, but {came:?}");
            assert!(right(&came, &comes), "{n}: {comes:?}, but {came:?}");
            worn_out += u64::from(attempts.unwrap_or(0));
        }
        assert!(results.next().is_none());
    }
    worn_out
}

/// Without signals, everything can be counted: each worker that was replaced was killed by a task that
/// says so.
fn calm(tasks: u64) {
    let pool = pool().attempts(2).deadline(DEADLINE).start().unwrap();
    let worn_out = run(&pool, tasks, fits);
    let progress = pool.progress();
    println!("calm: {tasks} tasks, {worn_out} workers worn out: {progress:?}");
    assert_eq!(progress.restarts, worn_out);
    assert_eq!((progress.done + progress.failed, progress.waiting), (tasks, 0));
    pool.shutdown();
}

/// The signals that come from outside.
const SIGNALS: [Signal; 5] =
    [Signal::SIGKILL, Signal::SIGTERM, Signal::SIGSTOP, Signal::SIGSEGV, Signal::SIGBUS];

/// A task that harms its worker may be hit by a signal at its last attempt, and fail by that.
fn under_signals(tasks: u64) {
    // A task whose worker is hit again and again has bad luck, and is not to blame.
    let pool = pool().attempts(8).deadline(SHORT_DEADLINE).start().unwrap();
    let hit = |came: &Comes| {
        let Comes::Dies { signal: Some(signal), .. } = came else { return false };
        SIGNALS.iter().any(|&sent| sent as i32 == *signal)
    };
    let (mut stopped, mut done) = (None::<Pid>, 0);
    let disturb = |id: Pid, turn: usize| {
        if let Some(id) = stopped.take() {
            let _ = kill(id, Signal::SIGCONT);
        }
        // No signal before something was done: by the clock alone, nothing would ever be done on a slow
        // machine.
        let before = std::mem::replace(&mut done, pool.progress().done);
        if before == done {
            return;
        }
        let signal = SIGNALS[turn % SIGNALS.len()];
        stopped = (signal == Signal::SIGSTOP).then_some(id);
        let _ = kill(id, signal);
    };
    let worn_out = meanwhile(&pool, EVERY, disturb, || {
        run(&pool, tasks, |came, comes| {
            let killed = !matches!(comes, Comes::Made(_) | Comes::Panics(_));
            fits(came, comes) || killed && hit(came)
        })
    });
    let (worn_out, progress) = (worn_out.unwrap(), pool.progress());
    println!("signals: {tasks} tasks, {worn_out} workers worn out: {progress:?}");
    assert!(progress.restarts > worn_out, "no signal has hit anybody");
    assert_eq!((progress.done + progress.failed, progress.waiting), (tasks, 0));
    pool.shutdown();
}
