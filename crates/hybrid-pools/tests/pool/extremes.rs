//! Every option of a pool, at the ends of its range.

use std::time::Duration;

use hybrid_pools::chaos::under_fire;
use hybrid_pools::{Options, ProcessPool, Rejected, Task, TaskError, view};
use ipc::{Transport, transport};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::tasks::{ECHO, LENGTHEN, SHOUT, SQUARE, Test, WORK, options};

pub(crate) const ALL: &[Test] = &[
    ("any_options_will_do_or_are_refused", any_options_will_do_or_are_refused),
    ("too_many_workers_are_refused", too_many_workers_are_refused),
    ("the_longest_is_the_longest", the_longest_is_the_longest),
    ("a_panic_is_a_panic_however_long", a_panic_is_a_panic_however_long),
    ("patience_may_have_no_end", patience_may_have_no_end),
];

/// All options of a pool, and how it is used.
#[derive(Clone, Debug)]
struct Said {
    transport: Transport,
    workers: usize,
    capacity: usize,
    bytes: usize,
    longest: usize,
    attempts: u32,
    deadline: Option<Duration>,
    recycle_after: Option<u64>,
    patience: Duration,
    chunks: usize,
    ordered: bool,
}

fn number() -> impl Strategy<Value = usize> {
    prop_oneof![Just(0), Just(1), Just(10), Just(1 << 31), Just(usize::MAX)]
}

fn time() -> impl Strategy<Value = Duration> {
    prop_oneof![
        Just(Duration::ZERO),
        Just(Duration::from_nanos(1)),
        Just(Duration::from_secs(60)),
        Just(Duration::MAX),
    ]
}

fn said() -> impl Strategy<Value = Said> {
    let crossing = transport::ALL.iter().copied().filter(|t| t.reaches_processes());
    // As many workers as a machine has to spare, or more than a pool may have.
    let workers = prop_oneof![4 => 0..=3_usize, 1 => Just(1_025), 1 => Just(usize::MAX)];
    let pool = (
        proptest::sample::select(crossing.collect::<Vec<_>>()),
        workers,
        number(),
        number(),
        number(),
        prop_oneof![Just(0), Just(1), Just(u32::MAX)],
    );
    let times = (
        proptest::option::of(time()),
        proptest::option::of(prop_oneof![Just(0), Just(1), Just(u64::MAX)]),
        time(),
    );
    let map = (number(), any::<bool>());
    (pool, times, map).prop_map(|(pool, times, map)| {
        let (transport, workers, capacity, bytes, longest, attempts) = pool;
        let (deadline, recycle_after, patience) = times;
        let (chunks, ordered) = map;
        Said {
            transport,
            workers,
            capacity,
            bytes,
            longest,
            // A task without any time is late at each attempt, so more attempts would test nothing.
            attempts: if deadline.is_some() { attempts.min(1) } else { attempts },
            deadline,
            recycle_after,
            patience,
            chunks,
            ordered,
        }
    })
}

fn pool_of(said: &Said) -> Options {
    let options = ProcessPool::of(&WORK).unwrap().quiet().transport(said.transport);
    let options = options.workers(said.workers).capacity(said.capacity);
    let options = options.capacity_in_bytes(said.bytes).longest(said.longest);
    let mut options = options.attempts(said.attempts).patience(said.patience);
    if let Some(deadline) = said.deadline {
        options = options.deadline(deadline);
    }
    if let Some(tasks) = said.recycle_after {
        options = options.recycle_after(tasks);
    }
    options
}

/// Either the pool can't be started, and one line says why; or each task has its result, or fails for a
/// reason that the options give.
fn try_it(said: &Said) -> Result<(), TestCaseError> {
    let pool = match pool_of(said).start() {
        Ok(pool) => pool,
        Err(error) => {
            prop_assert!(said.workers > 1_024, "{error}");
            prop_assert_eq!(error.to_string().lines().count(), 1);
            return Ok(());
        }
    };
    // As bytes, a short `Vec` takes one more for its length; and the argument, a small number, takes one.
    let lengths = [0, 9, 100, 9];
    let made = pool.map(&LENGTHEN, lengths).chunks(said.chunks);
    let made: Vec<_> = if said.ordered {
        made.collect()
    } else {
        let mut made: Vec<_> = made.as_completed().collect();
        made.sort_by_key(|(number, _)| *number);
        made.into_iter().map(|(_, made)| made).collect()
    };
    prop_assert_eq!(made.len(), lengths.len());
    for (made, length) in made.into_iter().zip(lengths) {
        prop_assert!(is_expected(&made, 1, length + 1, said), "{length}: {made:?}");
    }
    let came = match pool.submit(&ECHO, &vec![7; 9]) {
        Ok(handle) => handle.wait(),
        Err(rejected) => Err(TaskError::Rejected(rejected)),
    };
    prop_assert!(is_expected(&came, 10, 10, said), "{came:?}");
    pool.shutdown();
    Ok(())
}

/// Whether a task can have this outcome when its argument and its result have so many bytes.
fn is_expected(
    outcome: &Result<Vec<u8>, TaskError>,
    argument: usize,
    result: usize,
    said: &Said,
) -> bool {
    match outcome {
        Ok(came) => came.len() + 1 == result && argument.max(result) <= said.longest,
        Err(TaskError::Rejected(Rejected::TooLong { length, longest })) => {
            *length == argument && *longest == said.longest && length > longest
        }
        Err(TaskError::Unfit { reason }) => {
            reason.starts_with("the result has") && result > said.longest
        }
        Err(TaskError::Late { .. }) => said.deadline.is_some_and(|d| d.as_secs() < 60),
        Err(_) => false,
    }
}

fn any_options_will_do_or_are_refused() {
    let config = Config { cases: 100, failure_persistence: None, ..Config::default() };
    let tried = TestRunner::new(config).run(&said(), |said| try_it(&said));
    if let Err(error) = tried {
        panic!("{error}");
    }
}

fn too_many_workers_are_refused() {
    for workers in [1_025, usize::MAX] {
        let error = options().workers(workers).start().err().unwrap().to_string();
        let expected =
            format!("a pool can't have {workers} workers, but 1024 at most; take fewer");
        assert_eq!(error, expected);
    }
}

/// The limit holds to the byte: in both directions, by themselves and in chunks. As bytes, a short `Vec`
/// takes one more for its length.
fn the_longest_is_the_longest() {
    for longest in [10, 100] {
        let pool = options().longest(longest).start().unwrap();
        for chunk in [1, 3] {
            let lengths = [longest - 1, longest, longest - 1, 65_000, 70_000];
            let made = pool.map(&LENGTHEN, lengths).chunks(chunk);
            for (made, length) in made.zip(lengths) {
                if length < longest {
                    assert_eq!(made.map(|made| made.len()), Ok(length));
                    continue;
                }
                let bytes = length + if length < 128 { 1 } else { 3 };
                let why = format!(
                    "the task can't be done: the result has {bytes} bytes, and the pool \
                     takes {longest} at most"
                );
                assert_eq!(made.unwrap_err().to_string(), why);
            }
        }
        assert!(pool.submit(&ECHO, &vec![0; longest - 1]).unwrap().wait().is_ok());
        let Err(rejected) = pool.submit(&ECHO, &vec![0; longest]) else { panic!() };
        assert_eq!(rejected, Rejected::TooLong { length: longest + 1, longest });
    }
}

fn a_panic_is_a_panic_however_long() {
    // What a task says when it panics has a limit of its own.
    let pool = options().longest(10).start().unwrap();
    for words in [1, 1_000, 100_000, 1_000_000] {
        let error = pool.submit(&SHOUT, &words).unwrap().wait().unwrap_err();
        let TaskError::Panicked { message } = error else { panic!("{error}") };
        let whole = "é ".repeat(words);
        assert!(whole.starts_with(&message), "{message}");
        // The cut is not in the middle of a letter.
        let cut = whole.len().min(16 << 10) - message.len();
        assert!(cut < 2, "{cut}");
    }
    const UNKNOWN: Task<(), ()> = Task::new("fly", |()| ());
    let error = pool.submit(&UNKNOWN, &()).unwrap().wait().unwrap_err();
    assert!(error.to_string().contains("knows no task `fly`"), "{error}");
}

fn patience_may_have_no_end() {
    let pool = options().start().unwrap();
    let mut handle = pool.submit(&SQUARE, &7).unwrap();
    assert_eq!(handle.wait_timeout(Duration::MAX), Some(Ok(49)));
    assert_eq!(handle.wait_timeout(Duration::MAX), Some(Err(TaskError::Stopped)));
    // No worker is ever killed, and no progress is ever shown.
    let square = || pool.submit(&SQUARE, &8).unwrap().wait();
    assert_eq!(under_fire(&pool, Duration::MAX, square).unwrap(), Ok(64));
    for tasks in [0, u64::MAX] {
        assert_eq!(view::watch(&pool, tasks, square), Ok(64));
    }
    assert_eq!(pool.progress().restarts, 0);
}
