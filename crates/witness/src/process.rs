//! [`std::process`], watched: [`Command`] and [`Child`].

use std::ffi::OsStr;
use std::io::{self, Read, Write};
use std::panic::Location;

pub use std::process::{ExitStatus, Output, Stdio};

use crate::record;
use crate::step::{Step, Wait};

/// How many bytes a write takes at most, where it is watched: less than a pipe holds.
const MOST_AT_ONCE: usize = 50_000;

/// [`std::process::Command`], watched.
#[derive(Debug)]
pub struct Command {
    inner: std::process::Command,
    /// Which of stdin, stdout and stderr the caller has set.
    set: [bool; 3],
}

/// The pipe from which a child reads; [`std::process::ChildStdin`], watched.
#[derive(Debug)]
pub struct ChildStdin(Pipe<std::process::ChildStdin>);

/// The pipe into which a child prints; [`std::process::ChildStdout`], watched.
#[derive(Debug)]
pub struct ChildStdout(Pipe<std::process::ChildStdout>);

/// The pipe into which a child complains; [`std::process::ChildStderr`], watched.
#[derive(Debug)]
pub struct ChildStderr(Pipe<std::process::ChildStderr>);

/// An end of a pipe to a child.
#[derive(Debug)]
struct Pipe<P> {
    inner: P,
    child: Option<usize>,
}

/// [`std::process::Child`], watched.
#[derive(Debug)]
pub struct Child {
    /// The pipe to its stdin, if that is one.
    pub stdin: Option<ChildStdin>,
    /// The pipe from its stdout, if that is one.
    pub stdout: Option<ChildStdout>,
    /// The pipe from its stderr, if that is one.
    pub stderr: Option<ChildStderr>,
    inner: std::process::Child,
    number: Option<usize>,
    /// Whether this program has waited for it. From then on, its number may be another process's.
    reaped: bool,
}

impl Command {
    /// A command that starts `program`.
    pub fn new(program: impl AsRef<OsStr>) -> Self {
        Self { inner: std::process::Command::new(program), set: [false; 3] }
    }

    /// Adds an argument.
    pub fn arg(&mut self, argument: impl AsRef<OsStr>) -> &mut Self {
        self.inner.arg(argument);
        self
    }

    /// Adds arguments.
    pub fn args<A: AsRef<OsStr>>(
        &mut self,
        arguments: impl IntoIterator<Item = A>,
    ) -> &mut Self {
        self.inner.args(arguments);
        self
    }

    /// Sets what the child reads.
    pub fn stdin(&mut self, stdin: impl Into<Stdio>) -> &mut Self {
        self.inner.stdin(stdin);
        self.set[0] = true;
        self
    }

    /// Sets where the child's output goes.
    pub fn stdout(&mut self, stdout: impl Into<Stdio>) -> &mut Self {
        self.inner.stdout(stdout);
        self.set[1] = true;
        self
    }

    /// Sets where the child's complaints go.
    pub fn stderr(&mut self, stderr: impl Into<Stdio>) -> &mut Self {
        self.inner.stderr(stderr);
        self.set[2] = true;
        self
    }

    /// Sets the process group in which the child begins; 0 for a group of its own, which the child
    /// leads. As in [`std::os::unix::process::CommandExt`].
    #[cfg(unix)]
    pub fn process_group(&mut self, group: i32) -> &mut Self {
        std::os::unix::process::CommandExt::process_group(&mut self.inner, group);
        self
    }

    /// Starts the child and returns at once.
    ///
    /// # Errors
    ///
    /// When the child can't be started.
    #[track_caller]
    pub fn spawn(&mut self) -> io::Result<Child> {
        let place = Location::caller();
        let Some((record, who)) = record::current() else {
            return Ok(Child::new(self.inner.spawn()?, None));
        };
        // The child is counted before it runs, since it may do its work, and wake others, at once.
        let name = self.inner.get_program().to_string_lossy().into_owned();
        let number = record.announce_child(who, place, name)?;
        let started = self.inner.spawn();
        record.started_child(number, started.as_ref().ok().map(std::process::Child::id));
        Ok(Child::new(started?, Some(number)))
    }

    /// Starts the child, waits for its end and returns what it printed.
    ///
    /// # Errors
    ///
    /// When the child can't be started, or its output can't be read.
    #[track_caller]
    pub fn output(&mut self) -> io::Result<Output> {
        let [stdin, stdout, stderr] = self.set;
        if !stdin {
            self.inner.stdin(Stdio::null());
        }
        if !stdout {
            self.inner.stdout(Stdio::piped());
        }
        if !stderr {
            self.inner.stderr(Stdio::piped());
        }
        self.spawn()?.wait_with_output()
    }

    /// Starts the child, waits for its end and returns how it ended.
    ///
    /// # Errors
    ///
    /// When the child can't be started.
    #[track_caller]
    pub fn status(&mut self) -> io::Result<ExitStatus> {
        self.spawn()?.wait()
    }
}

impl Child {
    fn new(mut inner: std::process::Child, number: Option<usize>) -> Self {
        let stdin =
            inner.stdin.take().map(|inner| ChildStdin(Pipe { inner, child: number }));
        let stdout =
            inner.stdout.take().map(|inner| ChildStdout(Pipe { inner, child: number }));
        let stderr =
            inner.stderr.take().map(|inner| ChildStderr(Pipe { inner, child: number }));
        Self { stdin, stdout, stderr, inner, number, reaped: false }
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.inner.id()
    }

    /// Ends the child at once, with SIGKILL. It still has to be waited for.
    ///
    /// # Errors
    ///
    /// When the system refuses to kill it.
    #[track_caller]
    pub fn kill(&mut self) -> io::Result<()> {
        self.inner.kill()?;
        self.note(Step::KillsChild);
        Ok(())
    }

    /// Ends all processes in the group that the child leads, the child included, with SIGKILL. The
    /// child still has to be waited for, and mustn't have been waited for before, since another
    /// group may have its number then. The standard library has no such function; crates like `nix`
    /// have `killpg`.
    ///
    /// # Errors
    ///
    /// When the child leads no group, and when this program has waited for it already.
    #[cfg(unix)]
    #[track_caller]
    pub fn kill_group(&mut self) -> io::Result<()> {
        use nix::sys::signal::{Signal, killpg};
        use nix::unistd::Pid;

        if self.reaped {
            let late = "its number may be another's: somebody has waited for it already";
            return Err(io::Error::new(io::ErrorKind::InvalidInput, late));
        }
        killpg(Pid::from_raw(self.id().cast_signed()), Signal::SIGKILL)?;
        self.note(Step::KillsChild);
        Ok(())
    }

    /// Closes the child's stdin, waits for its end and returns how it ended.
    ///
    /// # Errors
    ///
    /// When the system can't wait for it.
    #[track_caller]
    pub fn wait(&mut self) -> io::Result<ExitStatus> {
        self.stdin = None;
        let status = self.waiting(|child| child.inner.wait())?;
        self.reaped = true;
        self.note(Step::ReapsChild);
        Ok(status)
    }

    /// How the child ended, if it has; doesn't wait.
    ///
    /// # Errors
    ///
    /// When the system won't say.
    #[track_caller]
    pub fn try_wait(&mut self) -> io::Result<Option<ExitStatus>> {
        let status = self.inner.try_wait()?;
        if status.is_some() {
            self.reaped = true;
            self.note(Step::ReapsChild);
        } else if let Some((record, _)) = record::current() {
            record.state().looks += 1;
        }
        Ok(status)
    }

    /// Closes the child's stdin, waits for its end, and returns how it ended and all that it
    /// printed.
    ///
    /// # Errors
    ///
    /// When its output can't be read.
    #[track_caller]
    pub fn wait_with_output(mut self) -> io::Result<Output> {
        self.stdin = None;
        self.inner.stdout = self.stdout.take().map(|stdout| stdout.0.inner);
        self.inner.stderr = self.stderr.take().map(|stderr| stderr.0.inner);
        let number = self.number;
        let inner = self.inner;
        let output = match number {
            Some(number) => {
                record::waiting(Wait::Child(number), || inner.wait_with_output())
            }
            None => inner.wait_with_output(),
        }?;
        if let Some(number) = number {
            record::note(Step::ReapsChild(number));
        }
        Ok(output)
    }

    #[track_caller]
    fn waiting<T>(&mut self, wait: impl FnOnce(&mut Self) -> T) -> T {
        match self.number {
            Some(number) => record::waiting(Wait::Child(number), || wait(self)),
            None => wait(self),
        }
    }

    #[track_caller]
    fn note(&self, step: fn(usize) -> Step) {
        if let Some(number) = self.number {
            record::note(step(number));
        }
    }
}

impl<P> Pipe<P> {
    /// Calls `run`; according to the record, this thread waits meanwhile.
    #[track_caller]
    fn waiting<T>(
        &mut self,
        wait: fn(usize) -> Wait,
        run: impl FnOnce(&mut P) -> T,
    ) -> T {
        match self.child {
            Some(child) => record::waiting(wait(child), || run(&mut self.inner)),
            None => run(&mut self.inner),
        }
    }
}

impl Write for ChildStdin {
    #[track_caller]
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // A write may take less than there is, at any time. Where it is watched, it does.
        let most = if self.0.child.is_some() { MOST_AT_ONCE } else { bytes.len() };
        let bytes = &bytes[..bytes.len().min(most)];
        self.0.waiting(Wait::Writing, |pipe| pipe.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.inner.flush()
    }
}

macro_rules! readable {
    ($($name:ident)+) => {
        $(impl Read for $name {
            #[track_caller]
            fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
                self.0.waiting(Wait::Reading, |pipe| pipe.read(buffer))
            }
        })+
    };
}

macro_rules! another_childs_stdio {
    ($($name:ident)+) => {
        $(impl From<$name> for Stdio {
            fn from(pipe: $name) -> Self {
                pipe.0.inner.into()
            }
        })+
    };
}

readable!(ChildStdout ChildStderr);
another_childs_stdio!(ChildStdin ChildStdout ChildStderr);
