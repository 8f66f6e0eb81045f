//! # A transfer between two accounts
//!
//! Chapter: races/deadlock.md
//!
//! A bank keeps its accounts in a slice. Each account is a lock around its balance.
//! `transfer(accounts, from, to, amount)` moves money from one to another; `from` and
//! `to` are places in the slice. Whatever the amount is, it is moved: a
//! balance may fall below zero. An auditor comes at any time, locks all accounts from the
//! first to the last, and adds up the balances (`audit`, below).
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
fn bank(accounts: usize) -> Vec<witness::sync::Mutex<i64>> {
    (0..accounts).map(|_| witness::sync::Mutex::new(100)).collect()
}

/// All accounts are locked, from the first to the last. Returns their total.
fn audit(accounts: &[witness::sync::Mutex<i64>]) -> i64 {
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
    use witness::sync::Mutex;
    use witness::{explore, explore_or_explain, sample, thread};

    fn balances(accounts: &[Mutex<i64>]) -> Vec<i64> {
        accounts.iter().map(|account| *account.lock().unwrap()).collect()
    }

    /// A transfer: from where, to where, and how much.
    type Transfer = (usize, usize, i64);

    /// The balances after these transfers, in a bank with so many accounts.
    fn expected(accounts: usize, transfers: &[Transfer]) -> Vec<i64> {
        let mut balances = vec![100; accounts];
        for (from, to, amount) in transfers {
            balances[*from] -= amount;
            balances[*to] += amount;
        }
        balances
    }

    fn transfer_all(accounts: usize, transfers: &[Transfer]) {
        let bank = bank(accounts);
        thread::scope(|scope| {
            for (from, to, amount) in transfers {
                scope.spawn(|| transfer(&bank, *from, *to, *amount));
            }
        });
        let (balances, expected) = (balances(&bank), expected(accounts, transfers));
        assert!(
            balances == expected,
            "100 in each of {accounts} accounts, and the transfers {transfers:?} (from, to, \
             amount), all at once: the balances are {balances:?}, not {expected:?}"
        );
    }

    #[test]
    fn transfers_in_both_directions_go_through() {
        explore(|| transfer_all(2, &[(0, 1, 30), (1, 0, 50)]));
        explore(|| transfer_all(4, &[(3, 1, 30), (1, 3, 50)]));
        sample(|| transfer_all(3, &[(0, 1, 10), (1, 2, 20), (2, 0, 40)]));
        sample(|| transfer_all(300, &[(255, 256, 30), (256, 255, 50)]));
        sample(|| {
            transfer_all(4, &[(3, 1, 1), (1, 0, 2), (0, 3, 4), (2, 0, 8), (1, 2, 16)])
        });
    }

    #[test]
    fn the_auditor_always_sees_the_same_total() {
        for (accounts, from, to) in
            [(2, 0, 1), (2, 1, 0), (3, 2, 0), (3, 0, 2), (3, 1, 1)]
        {
            explore(move || {
                let bank = bank(accounts);
                let total = thread::scope(|scope| {
                    scope.spawn(|| transfer(&bank, from, to, 30));
                    audit(&bank)
                });
                let all = 100 * accounts as i64;
                assert!(
                    total == all,
                    "the auditor saw a total of {total}, not {all}: could the locks be had \
                     in the middle of a transfer?"
                );
            });
        }
    }

    #[test]
    fn locks_no_others_than_the_two() {
        let explanation = "the caller held the locks of all other accounts until the transfer had \
            ended. Does the transfer take one of these?";
        for (accounts, from, to) in
            [(4, 1, 2), (5, 0, 3), (5, 4, 1), (6, 2, 5), (3, 1, 1)]
        {
            explore_or_explain(explanation, move || {
                let bank = bank(accounts);
                let others =
                    bank.iter().enumerate().filter(|(at, _)| ![from, to].contains(at));
                let held: Vec<_> =
                    others.map(|(_, other)| other.lock().unwrap()).collect();
                thread::scope(|scope| {
                    scope.spawn(|| transfer(&bank, from, to, 30)).join().unwrap();
                });
                drop(held);
                let balances = balances(&bank);
                let expected = expected(accounts, &[(from, to, 30)]);
                assert!(
                    balances == expected,
                    "30 were moved from account {from} to account {to}: {balances:?}"
                );
            });
        }
    }

    #[test]
    fn from_an_account_to_itself() {
        for (accounts, place, amount) in [(1, 0, 30), (3, 1, 100), (3, 2, 500)] {
            explore(move || {
                let bank = bank(accounts);
                transfer(&bank, place, place, amount);
                let balances = balances(&bank);
                assert!(
                    balances == vec![100; accounts],
                    "100 in each account, and {amount} were moved from account {place} to \
                     itself: {balances:?}"
                );
            });
        }
    }

    #[test]
    fn a_balance_may_fall_below_zero() {
        for (from, to, amount) in [
            (0, 1, 150),
            (1, 0, 1_000),
            (0, 1, 100),
            (1, 0, 0),
            (0, 1, -30),
            (1, 0, -250),
        ] {
            explore(move || {
                let bank = bank(2);
                transfer(&bank, from, to, amount);
                let balances = balances(&bank);
                let expected = expected(2, &[(from, to, amount)]);
                assert!(
                    balances == expected,
                    "100 in each of two accounts, and {amount} were moved from account {from} to \
                     account {to}: the balances are {balances:?}, not {expected:?}"
                );
            });
        }
    }
}
