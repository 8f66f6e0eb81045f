//! Timing inside a demo: good enough to see a factor of two, not to publish. The benches
//! measure properly.

use std::convert::Infallible;
use std::fmt::Debug;
use std::time::{Duration, Instant};

/// Runs `work` once; returns what it returned and how long it took.
pub fn time<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let start = Instant::now();
    let result = work();
    (result, start.elapsed())
}

/// Runs `work` once to warm up and then `runs` times; returns its result and the median
/// time.
///
/// # Panics
///
/// When two runs return different results, since they didn't do the same work then; and
/// when `runs` is 0.
pub fn median<T: PartialEq + Debug>(
    runs: usize,
    mut work: impl FnMut() -> T,
) -> (T, Duration) {
    let Ok(median) = try_median(runs, || Ok::<T, Infallible>(work()));
    median
}

/// As [`median`], for work that may fail.
///
/// # Errors
///
/// The first one that `work` returns.
///
/// # Panics
///
/// As [`median`].
pub fn try_median<T: PartialEq + Debug, E>(
    runs: usize,
    mut work: impl FnMut() -> Result<T, E>,
) -> Result<(T, Duration), E> {
    assert!(runs > 0, "no run, no median");
    let expected = work()?;
    let mut times = Vec::new();
    for _ in 0..runs {
        let (result, taken) = time(&mut work);
        assert_eq!(result?, expected, "every run returns the same");
        times.push(taken);
    }
    times.sort_unstable();
    Ok((expected, times[runs / 2]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn median_returns_what_the_work_returns() {
        let (result, taken) = median(3, || 6 * 7);
        assert_eq!(result, 42);
        assert!(taken < Duration::MAX);
    }

    #[test]
    fn work_that_fails_ends_with_its_error() {
        let mut n = 0;
        let failed = try_median(3, || {
            n += 1;
            if n < 3 { Ok(()) } else { Err("out of paper") }
        });
        assert_eq!((failed, n), (Err("out of paper"), 3));
    }

    #[test]
    #[should_panic(expected = "every run returns the same")]
    fn work_that_changes_its_mind_is_caught() {
        let mut n = 0;
        median(3, || {
            n += 1;
            n
        });
    }
}
