//! Right: each side looks at the other one's counter first. What it sees may be old; then it takes the
//! ring for fuller, or for emptier, than it is, and tries again later.

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
        let received = self.received.load(SeqCst);
        let sent = self.sent.load(SeqCst);
        match sent - received {
            0 | 1 => {
                let slot = usize::try_from(sent % 2).expect("it is 0 or 1");
                self.slots[slot].store(message, SeqCst);
                self.sent.store(sent + 1, SeqCst);
                true
            }
            _ => false,
        }
    }

    /// Only the receiver calls this.
    pub fn try_receive(&self) -> Option<u64> {
        let sent = self.sent.load(SeqCst);
        let received = self.received.load(SeqCst);
        if sent == received {
            return None;
        }
        let slot = usize::try_from(received % 2).expect("it is 0 or 1");
        let message = self.slots[slot].load(SeqCst);
        self.received.store(received + 1, SeqCst);
        Some(message)
    }
}
