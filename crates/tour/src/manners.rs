//! Checks for the tests of every example: its output fits the screen, each mistake gets
//! one line, Ctrl-C ends it, and under small limits it does less or says in one line why
//! it can't.

#[cfg(unix)]
mod limits;

#[cfg(unix)]
use std::io::Write;
#[cfg(unix)]
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// An example, run as its readers run it: as a program.
pub struct Example {
    name: &'static str,
    program: &'static str,
}

impl Example {
    /// The example called `name`; its tests know where the `program` is:
    /// `env!("CARGO_BIN_EXE_…")`.
    pub const fn new(name: &'static str, program: &'static str) -> Self {
        Self { name, program }
    }

    /// Runs it with these arguments and returns what it printed, and how it ended.
    ///
    /// # Panics
    ///
    /// When it can't be started.
    pub fn run(&self, arguments: &str) -> Output {
        self.command(arguments).output().expect("the example starts")
    }

    fn command(&self, arguments: &str) -> Command {
        let mut command = Command::new(self.program);
        command
            .args(arguments.split_whitespace())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Checks that the whole tour, the list and the help fit the screen: eighty columns wide, and
    /// two screens long, or eight lines for each demo where there are many.
    ///
    /// # Panics
    ///
    /// When one of them doesn't fit, fails, or complains.
    pub fn fits_the_screen(&self) {
        let list = self.run("--list");
        // What follows a demo's name, its arguments, stands further in.
        let is_demo = |line: &&&str| line.starts_with("  ") && !line.starts_with("   ");
        let demos = lines(&list.stdout).iter().filter(is_demo).count();
        let room = usize::max(90, 8 * demos);
        for arguments in ["", "--list", "--help"] {
            let Output { status, stdout, stderr } = self.run(arguments);
            assert!(status.success(), "{}", String::from_utf8_lossy(&stderr));
            assert_eq!(lines(&stderr), [""; 0]);
            let lines = lines(&stdout);
            assert!(lines.len() <= room, "{} lines, and room for {room}", lines.len());
            for line in lines {
                assert!(line.chars().count() <= 80, "{line}");
            }
        }
    }

    /// Checks that the example answers these `arguments` with a complaint that begins with
    /// `complaint`, in one line on stderr, and with exit code 2.
    ///
    /// # Panics
    ///
    /// When it doesn't.
    pub fn complains(&self, arguments: &str, complaint: &str) {
        let Output { status, stdout, stderr } = self.run(arguments);
        assert_eq!(status.code(), Some(2), "{arguments}");
        assert_eq!(lines(&stdout), [""; 0]);
        assert_eq!(lines(&stderr).len(), 1, "{arguments}");
        let complaint = format!("{}: {complaint}", self.name);
        assert!(lines(&stderr)[0].starts_with(&complaint), "{:?}", lines(&stderr));
    }

    /// Checks that `demo` succeeds when its reader has gone before there is anything to read.
    ///
    /// # Panics
    ///
    /// When it fails or complains.
    pub fn takes_a_closed_pipe_for_success(&self, demo: &str) {
        let mut child = self.command(demo).spawn().expect("the example starts");
        drop(child.stdout.take());
        let output = child.wait_with_output().expect("it is our child");
        assert!(output.status.success());
        assert_eq!(lines(&output.stderr), [""; 0]);
    }

    /// Checks that `demo` finds out how its children end, even when its parent ignores SIGCHLD and
    /// blocks all signals.
    ///
    /// # Panics
    ///
    /// When it fails or complains.
    #[cfg(unix)]
    pub fn minds_no_inherited_signals(&self, demo: &str) {
        let mut command = self.command(demo);
        crate::signals::spoil(&mut command);
        let output = command.output().expect("the example starts");
        let said = lines(&output.stderr);
        assert!(
            output.status.success() && said.is_empty(),
            "{}: {said:?}",
            output.status
        );
    }

    /// Checks that Ctrl-C ends the example at once and without a word, in the middle of
    /// `long_work`, arguments for which it would run for a minute. This holds even when its parent
    /// blocks all signals.
    ///
    /// # Panics
    ///
    /// When it doesn't end that way.
    #[cfg(unix)]
    pub fn ends_when_interrupted(&self, long_work: &str) {
        use std::io::Read;
        use std::os::unix::process::ExitStatusExt;

        let mut command = self.command(long_work);
        heed(&mut command);
        crate::signals::spoil(&mut command);
        let mut child = command.spawn().expect("the example starts");
        // Not every system has a program `kill`; every shell does.
        let kill = format!("kill -INT {}", child.id());
        let killed = Command::new("sh").args(["-c", &kill]).status().expect("a shell");
        assert!(killed.success());
        let status = child.wait().expect("it is our child");
        assert_eq!(status.signal(), Some(2), "{status}");
        let mut said = String::new();
        let stderr =
            child.stderr.take().map(|mut stderr| stderr.read_to_string(&mut said));
        assert!(stderr.is_some_and(|read| read.is_ok()));
        assert_eq!(said, "");
    }
}

fn lines(bytes: &[u8]) -> Vec<&str> {
    std::str::from_utf8(bytes).expect("examples print text").lines().collect()
}

/// Writes a program into `file`: what `content` has, and everybody may execute it. Another process writes it. If this
/// one did, a child that another thread forks at this moment would inherit the open file, and the system starts no
/// program that somebody can still write to (`ETXTBSY`).
///
/// # Panics
///
/// When the file can't be written.
#[cfg(unix)]
pub fn write_program(file: &Path, content: impl AsRef<[u8]>) {
    let mut writer = Command::new("sh");
    writer.args(["-c", "cat > \"$0\" && chmod 755 \"$0\""]).arg(file);
    let mut writer = writer.stdin(Stdio::piped()).spawn().expect("there is a shell");
    let mut stdin = writer.stdin.take().expect("its stdin is a pipe");
    stdin.write_all(content.as_ref()).expect("it can be written");
    drop(stdin);
    assert!(writer.wait().is_ok_and(|ended| ended.success()), "{}", file.display());
}

/// Has `command` start with none of those signals ignored that a terminal sends. Tests that send them may themselves run
/// where they are: a shell's `&` has its commands ignore SIGINT and SIGQUIT, and `nohup` has them ignore SIGHUP.
#[cfg(unix)]
#[expect(unsafe_code, reason = "the standard library knows no signals")]
pub fn heed(command: &mut Command) {
    use std::os::unix::process::CommandExt;

    use nix::sys::signal::{SigHandler, Signal, signal};

    let heed = || {
        for name in [Signal::SIGHUP, Signal::SIGINT, Signal::SIGQUIT] {
            // SAFETY: no function of ours is called when the signal comes.
            unsafe { signal(name, SigHandler::SigDfl) }?;
        }
        Ok(())
    };
    // SAFETY: the closure makes three calls, which are allowed between fork and exec.
    unsafe { command.pre_exec(heed) };
}
