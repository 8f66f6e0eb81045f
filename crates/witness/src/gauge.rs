use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use crate::{record, thread};

/// Counts how many are inside at once: threads in a shop, requests at a server.
///
/// It is made of atomics, and an answer that uses one is seen as if it used these: other threads get a
/// turn before each step, and the steps are counted. It tells nobody what happened before what.
#[derive(Debug, Default)]
pub struct Gauge {
    now: AtomicUsize,
    most: AtomicUsize,
    entered: AtomicUsize,
}

/// What [`Gauge::enter`] returns; whoever has entered leaves when this is dropped.
#[derive(Debug)]
pub struct Inside<'a>(&'a Gauge);

impl Gauge {
    /// A gauge with nobody inside.
    pub fn new() -> Self {
        Self::default()
    }

    /// Counts one more inside, until the returned value is dropped. Other threads get a turn before and
    /// after it, so that they may enter as well.
    pub fn enter(&self) -> Inside<'_> {
        thread::take_turn();
        record::changes_unordered();
        self.entered.fetch_add(1, SeqCst);
        let now = self.now.fetch_add(1, SeqCst) + 1;
        self.most.fetch_max(now, SeqCst);
        let inside = Inside(self);
        thread::take_turn();
        inside
    }

    /// How many were inside at once, at most.
    pub fn most(&self) -> usize {
        thread::take_turn();
        self.most.load(SeqCst)
    }

    /// How many have entered.
    pub fn entered(&self) -> usize {
        thread::take_turn();
        self.entered.load(SeqCst)
    }
}

impl Drop for Inside<'_> {
    fn drop(&mut self) {
        self.0.now.fetch_sub(1, SeqCst);
    }
}
