//! The heap: places for objects, each with its reference counts.
//!
//! A place is used again after its object was freed, and has another *generation* then. A reference
//! names the generation that it was made for. So to follow an old reference is an error, where a
//! pointer would lead to another object: a use after free is never undefined behaviour here, not
//! even when counts are lost in a race.

use std::fmt;
use std::sync::atomic::{AtomicI64, AtomicU32, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::counting::Counting;
use crate::reference::{Kind, PLACES, Ref};
use crate::thread::Thread;

/// What an object holds that is more than a number.
#[derive(Debug, Default)]
pub(crate) enum Payload {
    #[default]
    Nothing,
    List(Vec<Ref>),
    Str(Box<str>),
}

/// Why an instruction can't be executed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trap {
    /// An object that the instruction needs was freed too early.
    UseAfterFree,
    /// There is no room for another object.
    OutOfMemory,
    /// The instruction wants a value of another kind, or another number of values.
    TypeError,
    /// There is no such place in the list.
    IndexError,
    /// The result would be too large, or the divisor is zero.
    ArithmeticError,
    /// Functions have called each other too often, or lists hold each other without end.
    RecursionError,
}

impl fmt::Display for Trap {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(match self {
            Self::UseAfterFree => "an object that it needs was freed too early",
            Self::OutOfMemory => "there is no room for another object",
            Self::TypeError => {
                "it wants a value of another kind, or another number of them"
            }
            Self::IndexError => "there is no such place in the list",
            Self::ArithmeticError => {
                "the number would be too large, or is divided by zero"
            }
            Self::RecursionError => {
                "functions have called each other too often, or lists hold each other"
            }
        })
    }
}

impl std::error::Error for Trap {}

/// A place for an object: a whole cache line, so that threads that use different objects don't slow
/// each other down.
#[repr(align(64))]
struct Place<C: Counting> {
    /// The only reference to this place that is valid at the moment. It changes when the object is
    /// freed, so older references can be told from it.
    right: AtomicU64,
    number: AtomicI64,
    counts: C::Counts,
    /// The lock is what CPython 3.13t calls `ob_mutex`. Under a GIL no thread has to wait for it.
    payload: Mutex<Payload>,
}

/// The places for objects. Their number is fixed from the beginning.
pub(crate) struct Memory<C: Counting> {
    places: Box<[Place<C>]>,
    /// The first place that was never used.
    fresh: AtomicU32,
    /// Free places that threads have given back, for any thread to take.
    left: Mutex<Vec<Ref>>,
}

/// How many free places a thread takes at once.
const BLOCK: u32 = 64;

/// How many free places a thread keeps at most.
const HOARD: usize = 4 * BLOCK as usize;

impl<C: Counting> Memory<C> {
    /// So many `places`; an error when there is no memory for them.
    ///
    /// Panics when they are more than a reference can name.
    pub(crate) fn new(places: u32) -> Result<Self, Trap> {
        const { assert!(size_of::<Place<C>>() == 64, "a place is a cache line") };
        assert!(places < PLACES, "too many places");
        let place = |place: u32| Place {
            counts: C::Counts::default(),
            right: AtomicU64::new(Ref::free(place).0),
            number: AtomicI64::new(0),
            payload: Mutex::new(Payload::Nothing),
        };
        let mut all = Vec::new();
        all.try_reserve_exact(places as usize).map_err(|_| Trap::OutOfMemory)?;
        all.extend((0..places).map(place));
        Ok(Self {
            places: all.into(),
            fresh: AtomicU32::new(0),
            left: Mutex::new(Vec::new()),
        })
    }

    pub(crate) fn heap(&self) -> Heap<'_, C> {
        Heap { places: &self.places, memory: self }
    }

    /// A free place for `thread`, which takes some more for later.
    #[cold]
    fn more(&self, thread: &mut Thread) -> Result<Ref, Trap> {
        let mut left = self.left.lock().unwrap_or_else(PoisonError::into_inner);
        let from = left.len().saturating_sub(BLOCK as usize);
        thread.free.extend(left.drain(from..));
        if let Some(free) = thread.free.pop() {
            return Ok(free);
        }
        let first = self.fresh.load(Ordering::Relaxed);
        let end = (first + BLOCK).min(self.places.len() as u32);
        self.fresh.store(end, Ordering::Relaxed);
        thread.free.extend((first..end).rev().map(Ref::free));
        thread.free.pop().ok_or(Trap::OutOfMemory)
    }

    /// Gives most free places of `thread` back to the others. Otherwise, a thread that frees what
    /// others have made would have all places in the end.
    #[cold]
    fn share(&self, thread: &mut Thread) {
        let mut left = self.left.lock().unwrap_or_else(PoisonError::into_inner);
        left.extend(thread.free.drain(BLOCK as usize..));
    }

    /// Empties the place of an object that is being freed. When it was a list, each of its items
    /// has one reference less.
    #[cold]
    fn empty(
        &self,
        counting: &C,
        place: &Place<C>,
        thread: &mut Thread,
    ) -> Result<(), Trap> {
        let payload = std::mem::take(&mut *place.payload());
        if let Payload::List(items) = payload {
            for item in items {
                self.heap().decref(counting, item, thread)?;
            }
        }
        Ok(())
    }
}

/// The memory as the rest of the interpreter uses it. This is passed by value, so that the compiler
/// may keep the address of the places in a register, whatever is written to them.
pub(crate) struct Heap<'m, C: Counting> {
    places: &'m [Place<C>],
    memory: &'m Memory<C>,
}

impl<C: Counting> Clone for Heap<'_, C> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<C: Counting> Copy for Heap<'_, C> {}

impl<'m, C: Counting> Heap<'m, C> {
    /// How many objects there are.
    pub(crate) fn objects(self) -> usize {
        self.places.iter().filter(|place| !place.right().is(Kind::Free)).count()
    }

    #[inline(always)]
    fn place(self, object: Ref) -> Result<&'m Place<C>, Trap> {
        let place = &self.places[object.place()];
        if place.right() == object { Ok(place) } else { Err(Trap::UseAfterFree) }
    }

    /// A new object with one reference to it.
    #[inline(always)]
    fn make(self, kind: Kind, thread: &mut Thread) -> Result<(Ref, &'m Place<C>), Trap> {
        let free = match thread.free.pop() {
            Some(free) => free,
            None => self.memory.more(thread)?,
        };
        let object = free.with(kind);
        let place = &self.places[object.place()];
        C::first(&place.counts, thread);
        place.right.store(object.0, Ordering::Relaxed);
        Ok((object, place))
    }

    #[inline(always)]
    pub(crate) fn int(self, number: i64, thread: &mut Thread) -> Result<Ref, Trap> {
        let (object, place) = self.make(Kind::Int, thread)?;
        place.number.store(number, Ordering::Relaxed);
        Ok(object)
    }

    /// A new object for the function with this number in the program.
    pub(crate) fn function(
        self,
        number: usize,
        thread: &mut Thread,
    ) -> Result<Ref, Trap> {
        let (object, place) = self.make(Kind::Function, thread)?;
        place.number.store(number as i64, Ordering::Relaxed);
        Ok(object)
    }

    /// The number in the program of the function that `object` is.
    pub(crate) fn function_number(self, object: Ref) -> Result<usize, Trap> {
        let number = self.place(object)?.number.load(Ordering::Relaxed);
        if object.is(Kind::Function) { Ok(number as usize) } else { Err(Trap::TypeError) }
    }

    pub(crate) fn none(self, thread: &mut Thread) -> Result<Ref, Trap> {
        Ok(self.make(Kind::None, thread)?.0)
    }

    pub(crate) fn list(self, items: Vec<Ref>, thread: &mut Thread) -> Result<Ref, Trap> {
        let (object, place) = self.make(Kind::List, thread)?;
        *place.payload() = Payload::List(items);
        Ok(object)
    }

    pub(crate) fn str(self, text: String, thread: &mut Thread) -> Result<Ref, Trap> {
        let (object, place) = self.make(Kind::Str, thread)?;
        *place.payload() = Payload::Str(text.into());
        Ok(object)
    }

    /// The number that `object` holds, if it is of the kind `Int`.
    #[inline]
    pub(crate) fn number(self, object: Ref) -> Result<i64, Trap> {
        Ok(self.number_in(object)?.number.load(Ordering::Relaxed))
    }

    /// The place of `object`, if it is of the kind `Int`.
    #[inline(always)]
    fn number_in(self, object: Ref) -> Result<&'m Place<C>, Trap> {
        let place = self.place(object)?;
        if object.is(Kind::Int) { Ok(place) } else { Err(Trap::TypeError) }
    }

    /// The number that `object` holds; takes one reference to the object away, as [`Heap::decref`]
    /// does.
    #[inline(always)]
    pub(crate) fn spend(
        self,
        counting: &C,
        object: Ref,
        thread: &mut Thread,
    ) -> Result<i64, Trap> {
        let place = self.number_in(object)?;
        let number = place.number.load(Ordering::Relaxed);
        if counting.decref(&place.counts, object, thread) {
            self.free(counting, place, object, thread)?;
        }
        Ok(number)
    }

    /// Calls `work` with the items of a list, which is locked meanwhile.
    pub(crate) fn with_list<T>(
        self,
        list: Ref,
        work: impl FnOnce(&mut Vec<Ref>) -> T,
    ) -> Result<T, Trap> {
        match &mut *self.place(list)?.payload() {
            Payload::List(items) => Ok(work(items)),
            _ => Err(Trap::TypeError),
        }
    }

    pub(crate) fn kind(self, object: Ref) -> Result<Kind, Trap> {
        self.place(object)?;
        let kind = Kind::ALL.into_iter().find(|kind| object.is(*kind));
        Ok(kind.unwrap_or(Kind::Free))
    }

    /// The text that `object` holds, if it is of the kind `Str`.
    pub(crate) fn text(self, object: Ref) -> Result<String, Trap> {
        match &*self.place(object)?.payload() {
            Payload::Str(text) => Ok(text.to_string()),
            _ => Err(Trap::TypeError),
        }
    }

    /// Counts one more reference to an object.
    #[inline(always)]
    pub(crate) fn incref(self, object: Ref, thread: &Thread) -> Result<(), Trap> {
        C::incref(&self.place(object)?.counts, thread);
        Ok(())
    }

    /// Counts one reference less. When it was the last one, the object is freed, and each object
    /// that it refers to has one reference less, too.
    // ANCHOR: decref
    #[inline(always)]
    pub(crate) fn decref(
        self,
        counting: &C,
        object: Ref,
        thread: &mut Thread,
    ) -> Result<(), Trap> {
        let place = self.place(object)?;
        if counting.decref(&place.counts, object, thread) {
            self.free(counting, place, object, thread)?;
        }
        Ok(())
    }
    // ANCHOR_END: decref

    /// Settles the counts of an object that [`Counting::unsettled`] has returned, and frees the
    /// object if no reference to it is left.
    #[cold]
    pub(crate) fn settle(
        self,
        counting: &C,
        object: Ref,
        thread: &mut Thread,
    ) -> Result<(), Trap> {
        let place = self.place(object)?;
        if counting.settle(&place.counts) {
            self.free(counting, place, object, thread)?;
        }
        Ok(())
    }

    /// Frees an object whose last reference has gone.
    #[inline(always)]
    fn free(
        self,
        counting: &C,
        place: &Place<C>,
        object: Ref,
        thread: &mut Thread,
    ) -> Result<(), Trap> {
        let free = object.next();
        place.right.store(free.0, Ordering::Relaxed);
        if object.has_payload() {
            self.memory.empty(counting, place, thread)?;
        }
        thread.free.push(free);
        if thread.free.len() >= HOARD {
            self.memory.share(thread);
        }
        Ok(())
    }

    /// Makes an object immortal where the counting knows such objects; meant for objects that every
    /// thread uses all the time.
    pub(crate) fn immortalize(self, object: Ref) -> Result<(), Trap> {
        C::immortalize(&self.place(object)?.counts);
        Ok(())
    }

    /// Takes back the free places that a thread has kept for later.
    pub(crate) fn take_back(self, thread: &mut Thread) {
        let mut left = self.memory.left.lock().unwrap_or_else(PoisonError::into_inner);
        left.append(&mut thread.free);
    }
}

impl<C: Counting> Place<C> {
    #[inline]
    fn right(&self) -> Ref {
        Ref(self.right.load(Ordering::Relaxed))
    }

    fn payload(&self) -> MutexGuard<'_, Payload> {
        self.payload.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
