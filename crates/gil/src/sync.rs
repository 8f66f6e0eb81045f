//! The mutexes, condition variables and atomics that the locks are made of. The test `hand_over`
//! compiles the locks once more, with those of shuttle in their place.

pub(crate) use std::sync::atomic;
pub(crate) use std::sync::{Condvar, Mutex, PoisonError};
