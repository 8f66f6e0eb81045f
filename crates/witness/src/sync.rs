//! [`std::sync`], watched: locks, condition variables, [`atomic`] and [`mpsc`].

pub mod atomic;
mod condvar;
pub mod mpsc;
mod mutex;
mod once_lock;

pub use std::sync::{Arc, LockResult, PoisonError};

pub use condvar::Condvar;
pub use mutex::{Mutex, MutexGuard};
pub use once_lock::OnceLock;
