//! A program has started children, and something happens to it. Which of them live on?
//!
//! The children are programs that know nothing of us: each waits for a line, answers it, and
//! ends. So a child that answers has lived on.

use std::io::{self, ErrorKind, Read, Write};
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use nix::sys::signal::{SigHandler, Signal, kill, killpg, signal};
use nix::unistd::Pid;

use crate::terminal::{CTRL_C, Terminal};
use crate::worker::{self, Ending, Error, Program, Work, Worker};

/// How children are started.
#[derive(Clone, Copy, Debug)]
pub enum Start {
    /// As most programs start them, with no precautions.
    Plainly,
    /// Each child leads a process group of its own.
    InOwnGroups,
    /// Each child asks the system for a signal when its parent ends.
    #[cfg(target_os = "linux")]
    WithDeathSignal,
    /// By a thread of the program that ends as soon as it has started them.
    #[cfg(target_os = "linux")]
    ByThread,
    /// By such a thread, and each child asks for a signal when its parent ends.
    #[cfg(target_os = "linux")]
    ByThreadWithDeathSignal,
}

/// What happens to a program that has children.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// Nothing.
    Nothing,
    /// The program is killed, and no other process.
    Kill,
    /// Its process group is killed.
    KillGroup,
    /// Somebody presses Ctrl-C in its terminal.
    CtrlC,
    /// The program is a worker of ours, and [`Worker::kill`] ends it.
    KillWorker,
}

/// One case: its name, what happens to the program, and how its children were started.
pub type Case = (&'static str, Event, Start);

/// All cases of the book, by the names that they have in the measurements.
pub const CASES: &[Case] = &[
    ("killed alone", Event::Kill, Start::Plainly),
    ("killed with its group", Event::KillGroup, Start::Plainly),
    ("Ctrl-C", Event::CtrlC, Start::Plainly),
    ("Ctrl-C, children in groups of their own", Event::CtrlC, Start::InOwnGroups),
    ("a worker of ours, killed", Event::KillWorker, Start::Plainly),
    #[cfg(target_os = "linux")]
    ("killed alone, with a death signal", Event::Kill, Start::WithDeathSignal),
    #[cfg(target_os = "linux")]
    ("only a thread ends", Event::Nothing, Start::ByThread),
    #[cfg(target_os = "linux")]
    (
        "only a thread ends, with a death signal",
        Event::Nothing,
        Start::ByThreadWithDeathSignal,
    ),
];

/// The work of the program that has the children. Asked for a case, by its name, and a number,
/// it starts so many children. Asked for nothing, it waits until they have ended.
pub const HEAD: Work = Work::new("the head of a family", |link| {
    outlive_the_terminal()?;
    let mut children: Vec<Child> = Vec::new();
    worker::answer(link, move |request: Option<(String, usize)>| {
        let done = match request {
            Some((case, count)) => {
                have(&case, count).map(|started| children.extend(started))
            }
            None => children.iter_mut().try_for_each(|child| child.wait().map(drop)),
        };
        done.map_err(|error| error.to_string())
    })
});

/// Ignores SIGHUP, and the children inherit that. When the first process of a session ends, the
/// system sends this signal to the whole foreground; a child would then end for another reason
/// than the one that we want to see.
#[allow(unsafe_code)]
fn outlive_the_terminal() -> io::Result<()> {
    // SAFETY: a signal that is ignored runs no code of ours.
    unsafe { signal(Signal::SIGHUP, SigHandler::SigIgn) }?;
    Ok(())
}

fn have(case: &str, count: usize) -> io::Result<Vec<Child>> {
    let case = CASES.iter().find(|(name, ..)| *name == case);
    let &(_, _, start) = case.ok_or(io::ErrorKind::InvalidInput)?;
    let have = move || (0..count).map(|_| child(start)).collect();
    match start {
        #[cfg(target_os = "linux")]
        Start::ByThread | Start::ByThreadWithDeathSignal => linux::in_a_thread(have),
        _ => have(),
    }
}

// ANCHOR: child
fn child(start: Start) -> io::Result<Child> {
    let mut command = Command::new("sh");
    command.args(["-c", "read line <&1 && echo"]).stdin(Stdio::null());
    match start {
        Start::InOwnGroups => {
            command.process_group(0);
        }
        #[cfg(target_os = "linux")]
        Start::WithDeathSignal | Start::ByThreadWithDeathSignal => {
            linux::ask_for_death_signal(&mut command);
        }
        _ => {}
    }
    command.spawn()
}
// ANCHOR_END: child

#[cfg(target_os = "linux")]
mod linux {
    #![allow(unsafe_code)]

    use std::path::PathBuf;
    use std::thread;

    use nix::sys::prctl::set_pdeathsig;
    use nix::unistd::gettid;

    use super::*;

    // ANCHOR: death_signal
    pub(super) fn ask_for_death_signal(command: &mut Command) {
        // SAFETY: between fork and exec, the closure makes one system call and nothing else.
        unsafe { command.pre_exec(|| Ok(set_pdeathsig(Signal::SIGKILL)?)) };
    }
    // ANCHOR_END: death_signal

    /// Calls `work` in a new thread, and returns what it returns when the thread has ended.
    pub(super) fn in_a_thread<T: Send + 'static>(
        work: impl FnOnce() -> io::Result<T> + Send + 'static,
    ) -> io::Result<T> {
        let thread = thread::Builder::new().spawn(|| (gettid(), work()))?;
        let (id, done) = thread.join().expect("it doesn't panic");
        // After `join`, the system may still be busy ending the thread. It sends the death
        // signals only when it is done with that.
        let entry = PathBuf::from(format!("/proc/self/task/{id}"));
        while entry.exists() {
            thread::yield_now();
        }
        done
    }
}

/// How long we wait for the program's end, which should come at once.
const PATIENCE: Duration = Duration::from_secs(10);

/// The most children that a program may have. Whoever asks for more has mistyped.
const MOST: usize = 1_024;

/// Starts a program with `count` children, lets the case happen to it, and returns how many of
/// the children live on.
///
/// # Errors
///
/// When the processes can't be started, or `count` is more than 1,024, or the program survives
/// what should end it.
pub fn live_on(case: Case, count: usize) -> Result<usize, Error> {
    if count > MOST {
        return Err(refused(format!("{count} children are more than {MOST}")));
    }
    who_answers(case, count)
}

// ANCHOR: live_on
fn who_answers((case, event, _): Case, count: usize) -> Result<usize, Error> {
    let (mut ours, theirs) = UnixStream::pair().map_err(refused)?;
    let terminal = Terminal::open().map_err(refused)?;
    let mut head = program(theirs, event, &terminal)?.start(HEAD.name)?;
    ask(&mut head, Some((case, count)))?;

    let mut head = happen(event, head, &terminal)?;
    // One line for each child. A child that lives takes one, answers, and ends.
    let asked = ours.write_all(&vec![b'\n'; count]);
    asked.and_then(|()| ours.shutdown(Shutdown::Write)).or_else(gone)?;
    if event == Event::Nothing
        && let Some(mut head) = head.take()
    {
        // The program itself lives, too. As long as it has the other end of our socket, we
        // wouldn't read to the end. So it waits for its children, and ends with this block.
        ask(&mut head, None)?;
    }
    let mut answers = Vec::new();
    ours.read_to_end(&mut answers).map(drop).or_else(gone)?;
    Ok(answers.len())
}
// ANCHOR_END: live_on

// ANCHOR: happen
fn happen(
    event: Event,
    head: Worker,
    terminal: &Terminal,
) -> Result<Option<Worker>, Error> {
    let id = Pid::from_raw(head.id().cast_signed());
    match event {
        Event::Nothing => return Ok(Some(head)),
        Event::Kill => kill(id, Signal::SIGKILL).map_err(refused)?,
        Event::KillGroup => killpg(id, Signal::SIGKILL).map_err(refused)?,
        Event::CtrlC => terminal.press(CTRL_C).map_err(refused)?,
        Event::KillWorker => return head.kill().map(|_| None),
    }
    match Ending::of(head.id()).map_err(refused)?.within(PATIENCE) {
        true => Ok(Some(head)),
        false => Err(refused("the program lives on")),
    }
}
// ANCHOR_END: happen

/// The program that will have the children. It prints to `stdout`, and runs in the terminal if
/// the event is a key that is pressed there.
fn program(
    stdout: UnixStream,
    event: Event,
    terminal: &Terminal,
) -> Result<Program, Error> {
    let program = Program::this()?.stdout(stdout);
    match event {
        Event::CtrlC => Ok(program.terminal(terminal.screen().map_err(refused)?)),
        _ => Ok(program),
    }
}

fn ask(head: &mut Worker, request: Option<(&str, usize)>) -> Result<(), Error> {
    head.ask::<Result<(), String>>(&request)?.map_err(refused)
}

/// Drops the errors that mean that no child is left: nobody can receive a line (`BrokenPipe`), or
/// lines remain that no child has taken (`ConnectionReset`).
fn gone(error: io::Error) -> Result<(), Error> {
    match error.kind() {
        ErrorKind::BrokenPipe | ErrorKind::ConnectionReset => Ok(()),
        _ => Err(refused(error)),
    }
}

fn refused(reason: impl ToString) -> Error {
    Error::Refused { reason: reason.to_string() }
}
