//! What can happen? Every schedule of a small program, counted.
//!
//! A program is a text, as [`Program::parse`] reads it: a few threads, each a short list of
//! atomic steps. [`Exploration::of`] finds every state that some schedule reaches, every way
//! to end, how many schedules end so, and a shortest one that ends badly. All of that is a crate of
//! its own, `explorer`, since the page that lets a reader write a program is made of it, too. Here
//! are the programs of the book.
//!
//! The explorer is a model. Its memory is *sequentially consistent*: the steps of all threads
//! happen one after the other, and every thread sees what was written before. The test
//! `schedules` holds the model against the code of this crate, which runs under a scheduler that
//! makes the same assumption.
//!
//! Real processors and compilers may show atomics in other orders. [`Program::buffered`] is the
//! same program on a processor that buffers stores. The programs in [`LITMUS`] show where the two
//! models differ, and where they don't. The test `orders` holds both models against the rules
//! from which they come, against loom, and against this machine.

pub use ::explorer::{
    Action, Condition, Endless, Exploration, Kind, LARGEST, Memory, Misstep, Outcome,
    Program, Relation, Schedule, Sleepers, State, Step, Sum, Term, Thread, Unexplorable,
    Unreadable, Value, Waits, count,
};

/// The programs of the book: their names, and their texts.
pub const PROGRAMS: [(&str, &str); 13] = [
    ("lost-update", include_str!("../programs/lost-update.txt")),
    ("lost-update-fetch-add", include_str!("../programs/lost-update-fetch-add.txt")),
    ("lost-update-lock", include_str!("../programs/lost-update-lock.txt")),
    ("last-seat", include_str!("../programs/last-seat.txt")),
    ("last-seat-exchange", include_str!("../programs/last-seat-exchange.txt")),
    ("last-seat-lock", include_str!("../programs/last-seat-lock.txt")),
    ("refcount", include_str!("../programs/refcount.txt")),
    ("refcount-fetch-add", include_str!("../programs/refcount-fetch-add.txt")),
    ("refcount-lock", include_str!("../programs/refcount-lock.txt")),
    ("deadlock", include_str!("../programs/deadlock.txt")),
    ("deadlock-ordered", include_str!("../programs/deadlock-ordered.txt")),
    ("philosophers", include_str!("../programs/philosophers.txt")),
    ("philosophers-ordered", include_str!("../programs/philosophers-ordered.txt")),
];

/// Programs that ask in which order threads see each other's stores, by the names that the
/// literature has for them. None can end badly where every store is done at once.
pub const LITMUS: [(&str, &str); 9] = [
    ("sb", include_str!("../programs/litmus/sb.txt")),
    ("sb-fence", include_str!("../programs/litmus/sb-fence.txt")),
    ("mp", include_str!("../programs/litmus/mp.txt")),
    ("lb", include_str!("../programs/litmus/lb.txt")),
    ("corr", include_str!("../programs/litmus/corr.txt")),
    ("2+2w", include_str!("../programs/litmus/2+2w.txt")),
    ("2+2w-fence", include_str!("../programs/litmus/2+2w-fence.txt")),
    ("iriw", include_str!("../programs/litmus/iriw.txt")),
    ("iriw-fence", include_str!("../programs/litmus/iriw-fence.txt")),
];

/// The text of the program of that name, if there is one.
pub fn text(name: &str) -> Option<&'static str> {
    let mut known = PROGRAMS.iter().chain(&LITMUS);
    known.find(|(known, _)| *known == name).map(|(_, text)| *text)
}

/// The program of that name.
///
/// # Panics
///
/// When there is none, or it can't be read; both are bugs of this crate.
pub fn program(name: &str) -> Program {
    let text = text(name).expect("it is known");
    Program::parse(name, text).expect("the programs of the book can be read")
}
