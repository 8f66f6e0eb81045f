//! Wrong: a slot with 0 in it is taken for an empty one. That works until somebody sends 0.
//! Caught by `a_ring_holds_two_messages`: took a third message into two slots
//! Caught by `each_counter_has_one_writer`: message 1

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
        let slot = &self.slots[(sent % 2) as usize];
        if slot.load(SeqCst) != 0 {
            return false;
        }
        slot.store(message, SeqCst);
        self.sent.store(sent + 1, SeqCst);
        true
    }

    /// Only the receiver calls this.
    pub fn try_receive(&self) -> Option<u64> {
        let received = self.received.load(SeqCst);
        let slot = &self.slots[(received % 2) as usize];
        let message = slot.load(SeqCst);
        if message == 0 {
            return None;
        }
        self.received.store(received + 1, SeqCst);
        slot.store(0, SeqCst);
        Some(message)
    }
}
