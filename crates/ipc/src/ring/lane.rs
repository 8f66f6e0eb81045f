//! The protocol: how pieces of messages go through a lane, from one sender to one receiver.
//!
//! The sender fills a free slot and then publishes its number there. The receiver waits for just
//! that number in just that slot, reads the piece where it lies, and counts it as done when it is
//! asked for the next one. Only then is the slot free again. There is no lock, and nothing that one
//! side could leave half done for the other to stumble over: each step becomes visible with
//! a single store, and a side that is killed was either before that store or after it.
//!
//! The same idea, with a number in each slot, is in Dmitry Vyukov's bounded queue for many senders
//! and receivers (1024cores.net). Here there is one of each, so nobody has to compete.

#![allow(unsafe_code)]

use std::collections::VecDeque;
use std::time::Instant;

use super::layout::{Bell, IN_SLOT, Slot};
use crate::error::Problem;
use crate::room::grow;
use crate::sync::{AtomicU32, Ordering};

/// A receiver keeps the memory of a message of several pieces for the next one, but not more than
/// this, in bytes.
const KEPT: usize = 16 << 20;

/// Where a piece lies.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Place {
    /// In the slot of the piece with this number.
    Slot(u32),
    /// In the area, from this byte on.
    Area(u32),
}

/// The memory of a lane.
pub(crate) trait Memory {
    /// How many slots there are: a power of two.
    fn slots(&self) -> u32;
    /// The size of the area in bytes.
    fn area(&self) -> u32;
    /// How many pieces the receiver is done with.
    fn done(&self) -> &AtomicU32;
    /// The words that say which side sleeps, and which has gone.
    fn bell(&self) -> &Bell;
    /// The slot for the piece with this number.
    fn slot(&self, number: u32) -> &Slot;

    /// Copies `piece` to `place`. Panics when it doesn't fit there.
    ///
    /// # Safety
    ///
    /// No other thread or process reads or writes there meanwhile.
    unsafe fn write(&self, place: Place, piece: &[u8]);

    /// The piece at `place`. Panics when there is no such place.
    ///
    /// # Safety
    ///
    /// No other thread or process writes there as long as the piece is borrowed.
    unsafe fn piece(&self, place: Place, length: u32) -> &[u8];
}

/// How to wait for the other side, and how to wake it.
pub(crate) trait Wait {
    /// Waits until something is `ready`, but may return early. `turn` says how many times in a row
    /// the caller has waited by now, from 1 on. Returns whether the other side is still there. If
    /// we sleep meanwhile, `sleeps` is 1.
    ///
    /// # Errors
    ///
    /// [`Problem::Late`] after the deadline.
    fn wait(
        &self,
        turn: u32,
        sleeps: &AtomicU32,
        deadline: Option<Instant>,
        ready: impl Fn() -> bool,
    ) -> Result<bool, Problem>;

    /// Wakes the other side if it `sleeps`. Call this after what the other side waits for.
    fn wake(&self, sleeps: &AtomicU32);
}

/// The sender's end.
pub(crate) struct Producer<M: Memory, W: Wait> {
    memory: M,
    wait: W,
    /// The number of the next piece that is sent.
    next: u32,
    /// What `done` was when we last looked. Looking costs a cache line, so we look only when
    /// there seems to be no room.
    done: u32,
    /// Where in the area the pieces lie that are not done, the oldest first, as from and to; each
    /// end is rounded up. An empty range is for a piece that lies in its slot.
    under_way: VecDeque<(u32, u32)>,
}

impl<M: Memory, W: Wait> Producer<M, W> {
    pub(crate) fn new(memory: M, wait: W) -> Self {
        Self { memory, wait, next: 0, done: 0, under_way: VecDeque::new() }
    }

    /// The sender's end of a lane through which so many pieces have gone before.
    #[cfg(all(test, target_os = "linux"))]
    pub(crate) fn starting_at(mut self, number: u32) -> Self {
        (self.next, self.done) = (number, number);
        self
    }

    /// Sends a message, in as many pieces as it takes. Waits while there is no room.
    ///
    /// # Errors
    ///
    /// [`Problem::Ended`] when the receiver has gone, [`Problem::Garbage`] when the receiver says
    /// that it is done with pieces that were never sent.
    // ANCHOR: send
    pub(crate) fn send(&mut self, message: &[u8]) -> Result<(), Problem> {
        // Four pieces fit into the area, so that one side can write while the other reads.
        let longest = (self.memory.area() / 4).max(IN_SLOT) as usize;
        let mut rest = message;
        while rest.len() > longest {
            let (piece, after) = rest.split_at(longest);
            self.send_piece(piece, true)?;
            rest = after;
        }
        self.send_piece(rest, false)
    }
    // ANCHOR_END: send

    // ANCHOR: send_piece
    fn send_piece(&mut self, piece: &[u8], more: bool) -> Result<(), Problem> {
        let length = piece.len() as u32;
        let place = self.make_room(length)?;
        // SAFETY: the slot is free, and so is the place in the area: the receiver is done with
        // what was there before and has not seen the new number.
        unsafe { self.memory.write(place, piece) };

        let slot = self.memory.slot(self.next);
        slot.length.store(length, Ordering::Relaxed);
        slot.place
            .store(if let Place::Area(at) = place { at } else { 0 }, Ordering::Relaxed);
        slot.more.store(more.into(), Ordering::Relaxed);
        self.next = self.next.wrapping_add(1);
        // Release: whoever sees the number also sees all that was written before it.
        slot.number.store(self.next, Ordering::Release);
        self.wait.wake(&self.memory.bell().receiver_sleeps);
        Ok(())
    }
    // ANCHOR_END: send_piece

    /// Waits until there is a free slot, and room for `length` bytes; returns where that is.
    // ANCHOR: make_room
    fn make_room(&mut self, length: u32) -> Result<Place, Problem> {
        let mut turn = 0_u32;
        loop {
            if self.memory.bell().receiver_gone.load(Ordering::Relaxed) != 0 {
                return Err(Problem::Ended);
            }
            if let Some(place) = self.room(length) {
                return Ok(place);
            }
            if self.look_again()? {
                continue;
            }
            // Wraps around if a ring spins for long enough.
            turn = turn.wrapping_add(1);
            let bell = self.memory.bell();
            let is_there = self.wait.wait(turn, &bell.sender_sleeps, None, || {
                self.memory.done().load(Ordering::Relaxed) != self.done
                    || bell.receiver_gone.load(Ordering::Relaxed) != 0
            })?;
            if !is_there {
                return Err(Problem::Ended);
            }
        }
    }
    // ANCHOR_END: make_room

    /// Looks how many pieces are done by now; returns whether it is more than before.
    // ANCHOR: look_again
    pub(crate) fn look_again(&mut self) -> Result<bool, Problem> {
        // Acquire: so we write to a place only after the receiver has read what was there.
        let done = self.memory.done().load(Ordering::Acquire);
        let newly_done = done.wrapping_sub(self.done) as usize;
        if newly_done > self.under_way.len() {
            return Err(Problem::Garbage("is done with more than was sent"));
        }
        self.under_way.drain(..newly_done);
        self.done = done;
        Ok(newly_done > 0)
    }
    // ANCHOR_END: look_again

    /// Takes room for `length` bytes, if there is any; returns where that is.
    fn room(&mut self, length: u32) -> Option<Place> {
        if self.under_way.len() as u32 == self.memory.slots() {
            return None;
        }
        if length <= IN_SLOT {
            self.under_way.push_back((0, 0));
            return Some(Place::Slot(self.next));
        }
        let taken = length.next_multiple_of(64);
        let in_area = || self.under_way.iter().filter(|(from, to)| from < to);
        let at = match (in_area().next(), in_area().next_back()) {
            // An empty area is used from its beginning, which is likely to be in the caches.
            (None, _) | (_, None) => 0,
            // Free are the bytes behind the newest piece, and those before the oldest.
            (Some(&(oldest, _)), Some(&(newest, end))) if oldest <= newest => {
                let behind = self.memory.area() - end;
                if taken <= behind {
                    end
                } else if taken <= oldest {
                    0
                } else {
                    return None;
                }
            }
            // Free are the bytes between the newest piece and the oldest.
            (Some(&(oldest, _)), Some(&(_, end))) if taken <= oldest - end => end,
            _ => return None,
        };
        self.under_way.push_back((at, at + taken));
        Some(Place::Area(at))
    }
}

impl<M: Memory, W: Wait> Drop for Producer<M, W> {
    fn drop(&mut self) {
        let bell = self.memory.bell();
        // Release: whoever sees that we have gone also sees all pieces.
        bell.sender_gone.store(1, Ordering::Release);
        self.wait.wake(&bell.receiver_sleeps);
    }
}

/// The receiver's end.
pub(crate) struct Consumer<M: Memory, W: Wait> {
    memory: M,
    wait: W,
    /// The number of the next piece that is received.
    next: u32,
    /// Whether the piece before that is still lent to our caller.
    lent: bool,
    /// The longest message that we take, in bytes.
    longest: usize,
    /// A message of several pieces, put together; its memory is kept up to [`KEPT`].
    whole: Vec<u8>,
}

impl<M: Memory, W: Wait> Consumer<M, W> {
    pub(crate) fn new(memory: M, wait: W, longest: usize) -> Self {
        Self { memory, wait, next: 0, lent: false, longest, whole: Vec::new() }
    }

    /// The receiver's end of a lane through which so many pieces have gone before.
    #[cfg(all(test, target_os = "linux"))]
    pub(crate) fn starting_at(mut self, number: u32) -> Self {
        self.next = number;
        self
    }

    /// Waits for the next message. A message of a single piece stays where the sender has put it,
    /// until the next call.
    ///
    /// # Errors
    ///
    /// [`Problem::Ended`] when the sender has gone and there are no more messages, or
    /// [`Problem::Truncated`] if that is in the middle of a message. [`Problem::TooLong`] and
    /// [`Problem::Garbage`] when the sender doesn't keep to the protocol. [`Problem::Late`] after
    /// the deadline.
    // ANCHOR: receive
    pub(crate) fn receive(
        &mut self,
        deadline: Option<Instant>,
    ) -> Result<&[u8], Problem> {
        self.give_back();
        if self.whole.capacity() > KEPT {
            self.whole = Vec::new();
        }
        let (place, length, more) = self.next_piece(deadline)?;
        if !more {
            self.fits(0, length)?;
            // SAFETY: the piece is not done before the next call; until then nobody writes there.
            return Ok(unsafe { self.memory.piece(place, length) });
        }
        self.collect(place, length, deadline)?;
        Ok(&self.whole)
    }
    // ANCHOR_END: receive

    // ANCHOR: next_piece
    fn next_piece(
        &mut self,
        deadline: Option<Instant>,
    ) -> Result<(Place, u32, bool), Problem> {
        let slot = self.memory.slot(self.next);
        let bell = self.memory.bell();
        let ready = self.next.wrapping_add(1);
        let stale = ready.wrapping_sub(self.memory.slots());
        let (mut turn, mut gone) = (0_u32, false);
        loop {
            // Acquire: with the number, we see all that was written before it.
            match slot.number.load(Ordering::Acquire) {
                number if number == ready => break,
                number if number == stale => {}
                _ => return Err(Problem::Garbage("gave a piece a wrong number")),
            }
            if gone {
                return Err(Problem::Ended);
            }
            turn = turn.wrapping_add(1);
            // The sender may have sent a last piece before it went, so there is one more look.
            // Acquire: that look will see all that was sent.
            gone = bell.sender_gone.load(Ordering::Acquire) != 0
                || !self.wait.wait(turn, &bell.receiver_sleeps, deadline, || {
                    slot.number.load(Ordering::Relaxed) != stale
                        || bell.sender_gone.load(Ordering::Relaxed) != 0
                })?;
        }
        let length = slot.length.load(Ordering::Relaxed);
        let place = slot.place.load(Ordering::Relaxed);
        let more = slot.more.load(Ordering::Relaxed) != 0;
        if more && length == 0 {
            // Otherwise a message of endlessly many empty pieces would never come to its end.
            return Err(Problem::Garbage("sent an empty piece, and more to come"));
        }
        let place = if length <= IN_SLOT {
            Place::Slot(self.next)
        } else if place.checked_add(length).is_some_and(|end| end <= self.memory.area()) {
            Place::Area(place)
        } else {
            return Err(Problem::Garbage("put a piece outside of the ring"));
        };
        self.next = ready;
        self.lent = true;
        Ok((place, length, more))
    }
    // ANCHOR_END: next_piece

    /// Receives the other pieces of a message, and puts them all together.
    fn collect(
        &mut self,
        mut place: Place,
        mut length: u32,
        deadline: Option<Instant>,
    ) -> Result<(), Problem> {
        self.whole.clear();
        let mut more = true;
        loop {
            self.fits(self.whole.len(), length)?;
            grow(&mut self.whole, length as usize, self.longest)?;
            // SAFETY: as in `receive`.
            let piece = unsafe { self.memory.piece(place, length) };
            self.whole.extend_from_slice(piece);
            self.give_back();
            if !more {
                return Ok(());
            }
            (place, length, more) = match self.next_piece(deadline) {
                Err(Problem::Ended) => return Err(Problem::Truncated),
                piece => piece?,
            };
        }
    }

    fn fits(&self, so_far: usize, length: u32) -> Result<(), Problem> {
        let length = so_far + length as usize;
        if length <= self.longest {
            return Ok(());
        }
        Err(Problem::TooLong { length, longest: self.longest })
    }

    /// Counts the piece that we lent to our caller as done.
    // ANCHOR: done
    fn give_back(&mut self) {
        if self.lent {
            self.lent = false;
            let done = self.memory.done();
            // Release: whoever sees this also knows that we have read the piece.
            done.store(self.next, Ordering::Release);
            self.wait.wake(&self.memory.bell().sender_sleeps);
        }
    }
    // ANCHOR_END: done
}

impl<M: Memory, W: Wait> Drop for Consumer<M, W> {
    fn drop(&mut self) {
        let bell = self.memory.bell();
        bell.receiver_gone.store(1, Ordering::Relaxed);
        self.wait.wake(&bell.sender_sleeps);
    }
}
