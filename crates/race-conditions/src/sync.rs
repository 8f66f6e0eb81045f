//! Where the modules get their threads, locks and atomics from. The tests `schedules` and
//! `replay` compile them once more, with those of shuttle, and `orders` with those of loom.

pub(crate) use std::sync::{
    Barrier, Condvar, Mutex, MutexGuard, PoisonError, atomic, mpsc,
};
pub(crate) use std::thread;
