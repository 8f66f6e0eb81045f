//! Runs every demo under every small limit: each says in one line what was refused, or
//! does less work, and never panics or hangs.

use std::fs;
use std::io;
use std::os::unix::fs::chown;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use super::{Example, write_program};

/// What the shell's `ulimit` sets, and whether demos are also tried with [`MANY`] workers
/// under this limit.
const LIMITS: [(&str, bool); 10] = [
    ("-u 64", true),
    ("-u 2", true),
    ("-n 8", true),
    ("-n 20", true),
    ("-n 32", true),
    ("-v 65536", true),
    ("-v 262144", false),
    ("-f 0", false),
    ("-s 128", false),
    ("-s unlimited", false),
];

/// More than a small limit allows.
const MANY: &str = "--workers 70";

/// Little enough for any machine.
const LITTLE: &str = "--size 2";

/// Long enough for any machine, short enough for a reader who waits for a failure.
const PATIENCE: Duration = Duration::from_secs(120);

/// Where the numbers of the users begin under which programs run. The number of this
/// process is part of them, so that no other user has the same.
const NOBODY_ELSE: u32 = (1 << 30) + (1 << 29);

impl Example {
    /// Checks that every demo, and each command line in `others`, does what it can under
    /// small limits, or says in one line what was refused.
    ///
    /// # Panics
    ///
    /// When one of them panics, hangs, or ends in any other way.
    pub fn bears_small_limits(&self, others: &[&str]) {
        let lines: Vec<String> = self
            .variants()
            .into_iter()
            .chain(others.iter().map(|&line| line.into()))
            .collect();
        let lines = &lines[..];
        let wrong: Vec<String> = thread::scope(|scope| {
            let tried: Vec<_> = (0..)
                .zip(LIMITS)
                .map(|(n, (limit, many))| {
                    scope.spawn(move || match Place::with(self.program, limit, n) {
                        Ok(place) => lines
                            .iter()
                            .filter(|line| many || !line.ends_with(MANY))
                            .filter_map(|line| self.wrong(&place, line).err())
                            .collect(),
                        Err(why) => {
                            eprintln!("not tested: `ulimit {limit}`: {why}");
                            Vec::new()
                        }
                    })
                })
                .collect();
            tried.into_iter().flat_map(|tried| tried.join().expect("no panic")).collect()
        });
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    /// The command lines to try: each demo with little to do, and once more with many
    /// workers where it takes `--workers`.
    fn variants(&self) -> Vec<String> {
        let list = self.run("--list").stdout;
        let mut lines = Vec::new();
        let list = String::from_utf8(list).expect("examples print text");
        for line in list.lines().map(str::trim_start) {
            let Some(demo) = line.split_whitespace().next() else { continue };
            if !demo.starts_with("--") {
                lines.push(demo.to_string());
                continue;
            }
            // This line of the list says which options the demo before it takes.
            let mut little = lines.pop().expect("a demo comes first");
            if line.contains("--size") {
                little = format!("{little} {LITTLE}");
            }
            if demo == "--workers" {
                lines.push(format!("{little} {MANY}"));
            }
            lines.push(little);
        }
        lines
    }

    fn wrong(&self, place: &Place, line: &str) -> Result<(), String> {
        let failed = |why: String| {
            Err(format!("{} {line}, under `ulimit {}`: {why}", self.name, place.limit))
        };
        let Some(Output { status, stderr, .. }) = place.run(line) else {
            return failed("it hangs".into());
        };
        let said = String::from_utf8_lossy(&stderr);
        // Worker processes print for themselves why they end, which is no complaint of
        // the demo.
        let mut ours = said.lines().filter(|line| !line.starts_with("worker for `"));
        let complains = |line: &str| line.starts_with(&format!("{}: ", self.name));
        if is_out_of_memory(&said) {
            return Ok(());
        }
        match (ours.next(), ours.next()) {
            (None, _) if status.success() => Ok(()),
            (Some(line), None) if !status.success() && complains(line) => Ok(()),
            _ => failed(format!("{status}, signal {:?}: {said}", status.signal())),
        }
    }
}

/// Whether a program ended because the system had no memory for `std` or for the C library,
/// at a place where neither lets a program decide what to do: `std` aborts when an
/// allocation fails, a thread that has just been started panics without a signal stack, and
/// the C library aborts where it can't note what a thread leaves to be dropped. Several
/// threads may say so at once.
fn is_out_of_memory(said: &str) -> bool {
    let no_stack = said.matches("failed to allocate an alternative stack").count();
    let aborted = said.contains("memory allocation of ")
        || said.contains("failed to register TLS destructor: out of memory")
        || no_stack > 0;
    aborted && said.matches("panicked").count() == no_stack
}

/// Where a program runs under a limit: in a folder of its own. For a limit on processes,
/// it also runs as a user of its own, since the system counts the processes of each user,
/// except for root.
struct Place {
    folder: PathBuf,
    limit: &'static str,
    user: Option<u32>,
}

impl Place {
    /// A place for `program` under `limit`, the `n`th of this process.
    fn with(program: &str, limit: &'static str, n: u32) -> Result<Self, String> {
        let user =
            limit.starts_with("-u").then(|| NOBODY_ELSE + 64 * std::process::id() + n);
        let name = format!("limits-{}-{n}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        let place = Self { folder, limit, user };
        place.prepare(Path::new(program)).map_err(|error| error.to_string())?;
        // The shell knows whether there is such a limit here.
        let tried = place.command("true").stderr(Stdio::null()).status();
        match tried {
            Ok(status) if status.success() => Ok(place),
            Ok(_) => Err("it can't be set here".into()),
            Err(error) if user.is_some() => {
                Err(format!("a user of its own, which only root can start: {error}"))
            }
            Err(error) => Err(error.to_string()),
        }
    }

    fn prepare(&self, program: &Path) -> io::Result<()> {
        fs::create_dir_all(&self.folder)?;
        // The program is copied, since that user may have no access to the folder where
        // it lies.
        write_program(&self.folder.join("program"), fs::read(program)?);
        if let Some(user) = self.user {
            // Without the right to do this, we may not start a program as that user
            // either, and the caller finds that out.
            let _ = chown(&self.folder, Some(user), Some(user));
        }
        Ok(())
    }

    /// The shell command `line` under the limit.
    fn command(&self, line: &str) -> Command {
        let limit = self.limit;
        // Some shells call the limit on processes `-p`.
        let other = limit.replace("-u", "-p");
        let script =
            format!("ulimit {limit} 2>/dev/null || ulimit {other} || exit 9; {line}");
        let mut command = Command::new("sh");
        command.args(["-c", &script]).current_dir(&self.folder).process_group(0);
        command.env("TMPDIR", &self.folder).env("RUST_BACKTRACE", "0");
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        if let Some(user) = self.user {
            command.uid(user).gid(user);
        }
        command
    }

    /// Runs the program with these arguments; `None` when it doesn't end in time.
    fn run(&self, arguments: &str) -> Option<Output> {
        let child = self
            .command(&format!("exec ./program {arguments}"))
            .spawn()
            .expect("a shell");
        let group = child.id();
        let (say, ended) = mpsc::channel();
        let waits = thread::spawn(move || {
            // When the program took too long, nobody receives this any more.
            let _ = say.send(child.wait_with_output());
        });
        let output = ended.recv_timeout(PATIENCE);
        if output.is_err() {
            let kill = format!("kill -s KILL -- -{group}");
            let killed = Command::new("sh").args(["-c", &kill]).status();
            killed.expect("a shell");
        }
        waits.join().expect("no panic");
        output.ok().map(|output| output.expect("it is our child"))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        // If this fails, the folder stays among the temporary ones, which the system
        // removes.
        let _ = fs::remove_dir_all(&self.folder);
    }
}
