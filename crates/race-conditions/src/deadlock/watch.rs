//! Locks that report a deadlock instead of hanging in it.
//!
//! All locks under one [`Watch`] share a list of who has which lock and who waits for which.
//! Before a thread begins to wait, it follows the list: who has the lock, for which lock does
//! that thread wait, who has that one … If this leads back to the thread itself, nobody in the
//! cycle could ever go on, and the thread gets an error instead. This is a search for a cycle in
//! the wait-for graph, as databases do it (Coffman, Elphick, Shoshani, *System Deadlocks*, 1971).
//!
//! Every lock and unlock has to lock the list as well, so these locks are for finding deadlocks
//! and not for everyday use.

use std::error::Error;
use std::fmt;
use std::ops::{Deref, DerefMut};

use crate::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// Who has which lock, and who waits for which.
#[derive(Debug, Default)]
pub struct Watch {
    list: Mutex<List>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct List {
    /// Threads, and a lock that each of them has.
    has: Vec<(&'static str, &'static str)>,
    /// Threads, and the lock for which each of them waits.
    waits: Vec<(&'static str, &'static str)>,
}

/// A lock around a value, under a watch.
#[derive(Debug)]
pub struct Watched<'w, T> {
    watch: &'w Watch,
    name: &'static str,
    value: Mutex<T>,
}

/// The value, for as long as the lock is ours. Dropping the guard opens the lock.
#[derive(Debug)]
pub struct Guard<'l, T> {
    watch: &'l Watch,
    who: &'static str,
    name: &'static str,
    value: MutexGuard<'l, T>,
}

/// A cycle of threads, each of which has what the one before it waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deadlock {
    cycle: Vec<Link>,
}

/// Who waits for which lock, and who has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    /// The thread that waits.
    pub who: &'static str,
    /// The lock for which it waits.
    pub waits_for: &'static str,
    /// The thread that has this lock.
    pub held_by: &'static str,
}

impl Watch {
    /// A watch over no locks yet.
    pub fn new() -> Self {
        Self::default()
    }

    fn list(&self) -> MutexGuard<'_, List> {
        self.list.lock().expect("nobody panics with the list")
    }
}

impl List {
    /// The cycle that would close if `who` waited for `lock`.
    // ANCHOR: cycle
    fn cycle(&self, who: &'static str, lock: &'static str) -> Option<Vec<Link>> {
        let (mut waiter, mut waits_for) = (who, lock);
        let mut cycle = Vec::new();
        loop {
            let (held_by, _) = *self.has.iter().find(|(_, held)| *held == waits_for)?;
            cycle.push(Link { who: waiter, waits_for, held_by });
            if held_by == who {
                return Some(cycle);
            }
            (waiter, waits_for) =
                *self.waits.iter().find(|(other, _)| *other == held_by)?;
        }
    }
    // ANCHOR_END: cycle
}

impl<'w, T> Watched<'w, T> {
    /// A lock around `value`. The list and the reports know the lock by its name, so no other lock
    /// under this watch may have the same.
    pub fn new(watch: &'w Watch, name: &'static str, value: T) -> Self {
        Self { watch, name, value: Mutex::new(value) }
    }

    /// The name of the lock.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Locks the value for `who`; waits while another thread has the lock. `who` is the name of the
    /// calling thread, which no other thread may have.
    ///
    /// # Errors
    ///
    /// When the wait would never end: the cycle.
    // ANCHOR: lock
    pub fn lock(&self, who: &'static str) -> Result<Guard<'_, T>, Deadlock> {
        let mut list = self.watch.list();
        while list.has.iter().any(|(_, lock)| *lock == self.name) {
            if let Some(cycle) = list.cycle(who, self.name) {
                return Err(Deadlock::new(cycle));
            }
            list.waits.push((who, self.name));
            list = self.watch.changed.wait(list).expect("nobody panics with the list");
            list.waits.retain(|(waiter, _)| *waiter != who);
        }
        list.has.push((who, self.name));
        drop(list);
        // A thread may have panicked while it held the lock. Its guard was dropped, so it is not
        // on the list any more, but Rust has marked the lock: it is poisoned. We take it anyway.
        let value = self.value.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(Guard { watch: self.watch, who, name: self.name, value })
    }
    // ANCHOR_END: lock

    /// The value, when nobody can lock it any more.
    pub fn into_inner(self) -> T {
        self.value.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> Drop for Guard<'_, T> {
    fn drop(&mut self) {
        self.watch.list().has.retain(|has| *has != (self.who, self.name));
        self.watch.changed.notify_all();
    }
}

impl<T> Deref for Guard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> DerefMut for Guard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.value
    }
}

impl Deadlock {
    /// A cycle has no beginning. We begin it with the thread whose name comes first, so that the
    /// same deadlock always reads the same.
    fn new(mut cycle: Vec<Link>) -> Self {
        let first = cycle.iter().enumerate().min_by_key(|(_, link)| link.who);
        let first = first.map_or(0, |(place, _)| place);
        cycle.rotate_left(first);
        Self { cycle }
    }

    /// Who waits for whom, all around the cycle.
    pub fn cycle(&self) -> &[Link] {
        &self.cycle
    }
}

impl fmt::Display for Deadlock {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let before = self.cycle.iter().cycle().skip(self.cycle.len().max(1) - 1);
        for (i, (link, before)) in self.cycle.iter().zip(before).enumerate() {
            let Link { who, waits_for, held_by } = link;
            let has = before.waits_for;
            let comma = if i == 0 { "" } else { "; " };
            write!(
                f,
                "{comma}{who} has {has} and waits for {waits_for}, which {held_by} has"
            )?;
        }
        Ok(())
    }
}

impl Error for Deadlock {}
