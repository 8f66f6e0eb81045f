//! A simulation in very many short steps, each of which needs the one before: threads would have to wait for each
//! other after each step.

mod job;

use std::process::ExitCode;
use std::sync::Barrier;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::thread;

use job::cores;

const CELLS: usize = 4_000;

fn cells() -> Vec<AtomicU64> {
    (0..CELLS as u64).map(AtomicU64::new).collect()
}

/// A step for the cells of `range`: each becomes a mix of its neighbours.
fn step(before: &[AtomicU64], after: &[AtomicU64], range: std::ops::Range<usize>) {
    for n in range {
        let [left, right] = [(n + CELLS - 1) % CELLS, (n + 1) % CELLS];
        let mix =
            before[left].load(Relaxed).wrapping_mul(31) ^ before[right].load(Relaxed);
        after[n].store(mix.rotate_left(7), Relaxed);
    }
}

fn sum(cells: &[AtomicU64]) -> u64 {
    cells.iter().fold(0, |sum, cell| sum ^ cell.load(Relaxed))
}

fn one(steps: u64) -> u64 {
    let (mut before, mut after) = (cells(), cells());
    for _ in 0..steps {
        step(&before, &after, 0..CELLS);
        std::mem::swap(&mut before, &mut after);
    }
    sum(&before)
}

fn threads(steps: u64) -> u64 {
    let (even, odd) = (cells(), cells());
    let cores = cores() as usize;
    let barrier = Barrier::new(cores);
    thread::scope(|scope| {
        for core in 0..cores {
            let (even, odd, barrier) = (&even, &odd, &barrier);
            scope.spawn(move || {
                let range = CELLS * core / cores..CELLS * (core + 1) / cores;
                for n in 0..steps {
                    let (before, after) =
                        if n % 2 == 0 { (even, odd) } else { (odd, even) };
                    step(before, after, range.clone());
                    barrier.wait();
                }
            });
        }
    });
    sum(if steps % 2 == 0 { &even } else { &odd })
}

fn main() -> ExitCode {
    let variants: [job::Variant; 2] = [("one", one), ("threads", threads)];
    job::main(600_000, &variants, |part| part.end)
}
