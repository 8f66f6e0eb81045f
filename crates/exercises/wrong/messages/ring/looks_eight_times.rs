//! Wrong: when the ring is full or empty, it waits for a moment: it looks eight times
//! whether the other one has come.
//! Caught by `a_try_waits_for_nobody`: does it wait

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
        for _ in 0..8 {
            if sent - self.received.load(SeqCst) < 2 {
                self.slots[(sent % 2) as usize].store(message, SeqCst);
                self.sent.store(sent + 1, SeqCst);
                return true;
            }
            std::hint::spin_loop();
        }
        false
    }

    /// Only the receiver calls this.
    pub fn try_receive(&self) -> Option<u64> {
        let received = self.received.load(SeqCst);
        for _ in 0..8 {
            if received < self.sent.load(SeqCst) {
                let message = self.slots[(received % 2) as usize].load(SeqCst);
                self.received.store(received + 1, SeqCst);
                return Some(message);
            }
            std::hint::spin_loop();
        }
        None
    }
}
