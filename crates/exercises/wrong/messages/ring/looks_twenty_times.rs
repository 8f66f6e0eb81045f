//! Wrong: it waits for the receiver, for a while.
//! Caught by `a_try_waits_for_nobody`: does it wait

use witness::sync::atomic::{AtomicU64, Ordering::SeqCst};

#[derive(Debug)]
pub struct Ring {
    slots: [AtomicU64; 2],
    sent: AtomicU64,
    received: AtomicU64,
}

impl Ring {
    pub fn try_send(&self, message: u64) -> bool {
        let sent = self.sent.load(SeqCst);
        for _ in 0..20 {
            if sent - self.received.load(SeqCst) < 2 {
                self.slots[(sent % 2) as usize].store(message, SeqCst);
                self.sent.store(sent + 1, SeqCst);
                return true;
            }
            witness::thread::yield_now();
        }
        false
    }

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
