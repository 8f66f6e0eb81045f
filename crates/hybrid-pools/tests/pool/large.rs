//! Large arguments and results, which travel through memory that both sides see.

use std::fs::File;
use std::io::Read;
use std::process::{self, Command};
use std::time::Instant;
use std::{env, fs};

use hybrid_pools::TaskError;
use hybrid_pools::chaos::under_fire;
use ipc::Transport;

use super::culprits::TWINS;
use super::tasks::{DIE, ECHO, LENGTHEN, LONG, SHORT, SQUARE, Test, options};

pub(crate) const ALL: &[Test] = &[
    ("large_ones_of_all_lengths_come_back", large_ones_of_all_lengths_come_back),
    ("large_and_small_ones_take_turns", large_and_small_ones_take_turns),
    ("large_ones_survive_their_workers", large_ones_survive_their_workers),
    ("large_results_in_chunks_and_many_at_once", large_results_in_chunks),
    ("a_copy_that_comes_back_writes_nowhere", a_copy_writes_nowhere),
    ("large_ones_go_through_trays", || alone(0)),
    ("trays_give_their_memory_back", || alone(1)),
    ("nothing_is_left_of_trays", || alone(2)),
];

/// Tests that look at all descriptors of their process. Each has a process of its own, so that no other
/// test opens any there.
const ALONE: [fn(); 3] =
    [large_ones_go_through_trays, trays_give_their_memory_back, nothing_is_left_of_trays];

const TRAYS: &str = "--trays";

pub(crate) fn entry() {
    let mut arguments = env::args().skip_while(|argument| argument != TRAYS).skip(1);
    if let Some(number) = arguments.next() {
        ALONE[number.parse::<usize>().unwrap()]();
        process::exit(0);
    }
}

fn alone(number: usize) {
    let mut program = Command::new(env::current_exe().unwrap());
    let output = program.args([TRAYS, &number.to_string()]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// A copy that returns from the task shares the original's tray, and must not write its result there.
fn a_copy_writes_nowhere() {
    let pool = options().workers(1).start().unwrap();
    for _ in 0..100 {
        let came = pool.submit(&TWINS, &MIB).unwrap().wait().unwrap();
        let original = pool.worker_ids()[0];
        let others = came.iter().filter(|id| **id != original).count();
        assert_eq!((came.len(), others), (MIB, 0), "another process has written there");
    }
}

const KIB: usize = 1 << 10;
const MIB: usize = 1 << 20;

/// Bytes with another pattern for each `seed`, so that old ones are not taken for new ones.
fn bytes(length: usize, seed: usize) -> Vec<u8> {
    (0..length).map(|n| (n / 7 + seed * 13) as u8).collect()
}

/// Lengths on both sides of what a tray is worth, and of what there is room for.
const LENGTHS: [usize; 12] = [
    64 * KIB - 100,
    64 * KIB - 3,
    64 * KIB,
    64 * KIB + 1,
    MIB,
    MIB + MIB / 8,
    MIB + MIB / 8 + 100 * KIB,
    0,
    5 * MIB,
    100 * KIB,
    5 * MIB + 1,
    12 * MIB,
];

fn large_ones_of_all_lengths_come_back() {
    for transport in [Transport::Pipes, Transport::SocketPair, Transport::SleepingRing] {
        let pool = options().workers(1).transport(transport).start().unwrap();
        for (seed, length) in LENGTHS.into_iter().enumerate() {
            for seed in [seed, seed + 100] {
                let sent = bytes(length, seed);
                let came = pool.submit(&ECHO, &sent).unwrap().wait().unwrap();
                assert!(came == sent, "{transport}: {length} bytes");
            }
        }
    }
}

fn large_and_small_ones_take_turns() {
    let pool = options().start().unwrap();
    for round in 0..20 {
        let large: Vec<_> = (0..4).map(|n| bytes(200 * KIB + n, round + n)).collect();
        let handles: Vec<_> =
            large.iter().map(|b| pool.submit(&ECHO, b).unwrap()).collect();
        let squares = pool.map(&SQUARE, 0..300).chunks(1 + round % 3);
        assert!(squares.map(Result::unwrap).eq((0..300).map(|n| n * n)));
        for (handle, sent) in handles.into_iter().zip(large) {
            assert!(handle.wait().unwrap() == sent);
        }
    }
}

/// Workers are killed at any moment: while an argument is put into a tray, or while a result is.
fn large_ones_survive_their_workers() {
    let pool = options().attempts(1_000).start().unwrap();
    let tasks = 150;
    let sent = |n| bytes(600 * KIB + 31 * n, n);
    let count = under_fire(&pool, SHORT / 100, || {
        let came = (0..).zip(pool.map(&ECHO, (0..tasks).map(sent)));
        let same = |(n, came): &(usize, Result<Vec<u8>, _>)| {
            let lengths = came.as_ref().map(Vec::len);
            assert!(came.as_ref() == Ok(&sent(*n)), "task {n}: {lengths:?}");
        };
        came.inspect(same).count()
    });
    assert_eq!(count.unwrap(), tasks);
    assert!(pool.progress().restarts > 0, "nobody was killed");
}

fn large_results_in_chunks() {
    for chunk in [1, 4] {
        let pool = options().start().unwrap();
        let lengths = || (0..60).map(|n| if n % 3 == 0 { 10 } else { 300 * KIB + n });
        let made = pool.map(&LENGTHEN, lengths()).chunks(chunk);
        assert!(made.map(|made| made.unwrap().len()).eq(lengths()), "chunks of {chunk}");
    }
}

/// A tray that this process has open.
#[derive(Debug)]
struct Tray {
    /// How many bytes of memory the tray has.
    memory: u64,
    /// The first few bytes in it.
    begins: Vec<u8>,
}

/// All trays that this process has open.
fn trays() -> Vec<Tray> {
    use std::os::unix::fs::MetadataExt;

    let all = fs::read_dir("/proc/self/fd").unwrap().filter_map(|entry| {
        let path = entry.ok()?.path();
        let name = fs::read_link(&path).ok()?;
        if !name.to_str()?.starts_with("/memfd:tray") {
            return None;
        }
        let file = File::open(&path).ok()?;
        let memory = file.metadata().ok()?.blocks() * 512;
        let mut begins = Vec::new();
        file.take(64).read_to_end(&mut begins).ok()?;
        Some(Tray { memory, begins })
    });
    all.collect()
}

fn large_ones_go_through_trays() {
    let pool = options().workers(1).start().unwrap();
    let holding = |byte| {
        let holds = |tray: &Tray| tray.begins.ends_with(&[byte; 8]);
        trays().iter().filter(|tray| holds(tray)).count()
    };
    let send = |length, byte| {
        let came = pool.submit(&ECHO, &vec![byte; length]).unwrap().wait();
        assert!(came.unwrap() == vec![byte; length]);
    };
    send(60 * KIB, 7);
    assert!(trays().iter().all(|tray| tray.memory == 0), "it goes through the pipe");
    send(3 * MIB, 8);
    assert_eq!(holding(8), 1);
    // By now the pool knows how long results are.
    send(3 * MIB, 9);
    assert_eq!(holding(9), 2);
}

fn memory_shrinks_to(limit: u64) {
    let asked = Instant::now();
    while trays().iter().map(|tray| tray.memory).sum::<u64>() > limit {
        assert!(asked.elapsed() < LONG / 2, "{:?} bytes are kept", trays());
        std::thread::yield_now();
    }
}

/// The memory goes when nothing large comes any more: nothing at all, or many small tasks.
fn trays_give_their_memory_back() {
    for small in [0, 100_000] {
        let pool = options().start().unwrap();
        for _ in 0..6 {
            pool.submit(&ECHO, &vec![1; 3 * MIB]).unwrap().wait().unwrap();
        }
        assert!(pool.map(&SQUARE, 0..small).all(|square| square.is_ok()));
        memory_shrinks_to(0);
        // The memory can be had again.
        pool.submit(&ECHO, &vec![1; 3 * MIB]).unwrap().wait().unwrap();
    }
}

fn nothing_is_left_of_trays() {
    let pool = options().workers(1).attempts(1).start().unwrap();
    for _ in 0..10 {
        pool.submit(&ECHO, &vec![1; MIB]).unwrap().wait().unwrap();
        let died = pool.submit(&DIE, &String::from("kill")).unwrap().wait();
        assert!(matches!(died, Err(TaskError::Died { .. })), "{died:?}");
        // The next worker is still being started, and this process holds its trays, too.
        while pool.worker_ids().is_empty() {
            std::thread::yield_now();
        }
        assert!(trays().len() <= 2, "of workers that are gone: {:?}", trays());
    }
    drop(pool);
    assert_eq!(trays().len(), 0);
}
