//! # A price list that is read once
//!
//! Chapter: races/finding.md
//!
//! A shop has its prices in a `Source` (below). To read it is slow: `source.read()` is an
//! iterator over all lines, `(item, cents)`, and other threads go on meanwhile. Many
//! threads share one `PriceList`. `price(item)` is what the item costs, or `None` where
//! the source has no such item.
//!
//! The constraint, under every schedule: the source is read when somebody asks for the
//! first time, not earlier. It is read exactly once, whatever is asked by however many
//! threads. And nobody gets an answer from a list that is only half there.
//!
//! In your own programs, `std::sync::OnceLock` does this. Here the checks can't see into
//! it: build it from the locks, condition variables or atomics of `witness`. Whoever has
//! to wait should block, and not spin.

use witness::sync::atomic::AtomicBool;
use witness::sync::{Arc, Condvar, Mutex};

pub struct PriceList {
    source: Arc<Source>,
}

impl PriceList {
    /// The prices of `source`, which nobody has read yet.
    pub fn new(source: Arc<Source>) -> Self {
        Self { source }
    }

    /// What `item` costs.
    pub fn price(&self, item: &str) -> Option<u64> {
        // TODO: The source is read each time. Read it once, and keep the whole list.
        self.source.read().find(|(name, _)| *name == item).map(|(_, cents)| cents)
    }
}

// ---- The checks. Leave them as they are. ----

pub use source::Source;

mod source {
    use witness::sync::atomic::{AtomicUsize, Ordering};
    use witness::thread;

    const LINES: [(&str, u64); 3] = [("bread", 340), ("milk", 129), ("tea", 275)];

    /// Where the prices come from.
    #[derive(Default)]
    pub struct Source {
        reads: AtomicUsize,
    }

    impl Source {
        /// All lines. Before each of them, other threads get a turn.
        pub fn read(&self) -> impl Iterator<Item = (&'static str, u64)> + use<> {
            self.reads.fetch_add(1, Ordering::SeqCst);
            LINES.into_iter().inspect(|_| thread::yield_now())
        }

        /// How many times it was read.
        pub fn reads(&self) -> usize {
            self.reads.load(Ordering::SeqCst)
        }
    }
}

/// Two threads ask for the price of tea, both at once. Returns what they were told, and how
/// many times the source was read.
fn two_ask() -> (Vec<Option<u64>>, usize) {
    let source = Arc::new(Source::default());
    let list = PriceList::new(Arc::clone(&source));
    let told = witness::thread::scope(|scope| {
        let threads = [(); 2].map(|()| scope.spawn(|| list.price("tea")));
        threads.map(|thread| thread.join())
    });
    (told.into_iter().map(|told| told.unwrap()).collect(), source.reads())
}

fn main() {
    let seen = witness::for_real(two_ask);
    let (told, reads) = seen.value;
    println!("Two asked for the price of tea and were told {told:?}.");
    println!("Times that the source was read: {reads}");
}

#[cfg(test)]
mod checks {
    use super::*;
    use witness::explore;

    #[test]
    fn reads_nothing_before_somebody_asks() {
        let source = Arc::new(Source::default());
        let list = PriceList::new(Arc::clone(&source));
        let reads = source.reads();
        assert!(
            reads == 0,
            "nobody has asked yet, and the source was read: reads = {reads}"
        );
        drop(list);
    }

    #[test]
    fn one_reading_serves_all_questions() {
        explore(|| {
            let source = Arc::new(Source::default());
            let list = PriceList::new(Arc::clone(&source));
            let told = ["tea", "bread", "gold", "milk"].map(|item| list.price(item));
            assert!(
                told == [Some(275), Some(340), None, Some(129)],
                "tea costs 275, bread 340, gold isn't there, milk costs 129; told: {told:?}"
            );
            let reads = source.reads();
            assert!(
                reads == 1,
                "one thread asked for four items, one of which isn't there, and the source \
                 was read {reads} times: is the whole list kept?"
            );
        });
    }

    #[test]
    fn two_who_ask_at_once_read_it_once() {
        explore(|| {
            let (_, reads) = two_ask();
            assert!(
                reads == 1,
                "two asked at once, and the source was read {reads} times: what does the \
                 second one see while the first one reads?"
            );
        });
    }

    #[test]
    fn nobody_sees_half_a_list() {
        explore(|| {
            let (told, _) = two_ask();
            assert!(
                told == [Some(275), Some(275)],
                "tea costs 275, and two who asked at once were told {told:?}: did one look \
                 before the whole list was there?"
            );
        });
    }
}
