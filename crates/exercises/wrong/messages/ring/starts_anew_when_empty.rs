//! Wrong: counters that grow for ever look untidy, so the receiver sets both to 0 when
//! the ring is empty. Meanwhile the sender may have sent the next message.
//! Caught by `each_counter_has_one_writer`: only `received` grows, by 1

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
        if received == self.sent.load(SeqCst) {
            return None;
        }
        let message = self.slots[(received % 2) as usize].load(SeqCst);
        self.received.store(received + 1, SeqCst);
        if received + 1 == self.sent.load(SeqCst) {
            self.sent.store(0, SeqCst);
            self.received.store(0, SeqCst);
        }
        Some(message)
    }
}
