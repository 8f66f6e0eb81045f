//! Where queues and semaphores get their locks from. The test `schedules` compiles them once
//! more, with those of shuttle.

pub(crate) use std::sync::{Condvar, Mutex};
