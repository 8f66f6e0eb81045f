//! Wrong: it reads the slot and looks then whether there was something. What it has read may be older
//! than what it has seen.
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
        let received = self.received.load(SeqCst);
        let message = self.slots[(received % 2) as usize].load(SeqCst);
        if self.sent.load(SeqCst) == received {
            return None;
        }
        self.received.store(received + 1, SeqCst);
        Some(message)
    }
}
