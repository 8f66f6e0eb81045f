//! # Tell them where
//!
//! Chapter: pools/moving.md
//!
//! Many numbers lie in memory that this process shares with its workers, and each has to be
//! changed. A worker is another process: it has the shared memory, and otherwise only what
//! comes through its pipe. As it stands, this program sends all numbers there and back,
//! although every worker could see them where they lie. Don't move them.
//!
//! You write both sides:
//!
//! * `change_all(memory, workers)` runs in this process. `worker.send(&bytes)` sends a message
//!   to a worker and returns at once; `worker.receive()` waits for its answer.
//! * `serve(message, memory)` runs in a worker, once for each message. What it returns is the
//!   answer.
//!
//! Both see the memory: `memory.len()` numbers; `memory.get(place)` and
//! `memory.set(place, number)`. `change(number)` is the work.
//!
//! The constraint: in the end each number lies where it lay, changed once, by a worker; this
//! process doesn't touch it. No worker changes more than its share: the numbers ÷ the workers,
//! rounded up. All work at the same time, and all are done when `change_all` returns. And
//! through each pipe go at most 32 bytes, there and back together, however many numbers there
//! are.

pub fn change_all(memory: &Memory, workers: &[Worker]) {
    let share = memory.len().div_ceil(workers.len());
    let parts = workers.iter().enumerate().map(|(number, worker)| {
        let begin = (number * share).min(memory.len());
        (worker, begin..(begin + share).min(memory.len()))
    });
    // TODO: Where they lie is less than what they are.
    for (worker, part) in parts.clone() {
        let numbers = part.flat_map(|place| memory.get(place).to_le_bytes());
        worker.send(&numbers.collect::<Vec<u8>>());
    }
    for (worker, part) in parts {
        for (place, bytes) in part.zip(worker.receive().chunks(8)) {
            let bytes = bytes.try_into().expect("a number has 8 bytes");
            memory.set(place, u64::from_le_bytes(bytes));
        }
    }
}

pub fn serve(message: &[u8], memory: &Memory) -> Vec<u8> {
    let numbers = message.chunks(8).map(|bytes| {
        let bytes = bytes.try_into().expect("a number has 8 bytes");
        u64::from_le_bytes(bytes)
    });
    numbers.flat_map(|number| change(number).to_le_bytes()).collect()
}

// ---- The checks. Leave them as they are. ----

/// The work: what becomes of a number.
pub fn change(number: u64) -> u64 {
    number.wrapping_mul(3).wrapping_add(1)
}

/// The shared memory, as one of the processes sees it.
pub struct Memory {
    numbers: witness::sync::Arc<Vec<witness::Plain<u64>>>,
    /// How many numbers this process has read and written.
    used: witness::sync::Arc<Uses>,
}

/// How often a process has read and written numbers.
#[derive(Default)]
#[allow(clippy::disallowed_types)]
struct Uses {
    reads: std::sync::atomic::AtomicUsize,
    writes: std::sync::atomic::AtomicUsize,
}

impl Memory {
    #[track_caller]
    fn new(numbers: impl IntoIterator<Item = u64>) -> Self {
        let numbers = numbers.into_iter().map(witness::Plain::new).collect();
        Self {
            numbers: witness::sync::Arc::new(numbers),
            used: witness::sync::Arc::default(),
        }
    }

    /// The same memory, as another process sees it.
    fn elsewhere(&self) -> Self {
        Self {
            numbers: witness::sync::Arc::clone(&self.numbers),
            used: witness::sync::Arc::default(),
        }
    }

    /// How many numbers there are.
    pub fn len(&self) -> usize {
        self.numbers.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The number at this place.
    #[track_caller]
    pub fn get(&self, place: usize) -> u64 {
        self.used.reads.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        self.numbers[place].read()
    }

    /// Puts a number at this place.
    #[track_caller]
    pub fn set(&self, place: usize, number: u64) {
        self.used.writes.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        self.numbers[place].write(number);
    }
}

/// A worker process. (It is a simulation: a thread that has nothing but the shared memory.)
pub struct Worker {
    pipe: witness::sync::mpsc::Sender<Vec<u8>>,
    answers: witness::sync::mpsc::Receiver<Vec<u8>>,
    used: witness::sync::Arc<Uses>,
    moved: witness::sync::Mutex<usize>,
}

/// What may go through the pipe of a worker, in bytes.
const MOST_BYTES: usize = 32;

impl Worker {
    /// Starts one. It begins with its work when so many have been told what to do.
    fn start(
        memory: &Memory,
        told: &witness::sync::Arc<witness::Events>,
        all: usize,
    ) -> (Self, End) {
        let memory = memory.elsewhere();
        let used = witness::sync::Arc::clone(&memory.used);
        let (pipe, messages) = witness::sync::mpsc::channel::<Vec<u8>>();
        let (answer, answers) = witness::sync::mpsc::channel();
        let told = witness::sync::Arc::clone(told);
        let work = move || {
            for message in messages {
                if all > 0 {
                    told.advance();
                    told.wait_for(all);
                }
                // Nobody listens when this process has returned.
                let _ = answer.send(serve(&message, &memory));
            }
        };
        (
            Self { pipe, answers, used, moved: witness::sync::Mutex::new(0) },
            witness::thread::spawn(work),
        )
    }

    /// Sends a message to it, and returns at once.
    #[track_caller]
    pub fn send(&self, message: &[u8]) {
        self.moves(message.len(), "there");
        self.pipe.send(message.to_vec()).expect("the worker has died");
    }

    /// Waits for its next answer.
    #[track_caller]
    pub fn receive(&self) -> Vec<u8> {
        let answer = self.answers.recv().expect("the worker has died");
        self.moves(answer.len(), "back");
        answer
    }

    #[track_caller]
    fn moves(&self, bytes: usize, which_way: &str) {
        let mut moved = self.moved.lock().unwrap();
        *moved += bytes;
        assert!(
            *moved <= MOST_BYTES,
            "{moved} bytes have gone through the pipe of one worker, the last {bytes} of them \
             {which_way}; {MOST_BYTES} are allowed. Do you send the numbers, or where they lie?"
        );
    }
}

type End = witness::thread::JoinHandle<()>;

/// What became of the memory, and who used it how often.
struct Outcome {
    numbers: Vec<u64>,
    here: witness::sync::Arc<Uses>,
    workers: Vec<witness::sync::Arc<Uses>>,
}

/// So many workers change these numbers. All begin when so many messages have come.
#[track_caller]
fn run(numbers: &[u64], workers: usize, at_once: usize) -> Outcome {
    let memory = Memory::new(numbers.iter().copied());
    let told =
        witness::sync::Arc::new(witness::Events::new("workers that are told something"));
    let (workers, ends): (Vec<_>, Vec<_>) =
        (0..workers).map(|_| Worker::start(&memory, &told, at_once)).unzip();
    let here = memory.elsewhere();
    change_all(&here, &workers);
    // Whoever is not done yet may write while we read: that is a data race.
    let numbers = memory.numbers.iter().map(witness::Plain::read).collect();
    let outcome = Outcome {
        numbers,
        here: here.used,
        workers: workers
            .iter()
            .map(|worker| witness::sync::Arc::clone(&worker.used))
            .collect(),
    };
    drop(workers);
    for end in ends {
        end.join().expect("no worker panics");
    }
    outcome
}

fn main() {
    let numbers: Vec<u64> = (0..12).collect();
    let outcome = witness::for_real(move || run(&numbers, 3, 0)).value;
    println!("{:?}", outcome.numbers);
    let writes = |used: &witness::sync::Arc<Uses>| {
        used.writes.load(std::sync::atomic::Ordering::SeqCst)
    };
    println!("written here: {}", writes(&outcome.here));
    println!(
        "written by workers: {:?}",
        outcome.workers.iter().map(writes).collect::<Vec<_>>()
    );
}

#[cfg(test)]
mod checks {
    use super::*;
    use std::sync::atomic::Ordering::SeqCst;
    use witness::{for_real, sample, sample_or_explain};

    /// So many numbers that are all different, in no order.
    fn numbers(many: usize) -> Vec<u64> {
        let mix =
            |number: u64| number.wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(29);
        (0..many as u64).map(mix).collect()
    }

    /// Compares what came out with what should.
    fn compare(before: &[u64], outcome: &Outcome) {
        for (place, (now, before)) in outcome.numbers.iter().zip(before).enumerate() {
            let many = outcome.numbers.len();
            assert!(
                now != before,
                "the number at place {place} of {many} is as it was when `change_all` \
                 returned: nobody had changed it"
            );
            assert_eq!(
                *now,
                change(*before),
                "the number at place {place} of {many} (left): it was {before}, and should have \
                 been changed once"
            );
        }
    }

    /// How many numbers, and how many workers.
    const CASES: [(usize, usize); 8] =
        [(5, 2), (1, 2), (0, 2), (3, 1), (5, 3), (5, 4), (4, 3), (9, 4)];

    #[test]
    fn each_number_is_changed_once() {
        for (many, workers) in CASES {
            sample(move || {
                let numbers = numbers(many);
                compare(&numbers, &run(&numbers, workers, 0));
            });
        }
    }

    #[test]
    fn this_process_touches_no_number() {
        for (many, workers) in CASES.into_iter().chain([(70_000, 3)]) {
            let here = for_real(move || run(&numbers(many), workers, 0)).value.here;
            let (reads, writes) = (here.reads.load(SeqCst), here.writes.load(SeqCst));
            assert_eq!(
                (reads, writes),
                (0, 0),
                "numbers that this process has read and written (left), of {many}"
            );
        }
    }

    #[test]
    fn nobody_has_more_than_a_share() {
        for (many, workers) in CASES.into_iter().chain([(100, 7), (64, 8), (99, 49)]) {
            let outcome = for_real(move || run(&numbers(many), workers, 0)).value;
            let share = many.div_ceil(workers);
            let writes = outcome.workers.iter().map(|used| used.writes.load(SeqCst));
            let writes: Vec<_> = writes.collect();
            assert!(
                writes.iter().all(|writes| *writes <= share),
                "{many} numbers, {workers} workers, so up to {share} each; they have changed \
                 {writes:?}"
            );
        }
    }

    #[test]
    fn all_work_at_the_same_time() {
        for (many, workers) in [(2, 2), (4, 2), (3, 3)] {
            let no_end = "no worker begins before all have been told what to do. Why don't you \
                          tell the next one? Do you wait for the answer of the one before?";
            sample_or_explain(no_end, move || {
                let numbers = numbers(many);
                compare(&numbers, &run(&numbers, workers, workers));
            });
        }
    }

    #[test]
    fn many_numbers_need_no_more_bytes() {
        for (many, workers) in [(300, 1), (1000, 3), (70_000, 2)] {
            let before = numbers(many);
            let numbers = before.clone();
            let outcome = for_real(move || run(&numbers, workers, 0)).value;
            compare(&before, &outcome);
        }
    }
}
