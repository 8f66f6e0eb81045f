//! What the tests of every example that starts processes ask of it, besides [`tour::manners`]:
//! after a Ctrl-C, nothing is left of it.

use std::collections::BTreeSet;
use std::io::{PipeReader, PipeWriter, Write};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::{Duration, Instant};
use std::{env, fs, io, process, thread};

use nix::fcntl::{FcntlArg, fcntl};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::terminal::{CTRL_C, Terminal, move_in};

/// Long enough for any machine to end what should have ended.
const LONG: Duration = Duration::from_secs(120);

/// What Unix shells report of a program that ended by SIGINT: 128, and the signal's number.
const INTERRUPTED: i32 = 128 + 2;

/// The environment variable that holds a [`Mark`]. By it we recognize descendants, however they
/// were started and whoever has adopted them.
const NAME: &str = "PROCESSES_TEST_MARK";

/// A mark that a program and everything that it starts carry. Dropping it kills the processes that
/// still carry it.
#[derive(Debug)]
pub struct Mark(String);

impl Mark {
    /// A new mark, which no process has yet.
    #[must_use]
    #[allow(clippy::new_without_default)]
    pub fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        Self(format!("{}-{}", process::id(), COUNT.fetch_add(1, Relaxed)))
    }

    /// A mark that another process has made, by its name.
    #[must_use]
    pub fn named(name: &str) -> Self {
        Self(name.into())
    }

    /// The name of the mark that this process carries.
    pub fn inherited() -> Option<String> {
        env::var(NAME).ok()
    }

    /// The name of the mark.
    pub fn name(&self) -> &str {
        &self.0
    }

    /// Makes `command` carry the mark, with everything that it starts.
    pub fn put_on<'c>(&self, command: &'c mut Command) -> &'c mut Command {
        command.env(NAME, &self.0)
    }

    /// The ids of all processes that carry the mark. A process that has ended no longer does, nor
    /// does one that has changed its environment.
    pub fn carriers(&self) -> BTreeSet<i32> {
        let wanted = format!("{NAME}={}", self.0);
        let processes = fs::read_dir("/proc").expect("this is Linux").flatten();
        let ids = processes.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
        ids.filter(|id| {
            let environment = fs::read(format!("/proc/{id}/environ")).unwrap_or_default();
            environment.split(|&byte| byte == 0).any(|entry| entry == wanted.as_bytes())
        })
        .collect()
    }

    /// Waits until exactly `count` processes carry the mark. False when that takes too long.
    pub fn wait_for(&self, count: usize) -> bool {
        wait(|| self.carriers().len() == count)
    }

    /// Waits until no process carries the mark.
    ///
    /// # Panics
    ///
    /// When a process still does after a long time. Dropping the mark kills it.
    pub fn wait_until_gone(&self, whose: &str) {
        if !self.wait_for(0) {
            let left: Vec<_> = self.carriers().into_iter().map(words).collect();
            panic!("{whose}: left are {left:?}");
        }
    }
}

impl Drop for Mark {
    fn drop(&mut self) {
        for id in self.carriers() {
            // The process may have ended meanwhile.
            let _ = kill(Pid::from_raw(id), Signal::SIGKILL);
        }
    }
}

/// Waits until `is_so` returns true. False when that takes too long.
fn wait(mut is_so: impl FnMut() -> bool) -> bool {
    let asked = Instant::now();
    loop {
        if is_so() {
            return true;
        }
        if asked.elapsed() > LONG {
            return false;
        }
        thread::yield_now();
    }
}

/// The command line of a process.
fn words(id: i32) -> String {
    let words = fs::read(format!("/proc/{id}/cmdline")).unwrap_or_default();
    String::from_utf8_lossy(&words).replace('\0', " ")
}

/// Types `program` with these `arguments` into a shell in a terminal of its own, and presses
/// Ctrl-C. Checks that the shell reports 130, and that of the program no process is left, no file
/// in the folder for temporary files or in `/dev/shm`, and not a word on stderr.
///
/// Ctrl-C is tried at each moment at which the program has so many `processes` for the first time.
/// The program may have finished by then. When it had each time, Ctrl-C is tried once more on a
/// program that can't finish: what it prints goes into a pipe that is full.
///
/// # Panics
///
/// When one of these is not so, or when the program finishes without a word.
pub fn leaves_nothing_when_interrupted(
    program: &str,
    arguments: &str,
    processes: &[usize],
) {
    let mut interrupted = false;
    for &moment in processes {
        let mut missed = 0;
        for _ in 0..TRIES {
            match interrupt(program, arguments, moment, Stdio::null()) {
                Came::InTime => {
                    interrupted = true;
                    break;
                }
                Came::TooLate => {}
                Came::Never => missed += 1,
            }
            if missed == MISSES {
                break;
            }
        }
    }
    if !interrupted {
        let (_reader, full) = full_pipe().expect("a descriptor is to spare");
        let came = interrupt(program, arguments, 1, full.into());
        assert!(matches!(came, Came::InTime), "{arguments}: it ends before it prints");
    }
}

/// The names of the demos in what `--list` has printed.
///
/// # Panics
///
/// When there are no demos.
#[must_use]
pub fn demos(list: &[u8]) -> Vec<String> {
    let list = String::from_utf8_lossy(list);
    // The options of a demo are indented further than its name.
    let lines = list.lines().filter_map(|line| line.strip_prefix("  "));
    let lines = lines.filter(|line| !line.starts_with(' '));
    let demos = lines.filter_map(|line| Some(line.split_whitespace().next()?.into()));
    let demos: Vec<_> = demos.collect();
    assert!(!demos.is_empty(), "{list}");
    demos
}

/// Whether the first words of these command lines are the demos in what `--list` has printed.
#[must_use]
pub fn is_a_choice_of_all(chosen: &[&str], list: &[u8]) -> bool {
    let names = chosen.iter().map(|line| line.split_whitespace().next().unwrap_or(""));
    names.eq(demos(list))
}

/// How often Ctrl-C is tried at each moment.
const TRIES: usize = 10;

/// After how many runs without such a moment it is no longer waited for: not every demo starts processes, and a
/// process that ends at once may not be seen each time.
const MISSES: usize = 3;

/// When Ctrl-C came.
enum Came {
    /// While the program ran.
    InTime,
    /// It had ended by then.
    TooLate,
    /// It ended without ever having been so many processes.
    Never,
}

/// A pipe without room for another byte: whoever writes into it waits until it's read.
fn full_pipe() -> io::Result<(PipeReader, PipeWriter)> {
    let (reader, mut writer) = io::pipe()?;
    let room = fcntl(&writer, FcntlArg::F_GETPIPE_SZ)?;
    writer.write_all(&vec![0; usize::try_from(room).unwrap_or_default()])?;
    Ok((reader, writer))
}

/// Presses Ctrl-C as soon as there have been so many `processes`. What the program prints goes to `stdout`.
fn interrupt(program: &str, arguments: &str, processes: usize, stdout: Stdio) -> Came {
    let (mark, folder, terminal) =
        (Mark::new(), Folder::new(), Terminal::open().expect("there is a terminal"));
    let shared = listed(Path::new("/dev/shm"));
    let (files, said) = (folder.0.join("files"), folder.0.join("stderr"));
    fs::create_dir(&files).expect("there is a folder for temporary files");
    let screen = || terminal.screen().expect("a descriptor is to spare");
    let mut shell = Command::new("sh");
    // With job control, as in a shell that a person types into: the program leads a group, in
    // the foreground. At Ctrl-C, the shell itself only runs `:`, which does nothing.
    shell
        .args(["-m", "-c", "trap : INT; \"$@\" 2>\"$SAID\"; exit $?", "sh", program])
        .args(arguments.split_whitespace())
        .env("TMPDIR", &files)
        .env("SAID", &said)
        .stdin(screen())
        .stdout(stdout)
        .stderr(screen());
    move_in(mark.put_on(&mut shell), screen());
    let mut shell = shell.spawn().expect("there is a shell");

    let mut seen = BTreeSet::new();
    let mut ended = None;
    let mut begun = false;
    let came = wait(|| {
        seen.extend(mark.carriers());
        ended = shell.try_wait().expect("it is our child");
        // One of the processes is the shell, which has the foreground at first. Its child has it next, and heeds
        // signals as the shell does until it becomes the program.
        let leader = foreground(shell.id()).and_then(|id| i32::try_from(id).ok());
        begun = seen.len() > processes
            && leader.is_some_and(|leader| words(leader).starts_with(program));
        ended.is_some() || begun
    });
    assert!(came, "{arguments}: there are never {processes} processes");
    terminal.press(CTRL_C).expect("it has a keyboard");
    let ends = wait(|| {
        ended = ended.or_else(|| shell.try_wait().expect("it is our child"));
        ended.is_some()
    });
    assert!(ends, "{arguments}: Ctrl-C doesn't end it");
    mark.wait_until_gone(arguments);
    let complaints = fs::read_to_string(&said).unwrap_or_default();
    assert_eq!(complaints, "", "{arguments}");
    assert_eq!(listed(&files), BTreeSet::new(), "{arguments}: temporary files");
    // Other programs make and remove files there meanwhile.
    let is_new = |name: &PathBuf| !shared.contains(name) && name.exists();
    let new: Vec<_> = listed(Path::new("/dev/shm")).into_iter().collect();
    assert!(wait(|| !new.iter().any(is_new)), "{arguments}: shared memory {new:?}");
    match ended.and_then(|status| status.code().or(status.signal())) {
        Some(0) if begun => Came::TooLate,
        Some(0) => Came::Never,
        Some(INTERRUPTED) => Came::InTime,
        how => panic!("{arguments}: the shell reports {how:?}"),
    }
}

/// The id of the process group in the foreground of the terminal of process `id`.
fn foreground(id: u32) -> Option<u32> {
    let about = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    // After the process's name, in brackets: its state, parent, group, session, terminal, and the
    // terminal's foreground group.
    about.rsplit(')').next()?.split_whitespace().nth(5)?.parse().ok()
}

fn listed(folder: &Path) -> BTreeSet<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).collect()
}

/// A folder for temporary files, which is removed when this value is dropped.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        let folder = env::temp_dir().join(format!("interrupted-{}", Mark::new().name()));
        let made: io::Result<()> = fs::create_dir(&folder);
        made.expect("there is a folder for temporary files");
        Self(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
