//! Tests with random headers for frames and rings: nothing may panic, and no header may make the
//! receiver allocate more than the longest message.
//!
//! There are a hundred thousand rounds of each test. For more, which take their time, run
//! `FUZZ_ROUNDS=10000000 cargo test --release -p ipc fuzz`.

use std::env;
use std::io::Cursor;
use std::time::Instant;

use fastrand::Rng;
use witness::largest_allocation;

use crate::connection::Receiver;
use crate::error::Problem;
use crate::frame::{Ending, FrameReceiver, HEADER, Patient, header};

/// The longest message that may be sent here, in bytes.
const LONGEST: usize = 100;

fn rounds() -> u64 {
    let rounds = env::var("FUZZ_ROUNDS").ok().and_then(|rounds| rounds.parse().ok());
    rounds.unwrap_or(100_000)
}

impl Ending for Cursor<Vec<u8>> {
    fn end_with(&mut self, _: &std::sync::Arc<std::os::fd::OwnedFd>) {}

    fn loses_what_is_under_way(&self) -> bool {
        false
    }

    fn hurry(&mut self) {}
}

impl Patient for Cursor<Vec<u8>> {
    fn wait_until(&mut self, _: Option<Instant>) {}
}

/// Random bytes: a header, or something like one, or anything; and more bytes after that.
fn bytes(random: &mut Rng) -> Vec<u8> {
    let length = if random.bool() { random.usize(..200) } else { random.usize(..) };
    let mut bytes = header(length).to_vec();
    match random.u8(..4) {
        0 => random.fill(&mut bytes),
        1 => bytes[random.usize(..HEADER)] = random.u8(..),
        2 => bytes.truncate(random.usize(..=HEADER)),
        _ => {}
    }
    bytes.extend((0..random.usize(..200)).map(|_| random.u8(..)));
    bytes
}

/// What a receiver has to make of these bytes, found in another way than the receiver does.
fn expected(bytes: &[u8]) -> Result<&[u8], &'static str> {
    if bytes.is_empty() {
        return Err("ended");
    }
    let Some((header, rest)) = bytes.split_at_checked(HEADER) else {
        return Err("truncated");
    };
    if !header.starts_with(b"book") {
        return Err("garbage");
    }
    let length =
        u32::from_le_bytes([header[4], header[5], header[6], header[7]]) as usize;
    if length > LONGEST {
        return Err("too long");
    }
    rest.get(..length).ok_or("truncated")
}

fn name(problem: &Problem) -> &'static str {
    match problem {
        Problem::Ended => "ended",
        Problem::Truncated => "truncated",
        Problem::TooLong { .. } => "too long",
        Problem::Garbage(_) => "garbage",
        _ => "something else",
    }
}

#[test]
fn fuzzed_frames() {
    let mut random = Rng::with_seed(5);
    for round in 0..rounds() {
        let bytes = bytes(&mut random);
        let mut receiver = FrameReceiver::new(Cursor::new(bytes.clone()), LONGEST);
        let (ok, largest) = largest_allocation(|| {
            let received = receiver.receive(None);
            received.map_err(|problem| name(&problem)) == expected(&bytes)
        });
        assert!(ok, "round {round}: {bytes:?}");
        assert!(largest <= LONGEST, "round {round}: {largest} bytes for {bytes:?}");
    }
}

#[cfg(target_os = "linux")]
pub(crate) mod ring {
    use std::sync::atomic::AtomicU32;

    use super::*;
    use crate::ring::lane::{Consumer, Memory, Producer, Wait};
    use crate::ring::layout::{AREA, SLOTS};
    use crate::ring::memory;
    use crate::sync::Ordering;

    /// Never waits. Whoever would have to wait is told that the other side has gone.
    pub(crate) struct Never;

    impl Wait for Never {
        fn wait(
            &self,
            _: u32,
            _: &AtomicU32,
            _: Option<Instant>,
            _: impl Fn() -> bool,
        ) -> Result<bool, Problem> {
            Ok(false)
        }

        fn wake(&self, _: &AtomicU32) {}
    }

    /// A random number, which is often next to one that matters.
    fn word(random: &mut Rng) -> u32 {
        let near = [0, 1, 48, LONGEST as u32, SLOTS, AREA, u32::MAX];
        match random.u8(..3) {
            0 => random.u32(..),
            _ => near[random.usize(..near.len())]
                .wrapping_add(random.u32(..3))
                .wrapping_sub(1),
        }
    }

    #[test]
    fn fuzzed_slots() {
        let mut random = Rng::with_seed(6);
        let ([lane, _], _memory) = memory::create().unwrap();
        for round in 0..rounds() {
            for number in 0..4 {
                let slot = lane.slot(number);
                // Mostly the right number, so that the receiver goes on to the other words.
                let right = random.u8(..8) > 0;
                let published = if right { number + 1 } else { word(&mut random) };
                slot.number.store(published, Ordering::Relaxed);
                slot.length.store(word(&mut random), Ordering::Relaxed);
                slot.place.store(word(&mut random), Ordering::Relaxed);
                slot.more.store(word(&mut random), Ordering::Relaxed);
            }
            lane.bell().sender_gone.store(0, Ordering::Relaxed);
            let (taken, largest) = largest_allocation(|| {
                let mut consumer = Consumer::new(lane.clone(), Never, LONGEST);
                consumer.receive(None).map(|message| {
                    std::hint::black_box(message.iter().fold(0, |all, byte| all ^ byte));
                    message.len()
                })
            });
            if let Ok(length) = taken {
                assert!(length <= LONGEST, "round {round}: a message of {length} bytes");
            }
            assert!(largest <= 2 * LONGEST, "round {round}: {largest} bytes");
        }
    }

    #[test]
    fn fuzzed_acknowledgements() {
        let mut random = Rng::with_seed(7);
        let ([lane, _], _memory) = memory::create().unwrap();
        for round in 0..rounds() {
            lane.done().store(0, Ordering::Relaxed);
            lane.bell().receiver_gone.store(0, Ordering::Relaxed);
            let mut producer = Producer::new(lane.clone(), Never);
            let mut sent = 0;
            let piece = [7; 1 << 10];
            for _ in 0..random.u32(..4) {
                producer.send(&piece[..random.usize(..piece.len())]).unwrap();
                sent += 1;
            }
            let done = word(&mut random);
            lane.done().store(done, Ordering::Relaxed);
            let outcome = producer.look_again();
            let is_right = done <= sent;
            assert_eq!(outcome.is_ok(), is_right, "round {round}: {done} of {sent}");
        }
    }
}
