//! # A ring of two slots
//!
//! Chapter: messages/shared-memory.md
//!
//! One process sends numbers, another one receives them, and between them lies a piece of
//! shared memory. There is no lock in it, because whoever holds a lock may be killed.
//! There are two slots, and two counters that begin with 0 and only grow:
//!
//! * `sent`: how many messages were sent. Only the sender changes it.
//! * `received`: how many were received. Only the receiver changes it.
//!
//! The messages go into the slots in turn: the first into slot 0, the second into slot 1,
//! the third into slot 0 again.
//!
//! `try_send` puts a message into the ring and returns `true`, or returns `false` if both
//! slots hold messages that were not received yet. `try_receive` takes the oldest
//! message, or returns `None` if there is none. A message may be any number, 0 as well, and
//! the same as the one before.
//!
//! The constraint: there is one sender and one receiver, at the same time. Whatever the
//! schedule, each message arrives once, and in order. Neither of the two waits for the
//! other. (Use `SeqCst` for all loads and stores; the chapter tells what else would do.)

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
        // TODO: Is there a free slot, and which one is it?
        self.sent.store(self.sent.load(SeqCst) + 1, SeqCst);
        self.slots[0].store(message, SeqCst);
        true
    }

    /// Only the receiver calls this.
    pub fn try_receive(&self) -> Option<u64> {
        // TODO: Is there a message, and where?
        self.received.store(self.received.load(SeqCst) + 1, SeqCst);
        Some(self.slots[0].load(SeqCst))
    }
}

// ---- The checks. Leave them as they are. ----

impl Ring {
    /// An empty ring.
    fn new() -> Self {
        Self {
            slots: [
                witness::sync::atomic::AtomicU64::new(0),
                witness::sync::atomic::AtomicU64::new(0),
            ],
            sent: witness::sync::atomic::AtomicU64::new(0),
            received: witness::sync::atomic::AtomicU64::new(0),
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
    use witness::sync::atomic::Ordering::SeqCst;
    use witness::{explore, sample, thread, watch};

    /// Messages that are all different, and neither grow nor shrink.
    const DIFFERENT: [u64; 8] = [17, 4, u64::MAX, 9, 12, 1, 30, 8];

    /// Messages with a meaning elsewhere, and some that come twice in a row.
    const ANY: [u64; 8] = [0, 0, 2, 1, 0, u64::MAX, u64::MAX, 0];

    /// Sends and receives at the same time, after `before` messages were sent and
    /// `taken` of them were received. Then empties the ring, and compares.
    fn at_once(
        messages: [u64; 8],
        before: usize,
        taken: usize,
        sends: usize,
        receives: usize,
    ) {
        let ring = Arc::new(Ring::new());
        let mut sent = Vec::new();
        let mut received = Vec::new();
        // Slots that were used before hold something old.
        for (number, message) in messages.into_iter().take(before).enumerate() {
            assert!(ring.try_send(message), "message {message} fits into the ring");
            sent.push(message);
            if number < taken {
                received.extend(ring.try_receive());
            }
        }
        let theirs = Arc::clone(&ring);
        let sender = thread::spawn(move || {
            let next = messages.into_iter().skip(before).take(sends);
            next.filter(|message| theirs.try_send(*message)).collect::<Vec<_>>()
        });
        for _ in 0..receives {
            received.extend(ring.try_receive());
        }
        sent.extend(sender.join().unwrap());
        // There can't be more than these, if the answer is right.
        for _ in 0..3 {
            received.extend(ring.try_receive());
        }
        let both = received.iter().zip(&sent);
        if let Some(wrong) = both.clone().position(|(received, sent)| received != sent) {
            let (came, message) = (received[wrong], sent[wrong]);
            let reason = if sent[wrong + 1..].contains(&came) {
                "that was sent later: its slot was filled again before it was read"
            } else {
                "that lay in its slot before: it was read before it was there"
            };
            panic!("message {message} was sent, and {came} came in its place: {reason}");
        }
        assert_eq!(
            received, sent,
            "received (left) and sent (right): something was lost, or came twice"
        );
    }

    #[test]
    fn a_ring_holds_two_messages() {
        for [first, second, third, alone] in
            [[1, 2, 3, 4], [0, 0, 0, 0], [u64::MAX, 7, 0, 7], [5, 5, 1, 0]]
        {
            explore(move || {
                let ring = Ring::new();
                for lap in 0..3 {
                    assert_eq!(ring.try_receive(), None, "received from an empty ring");
                    assert!(
                        ring.try_send(first),
                        "refused {first}, but both slots were free"
                    );
                    assert!(
                        ring.try_send(second),
                        "refused {second}, but one slot was still free"
                    );
                    assert!(!ring.try_send(third), "took a third message into two slots");
                    let received = [ring.try_receive(), ring.try_receive()];
                    let sent = [Some(first), Some(second)];
                    assert_eq!(
                        received, sent,
                        "received (left) from a full ring, lap {lap}"
                    );
                    // The next lap begins with the other slot.
                    assert!(
                        ring.try_send(alone),
                        "refused {alone}, but the ring was empty"
                    );
                    assert_eq!(ring.try_receive(), Some(alone), "the only message");
                }
            });
        }
    }

    #[test]
    fn each_counter_has_one_writer() {
        for messages in [DIFFERENT, ANY] {
            explore(move || {
                let ring = Ring::new();
                for (message, turn) in messages.into_iter().zip(1..) {
                    let received = ring.received.load(SeqCst);
                    assert!(ring.try_send(message), "refused, but the ring was empty");
                    assert_eq!(
                        (ring.sent.load(SeqCst), ring.received.load(SeqCst)),
                        (turn, received),
                        "(sent, received) after message {turn} was sent: only `sent` grows, \
                         by 1"
                    );
                    assert_eq!(ring.try_receive(), Some(message), "message {turn}");
                    assert_eq!(
                        (ring.sent.load(SeqCst), ring.received.load(SeqCst)),
                        (turn, turn),
                        "(sent, received) after message {turn} was received: only \
                         `received` grows, by 1"
                    );
                }
            });
        }
    }

    #[test]
    fn no_message_is_read_before_it_is_there() {
        for (before, sends) in [(0, 1), (1, 1), (2, 1), (3, 2)] {
            for messages in [DIFFERENT, ANY] {
                explore(move || at_once(messages, before, before, sends, 2));
            }
        }
    }

    #[test]
    fn no_message_is_overwritten_before_it_was_read() {
        for (before, taken) in [(1, 0), (2, 0), (3, 1)] {
            explore(move || at_once(DIFFERENT, before, taken, 2, 2));
        }
        explore(|| at_once(ANY, 2, 0, 2, 1));
        sample(|| at_once(DIFFERENT, 2, 0, 4, 4));
    }

    /// What is in a slot is written and read as ordinary memory would be: whoever uses it has to
    /// know that the other one is done with it. Whether the steps with `sent` and `received` say so
    /// depends on their orderings.
    #[test]
    fn whoever_uses_a_slot_knows_that_the_other_is_done() {
        for (before, taken) in [(0, 0), (1, 0), (2, 0), (2, 1), (3, 2)] {
            explore(move || {
                let ring = Ring::new();
                let slots = ring.slots.map(witness::sync::atomic::AtomicU64::like_plain);
                let ring = Arc::new(Ring { slots, ..ring });
                for message in 0..before {
                    ring.try_send(message);
                    if message < taken {
                        ring.try_receive();
                    }
                }
                let theirs = Arc::clone(&ring);
                let sender =
                    thread::spawn(move || [7, 8].map(|message| theirs.try_send(message)));
                let _ = [ring.try_receive(), ring.try_receive()];
                sender.join().unwrap();
            });
        }
    }

    /// How many steps with an atomic a try may take. Some five are enough.
    const STEPS: usize = 8;

    #[test]
    fn a_try_waits_for_nobody() {
        for before in 0..6 {
            explore(move || {
                let ring = Ring::new();
                // Nobody else is there, so nothing changes while it looks.
                for message in 0..before {
                    assert!(
                        ring.try_send(message),
                        "message {message} fits into the ring"
                    );
                    assert_eq!(ring.try_receive(), Some(message), "the only message");
                }
                for message in [7, 0, 9] {
                    let seen = watch(|| ring.try_send(message));
                    let sent =
                        if seen.value { "puts a message in" } else { "finds it full" };
                    assert!(
                        seen.atomics <= STEPS && seen.yields == 0,
                        "`try_send` {sent}, and has read or written an atomic {} times, and let \
                         others run {} times: does it wait?",
                        seen.atomics,
                        seen.yields
                    );
                }
                for left in [2, 1, 0] {
                    let seen = watch(|| ring.try_receive());
                    assert!(
                        seen.atomics <= STEPS && seen.yields == 0,
                        "`try_receive` with {left} messages there has read or written an atomic \
                         {} times, and let others run {} times: does it wait?",
                        seen.atomics,
                        seen.yields
                    );
                }
            });
        }
    }

    // What it takes and returns: nothing else can stand in for these.
    const _: fn(&Ring, u64) -> bool = Ring::try_send;
    const _: fn(&Ring) -> Option<u64> = Ring::try_receive;
}
