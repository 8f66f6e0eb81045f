//! Shared memory with a ring in it: one sender and one receiver each way, and no lock.
//!
//! * `ring/layout.rs`: what lies where.
//! * `ring/lane.rs`: the protocol, which consists of four kinds of atomic words.
//! * `ring/waiting.rs`: two ways to wait, to look again and again, or to sleep by a `futex`.
//! * `ring/shared.rs`: the lanes in memory, wherever that comes from:
//!   * `ring/memory.rs`: memory without a name, which leaves nothing behind (Linux);
//!   * `ring/named.rs`: memory with a name, which every system has.
//! * `ring/lifeline.rs`: how each side learns that the other has gone.
//!
//! So there are three rings with one protocol. Two of them need Linux. The *portable* one gets
//! its memory from the crate `shared_memory` and spins, so it needs nothing that Windows and
//! macOS lack.
//!
//! A message of up to 1 MiB is copied once, into the ring, and the receiver reads it where it lies.
//! A longer message is cut into pieces and put together again, which is a second copy.
//!
//! Both sides can write to the memory. So each must be trusted not to touch a message that it has
//! sent. Numbers and lengths are checked, so a broken peer is noticed, but not one that changes
//! a message while it is read. What `receive` lends lies in the shared memory: if you can't trust
//! the other side, copy the message before you check it. Invite processes of your own program.

#[cfg(target_os = "linux")]
pub mod futex;
pub(crate) mod lane;
pub(crate) mod layout;
mod lifeline;
#[cfg(target_os = "linux")]
pub(crate) mod memory;
pub(crate) mod named;
mod shared;
mod waiting;

#[cfg(target_os = "linux")]
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::time::Instant;

use crate::connection::{Halves, Receiver, Sender};
use crate::descriptor::Descriptor;
use crate::door::{self, Door};
use crate::ends::Ends;
#[cfg(target_os = "linux")]
use crate::ends::exactly;
use crate::error::Problem;
#[cfg(target_os = "linux")]
use crate::transport::Transport;
use lane::{Consumer, Memory, Producer, Wait};
use lifeline::Lifeline;
use shared::{Mapping, Shared};
#[cfg(target_os = "linux")]
use waiting::Sleep;
use waiting::Spin;

/// How often the sleeping ring looks before it goes to sleep: for about as long as being woken
/// takes. So it never waits much more than twice as long as it had to.
#[cfg(target_os = "linux")]
const LOOKS: u32 = 500;

/// Opens a new ring. The other side gets the memory, and one end of the lifeline.
#[cfg(target_os = "linux")]
pub(crate) fn open(transport: Transport, longest: usize) -> Result<Ends, Problem> {
    let (lanes, memory) = memory::create()?;
    let (lifeline, theirs) = UnixStream::pair()?;
    let ours = halves(transport, lanes, Lifeline::new(lifeline), longest);
    Ok(Ends::connected(ours, vec![memory, theirs.into()]))
}

/// Joins a ring. The lane that goes there from the other side is our way back.
#[cfg(target_os = "linux")]
pub(crate) fn join(
    transport: Transport,
    descriptors: Vec<Descriptor>,
    longest: usize,
) -> Result<Halves, Problem> {
    let [memory, lifeline] = exactly(descriptors)?;
    let [back, there] = memory::join(memory)?;
    Ok(halves(transport, [there, back], Lifeline::new(lifeline), longest))
}

#[cfg(target_os = "linux")]
fn halves(
    transport: Transport,
    lanes: [Shared<memory::Memfd>; 2],
    lifeline: Lifeline,
    longest: usize,
) -> Halves {
    if transport == Transport::SpinningRing {
        return spinning(lanes, lifeline, longest);
    }
    // With a single core, nothing changes while we look.
    let alone = std::thread::available_parallelism().is_ok_and(|n| n.get() == 1);
    let looks = if alone { 0 } else { LOOKS };
    let sleep = || Sleep { lifeline: lifeline.clone(), looks };
    let [there, back] = lanes;
    with(
        Producer::new(there, sleep()),
        Consumer::new(back, sleep(), longest),
        longest,
        &lifeline,
    )
}

/// Opens a new portable ring. The other side gets the name of the memory, and a port for the
/// lifeline: every system has both, and both can be written down in an invitation.
// ANCHOR: portable
pub(crate) fn open_portable(longest: usize) -> Result<Ends, Problem> {
    let (lanes, name) = named::create()?;
    let door = Door::new()?;
    let address = format!("{} {} {}", door.port()?, door.token(), name.as_str());
    Ok(Ends::listening(address, move |until| {
        let lifeline = Lifeline::new(door.admit(until)?);
        // The other side has the memory now, so nobody needs the name any more.
        drop(name);
        Ok(spinning(lanes, lifeline, longest))
    }))
}

/// Joins a portable ring.
pub(crate) fn join_portable(address: &str, longest: usize) -> Result<Halves, Problem> {
    let wrong = Problem::Garbage("sent an invitation without the name of its memory");
    let (door, name) = address.rsplit_once(' ').ok_or(wrong)?;
    let [back, there] = named::join(name)?;
    let lifeline = Lifeline::new(door::enter(door)?);
    Ok(spinning([there, back], lifeline, longest))
}
// ANCHOR_END: portable

fn spinning<M: Mapping + 'static>(
    [there, back]: [Shared<M>; 2],
    lifeline: Lifeline,
    longest: usize,
) -> Halves {
    let spin = || Spin(lifeline.clone());
    with(
        Producer::new(there, spin()),
        Consumer::new(back, spin(), longest),
        longest,
        &lifeline,
    )
}

fn with<M, W>(
    producer: Producer<M, W>,
    consumer: Consumer<M, W>,
    longest: usize,
    lifeline: &Lifeline,
) -> Halves
where
    M: Memory + Send + 'static,
    W: Wait + Send + 'static,
{
    Halves::of(
        RingSender { producer, longest, lifeline: lifeline.clone() },
        RingReceiver { consumer, lifeline: lifeline.clone() },
    )
}

struct RingSender<M: Memory, W: Wait> {
    producer: Producer<M, W>,
    longest: usize,
    /// The lifeline of both lanes.
    lifeline: Lifeline,
}

impl<M: Memory + Send, W: Wait + Send> Sender for RingSender<M, W> {
    fn send(&mut self, message: &[u8]) -> Result<(), Problem> {
        if message.len() > self.longest {
            return Err(Problem::TooLong {
                length: message.len(),
                longest: self.longest,
            });
        }
        self.producer.send(message)
    }

    fn end_with(&mut self, process: &Arc<Descriptor>) {
        self.lifeline.end_with(process);
    }
}

struct RingReceiver<M: Memory, W: Wait> {
    consumer: Consumer<M, W>,
    /// The lifeline of both lanes.
    lifeline: Lifeline,
}

impl<M: Memory + Send, W: Wait + Send> Receiver for RingReceiver<M, W> {
    fn receive(&mut self, deadline: Option<Instant>) -> Result<&[u8], Problem> {
        self.consumer.receive(deadline)
    }

    fn end_with(&mut self, process: &Arc<Descriptor>) {
        self.lifeline.end_with(process);
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::collections::VecDeque;
    use std::mem::offset_of;
    use std::sync::atomic::Ordering;

    use proptest::prelude::*;

    use super::layout::*;
    use super::*;
    use crate::fuzz::ring::Never;
    use crate::sync::AtomicU32;

    #[test]
    fn the_tables_of_the_layout_are_right() {
        assert_eq!(offset_of!(Lane, done), 0);
        assert_eq!(offset_of!(Lane, bell), 128);
        assert_eq!(offset_of!(Bell, sender_sleeps), 0);
        assert_eq!(offset_of!(Bell, receiver_sleeps), 4);
        assert_eq!(offset_of!(Bell, sender_gone), 8);
        assert_eq!(offset_of!(Bell, receiver_gone), 12);
        assert_eq!(offset_of!(Bell, joined), 16);
        assert_eq!(offset_of!(Lane, slots), 256);
        assert_eq!(size_of::<Slot>(), 64);
        assert_eq!(size_of::<Lane>(), 256 + 64 * SLOTS as usize);
        assert_eq!(offset_of!(Slot, length), 4);
        assert_eq!(offset_of!(Slot, place), 8);
        assert_eq!(offset_of!(Slot, more), 12);
        assert_eq!(offset_of!(Slot, piece), 16);
    }

    #[test]
    fn numbers_may_wrap() {
        assert!(SLOTS.is_power_of_two(), "2³² pieces later, the slots are the same");
    }

    /// The longest piece of a message, in bytes.
    const LONGEST_PIECE: usize = AREA as usize / 4;

    /// A step of a test: sends a message of so many bytes, or receives one.
    #[derive(Clone, Debug)]
    enum Step {
        Send(usize),
        Receive,
    }

    fn steps() -> impl Strategy<Value = Vec<Step>> {
        let length = prop_oneof![0..100_usize, 0..5_000_usize, 500_000..=1_048_576_usize];
        let step = prop_oneof![length.prop_map(Step::Send), Just(Step::Receive)];
        prop::collection::vec(step, 0..400)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        /// A lane does what a `VecDeque` does as long as it has room, however many pieces have
        /// gone through it before.
        #[test]
        fn a_lane_is_a_queue(steps in steps(), before in prop_oneof![Just(0), Just(u32::MAX - 50)]) {
            let ([lane, _], _memory) = memory::create().unwrap();
            for number in (0..SLOTS).map(|slot| before.wrapping_add(slot)) {
                let stale = number.wrapping_add(1).wrapping_sub(SLOTS);
                lane.slot(number).number.store(stale, Ordering::Relaxed);
            }
            lane.done().store(before, Ordering::Relaxed);
            let mut producer = Producer::new(lane.clone(), Never).starting_at(before);
            let mut consumer = Consumer::new(lane, Never, 1 << 20).starting_at(before);
            let mut queue = VecDeque::new();
            // The length of the message that is lent: it lies in the lane, but no longer in
            // `queue`.
            let mut lent = 0;
            for (number, step) in steps.into_iter().enumerate() {
                match step {
                    Step::Send(length) => {
                        let message = vec![number as u8; length];
                        if producer.send(&message).is_ok() {
                            queue.push_back(message);
                            continue;
                        }
                        // There must be a reason: no free slot, or no room for one more piece. Room
                        // in the area is counted in cache lines.
                        let lines = |length: usize| length.next_multiple_of(64);
                        let held: usize = queue.iter().map(|message| lines(message.len())).sum();
                        let held = held + lines(lent);
                        let slots = queue.len() + 1 >= SLOTS as usize;
                        let left = (AREA as usize).saturating_sub(held + lines(length));
                        prop_assert!(slots || left < LONGEST_PIECE, "{} left", left);
                    }
                    Step::Receive => match consumer.receive(None) {
                        Ok(message) => {
                            let expected = queue.pop_front();
                            prop_assert_eq!(Some(message), expected.as_deref());
                            lent = message.len();
                        }
                        Err(Problem::Ended) => {
                            prop_assert!(queue.is_empty());
                            lent = 0;
                        }
                        Err(problem) => prop_assert!(false, "{}", problem),
                    },
                }
            }
            while let Some(message) = queue.pop_front() {
                prop_assert_eq!(consumer.receive(None).unwrap(), message);
            }
        }
    }

    fn asleep() -> (Sleep, UnixStream) {
        let (ours, theirs) = UnixStream::pair().unwrap();
        (Sleep { lifeline: Lifeline::new(ours), looks: 0 }, theirs)
    }

    #[test]
    fn whoever_is_woken_for_nothing_is_late_all_the_same() {
        let (sleep, _theirs) = asleep();
        let sleeps = AtomicU32::new(0);
        let wakes_us = || {
            sleeps.store(0, Ordering::Relaxed);
            false
        };
        let waited = sleep.wait(1, &sleeps, Some(Instant::now()), wakes_us);
        assert!(matches!(waited, Err(Problem::Late)), "{waited:?}");
    }

    #[test]
    fn whoever_is_woken_late_still_gets_what_is_there() {
        let (sleep, _theirs) = asleep();
        let sleeps = AtomicU32::new(0);
        let mut looks = std::cell::Cell::new(0);
        // Says no before the sleep, and yes after it.
        let comes_meanwhile = || {
            sleeps.store(0, Ordering::Relaxed);
            looks.replace(looks.get() + 1) > 0
        };
        let waited = sleep.wait(1, &sleeps, Some(Instant::now()), comes_meanwhile);
        assert!(matches!(waited, Ok(true)), "{waited:?}");
        assert_eq!(*looks.get_mut(), 2);
    }
}
