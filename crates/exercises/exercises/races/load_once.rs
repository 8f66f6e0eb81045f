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
//! Whoever has to wait sleeps; a loop that asks again and again is refused. `OnceLock` does
//! all this, and you may use it. (Take it from `witness`, as you take from there all that
//! you would otherwise take from `std`.) You learn more if you build it yourself, from a lock.

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

    /// Where the prices come from.
    pub struct Source {
        lines: Vec<(&'static str, u64)>,
        reads: AtomicUsize,
    }

    impl Source {
        /// A source of these lines: an item and what it costs, in cents.
        pub(super) fn new(lines: &[(&'static str, u64)]) -> Self {
            Self { lines: lines.to_vec(), reads: AtomicUsize::new(0) }
        }

        /// All lines. Before each of them, other threads get a turn.
        pub fn read(&self) -> impl Iterator<Item = (&'static str, u64)> + use<> {
            self.reads.fetch_add(1, Ordering::SeqCst);
            self.lines.clone().into_iter().inspect(|_| thread::yield_now())
        }

        /// How many times it was read.
        pub fn reads(&self) -> usize {
            self.reads.load(Ordering::SeqCst)
        }
    }
}

const LINES: [(&str, u64); 3] = [("bread", 340), ("milk", 129), ("tea", 275)];

/// A thread asks for the price of each of these, all at once. Returns what they were told, and
/// how many times the source was read.
fn ask(items: &[&str]) -> (Vec<Option<u64>>, usize) {
    let source = witness::sync::Arc::new(Source::new(&LINES));
    let list = PriceList::new(source.clone());
    let told = witness::thread::scope(|scope| {
        let ask = |item| {
            let list = &list;
            scope.spawn(move || list.price(item))
        };
        let threads: Vec<_> = items.iter().copied().map(ask).collect();
        threads.into_iter().map(|thread| thread.join()).collect::<Vec<_>>()
    });
    (told.into_iter().map(|told| told.unwrap()).collect(), source.reads())
}

fn main() {
    let seen = witness::for_real(|| ask(&["tea", "tea"]));
    let (told, reads) = seen.value;
    println!("Two asked for the price of tea and were told {told:?}.");
    println!("Times that the source was read: {reads}");
}

#[cfg(test)]
mod checks {
    use super::*;
    use witness::sync::Arc;
    use witness::{explore, explore_or_explain, sample_or_explain};

    #[test]
    fn reads_nothing_before_somebody_asks() {
        let source = Arc::new(Source::new(&LINES));
        let list = PriceList::new(Arc::clone(&source));
        let reads = source.reads();
        assert!(
            reads == 0,
            "nobody has asked yet, and the source was read: reads = {reads}"
        );
        drop(list);
    }

    /// One thread asks for these items, one after the other.
    fn ask_all(lines: &[(&'static str, u64)], items: &[&str]) {
        let source = Arc::new(Source::new(lines));
        let list = PriceList::new(Arc::clone(&source));
        let told: Vec<_> = items.iter().map(|item| list.price(item)).collect();
        let price =
            |item: &&str| lines.iter().find(|(name, _)| name == item).map(|line| line.1);
        let expected: Vec<_> = items.iter().map(price).collect();
        assert!(
            told == expected,
            "the lines are {lines:?}; asked for {items:?}, the list said {told:?}"
        );
        let reads = source.reads();
        assert!(
            reads == 1,
            "one thread asked for {items:?}, and the source was read {reads} times; its lines \
             are {lines:?}. Is the whole list kept?"
        );
    }

    #[test]
    fn one_reading_serves_all_questions() {
        explore(|| ask_all(&LINES, &["tea", "bread", "gold", "milk"]));
        explore(|| {
            ask_all(&[("salt", 0), ("pears", 199)], &["gold", "salt", "gold", "salt"])
        });
        explore(|| {
            let lines = [("teapot", 990), ("tea", 275), ("Tea", 1), ("te", 3)];
            ask_all(&lines, &["tea", "teapot", "t", "", "teapots", "te", "Tea"]);
        });
        explore(|| ask_all(&[("tea", u64::MAX)], &[" tea", "TEA", "tea ", "tea"]));
        explore(|| ask_all(&[("", 5), ("tea", 275)], &["", "tea"]));
        explore(|| ask_all(&[], &["tea", "bread"]));
    }

    const EXPLANATION: &str = "one reads, and the others wait for the list. Has nobody told one of \
        them that it is there?";

    fn read_once(items: &[&str]) {
        let (_, reads) = ask(items);
        assert!(
            reads == 1,
            "{} asked at once, and the source was read {reads} times: what does the second one \
             see while the first one reads?",
            items.len()
        );
    }

    #[test]
    fn all_who_ask_at_once_read_it_once() {
        explore_or_explain(EXPLANATION, || read_once(&["tea", "tea"]));
        explore_or_explain(EXPLANATION, || read_once(&["gold", "bread"]));
        sample_or_explain(EXPLANATION, || read_once(&["milk", "gold", "tea"]));
        sample_or_explain(EXPLANATION, || read_once(&["tea"; 20]));
    }

    fn told_all(items: &[&str]) {
        let (told, _) = ask(items);
        let price =
            |item: &&str| LINES.iter().find(|(name, _)| name == item).map(|line| line.1);
        let expected: Vec<_> = items.iter().map(price).collect();
        assert!(
            told == expected,
            "{items:?} cost {expected:?}, and those who asked at once were told {told:?}: did \
             one look before the whole list was there?"
        );
    }

    #[test]
    fn nobody_sees_half_a_list() {
        explore_or_explain(EXPLANATION, || told_all(&["tea", "tea"]));
        explore_or_explain(EXPLANATION, || told_all(&["bread", "milk"]));
        sample_or_explain(EXPLANATION, || told_all(&["tea", "gold", "milk"]));
        sample_or_explain(EXPLANATION, || {
            told_all(&["bread", "milk", "tea", "gold", "tea"])
        });
    }

    // What it takes and returns: nothing else can stand in for these.
    const _: fn(&PriceList, &str) -> Option<u64> = PriceList::price;
}
