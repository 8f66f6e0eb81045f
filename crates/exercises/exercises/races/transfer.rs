//! # A transfer between two accounts
//!
//! Chapter: races/deadlock.md
//!
//! A bank keeps its accounts in a slice. Each account is a lock around its balance.
//! `transfer(accounts, from, to, amount)` moves money from one to another; `from` and
//! `to` are places in the slice. A balance may fall below zero. An auditor comes at any
//! time, locks all accounts from the first to the last, and adds up the balances
//! (`audit`, below).
//!
//! The constraint, under every schedule:
//!
//! * No money is lost, and the auditor always sees the same total.
//! * There is no deadlock, neither between transfers nor with the auditor.
//! * Transfers between other accounts can go on at the same time: lock no others than the
//!   two.
//! * A transfer from an account to itself ends, and changes nothing.
//!
//! (These locks have no `try_lock`. An order is all you need.)

use witness::sync::Mutex;

pub fn transfer(accounts: &[Mutex<i64>], from: usize, to: usize, amount: i64) {
    // TODO: When the auditor comes between these two lines, some money is nowhere.
    *accounts[from].lock().unwrap() -= amount;
    *accounts[to].lock().unwrap() += amount;
}

// ---- The checks. Leave them as they are. ----

/// So many accounts, with 100 in each.
fn bank(accounts: usize) -> Vec<Mutex<i64>> {
    (0..accounts).map(|_| Mutex::new(100)).collect()
}

/// All accounts are locked, from the first to the last. Returns their total.
fn audit(accounts: &[Mutex<i64>]) -> i64 {
    let balances: Vec<_> =
        accounts.iter().map(|account| account.lock().unwrap()).collect();
    balances.iter().map(|balance| **balance).sum()
}

fn main() {
    let seen = witness::for_real(|| {
        let accounts = bank(2);
        witness::thread::scope(|scope| {
            for (from, to) in [(0, 1), (1, 0)] {
                let accounts = &accounts;
                scope.spawn(move || {
                    for _ in 0..1_000 {
                        transfer(accounts, from, to, 1);
                    }
                });
            }
            let totals: Vec<_> = (0..1_000).map(|_| audit(&accounts)).collect();
            totals.iter().filter(|total| **total != 200).count()
        })
    });
    println!("In {} of 1000 audits, the total was wrong.", seen.value);
}

#[cfg(test)]
mod checks {
    use super::*;
    use witness::{explore, thread, watch};

    fn balances(accounts: &[Mutex<i64>]) -> Vec<i64> {
        accounts.iter().map(|account| *account.lock().unwrap()).collect()
    }

    #[test]
    fn transfers_in_both_directions_go_through() {
        explore(|| {
            let accounts = bank(2);
            thread::scope(|scope| {
                scope.spawn(|| transfer(&accounts, 0, 1, 30));
                scope.spawn(|| transfer(&accounts, 1, 0, 50));
            });
            let balances = balances(&accounts);
            assert!(
                balances == [120, 80],
                "100 in each of two accounts; 30 were moved from the first to the second \
                 and 50 back: the balances are {balances:?}"
            );
        });
    }

    #[test]
    fn the_auditor_always_sees_the_same_total() {
        for (from, to) in [(0, 1), (1, 0)] {
            explore(move || {
                let accounts = bank(2);
                let total = thread::scope(|scope| {
                    scope.spawn(|| transfer(&accounts, from, to, 30));
                    audit(&accounts)
                });
                assert!(
                    total == 200,
                    "the auditor saw a total of {total}, not 200: could the locks be had \
                     in the middle of a transfer?"
                );
            });
        }
    }

    #[test]
    fn locks_no_others_than_the_two() {
        explore(|| {
            let accounts = bank(4);
            let seen = watch(|| transfer(&accounts, 1, 2, 30));
            let locks = seen.locks_at_once;
            assert!(
                locks <= 2,
                "a transfer between two accounts held {locks} locks at once: who moves \
                 money between two others has to wait for it"
            );
            let balances = balances(&accounts);
            assert!(balances == [100, 70, 130, 100], "the balances are {balances:?}");
        });
    }

    #[test]
    fn from_an_account_to_itself() {
        explore(|| {
            let accounts = bank(1);
            transfer(&accounts, 0, 0, 30);
            let balances = balances(&accounts);
            assert!(
                balances == [100],
                "100 in an account, of which 30 were moved to itself: {balances:?}"
            );
        });
    }
}
