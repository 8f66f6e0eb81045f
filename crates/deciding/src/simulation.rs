//! A simulation with steps that everybody must finish before anybody begins the next one: cells on a
//! ring, where the next state of a cell depends on its own state and on those of its two neighbours.
//!
//! The ring is a lattice of coupled logistic maps (K. Kaneko, Progress of Theoretical Physics 72, 1984). It
//! is chaotic: with a neighbour's state from the wrong step, all results would soon be different.
//!
//! A thread or process that has a part of the ring needs the cells at the edges of the neighbouring parts
//! before each step, and so waits for both neighbours each time. How long a step takes decides whether
//! that pays.

use std::io;
use std::ops::Range;
use std::sync::Barrier;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::thread;

use processes::worker::{Link, Program, Work, Worker, answer};
use serde::{Deserialize, Serialize};
use workloads::parts;

use crate::decision::{Decision, Failure, Trial, seconds};

/// How much a map bends, and how much of a cell's next state comes from its neighbours.
const BEND: f64 = 1.9;
const COUPLING: f64 = 0.3;

/// How often a cell follows its own map before it looks at its neighbours.
const TURNS: usize = 4;

/// How many steps, and how many waits, are tried to find out how long one takes.
const TRIED: u64 = 50;

/// The ring to simulate, and for how long.
#[derive(Clone, Copy, Debug)]
pub struct Job {
    /// How many cells the ring has: at least 1.
    pub cells: u64,
    /// How many steps each cell does.
    pub steps: u64,
}

/// A part of the ring, with the states of its cells.
struct Strip {
    now: Vec<f64>,
    next: Vec<f64>,
    /// The number of the part's first cell on the ring.
    first: u64,
}

impl Strip {
    fn of(cells: Range<u64>) -> Self {
        let first = cells.start;
        // For each cell, another value between -1 and 1: the factor is that of Fibonacci hashing (Knuth,
        // *The Art of Computer Programming*, vol. 3, section 6.4).
        let value = |n: u64| {
            (n.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40) as f64 / (1 << 23) as f64 - 1.0
        };
        let now: Vec<f64> = cells.map(value).collect();
        Self { next: now.clone(), now, first }
    }

    /// The states of the first and the last cell.
    fn edges(&self) -> (f64, f64) {
        (self.now[0], self.now[self.now.len() - 1])
    }

    /// Does a step, given the states of the cells to the left and to the right of this part.
    fn step(&mut self, left: f64, right: f64) {
        let map = |x: f64| (0..TURNS).fold(x, |x, _| 1.0 - BEND * x * x);
        let mix =
            |l, x, r| (1.0 - COUPLING) * map(x) + COUPLING / 2.0 * (map(l) + map(r));
        let last = self.now.len() - 1;
        for (next, three) in self.next.iter_mut().skip(1).zip(self.now.windows(3)) {
            *next = mix(three[0], three[1], three[2]);
        }
        self.next[0] = mix(left, self.now[0], *self.now.get(1).unwrap_or(&right));
        if last > 0 {
            self.next[last] = mix(self.now[last - 1], self.now[last], right);
        }
        std::mem::swap(&mut self.now, &mut self.next);
    }

    /// A sum over all bits of the states. Those of all parts add up to the same sum, however the ring is
    /// cut.
    fn checksum(&self) -> u64 {
        let terms = (self.first..)
            .zip(&self.now)
            .map(|(n, x)| x.to_bits().wrapping_mul(2 * n + 1));
        terms.fold(0, u64::wrapping_add)
    }
}

/// Simulates the whole ring in this thread; returns its checksum.
pub fn one_thread(job: Job) -> u64 {
    let mut ring = Strip::of(0..job.cells);
    for _ in 0..job.steps {
        let (first, last) = ring.edges();
        ring.step(last, first);
    }
    ring.checksum()
}

// ANCHOR: threads
/// Simulates each part of the ring in a thread of its own; returns the ring's checksum.
/// Before each step, a thread shows the edges of its part, and waits for all others to
/// have done so.
pub fn in_threads(job: Job, hands: usize) -> u64 {
    let parts: Vec<_> = parts::equal(0..job.cells, fitting(job, hands)).collect();
    // There are two places for the edges of each part: a fast thread shows the next
    // ones while a slow one still reads the last ones. A thread that comes back from
    // the barrier sees what all have stored before it, so `Relaxed` is enough.
    let shown: [Vec<[AtomicU64; 2]>; 2] =
        [(); 2].map(|()| parts.iter().map(|_| Default::default()).collect());
    let all_have_shown = Barrier::new(parts.len());
    let run = |part: usize, cells: Range<u64>| {
        let mut strip = Strip::of(cells);
        for step in 0..job.steps {
            let shown = &shown[step as usize % 2];
            let (first, last) = strip.edges();
            shown[part][0].store(first.to_bits(), Relaxed);
            shown[part][1].store(last.to_bits(), Relaxed);
            all_have_shown.wait();
            let (left, right) = neighbours(part, shown.len());
            let edge = |part: usize, side: usize| {
                f64::from_bits(shown[part][side].load(Relaxed))
            };
            strip.step(edge(left, 1), edge(right, 0));
        }
        strip.checksum()
    };
    thread::scope(|scope| {
        let parts = parts.iter().cloned().enumerate();
        let threads: Vec<_> =
            parts.map(|(part, cells)| scope.spawn(move || run(part, cells))).collect();
        let sums = threads.into_iter().map(|thread| thread.join().expect("no panic"));
        sums.fold(0, u64::wrapping_add)
    })
}
// ANCHOR_END: threads

/// The number of hands, but no more than there are cells.
fn fitting(job: Job, hands: usize) -> usize {
    hands.min(usize::try_from(job.cells).unwrap_or(usize::MAX)).max(1)
}

/// The numbers of the parts to the left and to the right of one, on a ring of so many.
fn neighbours(part: usize, parts: usize) -> (usize, usize) {
    ((part + parts - 1) % parts, (part + 1) % parts)
}

/// What a process that has a part of the ring is told. Floating-point numbers travel as their bits, since
/// the last bit may get lost when they are written as decimals.
#[derive(Serialize, Deserialize)]
enum Order {
    /// Take these cells; the answer is the states at the edges.
    Have(Range<u64>),
    /// Do a step with these states of the neighbours; the answer is the states at the edges.
    Step(u64, u64),
    /// The answer is the checksum, twice.
    Sum,
}

/// The work of a process that has a part of the ring.
pub const STRIP: Work = Work::new("strip", serve);

fn serve(link: Link) -> io::Result<()> {
    let mut strip = Strip::of(0..1);
    answer(link, |order| {
        match order {
            Order::Have(cells) => strip = Strip::of(cells),
            Order::Step(left, right) => {
                strip.step(f64::from_bits(left), f64::from_bits(right))
            }
            Order::Sum => return (strip.checksum(), 0),
        }
        let (first, last) = strip.edges();
        (first.to_bits(), last.to_bits())
    })
}

/// Simulates each part of the ring in a process of its own; returns the ring's checksum. The parent takes
/// the edges of all parts, and tells each process those of its neighbours.
pub fn in_processes(job: Job, workers: &mut [Worker]) -> Result<u64, Failure> {
    let hands = fitting(job, workers.len());
    let workers = &mut workers[..hands];
    let parts = parts::equal(0..job.cells, hands).map(Order::Have);
    let mut edges = ask_all(workers, parts)?;
    for _ in 0..job.steps {
        let orders: Vec<_> = (0..hands)
            .map(|part| {
                let (left, right) = neighbours(part, hands);
                Order::Step(edges[left].1, edges[right].0)
            })
            .collect();
        edges = ask_all(workers, orders)?;
    }
    let sums = ask_all(workers, (0..hands).map(|_| Order::Sum))?;
    Ok(sums.iter().fold(0, |sum, (part, _)| sum.wrapping_add(*part)))
}

/// Sends each worker its order, and then takes the answers of all.
fn ask_all(
    workers: &mut [Worker],
    orders: impl IntoIterator<Item = Order>,
) -> Result<Vec<(u64, u64)>, Failure> {
    for (worker, order) in workers.iter_mut().zip(orders) {
        worker.send(&order)?;
    }
    Ok(workers.iter_mut().map(Worker::receive).collect::<Result<_, _>>()?)
}

/// What is measured first, in seconds.
struct Constants {
    /// A step of all cells, in one thread.
    step: f64,
    /// Waiting of all threads for each other.
    barrier: f64,
    /// Telling each process something, and hearing the answers of all.
    round: f64,
}

// ANCHOR: arithmetic
impl Constants {
    /// In each step, each core does a part of it, and then all wait for each other.
    fn predict(&self, steps: u64, cores: usize, wait: f64) -> f64 {
        steps as f64 * (self.step / cores as f64 + wait)
    }
}
// ANCHOR_END: arithmetic

/// Measures the constants, predicts from them how long each way takes with so many hands, and tries it.
///
/// # Errors
///
/// When a process can't be started or has ended, or two ways come to different results.
pub fn decide(job: Job, hands: usize) -> Result<Decision, Failure> {
    let hands = fitting(job, hands);
    let cores = hands.min(parts::cores());
    // A cell for each hand: something to do, but next to nothing.
    let tiny = Job { cells: hands as u64, steps: 2 * TRIED };
    let tried = Job { steps: job.steps.min(TRIED), ..job };
    let each = |steps: u64, seconds: f64| seconds / steps as f64;
    let step = each(tried.steps, seconds(3, || Ok(one_thread(tried)))?);
    let mut workers = Program::this()?.start_all(STRIP.name, hands)?;
    let constants = Constants {
        step,
        barrier: each(tiny.steps, seconds(3, || Ok(in_threads(tiny, hands)))?),
        round: each(tiny.steps, seconds(3, || in_processes(tiny, &mut workers))?),
    };
    let Constants { barrier, round, .. } = constants;
    let mut trial = Trial::new(&[
        ("a step in one thread", step),
        ("threads wait for each other", barrier),
        ("processes hear of each other", round),
    ]);
    trial.way("one thread", 1, constants.predict(job.steps, 1, 0.0), || {
        Ok(one_thread(job))
    })?;
    trial.way(
        "threads, one a core",
        hands,
        constants.predict(job.steps, cores, barrier),
        || Ok(in_threads(job, hands)),
    )?;
    trial.way(
        "processes, one a core",
        hands,
        constants.predict(job.steps, cores, round),
        || in_processes(job, &mut workers),
    )?;
    for worker in workers {
        worker.join()?;
    }
    Ok(trial.decision())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn threads_come_to_the_same_to_the_last_bit() {
        for cells in [1, 2, 3, 100] {
            let job = Job { cells, steps: 300 };
            for hands in [1, 2, 3, 7] {
                assert_eq!(
                    in_threads(job, hands),
                    one_thread(job),
                    "{cells} cells, {hands} hands"
                );
            }
        }
    }

    #[test]
    fn a_neighbour_of_the_step_before_changes_everything() {
        let job = Job { cells: 100, steps: 60 };
        let mut ring = Strip::of(0..job.cells);
        let mut old = ring.edges();
        for _ in 0..job.steps {
            let (first, last) = old;
            old = ring.edges();
            ring.step(last, first);
        }
        assert_ne!(ring.checksum(), one_thread(job));
    }

    #[test]
    fn cells_stay_between_minus_one_and_one() {
        let mut ring = Strip::of(0..100);
        for _ in 0..1_000 {
            let (first, last) = ring.edges();
            ring.step(last, first);
        }
        assert!(ring.now.iter().all(|x| x.abs() <= 1.0));
        assert_ne!(ring.now[0], ring.now[1], "it has not settled");
    }

    #[test]
    fn who_waits_longer_than_half_a_step_gains_nothing() {
        let constants = Constants { step: 8.0, barrier: 4.0, round: 0.0 };
        assert_eq!(constants.predict(10, 1, 0.0), constants.predict(10, 2, 4.0));
    }
}
