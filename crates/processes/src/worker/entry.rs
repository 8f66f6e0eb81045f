//! The worker's side: how a program becomes a worker.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, ErrorKind};
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::panic::{self, AssertUnwindSafe};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::{env, process, thread};

#[cfg(not(target_vendor = "apple"))]
use nix::errno::Errno;
#[cfg(not(target_vendor = "apple"))]
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::signal::{SigHandler, Signal, signal};
use nix::unistd::getppid;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::greeting::greet;
use super::group;
use super::link::Link;
#[cfg(target_os = "linux")]
use super::serving;

/// The argument that makes a program a worker; the name of its work comes after it.
pub(super) const WORKER: &str = "--worker";

/// How many characters of an unknown name a refusal repeats, so that it stays one line.
const LONGEST_NAME: usize = 100;

/// Something that a worker can do.
#[derive(Clone, Copy, Debug)]
pub struct Work {
    /// What the parent calls it.
    pub name: &'static str,
    run: fn(Link) -> io::Result<()>,
}

impl Work {
    /// Work called `name`. `run` gets the link to the parent and returns when there is
    /// nothing more to do; mostly it calls [`answer`].
    pub const fn new(name: &'static str, run: fn(Link) -> io::Result<()>) -> Self {
        Self { name, run }
    }
}

/// Whether [`entry`] has been called.
static ENTERED: AtomicBool = AtomicBool::new(false);

/// Makes this process a worker if it was started as one, and then doesn't return: the
/// process ends with its work.
///
/// Every program whose workers are to run the same program calls this first thing in `main`,
/// with all the work that its workers can do. Work is found by its name. The address of a
/// function would not do: it may differ from one process to the next.
///
/// Signals that are ignored or blocked when this process starts are reset, in parents and in
/// workers: see [`tour::signals::reset`].
// ANCHOR: entry
pub fn entry(works: &[Work]) {
    ENTERED.store(true, Relaxed);
    tour::signals::reset();
    no_end_by_large_files();
    let mut arguments = env::args_os();
    if arguments.any(|argument| argument == WORKER) {
        process::exit(serve(arguments.next().unwrap_or_default(), works));
    }
}
// ANCHOR_END: entry

/// Checks that this process may start workers.
///
/// # Errors
///
/// When this process was started as a worker and goes on as something else, because its `main`
/// doesn't begin with [`entry`]. The workers that it starts would do the same, and start more,
/// without end.
pub(super) fn must_have_run() -> io::Result<()> {
    if ENTERED.load(Relaxed) || !env::args_os().any(|argument| argument == WORKER) {
        return Ok(());
    }
    let why = "this process is to be a worker itself, and starts none before it has called \
               `worker::entry`; begin its `main` with that";
    Err(io::Error::other(why))
}

/// Ignores SIGXFSZ, as Python does. Then it is an error to make a file larger than `ulimit -f`
/// allows, and not the end of the process. Children inherit this.
#[allow(unsafe_code)]
fn no_end_by_large_files() {
    // SAFETY: a signal that is ignored runs no code of ours.
    let ignored = unsafe { signal(Signal::SIGXFSZ, SigHandler::SigIgn) };
    ignored.expect("there is such a signal");
}

fn serve(name: OsString, works: &[Work]) -> i32 {
    let name = name.to_string_lossy();
    match link_to_parent() {
        // A fork server leads no group. Its workers would be born into that group and be killed
        // with the server, perhaps before they could tell anybody their ids.
        #[cfg(target_os = "linux")]
        Ok(link) if name == serving::NAME => {
            serving::serve(link, |work, link| run(work, works, link))
        }
        Ok(link) => run(&name, works, link),
        Err(error) => {
            eprintln!(
                "{WORKER} is for workers, which the program starts by itself: {error}"
            );
            2
        }
    }
}

/// Greets the parent and does the work called `name`; returns the code to exit with. The
/// caller has to exit at once.
pub(super) fn run(name: &str, works: &[Work], mut link: Link) -> i32 {
    let parent = getppid();
    group::lead();
    let known = works.iter().find(|work| work.name == name);
    let ready = known.map(|_| ()).ok_or_else(|| {
        let names: Vec<_> = works.iter().map(|work| work.name).collect();
        let name: String = name.chars().take(LONGEST_NAME).collect();
        let name = name.escape_debug();
        format!("there is no work `{name}`; there is {}", names.join(", "))
    });
    let mut held = None;
    let done = panic::catch_unwind(AssertUnwindSafe(|| {
        // Held until the process exits: when the parent sees the link close, how this
        // process ends is settled, even if the work panics and drops its link on the way.
        held = Some(link.stream().try_clone()?);
        greet(&mut link, ready)?;
        known.map_or(Ok(()), |work| (work.run)(link))
    }));
    let code = match done {
        Ok(Ok(())) => 0,
        // The parent has gone, perhaps without reading the greeting: nobody is left to be told.
        Ok(Err(error))
            if matches!(
                error.kind(),
                ErrorKind::BrokenPipe | ErrorKind::ConnectionReset
            ) =>
        {
            1
        }
        Ok(Err(error)) => {
            eprintln!("worker for `{name}`: {error}");
            1
        }
        // What Rust's own `main` does after a panic.
        Err(_) => 101,
    };
    if held.as_ref().is_some_and(has_closed) || getppid() != parent {
        // The parent has gone and can't end what the work has started, so the worker does.
        group::end_ours();
    }
    std::mem::forget(held);
    code
}

/// Whether the other end has been closed, and not only shut for writing. When the parent ends, the
/// system closes its link first, and gives its children another parent some time later.
#[cfg(not(target_vendor = "apple"))]
fn has_closed(link: &UnixStream) -> bool {
    loop {
        let mut watched = [PollFd::new(link.as_fd(), PollFlags::empty())];
        match poll(&mut watched, PollTimeout::ZERO) {
            Err(Errno::EINTR) => {}
            seen => return seen.is_ok_and(|seen| seen == 1),
        }
    }
}

/// `poll` on macOS doesn't tell.
#[cfg(target_vendor = "apple")]
fn has_closed(_: &UnixStream) -> bool {
    false
}

/// Answers each question of the parent with what `work` makes of it, until the parent has
/// no more.
///
/// When the parent ends, this process ends at once, even in the middle of `work`.
///
/// # Errors
///
/// When the parent sends something that is no `Question`, or won't take an answer.
// ANCHOR: answer
pub fn answer<Question, Answer>(
    mut link: Link,
    mut work: impl FnMut(Question) -> Answer,
) -> io::Result<()>
where
    Question: DeserializeOwned,
    Answer: Serialize,
{
    let mut watched = false;
    while let Some(question) = link.receive()? {
        if !watched {
            // Only now: while we wait for a question, `receive` itself sees the link close.
            end_with_parent(&link)?;
            watched = true;
        }
        link.send(&work(question))?;
    }
    Ok(())
}
// ANCHOR_END: answer

/// Does the same as [`answer`], but without a second thread that watches the parent: for work
/// that forks. Only between two questions does the process notice that its parent has gone.
///
/// # Errors
///
/// As [`answer`].
pub fn answer_with_one_thread<Question, Answer>(
    mut link: Link,
    mut work: impl FnMut(Question) -> Answer,
) -> io::Result<()>
where
    Question: DeserializeOwned,
    Answer: Serialize,
{
    while let Some(question) = link.receive()? {
        link.send(&work(question))?;
    }
    Ok(())
}

/// Makes this process end when the other end of `link` closes, whatever it is doing at that
/// time. The system closes it when the parent ends, even by SIGKILL.
///
/// # Errors
///
/// When the system has no thread or descriptor to spare.
#[cfg(not(target_vendor = "apple"))]
// ANCHOR: watch
pub fn end_with_parent(link: &Link) -> io::Result<()> {
    let link = link.stream().try_clone()?;
    thread::Builder::new().name("watch parent".into()).spawn(move || {
        // Asks for no event at all: `poll` reports a closed link without being asked.
        let mut watched = [PollFd::new(link.as_fd(), PollFlags::empty())];
        while poll(&mut watched, PollTimeout::NONE).is_err() {}
        // Not `exit`, which may have to wait for something that another thread holds.
        group::end_ours();
    })?;
    Ok(())
}
// ANCHOR_END: watch

/// Makes this process end when its parent does, whatever it is doing at that time.
///
/// `poll` on macOS doesn't report a closed link unless it is asked for other events, too. So a
/// kqueue watches the parent itself.
///
/// # Errors
///
/// When the system has no thread or descriptor to spare.
#[cfg(target_vendor = "apple")]
pub fn end_with_parent(_: &Link) -> io::Result<()> {
    use nix::sys::event::{EvFlags, EventFilter, FilterFlag, KEvent, Kqueue};
    let parent = getppid();
    let queue = Kqueue::new()?;
    let ends = KEvent::new(
        parent.as_raw().cast_unsigned() as usize,
        EventFilter::EVFILT_PROC,
        EvFlags::EV_ADD,
        FilterFlag::NOTE_EXIT,
        0,
        0,
    );
    let registered = queue.kevent(&[ends], &mut [], None);
    if registered.is_err() || getppid() != parent {
        group::end_ours();
    }
    thread::Builder::new().name("watch parent".into()).spawn(move || {
        while queue.kevent(&[], &mut [ends], None).is_err() {}
        group::end_ours();
    })?;
    Ok(())
}

/// The link that the parent gave us as stdin.
fn link_to_parent() -> io::Result<Link> {
    let stream = UnixStream::from(io::stdin().as_fd().try_clone_to_owned()?);
    // Fails when stdin is not one end of a link.
    stream.peer_addr()?;
    // Programs that the work starts inherit stdin. They must not hold the link open.
    nix::unistd::dup2_stdin(File::open("/dev/null")?)?;
    Ok(Link::new(stream))
}
