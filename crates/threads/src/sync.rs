//! Where the queues and the semaphore get their locks from. The test `schedules` compiles these
//! modules once more, with the locks of shuttle.

pub(crate) use std::sync::{Condvar, Mutex};
