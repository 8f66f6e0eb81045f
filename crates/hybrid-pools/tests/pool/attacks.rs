//! What a pool does when its workers die, or when its own process does.

use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;
use std::{env, fs, io, process};

use hybrid_pools::{ProcessPool, StartError, TaskError};
#[cfg(target_os = "linux")]
use ipc::Transport;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use nix::unistd::dup2_stderr;
use processes::worker::{Program, Work, descriptors};

use super::tasks::{
    DIE, ECHO, HANG, POISON, PROCESS, SHORT, SQUARE, Test, WORK, options,
};

pub(crate) const ALL: &[Test] = &[
    ("a_task_that_kills_its_worker_fails_alone", a_poison_fails_alone),
    ("a_poison_in_a_chunk_fails_alone", a_poison_in_a_chunk_fails_alone),
    ("an_error_says_how_a_worker_died", an_error_says_how_a_worker_died),
    ("nobody_else_is_blamed", nobody_else_is_blamed),
    ("who_is_late_before_it_begins_is_late", who_is_late_before_it_begins_is_late),
    ("who_hangs_is_replaced", who_hangs_is_replaced),
    ("who_is_stopped_is_replaced", who_is_stopped_is_replaced),
    ("a_large_task_for_a_stopped_worker", a_large_task_for_a_stopped_worker),
    ("an_idle_worker_may_die", an_idle_worker_may_die),
    ("no_worker_outlives_its_pool", no_worker_outlives_its_pool),
    #[cfg(target_os = "linux")]
    ("a_pool_needs_no_temporary_files", a_pool_needs_no_temporary_files),
    #[cfg(target_os = "linux")]
    (
        "what_can_not_be_sent_is_no_workers_fault",
        what_can_not_be_sent_is_no_workers_fault,
    ),
    ("a_worker_may_end_at_once", a_worker_may_end_at_once),
    ("a_program_may_be_missing", a_program_may_be_missing),
    ("a_program_may_be_no_worker", a_program_may_be_no_worker),
    ("a_program_may_vanish", || a_program_may_change(None)),
    ("a_program_may_be_replaced", || a_program_may_change(Some("#!/bin/sh\nexit 3\n"))),
];

fn send(signal: Signal, id: u32) {
    // The process may have gone already.
    let _ = kill(Pid::from_raw(id.cast_signed()), signal);
}

fn a_poison_fails_alone() {
    let pool = options().attempts(2).start().unwrap();
    let poison = 5_000;
    let arguments = (0..10_000).map(|n| (n, poison));
    let (mut results, mut errors) = (0, Vec::new());
    for (n, result) in (0..).zip(pool.map(&POISON, arguments)) {
        match result {
            Ok(result) => {
                assert_eq!(result, n);
                results += 1;
            }
            Err(error) => errors.push((n, error)),
        }
    }
    assert_eq!(results, 9_999);
    let [(n, TaskError::Died { how, attempts, .. })] = &errors[..] else {
        panic!("{errors:?}")
    };
    assert_eq!((*n, how.signal(), *attempts), (poison, Some(6), 2));
    assert_eq!(pool.progress().restarts, 2);
}

fn a_poison_in_a_chunk_fails_alone() {
    for attempts in [1, 2, 3] {
        let pool = options().attempts(attempts).start().unwrap();
        let arguments = (0..1_000).map(|n| (n, 500));
        let results: Vec<_> = pool.map(&POISON, arguments).chunks(100).collect();
        let failed: Vec<_> = (0..).zip(results).filter(|(_, r)| r.is_err()).collect();
        let [(500, Err(TaskError::Died { attempts: had, .. }))] = &failed[..] else {
            panic!("{failed:?}")
        };
        // The first time, it might have been any task of the chunk.
        assert_eq!(*had, attempts.max(2));
        assert_eq!(pool.progress().restarts, u64::from(attempts.max(2)));
    }
}

fn an_error_says_how_a_worker_died() {
    let pool = options().attempts(1).start().unwrap();
    let died = |how: &str| {
        pool.submit(&DIE, &how.into()).unwrap().wait().unwrap_err().to_string()
    };
    let begin = "its worker died once, at last of";
    for (how, status) in [
        ("abort", "signal: 6 (SIGABRT)"),
        ("kill", "signal: 9 (SIGKILL)"),
        ("exit", "exit status: 3"),
    ] {
        let expected = format!("; its last words: I die by {how}");
        // The pool waits a tenth of a second for last words. On a busy machine, they may come later.
        let heard = (0..10).any(|_| {
            let error = died(how);
            assert!(error.starts_with(&format!("{begin} {status}")), "{error}");
            error.ends_with(&expected)
        });
        assert!(heard, "never: {expected}");
    }
    assert_eq!(pool.submit(&SQUARE, &5).unwrap().wait(), Ok(25));
}

/// A worker dies while its keeper gives it more. What the worker had done by then counts, and only the
/// task that killed it is to blame.
fn nobody_else_is_blamed() {
    let pool = options().workers(1).attempts(1).start().unwrap();
    for round in 0..100 {
        let tasks = (0..200).map(|n| (n, 100 + round % 50));
        for (n, result) in (0..).zip(pool.map(&POISON, tasks)) {
            assert_eq!(result.is_ok(), n != 100 + round % 50, "{round}, {n}: {result:?}");
        }
    }
}

/// Sending the argument takes longer than the task may take.
fn who_is_late_before_it_begins_is_late() {
    let deadline = Duration::from_millis(1);
    let pool = options().workers(1).attempts(2).longest(100 << 20).deadline(deadline);
    let pool = pool.start().unwrap();
    let error = pool.submit(&ECHO, &vec![1; 50 << 20]).unwrap().wait().unwrap_err();
    assert!(matches!(error, TaskError::Late { attempts: 2, .. }), "{error}");
}

fn who_hangs_is_replaced() {
    let pool = options().workers(1).deadline(SHORT).attempts(2).start().unwrap();
    let hangs = pool.submit(&HANG, &()).unwrap();
    let behind = pool.submit(&SQUARE, &5).unwrap();
    let error = hangs.wait().unwrap_err();
    assert_eq!(
        error,
        TaskError::Late { deadline: SHORT, attempts: 2, stderr: String::new() }
    );
    assert_eq!(error.to_string(), "it took longer than 500ms, twice");
    assert_eq!(behind.wait(), Ok(25));
    assert_eq!(pool.progress().restarts, 2);
}

fn who_is_stopped_is_replaced() {
    let pool = options().workers(1).deadline(SHORT).attempts(2).start().unwrap();
    let before = pool.submit(&PROCESS, &()).unwrap().wait().unwrap();
    let error = pool.submit(&DIE, &"stop".into()).unwrap().wait().unwrap_err();
    assert!(matches!(error, TaskError::Late { attempts: 2, .. }), "{error}");
    assert_ne!(pool.submit(&PROCESS, &()).unwrap().wait(), Ok(before));
}

/// The task is sent to a worker that is stopped, and so doesn't read it.
fn a_large_task_for_a_stopped_worker() {
    // A slow machine may need more than one deadline for so many bytes.
    let pool = options().workers(1).deadline(SHORT).attempts(10).start().unwrap();
    let ids = pool.worker_ids();
    send(Signal::SIGSTOP, ids[0]);
    let bytes = vec![1; 4 << 20];
    let came = pool.submit(&ECHO, &bytes).unwrap().wait();
    assert_eq!(came, Ok(bytes));
    assert_ne!(pool.worker_ids(), ids);
    // A stopped worker that is idle doesn't hold up the end either.
    pool.worker_ids().into_iter().for_each(|id| send(Signal::SIGSTOP, id));
    pool.shutdown();
}

fn an_idle_worker_may_die() {
    // No task is to blame: none has begun.
    let pool = options().attempts(1).start().unwrap();
    for _ in 0..100 {
        pool.worker_ids().into_iter().for_each(|id| send(Signal::SIGKILL, id));
        assert_eq!(pool.submit(&SQUARE, &9).unwrap().wait(), Ok(81));
    }
}

/// The argument for a process with a pool, which the test kills. The process says which workers it has;
/// and these hold its stdout, which ends when all of them have gone.
const OWNER: &str = "--owner-of-a-pool";

/// The argument for a process whose pool does one task.
#[cfg(target_os = "linux")]
const SQUARES: &str = "--square";

/// The argument for a process that hands in more than one of its files may hold.
#[cfg(target_os = "linux")]
const TOO_MUCH: &str = "--too-much";

pub(crate) fn entry() {
    #[cfg(target_os = "linux")]
    if env::args().any(|argument| argument == SQUARES) {
        let pool = options().start().unwrap();
        println!("{}", pool.submit(&SQUARE, &9).unwrap().wait().unwrap());
        process::exit(0);
    }
    #[cfg(target_os = "linux")]
    if env::args().any(|argument| argument == TOO_MUCH) {
        let pool = options().workers(1).transport(Transport::SharedMemoryChannel);
        let pool = pool.start().unwrap();
        let much = pool.submit(&ECHO, &vec![7; 4 << 20]).unwrap();
        let little = pool.submit(&SQUARE, &9).unwrap();
        println!("{}", much.wait().unwrap_err());
        println!("{}", little.wait().unwrap());
        process::exit(0);
    }
    if env::args().any(|argument| argument == OWNER) {
        let pool = options().start().unwrap();
        let hangs: Vec<_> = (0..10).map(|_| pool.submit(&HANG, &()).unwrap()).collect();
        println!("{:?}", pool.worker_ids());
        io::stdout().flush().unwrap();
        for hang in hangs {
            let _ = hang.wait();
        }
        process::exit(1);
    }
}

fn no_worker_outlives_its_pool() {
    let mut owner = Command::new(env::current_exe().unwrap())
        .arg(OWNER)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = BufReader::new(owner.stdout.take().unwrap());
    let mut ids = String::new();
    let read = said.read_line(&mut ids);
    send(Signal::SIGKILL, owner.id());
    owner.wait().unwrap();
    read.unwrap();
    assert!(ids.contains(", "), "there are two workers: {ids}");
    // The workers have it as their stdout, too: it ends when all of them have gone.
    said.read_to_end(&mut Vec::new()).unwrap();
}

#[cfg(target_os = "linux")]
fn a_pool_needs_no_temporary_files() {
    let mut owner = Command::new(env::current_exe().unwrap());
    let output = owner.arg(SQUARES).env("TMPDIR", "/no/such/folder").output().unwrap();
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert_eq!(String::from_utf8_lossy(&output.stdout), "81\n", "{complaint}");
}

/// Shared memory counts as a file, and here no file may have more than a mebibyte.
#[cfg(target_os = "linux")]
fn what_can_not_be_sent_is_no_workers_fault() {
    let mut owner = Command::new("sh");
    owner.args(["-c", "ulimit -f 2048; exec \"$0\" \"$1\""]);
    let output = owner.arg(env::current_exe().unwrap()).arg(TOO_MUCH).output().unwrap();
    let complaint = String::from_utf8_lossy(&output.stderr);
    let said = String::from_utf8_lossy(&output.stdout);
    let [much, little] = said.lines().collect::<Vec<_>>()[..] else {
        panic!("{said}{complaint}")
    };
    assert!(much.contains("could not be sent to a worker"), "{much}");
    assert_eq!(little, "81");
}

fn of(program: &Path) -> Result<ProcessPool, StartError> {
    let options = options().workers(1).attempts(2).patience(SHORT);
    options.program(Program::at(program)).start()
}

pub(crate) const ENDS_AT_ONCE: Work =
    Work::new("test, ends at once", |_| process::exit(3));

/// Takes what a pool gives its workers, writes a line to stderr, and ends.
pub(crate) const ENDS_WITH_WORDS: Work = Work::new("test, ends with words", |link| {
    let (_, given) = descriptors::receive(&link, &mut [0; 8])?;
    dup2_stderr(given.first().ok_or(ErrorKind::NotFound)?)?;
    eprintln!("out of ink");
    process::exit(3)
});

/// The error says how the worker has ended, and what its last words were.
fn a_worker_may_end_at_once() {
    let said = |work: &Work| {
        let options = ProcessPool::of(work).unwrap().workers(1).quiet();
        let said = options.start().err().unwrap().to_string();
        assert_eq!(said.lines().count(), 1, "{said}");
        said
    };
    let heard = (0..20).filter(|_| {
        let said = [said(&ENDS_AT_ONCE), said(&ENDS_WITH_WORDS)];
        assert!(said.iter().all(|said| said.contains("(exit status: 3)")), "{said:?}");
        said[1].ends_with("; its last words: out of ink")
    });
    // On a busy machine, some come later than the pool waits for them.
    assert!(heard.count() >= 10, "too many last words were lost");
}

fn a_program_may_be_missing() {
    let error = of(Path::new("/no/such/program")).err().unwrap();
    assert!(error.to_string().contains("/no/such/program"), "{error}");
}

fn script(folder: &Path, text: &str) -> PathBuf {
    let path = folder.join("program");
    tour::manners::write_program(&path, text);
    path
}

fn a_program_may_be_no_worker() {
    let folder = tempfile::tempdir().unwrap();
    for text in ["#!/bin/sh\nexit 3\n", "#!/bin/sh\necho hello\n"] {
        let error = of(&script(folder.path(), text)).err().unwrap();
        assert!(error.to_string().contains("program"), "{error}");
    }
}

/// Workers live on when their program is gone or is another one; but after they have died, no new one
/// can be started.
fn a_program_may_change(to: Option<&str>) {
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("worker");
    tour::manners::write_program(
        &program,
        fs::read(env::current_exe().unwrap()).unwrap(),
    );
    let pool = of(&program).unwrap();
    assert_eq!(pool.submit(&SQUARE, &5).unwrap().wait(), Ok(25));
    match to {
        Some(text) => fs::rename(script(folder.path(), text), &program).unwrap(),
        None => fs::remove_file(&program).unwrap(),
    }
    assert_eq!(pool.submit(&SQUARE, &6).unwrap().wait(), Ok(36));
    let dies = pool.submit(&DIE, &"abort".into()).unwrap();
    let waits = pool.submit(&SQUARE, &7);
    for error in [dies.wait().unwrap_err(), waits.unwrap().wait().unwrap_err()] {
        let TaskError::NoWorkers { reason } = error else { panic!("{error}") };
        assert!(reason.contains("/worker"), "{reason}");
    }
    let rejected = pool.submit(&SQUARE, &8).err().unwrap();
    assert!(rejected.to_string().starts_with("no worker is left"), "{rejected}");
    let mapped: Vec<_> = pool.map(&SQUARE, 0..10).collect();
    assert!(mapped.iter().all(|r| matches!(r, Err(TaskError::Rejected(_)))));
    // Nor does that disturb a pool whose program is still there.
    let other = ProcessPool::of(&WORK).unwrap().workers(1).start().unwrap();
    assert_eq!(other.submit(&SQUARE, &9).unwrap().wait(), Ok(81));
}
