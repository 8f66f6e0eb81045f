//! What happens where the system has little to give: there is an error that says so, and afterwards
//! everything works again. Each trial has a process of its own, in which nothing else goes on.

use std::fs::File;
use std::io;
use std::process::{self, Command};
use std::time::{Duration, Instant};
use std::{env, fs};

use ipc::transport::{self, ALL};
use ipc::{Connection, Error, Problem, Settings, Transport};
use libtest_mimic::Failed;
use nix::errno::Errno;
use nix::sys::resource::{Resource, getrlimit, setrlimit};

/// Long enough for any machine.
const LONG: Duration = Duration::from_secs(20);

type Trial = fn(Transport) -> Result<(), Failed>;

/// The trials, by the arguments that start them.
const TRIALS: &[(&str, Trial)] = &[
    ("--with-few-descriptors", with_few_descriptors),
    ("--with-small-files", with_small_files),
    ("--late", late),
];

/// Runs a trial and exits, if the arguments of this process say so. So far, `worker::entry` has not
/// told the system to ignore any signals.
pub(crate) fn entry() {
    let arguments: Vec<_> = env::args().collect();
    let [_, trial, transport] = &arguments[..] else { return };
    let Some((_, trial)) = TRIALS.iter().find(|(name, _)| name == trial) else { return };
    let transport = ALL.iter().find(|known| known.to_string() == *transport);
    match trial(*transport.expect("it is one of ours")) {
        Ok(()) => process::exit(0),
        Err(error) => {
            eprintln!("{}", error.message().unwrap_or_default());
            process::exit(1)
        }
    }
}

/// Runs a trial for each transport, each in a process of its own.
fn run(name: &str) -> Result<(), Failed> {
    for transport in transport::ALL {
        let mut trial = Command::new(env::current_exe()?);
        let output = trial.args([name, &transport.to_string()]).output()?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            return Err(format!("{transport}, {}: {said}", output.status).into());
        }
    }
    Ok(())
}

pub(crate) fn few_descriptors_are_an_error() -> Result<(), Failed> {
    run("--with-few-descriptors")
}

pub(crate) fn small_files_are_an_error() -> Result<(), Failed> {
    run("--with-small-files")
}

#[cfg(target_os = "linux")]
pub(crate) fn whoever_was_late_leaves_nothing() -> Result<(), Failed> {
    run("--late")
}

/// The length of a message: long enough to get memory of its own, where a transport has that, and
/// short enough to fit into every transport.
const LENGTH: usize = 10_000;

fn meet(transport: Transport) -> Result<(Connection, Connection), Error> {
    let settings = Settings { patience: Duration::from_secs(60), ..Settings::default() };
    transport.pair(settings)
}

fn exchange(transport: Transport) -> Result<(), Error> {
    let (mut ours, mut theirs) = meet(transport)?;
    for _ in 0..3 {
        ours.send(&[7; LENGTH])?;
        assert_eq!(theirs.receive()?, [7; LENGTH]);
    }
    Ok(())
}

/// Takes descriptors until this process has only `left` more.
fn take_all_but(left: usize) -> io::Result<Vec<File>> {
    let null = File::open("/dev/null")?;
    let mut taken: Vec<_> = (0..).map_while(|_| null.try_clone().ok()).collect();
    drop(null);
    // Dropping `null` has freed one more.
    taken.truncate((taken.len() + 1).saturating_sub(left));
    Ok(taken)
}

/// More descriptors than any transport needs.
const MOST: usize = 24;

fn with_few_descriptors(transport: Transport) -> Result<(), Failed> {
    let (_, hard) = getrlimit(Resource::RLIMIT_NOFILE)?;
    setrlimit(Resource::RLIMIT_NOFILE, 64, hard)?;
    let mut refused = 0;
    for left in 0..MOST {
        let taken = take_all_but(left)?;
        let exchanged = exchange(transport);
        drop(taken);
        if let Err(error) = exchanged {
            says_so(&error, Errno::EMFILE, "`ulimit -n`")?;
            refused += 1;
        }
    }
    let (_ours, mut theirs) = {
        let (mut ours, theirs) = meet(transport)?;
        ours.send(&[7; LENGTH])?;
        (ours, theirs)
    };
    let taken = take_all_but(0)?;
    if let Err(error) = theirs.receive() {
        says_so(&error, Errno::EMFILE, "`ulimit -n`")?;
    }
    drop(taken);
    // With enough descriptors, everything works again.
    exchange(transport)?;
    if refused == 0 && transport.reaches_processes() {
        return Err("there were enough descriptors all the time".into());
    }
    Ok(())
}

fn with_small_files(transport: Transport) -> Result<(), Failed> {
    let (_, hard) = getrlimit(Resource::RLIMIT_FSIZE)?;
    setrlimit(Resource::RLIMIT_FSIZE, 5_000, hard)?;
    match exchange(transport) {
        Ok(()) => Ok(()),
        Err(error) => says_so(&error, Errno::EFBIG, "`ulimit -f`"),
    }
}

fn says_so(error: &Error, expected: Errno, advice: &str) -> Result<(), Failed> {
    let number = match &error.problem {
        Problem::Io(error) | Problem::NoPlace { why: error, .. } => error.raw_os_error(),
        _ => None,
    };
    if number == Some(expected as i32) && error.to_string().contains(advice) {
        Ok(())
    } else {
        Err(error.to_string().into())
    }
}

/// Waiting in vain and closing the connection leaves no descriptor open, and no thread running.
fn late(transport: Transport) -> Result<(), Failed> {
    // The first exchange takes what is needed only once.
    exchange(transport)?;
    let count = |what| fs::read_dir(format!("/proc/self/{what}")).map(Iterator::count);
    let count = || -> Result<[usize; 2], Failed> { Ok([count("fd")?, count("task")?]) };
    let left = |waits| {
        let (mut ours, _theirs) = meet(transport)?;
        if waits {
            let error = ours.receive_within(Duration::from_millis(1)).map(|_| ());
            assert!(matches!(error.unwrap_err().problem, Problem::Late));
        }
        drop(ours);
        count()
    };
    let (without, mut with) = (left(false)?, left(true)?);
    let is_more = |with: [usize; 2]| (0..2).any(|what| with[what] > without[what]);
    // A thread that was joined may still be listed for a moment.
    let begin = Instant::now();
    while is_more(with) && begin.elapsed() < LONG {
        with = count()?;
    }
    if is_more(with) {
        return Err(
            format!("{with:?} descriptors and threads instead of {without:?}").into()
        );
    }
    Ok(())
}
