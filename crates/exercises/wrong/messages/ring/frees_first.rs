//! Wrong: it counts the message as received and reads it then. In between, the slot
//! belongs to the sender again.
//! Caught by `no_message_is_overwritten_before_it_was_read`: its slot was filled again before it was read

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
        if sent - self.received.load(SeqCst) == 2 {
            return false;
        }
        self.slots[(sent % 2) as usize].store(message, SeqCst);
        self.sent.store(sent + 1, SeqCst);
        true
    }

    /// Only the receiver calls this.
    pub fn try_receive(&self) -> Option<u64> {
        if self.received.load(SeqCst) == self.sent.load(SeqCst) {
            return None;
        }
        let received = self.received.fetch_add(1, SeqCst);
        Some(self.slots[(received % 2) as usize].load(SeqCst))
    }
}
