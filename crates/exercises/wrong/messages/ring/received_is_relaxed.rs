//! Wrong: `received` is stored and loaded with `Relaxed`. On ARM the sender may then fill a
//! slot again before it was read.
//! Caught by `whoever_uses_a_slot_knows_that_the_other_is_done`: data race

use witness::sync::atomic::{
    AtomicU64,
    Ordering::{Acquire, Relaxed, Release},
};

/// What lies in the shared memory. Leave it as it is.
#[derive(Debug)]
pub struct Ring {
    slots: [AtomicU64; 2],
    sent: AtomicU64,
    received: AtomicU64,
}

impl Ring {
    /// Only the sender calls this.
    pub fn try_send(&self, message: u64) -> bool {
        let sent = self.sent.load(Relaxed);
        if sent - self.received.load(Relaxed) == 2 {
            return false;
        }
        self.slots[(sent % 2) as usize].store(message, Relaxed);
        self.sent.store(sent + 1, Release);
        true
    }

    /// Only the receiver calls this.
    pub fn try_receive(&self) -> Option<u64> {
        let received = self.received.load(Relaxed);
        if received == self.sent.load(Acquire) {
            return None;
        }
        let message = self.slots[(received % 2) as usize].load(Relaxed);
        self.received.store(received + 1, Relaxed);
        Some(message)
    }
}
