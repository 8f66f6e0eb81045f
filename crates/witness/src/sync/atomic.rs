//! [`std::sync::atomic`], watched. Under the schedules of [`explore`](crate::explore), a thread reads
//! what its ordering allows it to read: the newest value of an atomic, or an older one, where nothing
//! says that it comes after the store of the newer one. Which accesses to other memory an ordering
//! orders shows in [`Plain`](crate::Plain) memory, too.

use std::collections::VecDeque;
use std::fmt::{self, Debug, Formatter};
use std::sync::{Mutex, PoisonError};

pub use std::sync::atomic::Ordering;

use crate::happened::OLDER;
use crate::record;
use crate::step::{Kind, Step, Thing, Value};

/// Calls a method of the real atomic, or of shuttle's.
macro_rules! each {
    ($inner:expr, $method:ident ( $($argument:expr),* )) => {
        match $inner {
            Inner::Real(inner) => inner.$method($($argument),*),
            Inner::Explored(inner, _) => inner.$method($($argument),*),
        }
    };
}

macro_rules! atomic {
    ($name:ident, $of:ty, $value:expr) => {
        #[doc = concat!("[`std::sync::atomic::", stringify!($name), "`], watched.")]
        pub struct $name {
            inner: Inner<std::sync::atomic::$name, shuttle::sync::atomic::$name, $of>,
            atomic: Thing,
        }

        impl $name {
            /// An atomic that holds `value`.
            #[track_caller]
            pub fn new(value: $of) -> Self {
                let inner = if record::explored() {
                    let newest = shuttle::sync::atomic::$name::new(value);
                    Inner::Explored(newest, Older::default())
                } else {
                    Inner::Real(std::sync::atomic::$name::new(value))
                };
                let atomic = record::make(Kind::Atomic);
                record::holds(atomic, &value);
                Self { inner, atomic }
            }

            /// This atomic, as a place for what would lie in ordinary memory: in a run under
            /// [`explore`](crate::explore), each later use panics where one of
            /// [`Plain`](crate::Plain) memory would be a data race. So it shows whether other steps
            /// order the uses of this place.
            pub fn like_plain(self) -> Self {
                record::like_plain(self.atomic);
                self
            }

            /// The value.
            #[track_caller]
            pub fn load(&self, order: Ordering) -> $of {
                record::await_turn();
                let newest = each!(&self.inner, load(order));
                let older = self.inner.older().map(|older| {
                    older.get(record::loads(self.atomic, order, older.kept()))
                });
                let (value, step) = match older.flatten() {
                    Some(value) => (value, Step::ReadsOlder as fn(_, _) -> _),
                    None => (newest, Step::Reads as fn(_, _) -> _),
                };
                record::note(step(self.atomic, $value(value)));
                value
            }

            /// Stores `value`.
            #[track_caller]
            pub fn store(&self, value: $of, order: Ordering) {
                record::await_turn();
                match &self.inner {
                    Inner::Real(inner) => inner.store(value, order),
                    Inner::Explored(inner, older) => older.push(inner.swap(value, order)),
                }
                record::stores(self.atomic, order);
                record::note(Step::Writes(self.atomic, $value(value)));
            }

            /// Stores `value` and returns the value before, in one step.
            #[track_caller]
            pub fn swap(&self, value: $of, order: Ordering) -> $of {
                record::await_turn();
                let old = each!(&self.inner, swap(value, order));
                self.changes(old, order);
                record::note(Step::Changes(self.atomic, $value(old), $value(value)));
                old
            }

            /// Stores `new` if the value is `current`, in one step; returns the value before.
            ///
            /// # Errors
            ///
            /// The value, when it is not `current`.
            #[track_caller]
            pub fn compare_exchange(
                &self,
                current: $of,
                new: $of,
                success: Ordering,
                failure: Ordering,
            ) -> Result<$of, $of> {
                record::await_turn();
                let result =
                    each!(&self.inner, compare_exchange(current, new, success, failure));
                match result {
                    Ok(old) => self.changes(old, success),
                    // Which reads the newest value, as the instructions of all machines do.
                    Err(_) => {
                        record::loads(self.atomic, failure, 0);
                    }
                }
                record::note(match result {
                    Ok(_) => Step::Changes(self.atomic, $value(current), $value(new)),
                    Err(found) => {
                        Step::Expected(self.atomic, $value(current), $value(found))
                    }
                });
                result
            }

            /// The value, to read and to write: no other thread can use the atomic meanwhile.
            pub fn get_mut(&mut self) -> &mut $of {
                match &mut self.inner {
                    Inner::Real(inner) => inner.get_mut(),
                    Inner::Explored(inner, older) => {
                        *older = Older::default();
                        inner.get_mut()
                    }
                }
            }

            /// Takes the atomic apart, and returns the value that it held.
            pub fn into_inner(self) -> $of {
                each!(self.inner, into_inner())
            }

            /// As [`Self::compare_exchange`], but it may also fail for no reason. Real ones do so now
            /// and then, and [`explore`](crate::explore) tries what comes of it.
            ///
            /// # Errors
            ///
            /// The value, when it is not `current`, or for no reason.
            #[track_caller]
            pub fn compare_exchange_weak(
                &self,
                current: $of,
                new: $of,
                success: Ordering,
                failure: Ordering,
            ) -> Result<$of, $of> {
                if record::fails_for_nothing() {
                    let found = each!(&self.inner, load(failure));
                    record::loads(self.atomic, failure, 0);
                    record::note(Step::Expected(
                        self.atomic,
                        $value(current),
                        $value(found),
                    ));
                    return Err(found);
                }
                self.compare_exchange(current, new, success, failure)
            }

            /// Replaces the value by what `change` makes of it, and tries again whenever another
            /// thread has changed it in between; returns the value before.
            ///
            /// # Errors
            ///
            /// The value, when `change` returns `None`.
            #[track_caller]
            pub fn fetch_update(
                &self,
                set_order: Ordering,
                fetch_order: Ordering,
                mut change: impl FnMut($of) -> Option<$of>,
            ) -> Result<$of, $of> {
                let mut old = self.load(fetch_order);
                while let Some(new) = change(old) {
                    match self.compare_exchange(old, new, set_order, fetch_order) {
                        Ok(old) => return Ok(old),
                        Err(found) => old = found,
                    }
                }
                Err(old)
            }

            /// Notes that it has held `old`, and holds another value since this step.
            fn changes(&self, old: $of, order: Ordering) {
                if let Some(older) = self.inner.older() {
                    older.push(old);
                }
                record::changes(self.atomic, order);
            }
        }

        impl From<$of> for $name {
            #[track_caller]
            fn from(value: $of) -> Self {
                Self::new(value)
            }
        }

        impl Default for $name {
            #[track_caller]
            fn default() -> Self {
                Self::new(Default::default())
            }
        }

        impl Debug for $name {
            fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($name)).finish_non_exhaustive()
            }
        }
    };
}

/// Methods that change the value of an atomic in one step, and return the value before.
macro_rules! changes {
    ($name:ident, $of:ty, $value:expr, $($(#[$doc:meta])* $method:ident: $new:expr;)*) => {
        impl $name {
            $(
                $(#[$doc])*
                #[track_caller]
                pub fn $method(&self, value: $of, order: Ordering) -> $of {
                    record::await_turn();
                    let old = each!(&self.inner, $method(value, order));
                    self.changes(old, order);
                    let new: fn($of, $of) -> $of = $new;
                    let (before, after) = ($value(old), $value(new(old, value)));
                    record::note(Step::Changes(self.atomic, before, after));
                    old
                }
            )*
        }
    };
}

macro_rules! number {
    ($($name:ident, $of:ty;)*) => {
        $(
            atomic!($name, $of, number);
            changes!($name, $of, number,
                /// Adds `value`, in one step; returns the value before.
                fetch_add: |old, value| old.wrapping_add(value);
                /// Subtracts `value`, in one step; returns the value before.
                fetch_sub: |old, value| old.wrapping_sub(value);
                /// Stores `value` if it is larger, in one step; returns the value before.
                fetch_max: |old, value| old.max(value);
                /// Stores `value` if it is smaller, in one step; returns the value before.
                fetch_min: |old, value| old.min(value);
                /// Clears the bits that `value` doesn't have, in one step; returns the value before.
                fetch_and: |old, value| old & value;
                /// Sets the bits of `value`, in one step; returns the value before.
                fetch_or: |old, value| old | value;
                /// Flips the bits of `value`, in one step; returns the value before.
                fetch_xor: |old, value| old ^ value;
            );
        )*
    };
}

enum Inner<R, E, T> {
    Real(R),
    /// The newest value, and some that are older.
    Explored(E, Older<T>),
}

impl<R, E, T> Inner<R, E, T> {
    fn older(&self) -> Option<&Older<T>> {
        match self {
            Self::Real(_) => None,
            Self::Explored(_, older) => Some(older),
        }
    }
}

/// Some values that an atomic has had before the newest one.
struct Older<T>(Mutex<VecDeque<T>>);

impl<T> Default for Older<T> {
    fn default() -> Self {
        Self(Mutex::new(VecDeque::new()))
    }
}

impl<T: Copy> Older<T> {
    /// The atomic has had `value`, and now has another one.
    fn push(&self, value: T) {
        let mut values = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        values.push_front(value);
        values.truncate(OLDER);
    }

    /// The value that is so many older than the newest one, which isn't here.
    fn get(&self, older: usize) -> Option<T> {
        let values = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        values.get(older.checked_sub(1)?).copied()
    }

    fn kept(&self) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).len()
    }
}

fn number(number: impl TryInto<i128>) -> Value {
    Value::Number(number.try_into().unwrap_or(i128::MAX))
}

atomic!(AtomicBool, bool, Value::Truth);
changes!(AtomicBool, bool, Value::Truth,
    /// Stores whether both the value and `value` are `true`, in one step; returns the value before.
    fetch_and: |old, value| old & value;
    /// Stores whether the value or `value` is `true`, in one step; returns the value before.
    fetch_or: |old, value| old | value;
    /// Stores whether the value and `value` differ, in one step; returns the value before.
    fetch_xor: |old, value| old ^ value;
);
number! {
    AtomicI8, i8;
    AtomicI16, i16;
    AtomicI32, i32;
    AtomicI64, i64;
    AtomicIsize, isize;
    AtomicU8, u8;
    AtomicU16, u16;
    AtomicU32, u32;
    AtomicU64, u64;
    AtomicUsize, usize;
}
