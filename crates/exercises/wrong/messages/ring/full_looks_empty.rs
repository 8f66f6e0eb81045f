//! Wrong: it compares slots, not counters. In a full ring and in an empty one, both sides
//! are at the same slot. So one slot stays free, as in the rings of many textbooks.
//! Caught by `a_ring_holds_two_messages`: but one slot was still free

use witness::sync::atomic::{AtomicU64, Ordering::SeqCst};

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
        let sent = self.sent.load(SeqCst);
        if (sent + 1) % 2 == self.received.load(SeqCst) % 2 {
            return false;
        }
        self.slots[(sent % 2) as usize].store(message, SeqCst);
        self.sent.store(sent + 1, SeqCst);
        true
    }

    /// Only the receiver calls this.
    pub fn try_receive(&self) -> Option<u64> {
        let received = self.received.load(SeqCst);
        if received % 2 == self.sent.load(SeqCst) % 2 {
            return None;
        }
        let message = self.slots[(received % 2) as usize].load(SeqCst);
        self.received.store(received + 1, SeqCst);
        Some(message)
    }
}
