//! A thread of the interpreter.

use crate::lanes::Event;
use crate::reference::Ref;

/// What a thread has to itself.
#[derive(Debug)]
pub struct Thread {
    /// Its number, from 1 on.
    pub(crate) id: u32,
    /// Free places in the heap, for its next objects.
    pub(crate) free: Vec<Ref>,
    /// For [`Tick`](crate::policy::Tick): how many instructions are left before the thread releases
    /// the lock (`_Py_Ticker`).
    pub(crate) ticker: i32,
    /// What the thread did when, if that is recorded.
    pub(crate) record: Option<Vec<Event>>,
}

impl Thread {
    pub(crate) fn new(id: u32) -> Self {
        Self { id, free: Vec::new(), ticker: 0, record: None }
    }

    /// Adds an event to the record, if there is one.
    #[inline]
    pub(crate) fn note(&mut self, event: fn() -> Event) {
        if let Some(record) = &mut self.record {
            record.push(event());
        }
    }
}
