//! # A price list that is read once
//!
//! Chapter: races/finding.md
//!
//! Why: whoever asks takes the lock, looks whether the list is there, and reads it if
//! not, all under the same lock. Whoever comes meanwhile has to wait, and that is right:
//! there is no answer yet. If the lock is released between the look and the reading, two
//! look and both read. If a flag says "somebody reads", and the others go on at once,
//! they find an empty list. A flag doesn't make anybody wait. The list is first made
//! complete, and then stored, in one step: the lock protects "there is a list" and the
//! list itself together. That holds in every schedule, and not only in those that a test
//! happens to run.

use witness::sync::{Arc, Mutex};

pub struct PriceList {
    source: Arc<Source>,
    lines: Mutex<Option<Vec<(&'static str, u64)>>>,
}

impl PriceList {
    /// The prices of `source`, which nobody has read yet.
    pub fn new(source: Arc<Source>) -> Self {
        Self { source, lines: Mutex::new(None) }
    }

    /// What `item` costs.
    pub fn price(&self, item: &str) -> Option<u64> {
        let mut lines = self.lines.lock().expect("reading doesn't panic");
        let lines = lines.get_or_insert_with(|| self.source.read().collect());
        lines.iter().find(|(name, _)| *name == item).map(|(_, cents)| *cents)
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
