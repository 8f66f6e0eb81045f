//! Locks that find a deadlock instead of being one.
//!
//! All locks under one [`Watch`] share a list of who has which lock and who waits for which.
//! Before a thread begins to wait, it follows the list: who has the lock, for what does that
//! one wait, who has that … If it comes back to itself, nobody in the cycle could ever go on,
//! and it gets an error instead. This is a search for a cycle in the wait-for graph, as
//! databases do it (Coffman, Elphick, Shoshani, *System Deadlocks*, 1971).
//!
//! It costs a lock around every lock, so it is for finding out and not for every day.

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
    /// Who, and the lock that they have.
    has: Vec<(&'static str, &'static str)>,
    /// Who, and the lock for which they wait.
    waits: Vec<(&'static str, &'static str)>,
}

/// A lock around a value, under a watch.
#[derive(Debug)]
pub struct Watched<'w, T> {
    watch: &'w Watch,
    name: &'static str,
    value: Mutex<T>,
}

/// The value while it is ours. Dropping it opens the lock.
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
    /// Who waits.
    pub who: &'static str,
    /// The lock.
    pub waits_for: &'static str,
    /// Who has it.
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
    /// A lock around `value`. Its name is for reports, and no other lock under this watch has
    /// it.
    pub fn new(watch: &'w Watch, name: &'static str, value: T) -> Self {
        Self { watch, name, value: Mutex::new(value) }
    }

    /// The name of the lock.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Locks it for `who`, which is the name of the calling thread, and of no other one; waits
    /// while another has it.
    ///
    /// # Errors
    ///
    /// When that would never end: the cycle.
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
        // Who panicked with it left the list all the same.
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
    /// A cycle has no beginning. It is told from whoever's name comes first, so that the same
    /// deadlock always reads the same.
    fn new(mut cycle: Vec<Link>) -> Self {
        let first = cycle.iter().enumerate().min_by_key(|(_, link)| link.who);
        let first = first.map_or(0, |(place, _)| place);
        cycle.rotate_left(first);
        Self { cycle }
    }

    /// Who waits for whom, all around.
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
