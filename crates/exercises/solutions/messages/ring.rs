//! # A ring of two slots
//!
//! Chapter: messages/shared-memory.md
//!
//! Why: a counter is a promise to the other side. `sent` says: so many messages lie in
//! their slots. So it is written *after* the slot. `received` says: so many messages were
//! read, and their slots may be used again. So it is written *after* the slot was read.
//! Each counter has one writer, which knows that nobody else changes it: a load and a
//! store are enough, and nothing can be lost between them. What a side sees of the
//! other's counter may be old, but it is only too small. Then it takes a free slot for
//! one in use, or doesn't see the latest message yet, and the next try will. With
//! counters that only grow, full (`sent - received` is 2) and empty (it is 0) can't be
//! confused.

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
        Some(message)
    }
}

// ---- The checks. Leave them as they are. ----

impl Ring {
    /// An empty ring.
    fn new() -> Self {
        Self {
            slots: [AtomicU64::new(0), AtomicU64::new(0)],
            sent: AtomicU64::new(0),
            received: AtomicU64::new(0),
        }
    }
}

fn main() {
    const MESSAGES: u64 = 10_000;
    // Who is right needs a few tries only.
    const TRIES: u64 = 1_000_000;
    let ring = Ring::new();
    let in_order = witness::thread::scope(|scope| {
        scope.spawn(|| {
            let send = |message| {
                (0..TRIES).any(|_| {
                    std::thread::yield_now();
                    ring.try_send(message)
                })
            };
            (1..=MESSAGES).all(send)
        });
        let receive = || {
            (0..TRIES).find_map(|_| {
                std::thread::yield_now();
                ring.try_receive()
            })
        };
        (1..=MESSAGES).take_while(|message| receive() == Some(*message)).count()
    });
    println!("{in_order} of {MESSAGES} messages arrived in order");
}

#[cfg(test)]
mod checks {
    use super::*;
    use witness::sync::Arc;
    use witness::{explore, thread};

    /// Sends and receives at the same time, after `before` messages were sent and
    /// `taken` of them were received. Then empties the ring, and compares.
    fn at_once(before: u64, taken: u64, sends: u64, receives: u64) {
        let ring = Arc::new(Ring::new());
        let mut sent = Vec::new();
        let mut received = Vec::new();
        let mut first = 1;
        // Slots that were used before hold something old.
        for message in 1..=before {
            assert!(ring.try_send(message), "message {message} fits into the ring");
            sent.push(message);
            if message <= taken {
                received.extend(ring.try_receive());
            }
            first = message + 1;
        }
        let theirs = Arc::clone(&ring);
        let sender = thread::spawn(move || {
            let send = |message: &u64| theirs.try_send(*message);
            (first..first + sends).filter(send).collect::<Vec<_>>()
        });
        for _ in 0..receives {
            received.extend(ring.try_receive());
        }
        sent.extend(sender.join().unwrap());
        // There can't be more than these, if the answer is right.
        for _ in 0..3 {
            received.extend(ring.try_receive());
        }
        let wrong = received.iter().zip(&sent).find(|(received, sent)| received != sent);
        if let Some((received, sent)) = wrong {
            let reason = if received < sent {
                "that lay in its slot before: it was read before it was there"
            } else {
                "that was sent later: its slot was filled again before it was read"
            };
            panic!("message {sent} was sent, and {received} came in its place: {reason}");
        }
        assert_eq!(
            received, sent,
            "received (left) and sent (right): something was lost, or came twice"
        );
    }

    #[test]
    fn a_ring_holds_two_messages() {
        explore(|| {
            let ring = Ring::new();
            for lap in 0..3 {
                let message = 10 * lap;
                assert_eq!(ring.try_receive(), None, "received from an empty ring");
                assert!(ring.try_send(message + 1), "refused, but both slots were free");
                assert!(
                    ring.try_send(message + 2),
                    "refused, but one slot was still free"
                );
                assert!(
                    !ring.try_send(message + 3),
                    "took a third message into two slots"
                );
                let received = [ring.try_receive(), ring.try_receive()];
                let sent = [Some(message + 1), Some(message + 2)];
                assert_eq!(received, sent, "received (left) from a full ring, lap {lap}");
                // The next lap begins with the other slot.
                assert!(ring.try_send(message + 4), "refused, but the ring was empty");
                assert_eq!(ring.try_receive(), Some(message + 4), "the only message");
            }
        });
    }

    #[test]
    fn each_counter_has_one_writer() {
        explore(|| {
            let ring = Ring::new();
            for turn in 1..=3 {
                let received = ring.received.load(SeqCst);
                assert!(ring.try_send(turn), "refused, but the ring was empty");
                assert_eq!(
                    (ring.sent.load(SeqCst), ring.received.load(SeqCst)),
                    (turn, received),
                    "(sent, received) after message {turn} was sent: only `sent` grows, \
                     by 1"
                );
                ring.try_receive();
                assert_eq!(
                    (ring.sent.load(SeqCst), ring.received.load(SeqCst)),
                    (turn, turn),
                    "(sent, received) after message {turn} was received: only `received` \
                     grows, by 1"
                );
            }
        });
    }

    #[test]
    fn no_message_is_read_before_it_is_there() {
        explore(|| at_once(0, 0, 1, 2));
        explore(|| at_once(3, 3, 2, 2));
    }

    #[test]
    fn no_message_is_overwritten_before_it_was_read() {
        explore(|| at_once(2, 0, 2, 2));
    }
}
