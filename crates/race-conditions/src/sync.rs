//! Where the modules get their threads, locks and atomics from. The test `schedules` compiles
//! them once more, with those of shuttle.

pub(crate) use std::sync::{
    Barrier, Condvar, Mutex, MutexGuard, PoisonError, atomic, mpsc,
};
pub(crate) use std::thread;
