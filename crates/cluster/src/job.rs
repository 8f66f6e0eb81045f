//! What there is to do. A job is a number of tasks; any range of them can be done by whoever gets
//! it.

use std::ops::Range;

use hybrid_pools::index::{self, Index};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use workloads::countdown::countdown;
use workloads::pages::page;
use workloads::{parts, primes, squares};

/// A job: which work, and how much of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Job {
    /// The sum of the squares below a number: even work.
    Squares(u64),
    /// How many primes there are below a number: uneven work.
    Primes(u64),
    /// On which of so many pages each word stands, each page read so many times: a large result.
    Index(u64, u32),
    /// Four counts to a number: few tasks.
    Counts(u64),
}

impl Job {
    /// How many tasks it has: the fewest that somebody can be given is one.
    pub fn tasks(&self) -> u64 {
        match *self {
            Self::Squares(numbers) | Self::Primes(numbers) => numbers,
            Self::Index(pages, _) => pages,
            Self::Counts(_) => 4,
        }
    }

    /// Does some of the tasks, in one thread.
    pub fn part(&self, tasks: Range<u64>) -> Part {
        match *self {
            Self::Squares(_) => Part::Sum(squares::sum(tasks)),
            Self::Primes(_) => Part::Sum(primes::count(tasks)),
            Self::Counts(to) => Part::Sum(tasks.map(|_| countdown(to)).sum()),
            Self::Index(_, rounds) => {
                let mut index = Index::new();
                for n in tasks {
                    index::add(&mut index, n, index::count(&page(n), rounds));
                }
                Part::Index(index)
            }
        }
    }
}

/// What comes of some tasks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Part {
    /// A sum, modulo 2⁶⁴.
    Sum(u64),
    /// An index of some pages.
    Index(Index),
}

impl Part {
    /// What comes of the tasks of both. The order in which parts are joined doesn't matter.
    ///
    /// # Panics
    ///
    /// When they are parts of different jobs.
    pub fn join(self, other: Self) -> Self {
        match (self, other) {
            (Self::Sum(one), Self::Sum(other)) => Self::Sum(one.wrapping_add(other)),
            (Self::Index(mut index), Self::Index(other)) => {
                for (word, pages) in other {
                    let there = index.entry(word).or_default();
                    let in_order = there.last() < pages.first();
                    there.extend(pages);
                    if !in_order {
                        there.sort_unstable();
                    }
                }
                Self::Index(index)
            }
            (one, other) => panic!("parts of two jobs: {one:?} and {other:?}"),
        }
    }
}

/// Joins what there is of two parts.
pub fn join(one: Option<Part>, other: Option<Part>) -> Option<Part> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.join(other)),
        (one, other) => one.or(other),
    }
}

/// Does some tasks of a job in so many threads of this process; nothing, when there are no tasks.
/// With one thread, this thread does them.
///
/// # Panics
///
/// When the system refuses the threads.
pub fn inside(job: &Job, tasks: Range<u64>, threads: usize) -> Option<Part> {
    if tasks.is_empty() {
        return None;
    }
    if threads == 1 {
        return Some(job.part(tasks));
    }
    // Several parts for each thread, so that one with less to do takes another; and none without
    // tasks, or all that have some may be given to one thread.
    let parts = parts::equal(tasks, 8 * threads).filter(|part| !part.is_empty());
    let parts: Vec<_> = parts.collect();
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    pool.expect("the system has threads to spare").install(|| {
        parts.into_par_iter().map(|part| job.part(part)).reduce_with(Part::join)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(crate) const JOBS: [Job; 4] =
        [Job::Squares(10_007), Job::Primes(5_003), Job::Index(67, 1), Job::Counts(1_001)];

    #[test]
    fn parts_in_any_order_come_to_the_whole() {
        for job in JOBS {
            let whole = job.part(0..job.tasks());
            let mut parts: Vec<_> =
                parts::equal(0..job.tasks(), 3).map(|part| job.part(part)).collect();
            parts.swap(0, 2);
            assert_eq!(parts.into_iter().reduce(Part::join), Some(whole), "{job:?}");
        }
    }

    #[test]
    fn threads_come_to_the_same() {
        for job in JOBS {
            let whole = Some(job.part(0..job.tasks()));
            for threads in [1, 2, 5] {
                assert_eq!(inside(&job, 0..job.tasks(), threads), whole, "{job:?}");
            }
            assert_eq!(inside(&job, 3..3, 2), None);
        }
    }

    #[test]
    fn results_are_those_of_the_formula() {
        let primes = Job::Primes(10_000);
        assert_eq!(primes.part(0..10_000), Part::Sum(1_229), "OEIS A006880");
        assert_eq!(Job::Counts(7).part(0..4), Part::Sum(28));
    }

    #[test]
    #[should_panic(expected = "parts of two jobs")]
    fn parts_of_two_jobs_are_refused() {
        Part::Sum(1).join(Part::Index(Index::new()));
    }
}
