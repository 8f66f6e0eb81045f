//! One range of numbers, cut into parts, and a process for each part.
//!
//! * [`started`]: the processes are started for the purpose.
//! * [`kept`]: the processes are there already.
//!
//! `threads::dividing` does the same with threads. There the work is a function; here it is
//! a [`Work`], which the workers find by its name.

pub mod kept;
pub mod started;

use workloads::{primes, squares};

use crate::worker::{Work, answer};

/// [`workloads::squares::sum`] of a range.
pub const SQUARES: Work = Work::new("squares", |link| answer(link, squares::sum));

/// [`workloads::primes::count`] in a range.
pub const PRIMES: Work = Work::new("primes", |link| answer(link, primes::count));
