//! Where the locks get their parts from. The test `hand_over` compiles them once more, with those
//! of shuttle.

pub(crate) use std::sync::atomic;
pub(crate) use std::sync::{Condvar, Mutex, PoisonError};
