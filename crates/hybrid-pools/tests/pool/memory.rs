//! How much waits, counted in bytes.

use std::thread;

use hybrid_pools::Rejected;

use super::ordinary::gate;
use super::tasks::{ECHO, GATE, LENGTHEN, SQUARE, Test, options};

pub(crate) const ALL: &[Test] = &[
    ("heavy_arguments_wait", heavy_arguments_wait),
    ("an_argument_may_be_larger_than_all", an_argument_may_be_larger_than_all),
    ("tasks_without_an_argument_weigh_something", tasks_without_an_argument_weigh),
    ("a_map_keeps_as_many_results_as_fit", a_map_keeps_as_many_results_as_fit),
    ("a_map_may_have_results_larger_than_all", a_map_may_have_larger_results),
    ("a_map_of_what_is_refused_has_an_end", a_map_of_what_is_refused_has_an_end),
    #[cfg(target_os = "linux")]
    ("pages_that_nobody_can_fetch_are_missing", linux::pages_are_missing),
    #[cfg(target_os = "linux")]
    ("large_ones_leave_no_memory_behind", linux::large_ones_leave_no_memory_behind),
];

const KIB: usize = 1 << 10;
const MIB: usize = 1 << 20;

/// The worker is held up, so all tasks that come have to wait.
fn heavy_arguments_wait() {
    let pool = options().workers(1).capacity_in_bytes(MIB).start().unwrap();
    let (file, lock) = gate();
    let held_up = pool.submit(&GATE, &file.path().to_path_buf()).unwrap();
    while pool.progress().waiting > 0 {
        thread::yield_now();
    }
    // So large that none is given to the worker in advance.
    let argument = vec![1; 100 * KIB];
    let mut handles = Vec::new();
    let rejected = loop {
        match pool.try_submit(&ECHO, &argument) {
            Ok(handle) => handles.push(handle),
            Err(rejected) => break rejected,
        }
        assert!(pool.progress().bytes <= MIB);
    };
    let Rejected::Heavy { bytes, most: MIB } = rejected else { panic!("{rejected}") };
    assert!(bytes <= MIB && bytes + 2 * argument.len() > MIB, "{bytes}");
    assert_eq!(pool.progress().waiting, handles.len());
    // `submit` waits until there is room.
    thread::scope(|scope| {
        let waits = scope.spawn(|| pool.submit(&ECHO, &argument).unwrap().wait());
        lock.unlock().unwrap();
        assert_eq!(waits.join().unwrap().as_ref(), Ok(&argument));
    });
    assert!(handles.into_iter().all(|handle| handle.wait().as_ref() == Ok(&argument)));
    assert_eq!(held_up.wait(), Ok(()));
    assert_eq!(pool.progress().bytes, 0);
}

fn an_argument_may_be_larger_than_all() {
    let pool = options().capacity_in_bytes(0).start().unwrap();
    let sent = || (0..20).map(|n| vec![n; 100 * KIB]);
    assert!(pool.map(&ECHO, sent()).map(Result::unwrap).eq(sent()));
    let handles: Vec<_> = sent().map(|sent| pool.submit(&ECHO, &sent).unwrap()).collect();
    assert!(handles.into_iter().map(|handle| handle.wait().unwrap()).eq(sent()));
}

fn tasks_without_an_argument_weigh() {
    let pool = options().workers(1).capacity(1 << 30).capacity_in_bytes(MIB);
    let pool = pool.start().unwrap();
    let (file, lock) = gate();
    let held_up = pool.submit(&GATE, &file.path().to_path_buf()).unwrap();
    let mut handles = Vec::new();
    let rejected = loop {
        match pool.try_submit(&SQUARE, &3) {
            Ok(handle) => handles.push(handle),
            Err(rejected) => break rejected,
        }
        assert!(handles.len() < 10_000, "they are for nothing");
    };
    assert!(matches!(rejected, Rejected::Heavy { .. }), "{rejected}");
    lock.unlock().unwrap();
    assert!(handles.into_iter().all(|handle| handle.wait() == Ok(9)));
    assert_eq!(held_up.wait(), Ok(()));
}

/// No more results are made than fit, except for those that were under way before anybody could know how
/// long results are: two chunks for each worker.
fn a_map_keeps_as_many_results_as_fit() {
    for chunk in [1, 3] {
        let pool = options().capacity_in_bytes(4 * MIB).start().unwrap();
        let lengths = std::iter::repeat_n(MIB, 1_000);
        let mut results = pool.map(&LENGTHEN, lengths).chunks(chunk as usize);
        for taken in 1..=20 {
            assert_eq!(results.next().map(|made| made.unwrap().len()), Some(MIB));
            let outstanding = pool.progress().submitted - taken;
            assert!(outstanding <= 4 * chunk, "{outstanding} in chunks of {chunk}");
        }
    }
}

fn a_map_may_have_larger_results() {
    for chunk in [1, 3] {
        let pool = options().capacity_in_bytes(0).start().unwrap();
        let results = pool.map(&LENGTHEN, [KIB; 50]).chunks(chunk);
        assert_eq!(results.map(|made| made.unwrap().len()).sum::<usize>(), 50 * KIB);
        let results = pool.map(&LENGTHEN, [KIB; 50]).chunks(chunk).as_completed();
        assert_eq!(results.map(|(_, made)| made.unwrap().len()).sum::<usize>(), 50 * KIB);
    }
}

/// There is no end to the arguments that are refused.
fn a_map_of_what_is_refused_has_an_end() {
    let pool = options().longest(10).start().unwrap();
    let mut refused = pool.map(&ECHO, std::iter::repeat_with(|| vec![0; 100]));
    assert!(refused.by_ref().take(5_000).all(|result| result.is_err()));
}

#[cfg(target_os = "linux")]
pub(crate) mod linux {
    use std::process::{self, Command};
    use std::time::Instant;
    use std::{env, fs};

    use hybrid_pools::{hybrid, index};
    use ipc::Transport;
    use processes::worker::{Program, Work, answer_with_one_thread};

    use super::super::blame::limit;
    use super::super::tasks::LONG;
    use super::*;

    /// The argument for a process whose pool has large arguments and results, and nothing else. It prints
    /// how many bytes more than before it takes in the end, and how many its worker takes.
    const OWNER: &str = "--owner-of-large-ones";

    const TRANSPORTS: [Transport; 2] = [Transport::Pipes, Transport::SleepingRing];

    const LARGE: usize = 100 * MIB;

    /// How much may be kept so that the next large task is faster, and something for everything else.
    const LITTLE: usize = 40 * MIB;

    pub(crate) fn entry() {
        if env::args().any(|argument| argument == OWNER) {
            TRANSPORTS.into_iter().for_each(own);
            process::exit(0);
        }
    }

    fn own(transport: Transport) {
        let options = options().workers(1).longest(2 * LARGE).transport(transport);
        let pool = options.start().unwrap();
        let ids = [process::id(), pool.worker_ids()[0]];
        let before = ids.map(resident);
        for _ in 0..3 {
            assert_eq!(
                pool.submit(&ECHO, &vec![7; LARGE]).unwrap().wait().unwrap().len(),
                LARGE
            );
        }
        // The memory may be given back a moment after the result has come.
        let asked = Instant::now();
        loop {
            let now = ids.map(resident);
            let more = [0, 1].map(|of| now[of].saturating_sub(before[of]));
            if more.iter().all(|&more| more < LITTLE) || asked.elapsed() > LONG / 4 {
                println!("{} {}", more[0], more[1]);
                return;
            }
            thread::yield_now();
        }
    }

    /// Fetches some pages by threads, without memory for the stack of a thread. Answers how many pages
    /// are missing, and why the first one is.
    pub(crate) const NO_THREAD: Work = Work::new("test, no thread", |link| {
        answer_with_one_thread(link, |pages: usize| {
            let urls = vec![String::from("http://localhost:9/"); pages];
            let job = hybrid::Job { urls, rounds: 1, poison: None };
            limit(memory(process::id(), "VmSize:") + MIB);
            let (index, missing) = hybrid::threads_only(&job, 4);
            assert_eq!(index, index::Index::default());
            (missing.len(), missing.into_iter().next().map(|(_, why)| why))
        })
    });

    pub(super) fn pages_are_missing() {
        let mut worker = Program::this().unwrap().start(NO_THREAD.name).unwrap();
        let (missing, why): (usize, Option<String>) = worker.ask(&3).unwrap();
        assert_eq!(missing, 3);
        let why = why.unwrap();
        assert!(why.starts_with("couldn't start a thread: "), "{why}");
        worker.join().unwrap();
    }

    fn resident(process: u32) -> usize {
        memory(process, "VmRSS:")
    }

    fn memory(process: u32, kind: &str) -> usize {
        let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix(kind)).unwrap();
        line.trim().strip_suffix(" kB").unwrap().parse::<usize>().unwrap() * KIB
    }

    pub(super) fn large_ones_leave_no_memory_behind() {
        let output =
            Command::new(env::current_exe().unwrap()).arg(OWNER).output().unwrap();
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{complaint}");
        let said = String::from_utf8(output.stdout).unwrap();
        let more: Vec<usize> =
            said.split_whitespace().map(|n| n.parse().unwrap()).collect();
        assert_eq!(more.len(), 2 * TRANSPORTS.len(), "{said}");
        assert!(more.iter().all(|&more| more < LITTLE), "{said}");
    }
}
