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
    /// [`Tick`](crate::policy::Tick): instructions until it lets go (`_Py_Ticker`).
    pub(crate) ticker: i32,
    /// What happened, if anybody wants to know.
    pub(crate) record: Option<Vec<Event>>,
}

impl Thread {
    pub(crate) fn new(id: u32) -> Self {
        Self { id, free: Vec::new(), ticker: 0, record: None }
    }

    /// Notes what happens, if anybody wants to know.
    #[inline]
    pub(crate) fn note(&mut self, event: fn() -> Event) {
        if let Some(record) = &mut self.record {
            record.push(event());
        }
    }
}
