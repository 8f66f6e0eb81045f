//! Two accounts, and money that moves both ways at once.

use super::watch::{Deadlock, Watch, Watched};
use crate::sync::{Barrier, thread};

/// What an account holds.
pub type Account<'w> = Watched<'w, i64>;

/// A way to move an amount: takes who moves it, from which account, to which account, and how
/// much. Calls `meanwhile` between the two locks.
pub type Way = fn(
    &'static str,
    &Account,
    &Account,
    i64,
    meanwhile: &(dyn Fn() + Sync),
) -> Result<(), Deadlock>;

/// Locks the account that pays, then the one that gets.
///
/// # Errors
///
/// When `who` would wait for ever: the cycle.
// ANCHOR: paying_first
pub fn paying_first(
    who: &'static str,
    from: &Account,
    to: &Account,
    amount: i64,
    meanwhile: &(dyn Fn() + Sync),
) -> Result<(), Deadlock> {
    let mut from = from.lock(who)?;
    meanwhile();
    let mut to = to.lock(who)?;
    *from -= amount;
    *to += amount;
    Ok(())
}
// ANCHOR_END: paying_first

/// Locks the account whose name comes first before the other one, whichever of the two pays.
///
/// # Errors
///
/// When both are the same account, and never otherwise.
// ANCHOR: in_order
pub fn in_order(
    who: &'static str,
    from: &Account,
    to: &Account,
    amount: i64,
    meanwhile: &(dyn Fn() + Sync),
) -> Result<(), Deadlock> {
    let (mut from, mut to) = if from.name() < to.name() {
        let from = from.lock(who)?;
        meanwhile();
        (from, to.lock(who)?)
    } else {
        let to = to.lock(who)?;
        meanwhile();
        (from.lock(who)?, to)
    };
    *from -= amount;
    *to += amount;
    Ok(())
}
// ANCHOR_END: in_order

/// Ada moves 1 from x to y, Ben from y to x, `times` times each, at once. Returns what the
/// accounts hold then; they began with 100 each.
///
/// # Errors
///
/// When they would wait for each other for ever: the cycle.
pub fn both_ways(transfer: Way, times: u64) -> Result<(i64, i64), Deadlock> {
    both_ways_and_meanwhile(transfer, times, &|| {})
}

/// Makes both lock the account that pays before either locks the other account, so that they
/// wait for each other. Never returns `Ok`.
///
/// # Errors
///
/// Always: the cycle.
pub fn forced() -> Result<(i64, i64), Deadlock> {
    let both_have_one = Barrier::new(2);
    both_ways_and_meanwhile(paying_first, 1, &|| {
        both_have_one.wait();
    })
}

fn both_ways_and_meanwhile(
    transfer: Way,
    times: u64,
    meanwhile: &(dyn Fn() + Sync),
) -> Result<(i64, i64), Deadlock> {
    let watch = Watch::new();
    let (x, y) = (Watched::new(&watch, "x", 100), Watched::new(&watch, "y", 100));
    let repeat = |who, from, to| {
        (0..times).try_for_each(|_| transfer(who, from, to, 1, meanwhile))
    };
    thread::scope(|scope| {
        let ben = scope.spawn(|| repeat("Ben", &y, &x));
        let ada = repeat("Ada", &x, &y);
        ada.and(ben.join().expect("moving money doesn't panic"))
    })?;
    Ok((x.into_inner(), y.into_inner()))
}
