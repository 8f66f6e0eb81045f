//! The ring under all schedules with up to three forced switches between threads, and under many of
//! the memory orders that the C11 model allows.
//!
//! The ring's modules take their atomics from `crate::sync`, and here `crate` is this test. So
//! they are compiled once more, with the atomics of loom. The rings in these tests are tiny, so
//! that they are full after two pieces. Each memory order that the code asks for is also taken
//! away once, to see that loom would notice.

#![cfg(target_os = "linux")]
#![allow(dead_code, missing_docs, unreachable_pub, unsafe_code)]

mod sync {
    use std::cell::Cell;

    pub(crate) use loom::sync::atomic::Ordering;

    /// Which memory order is taken away, and from which word.
    #[derive(Clone, Copy, PartialEq)]
    pub(crate) enum Missing {
        Nothing,
        Release(&'static str),
        Acquire(&'static str),
        Fences,
    }

    thread_local! {
        /// loom runs all threads of a model in this one thread.
        pub(crate) static MISSING: Cell<Missing> = const { Cell::new(Missing::Nothing) };
    }

    fn unless(missing: Missing, order: Ordering) -> Ordering {
        if MISSING.get() == missing { Ordering::Relaxed } else { order }
    }

    /// Whether this thread panics. Then it drops its ring, but loom's atomics can't be used any
    /// more.
    fn is_over() -> bool {
        std::thread::panicking()
    }

    pub(crate) struct AtomicU32 {
        name: &'static str,
        word: loom::sync::atomic::AtomicU32,
    }

    impl AtomicU32 {
        pub(crate) fn named(name: &'static str, value: u32) -> Self {
            Self { name, word: loom::sync::atomic::AtomicU32::new(value) }
        }

        pub(crate) fn load(&self, order: Ordering) -> u32 {
            if is_over() {
                return 0;
            }
            self.word.load(unless(Missing::Acquire(self.name), order))
        }

        pub(crate) fn store(&self, value: u32, order: Ordering) {
            if !is_over() {
                self.word.store(value, unless(Missing::Release(self.name), order));
            }
        }
    }

    pub(crate) fn fence(order: Ordering) {
        if MISSING.get() != Missing::Fences && !is_over() {
            loom::sync::atomic::fence(order);
        }
    }
}

mod error {
    pub(crate) use ipc::Problem;
}

mod descriptor {
    pub(crate) use ipc::descriptor::Descriptor;
}

/// Stands in for the kernel's futex: looks at the word and goes to sleep in one step.
mod futex {
    use std::io;
    use std::time::Duration;

    use loom::sync::{Condvar, Mutex};

    use crate::sync::{AtomicU32, Ordering};

    loom::lazy_static! {
        static ref QUEUE: (Mutex<()>, Condvar) = (Mutex::new(()), Condvar::new());
    }

    pub(crate) fn wait(word: &AtomicU32, expected: u32, _: Duration) -> io::Result<bool> {
        let (lock, bed) = &*QUEUE;
        let awake = lock.lock().unwrap();
        if word.load(Ordering::Relaxed) == expected {
            drop(bed.wait(awake).unwrap());
        }
        Ok(true)
    }

    pub(crate) fn wake(_: &AtomicU32) {
        if std::thread::panicking() {
            return;
        }
        let (lock, bed) = &*QUEUE;
        drop(lock.lock().unwrap());
        // A thread that waits for another word looks, and sleeps again.
        bed.notify_all();
    }
}

#[path = "../src/ring/lane.rs"]
mod lane;
#[path = "../src/ring/layout.rs"]
mod layout;
#[path = "../src/ring/lifeline.rs"]
mod lifeline;
#[path = "../src/room.rs"]
mod room;
#[path = "../src/ring/waiting.rs"]
mod waiting;

use std::cell::UnsafeCell;
use std::env;
use std::os::unix::net::UnixStream;
use std::panic::{self, AssertUnwindSafe};
use std::process::Command;
use std::time::Instant;

use ipc::Problem;
use loom::cell;
use loom::sync::Arc;
use loom::thread;

use lane::{Consumer, Memory, Place, Producer, Wait};
use layout::{Bell, Slot};
use lifeline::Lifeline;
use sync::{AtomicU32, MISSING, Missing};
use waiting::Sleep;

const SLOTS: u32 = 2;
/// The area has room for two of the longest pieces, in blocks of the size to which the sender
/// rounds up.
const BLOCK: usize = 64;
const BLOCKS: usize = 4;

/// The memory of a lane, in which loom watches which thread reads and writes what.
struct Watched {
    done: AtomicU32,
    bell: Bell,
    slots: Vec<Slot>,
    in_slots: Vec<cell::UnsafeCell<Vec<u8>>>,
    area: Vec<cell::UnsafeCell<Vec<u8>>>,
}

fn watched() -> Arc<Watched> {
    let word = |name| AtomicU32::named(name, 0);
    let bell = Bell {
        sender_sleeps: word("sender_sleeps"),
        receiver_sleeps: word("receiver_sleeps"),
        sender_gone: word("sender_gone"),
        receiver_gone: word("receiver_gone"),
        joined: word("joined"),
    };
    let slot = |number: u32| Slot {
        number: AtomicU32::named("number", (number + 1).wrapping_sub(SLOTS)),
        length: word("length"),
        place: word("place"),
        more: word("more"),
        piece: UnsafeCell::new([0; 48]),
    };
    let cells = |count| (0..count).map(|_| cell::UnsafeCell::new(Vec::new())).collect();
    Arc::new(Watched {
        done: word("done"),
        bell,
        slots: (0..SLOTS).map(slot).collect(),
        in_slots: cells(SLOTS as usize),
        area: cells(BLOCKS),
    })
}

impl Watched {
    fn cell(&self, place: Place) -> &cell::UnsafeCell<Vec<u8>> {
        match place {
            Place::Slot(number) => &self.in_slots[(number % SLOTS) as usize],
            Place::Area(at) => &self.area[at as usize / BLOCK],
        }
    }
}

impl Memory for Arc<Watched> {
    fn slots(&self) -> u32 {
        SLOTS
    }

    fn area(&self) -> u32 {
        (BLOCK * BLOCKS) as u32
    }

    fn done(&self) -> &AtomicU32 {
        &self.done
    }

    fn bell(&self) -> &Bell {
        &self.bell
    }

    fn slot(&self, number: u32) -> &Slot {
        &self.slots[(number % SLOTS) as usize]
    }

    unsafe fn write(&self, place: Place, piece: &[u8]) {
        // SAFETY: loom panics when another thread is there.
        self.cell(place).with_mut(|cell| unsafe { *cell = piece.to_vec() });
    }

    unsafe fn piece(&self, place: Place, _: u32) -> &[u8] {
        // SAFETY: as in `write`.
        self.cell(place).with(|cell| unsafe { (*cell).clone() }).leak()
    }
}

/// Waits by looking again and again, as `Spin` does.
struct Look;

impl Wait for Look {
    fn wait(
        &self,
        _: u32,
        _: &AtomicU32,
        _: Option<Instant>,
        _: impl Fn() -> bool,
    ) -> Result<bool, Problem> {
        thread::yield_now();
        Ok(true)
    }

    fn wake(&self, _: &AtomicU32) {}
}

fn asleep() -> Sleep {
    let (end, _) = UnixStream::pair().unwrap();
    Sleep { lifeline: Lifeline::new(end), looks: 0 }
}

/// Runs `model` under the schedules that loom tries, with a memory order missing.
fn check(missing: Missing, model: impl Fn() + Sync + Send + 'static) {
    MISSING.set(missing);
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(3);
    builder.check(model);
}

/// Checks that one thread sends `messages`, and another receives exactly these.
fn all_arrive<W: Wait + 'static>(
    missing: Missing,
    wait: fn() -> W,
    messages: &'static [&'static [u8]],
) {
    check(missing, move || {
        let memory = watched();
        let mut producer = Producer::new(Arc::clone(&memory), wait());
        let mut consumer = Consumer::new(Arc::clone(&memory), wait(), 1_000);
        let sends = thread::spawn(move || {
            for message in messages {
                producer.send(message).unwrap();
            }
            producer
        });
        for (number, message) in messages.iter().enumerate() {
            assert_eq!(consumer.receive(None).unwrap(), *message);
            if messages == SHORT {
                // The message is lent to us until the next call, so nobody may write there.
                let place = memory.cell(Place::Slot(number as u32));
                // SAFETY: loom panics when another thread writes.
                place.with(|lent| assert_eq!(unsafe { &*lent }, message));
            }
        }
        drop(sends.join().unwrap());
    });
}

/// Three pieces, which go through the two slots.
const SHORT: &[&[u8]] = &[b"a", b"b", b"c"];
/// Three pieces, which go through the area; the second message takes two of them.
const LONG: &[&[u8]] = &[&[1; 60], &[2; 100]];

#[test]
fn whoever_looks_sees_every_message() {
    all_arrive(Missing::Nothing, || Look, SHORT);
    all_arrive(Missing::Nothing, || Look, LONG);
}

#[test]
fn whoever_sleeps_is_woken() {
    all_arrive(Missing::Nothing, asleep, SHORT);
    all_arrive(Missing::Nothing, asleep, LONG);
}

/// Checks that a message arrives if the sender leaves right after it, and then the end.
fn a_last_word_arrives<W: Wait + 'static>(missing: Missing, wait: fn() -> W) {
    check(missing, move || {
        let memory = watched();
        let mut producer = Producer::new(Arc::clone(&memory), wait());
        let mut consumer = Consumer::new(memory, wait(), 1_000);
        let sends = thread::spawn(move || producer.send(b"goodbye").unwrap());
        assert_eq!(consumer.receive(None).unwrap(), b"goodbye");
        assert!(matches!(consumer.receive(None), Err(Problem::Ended)));
        sends.join().unwrap();
    });
}

#[test]
fn what_was_sent_before_leaving_arrives() {
    a_last_word_arrives(Missing::Nothing, || Look);
    a_last_word_arrives(Missing::Nothing, asleep);
}

/// Checks that a sender learns that the receiver has left.
fn nobody_reads<W: Wait + 'static>(wait: fn() -> W) {
    check(Missing::Nothing, move || {
        let memory = watched();
        let mut producer = Producer::new(Arc::clone(&memory), wait());
        let consumer = Consumer::new(memory, wait(), 1_000);
        let leaves = thread::spawn(move || drop(consumer));
        // There is room for two messages. Before the third, somebody would have to read.
        let sent = (0..3).try_for_each(|_| producer.send(b"?"));
        assert!(matches!(sent, Err(Problem::Ended)));
        leaves.join().unwrap();
    });
}

#[test]
fn whoever_sends_to_nobody_finds_out() {
    nobody_reads(|| Look);
    nobody_reads(asleep);
}

#[test]
fn every_order_is_needed() {
    let is_noticed = |missing, how: &str, work: &dyn Fn(Missing)| {
        let outcome = panic::catch_unwind(AssertUnwindSafe(|| work(missing)));
        let panic = outcome.expect_err("nobody misses it");
        let said = panic.downcast_ref::<String>().map(String::as_str).unwrap_or_default();
        assert!(said.contains(how), "{said}");
    };
    let race = "Causality violation";
    for messages in [SHORT, LONG] {
        let arrive = |missing| all_arrive(missing, || Look, messages);
        is_noticed(Missing::Release("number"), race, &arrive);
        is_noticed(Missing::Acquire("number"), race, &arrive);
    }
    let arrive = |missing| all_arrive(missing, || Look, SHORT);
    is_noticed(Missing::Release("done"), race, &arrive);
    is_noticed(Missing::Acquire("done"), race, &arrive);
    let leave = |missing| a_last_word_arrives(missing, || Look);
    is_noticed(Missing::Release("sender_gone"), "Ended", &leave);
    is_noticed(Missing::Acquire("sender_gone"), "Ended", &leave);
}

/// Needs a process of its own: two threads of loom that sleep for ever can't be ended otherwise.
#[test]
fn the_fences_are_needed() {
    let mut itself = Command::new(env::current_exe().unwrap());
    itself.args(["--ignored", "--exact", "without_fences", "--nocapture"]);
    let output = itself.env("RUST_BACKTRACE", "0").output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && said.contains("deadlock; threads"), "{said}");
}

#[test]
#[ignore = "it never ends; `the_fences_are_needed` runs it"]
fn without_fences() {
    all_arrive(Missing::Fences, asleep, SHORT);
}
