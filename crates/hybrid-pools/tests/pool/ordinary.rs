//! What a pool does on an ordinary day.

use std::collections::HashSet;
use std::fs::File;
use std::thread;
use std::time::Duration;

use hybrid_pools::{Begun, Rejected, Task, TaskError};
use ipc::transport;

use super::tasks::{
    ECHO, GATE, HANG, LENGTHEN, LIAR, PANIC, PROCESS, SHORT, SQUARE, Test, UNWRITABLE,
    Unwritable, options,
};

pub(crate) const ALL: &[Test] = &[
    ("a_task_has_a_result", a_task_has_a_result),
    ("the_example_of_the_book", the_example_of_the_book),
    ("results_come_in_order", results_come_in_order),
    ("results_come_as_completed", results_come_as_completed),
    ("every_transport_will_do", every_transport_will_do),
    ("large_and_small_together", large_and_small_together),
    ("shutdown_finishes_what_was_handed_in", shutdown_finishes_what_was_handed_in),
    ("dropping_stops_at_once", dropping_stops_at_once),
    ("a_panic_is_an_error_and_the_worker_lives", a_panic_is_an_error),
    ("a_full_queue_says_so", a_full_queue_says_so),
    ("what_waits_can_be_cancelled", what_waits_can_be_cancelled),
    ("an_argument_may_be_too_long", an_argument_may_be_too_long),
    ("a_result_may_be_too_long", a_result_may_be_too_long),
    ("an_argument_may_be_unwritable", an_argument_may_be_unwritable),
    ("a_result_may_be_unwritable", a_result_may_be_unwritable),
    ("a_result_may_be_of_another_type", a_result_may_be_of_another_type),
    ("a_task_may_be_unknown", a_task_may_be_unknown),
    ("a_chunk_may_be_too_large", a_chunk_may_be_too_large),
    ("workers_are_recycled", workers_are_recycled),
    ("waiting_has_an_end", waiting_has_an_end),
    ("any_number_of_arguments", any_number_of_arguments),
];

fn a_task_has_a_result() {
    let pool = options().start().unwrap();
    assert_eq!(pool.submit(&SQUARE, &7).unwrap().wait(), Ok(49));
    let progress = pool.progress();
    assert_eq!((progress.submitted, progress.done, progress.restarts), (1, 1, 0));
}

fn the_example_of_the_book() {
    assert_eq!(hybrid_pools::counting::use_a_pool(1_000).unwrap(), 1_045);
}

fn results_come_in_order() {
    let pool = options().start().unwrap();
    for chunk in [1, 7, 1_000_000] {
        let squares = pool.map(&SQUARE, 0..10_000).chunks(chunk);
        assert!(squares.map(Result::unwrap).eq((0..10_000).map(|n| n * n)), "{chunk}");
    }
    assert_eq!(pool.map(&SQUARE, []).count(), 0);
}

fn results_come_as_completed() {
    let pool = options().start().unwrap();
    let mut seen = HashSet::new();
    for (index, square) in pool.map(&SQUARE, 0..5_000).as_completed() {
        assert_eq!(square, Ok(index * index));
        assert!(seen.insert(index), "{index} came twice");
    }
    assert_eq!(seen.len(), 5_000);
}

fn every_transport_will_do() {
    let crossing = transport::ALL.iter().filter(|t| t.reaches_processes());
    for &transport in crossing {
        let pool = options().transport(transport).start().unwrap();
        let squares = pool.map(&SQUARE, 0..500);
        assert!(squares.map(Result::unwrap).eq((0..500).map(|n| n * n)), "{transport}");
        let bytes = vec![3; 1 << 20];
        assert_eq!(pool.submit(&ECHO, &bytes).unwrap().wait(), Ok(bytes), "{transport}");
        pool.shutdown();
    }
}

/// The pool must not wait with a large argument for a worker that waits with a large result for the pool.
fn large_and_small_together() {
    let pool = options().start().unwrap();
    let lengths = [0, 1, 4 << 20, 100, 70_000, 1 << 20, 2];
    let sent = (0..210).map(|n| vec![n as u8; lengths[n % lengths.len()]]);
    for (n, came) in pool.map(&ECHO, sent).enumerate() {
        assert_eq!(came.map(|bytes| bytes.len()), Ok(lengths[n % lengths.len()]));
    }
}

fn shutdown_finishes_what_was_handed_in() {
    let pool = options().start().unwrap();
    let handles: Vec<_> = (0..500).map(|n| pool.submit(&SQUARE, &n).unwrap()).collect();
    pool.shutdown();
    for (n, handle) in (0..).zip(handles) {
        assert_eq!(handle.wait(), Ok(n * n));
    }
}

fn dropping_stops_at_once() {
    let pool = options().start().unwrap();
    let handles: Vec<_> = (0..100).map(|_| pool.submit(&HANG, &()).unwrap()).collect();
    drop(pool);
    for handle in handles {
        assert_eq!(handle.wait(), Err(TaskError::Stopped));
    }
}

fn a_panic_is_an_error() {
    let pool = options().workers(1).start().unwrap();
    let before = pool.submit(&PROCESS, &()).unwrap().wait();
    let error = pool.submit(&PANIC, &"out of ink".into()).unwrap().wait().unwrap_err();
    assert_eq!(error.to_string(), "the task panicked: out of ink");
    assert_eq!(pool.submit(&PROCESS, &()).unwrap().wait(), before);
}

/// A locked file. A [`GATE`] task for this file waits until the lock is released.
pub(crate) fn gate() -> (tempfile::NamedTempFile, File) {
    let file = tempfile::NamedTempFile::new().unwrap();
    let lock = File::open(file.path()).unwrap();
    lock.lock().unwrap();
    (file, lock)
}

fn a_full_queue_says_so() {
    let pool = options().workers(1).capacity(2).start().unwrap();
    let (file, lock) = gate();
    let path = file.path().to_path_buf();
    let mut handles = vec![pool.submit(&GATE, &path).unwrap()];
    while pool.progress().waiting > 0 {
        thread::yield_now();
    }
    // The worker has one task; two wait.
    handles.extend((0..2).map(|_| pool.try_submit(&GATE, &path).unwrap()));
    let Err(rejected) = pool.try_submit(&GATE, &path) else { panic!("it is full") };
    assert_eq!(rejected, Rejected::Full { capacity: 2 });
    assert_eq!(
        rejected.to_string(),
        "2 tasks wait already; `submit` waits until there is room"
    );
    // `submit` waits until there is room.
    thread::scope(|scope| {
        let waits = scope.spawn(|| pool.submit(&GATE, &path).unwrap().wait());
        lock.unlock().unwrap();
        assert_eq!(waits.join().unwrap(), Ok(()));
    });
    assert!(handles.into_iter().all(|handle| handle.wait() == Ok(())));
}

fn what_waits_can_be_cancelled() {
    let pool = options().workers(1).start().unwrap();
    let (file, lock) = gate();
    let path = file.path().to_path_buf();
    let runs = pool.submit(&GATE, &path).unwrap();
    while pool.progress().waiting > 0 {
        thread::yield_now();
    }
    let waits = pool.submit(&SQUARE, &3).unwrap();
    assert_eq!(waits.cancel(), Ok(()));
    assert_eq!(waits.cancel(), Ok(()), "it is cancelled");
    assert_eq!(runs.cancel(), Err(Begun));
    assert_eq!(waits.wait(), Err(TaskError::Cancelled));
    lock.unlock().unwrap();
    assert_eq!(runs.wait(), Ok(()));
    let done = pool.submit(&SQUARE, &3).unwrap();
    while pool.progress().done < 2 {
        thread::yield_now();
    }
    assert_eq!(done.cancel(), Err(Begun));
    assert_eq!(done.wait(), Ok(9));
}

fn an_argument_may_be_too_long() {
    let pool = options().longest(1_000).start().unwrap();
    let error = pool.submit(&ECHO, &vec![0; 1_000]).err().unwrap();
    assert_eq!(
        error.to_string(),
        "the argument has 1002 bytes, and the pool takes 1000 at most"
    );
    assert_eq!(pool.submit(&ECHO, &vec![0; 900]).unwrap().wait(), Ok(vec![0; 900]));
    let mut mapped = pool.map(&ECHO, [vec![1], vec![0; 2_000], vec![2]]);
    assert_eq!(mapped.next(), Some(Ok(vec![1])));
    assert!(matches!(mapped.next(), Some(Err(TaskError::Rejected(_)))));
    assert_eq!(mapped.next(), Some(Ok(vec![2])));
    assert_eq!(mapped.next(), None);
}

fn a_result_may_be_too_long() {
    let pool = options().workers(1).longest(100_000).start().unwrap();
    let before = pool.submit(&PROCESS, &()).unwrap().wait();
    let error = pool.submit(&LENGTHEN, &10_000_000).unwrap().wait().unwrap_err();
    assert!(error.to_string().contains("the result has 10000"), "{error}");
    // Together, the other results would be too long as well; each by itself is not.
    let lengths = [90_000, 80_000, 10_000_000, 90_000];
    let came: Vec<_> = pool.map(&LENGTHEN, lengths).chunks(4).collect();
    let came: Vec<_> = came.into_iter().map(|came| came.ok().map(|c| c.len())).collect();
    assert_eq!(came, [Some(90_000), Some(80_000), None, Some(90_000)]);
    assert_eq!(pool.submit(&PROCESS, &()).unwrap().wait(), before);
}

fn an_argument_may_be_unwritable() {
    const TAKES: Task<Unwritable, ()> = Task::new("takes", |_| ());
    let pool = options().start().unwrap();
    let error = pool.submit(&TAKES, &Unwritable).err().unwrap();
    assert!(
        error.to_string().starts_with("the argument can't be written as bytes"),
        "{error}"
    );
}

fn a_result_may_be_unwritable() {
    let pool = options().start().unwrap();
    let error = pool.submit(&UNWRITABLE, &()).unwrap().wait().unwrap_err();
    assert!(error.to_string().contains("the result can't be written"), "{error}");
}

fn a_result_may_be_of_another_type() {
    const NUMBER: Task<(), u8> = Task::new("liar", |()| 0);
    let pool = options().start().unwrap();
    assert_eq!(pool.submit(&LIAR, &()).unwrap().wait().map(|text| text.len()), Ok(100));
    let error = pool.submit(&NUMBER, &()).unwrap().wait().unwrap_err();
    assert!(
        error.to_string().starts_with("the result is of another type than expected"),
        "{error}"
    );
}

fn a_task_may_be_unknown() {
    const UNKNOWN: Task<(), ()> = Task::new("fly", |()| ());
    let pool = options().start().unwrap();
    let error = pool.submit(&UNKNOWN, &()).unwrap().wait().unwrap_err();
    assert!(
        error.to_string().contains("knows no task `fly`; it knows square, echo"),
        "{error}"
    );
}

/// However many arguments there are in a chunk, a message has an end.
fn a_chunk_may_be_too_large() {
    let pool = options().longest(100_000).start().unwrap();
    let arguments = || (0..400).map(|n| vec![n as u8; 1_000]);
    let came = pool.map(&ECHO, arguments()).chunks(400);
    assert!(came.map(Result::unwrap).eq(arguments()));
    let arguments = || (0..300).map(|n| vec![1; if n == 200 { 99_000 } else { 1_000 }]);
    let came = pool.map(&ECHO, arguments()).chunks(usize::MAX);
    assert!(came.map(Result::unwrap).eq(arguments()));
    let nothing = pool.map(&PROCESS, vec![(); 200_000]).chunks(usize::MAX);
    assert_eq!(nothing.filter(Result::is_ok).count(), 200_000);
}

fn workers_are_recycled() {
    let pool = options().workers(1).recycle_after(10).start().unwrap();
    let processes: Vec<u32> =
        (0..100).map(|_| pool.submit(&PROCESS, &()).unwrap().wait().unwrap()).collect();
    let distinct: HashSet<_> = processes.iter().collect();
    assert_eq!(distinct.len(), 10);
    assert_eq!(pool.progress().restarts, 0, "nobody has died");
}

fn waiting_has_an_end() {
    let pool = options().start().unwrap();
    let (file, lock) = gate();
    let mut handle = pool.submit(&GATE, &file.path().to_path_buf()).unwrap();
    assert_eq!(handle.wait_timeout(Duration::from_millis(1)), None);
    lock.unlock().unwrap();
    while handle.wait_timeout(SHORT).is_none() {}
}

/// Arguments are taken as there is room for them, and not all at once.
fn any_number_of_arguments() {
    let pool = options().capacity(10).start().unwrap();
    let taken = std::cell::Cell::new(0);
    let endless = std::iter::from_fn(|| {
        taken.set(taken.get() + 1);
        Some(taken.get())
    });
    let squares: Vec<_> =
        pool.map(&SQUARE, endless).take(100).map(Result::unwrap).collect();
    assert_eq!(squares.last(), Some(&10_000));
    assert!(taken.get() <= 110, "{} were taken for 100 results", taken.get());
}
