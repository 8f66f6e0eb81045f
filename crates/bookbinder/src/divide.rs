//! Work divided among the cores.

use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{self, Builder};

/// What `work` makes of each of `items`, in their order. As many threads as there are cores take the next
/// item each; where the system has no thread to spare, this one takes them all.
pub(crate) fn each<T: Sync, R: Send>(
    items: &[T],
    work: impl Fn(&T) -> R + Sync,
) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let take = || {
        let places = std::iter::repeat_with(|| next.fetch_add(1, Ordering::Relaxed));
        let taken = places.map_while(|place| Some((place, items.get(place)?)));
        taken.map(|(place, item)| (place, work(item))).collect::<Vec<_>>()
    };
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let mut done = thread::scope(|scope| {
        let others = (1..cores.min(items.len()))
            .map_while(|_| Builder::new().spawn_scoped(scope, take).ok());
        let others: Vec<_> = others.collect();
        let mut done = take();
        for other in others {
            done.extend(other.join().unwrap_or_else(|panic| resume_unwind(panic)));
        }
        done
    });
    done.sort_unstable_by_key(|(place, _)| *place);
    done.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::sync::{Barrier, Mutex};

    use super::*;

    #[test]
    fn results_come_in_the_order_of_the_items() {
        let items: Vec<_> = (0..1000).collect();
        let expected: Vec<_> = items.iter().map(|n| 2 * n).collect();
        assert_eq!(each(&items, |n| 2 * n), expected);
        assert_eq!(each(&[], |n: &u8| *n), [0; 0]);
    }

    /// Were there only one, it would wait at the barrier for ever.
    #[test]
    fn every_core_has_a_thread() {
        let cores = thread::available_parallelism().map_or(1, usize::from);
        let (all, seen) = (Barrier::new(cores), Mutex::new(HashSet::new()));
        each(&vec![(); cores], |()| {
            all.wait();
            seen.lock().unwrap().insert(thread::current().id());
        });
        assert_eq!(seen.into_inner().unwrap().len(), cores);
    }

    #[test]
    #[should_panic(expected = "the third")]
    fn a_panic_is_not_lost() {
        each(&[1, 2, 3, 4], |n| assert!(*n != 3, "the third"));
    }
}
