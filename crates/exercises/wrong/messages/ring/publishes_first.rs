//! Wrong: `fetch_add` counts and returns the number of the slot in one go, which looks
//! safe. But now the receiver is told of a message that isn't there yet.
//! Caught by `no_message_is_read_before_it_is_there`: it was read before it was there

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
        if self.sent.load(SeqCst) - self.received.load(SeqCst) == 2 {
            return false;
        }
        let sent = self.sent.fetch_add(1, SeqCst);
        self.slots[(sent % 2) as usize].store(message, SeqCst);
        true
    }

    /// Only the receiver calls this.
    pub fn try_receive(&self) -> Option<u64> {
        let received = self.received.load(SeqCst);
        if received == self.sent.load(SeqCst) {
            return None;
        }
        let message = self.slots[(received % 2) as usize].load(SeqCst);
        self.received.store(received + 1, SeqCst);
        Some(message)
    }
}
