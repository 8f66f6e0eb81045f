//! # A child for each core
//!
//! Chapter: processes/dividing.md
//!
//! Why: the standard library can wait for one child, but not for "whichever ends first".
//! A thread costs little, and it has nothing to do here but wait. So there is one for
//! each core. It takes the next job, starts a child, waits for it, and takes the next
//! job. There are never more children than threads, and a thread whose child was short is
//! free at once. With chunks of `cores` jobs, all cores would wait for the longest job of
//! each chunk. Every result goes to the place of its job, because the jobs end in any
//! order.

use witness::process::{Child, Command, Stdio};
use witness::sync::Mutex;
use witness::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use witness::thread;

fn start(job: &str) -> Child {
    let mut shell = Command::new("sh");
    shell.args(["-c", job]).stdin(Stdio::null()).stdout(Stdio::piped());
    shell.spawn().expect("there is a shell")
}

fn finish(child: Child) -> String {
    let output = child.wait_with_output().expect("its output can be read");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

pub fn run_all(jobs: &[String], cores: usize) -> Vec<String> {
    let next = AtomicUsize::new(0);
    let printed = Mutex::new(vec![String::new(); jobs.len()]);
    thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Relaxed);
                    let Some(job) = jobs.get(number) else { break };
                    let text = finish(start(job));
                    printed.lock().expect("nobody panics")[number] = text;
                }
            });
        }
    });
    printed.into_inner().expect("nobody panics")
}

// ---- The checks. Leave them as they are. ----

fn main() {
    if cfg!(not(unix)) {
        println!("This exercise runs child processes of Unix. It needs Linux or macOS.");
        return;
    }
    let seen = witness::for_real(|| {
        let jobs: Vec<_> = (1..=6).map(|number| format!("echo job {number}")).collect();
        run_all(&jobs, 2)
    });
    println!("{:?}", seen.value);
    println!("{} children, at most {} at once", seen.children, seen.children_at_once);
}

#[cfg(all(test, unix))]
#[allow(clippy::disallowed_types, clippy::disallowed_methods)]
mod checks {
    use super::*;
    use std::fs::{self, File};
    use std::path::PathBuf;
    use witness::{Seen, for_real_or_explain};

    /// Pipes with names, in a folder. Through them, jobs wait for each other.
    struct Pipes {
        folder: PathBuf,
        _open: Vec<File>,
    }

    impl Pipes {
        fn new(check: &str, names: &[&str]) -> Self {
            let folder = format!("{check}-{}", std::process::id());
            let folder = std::env::temp_dir().join(folder);
            fs::create_dir(&folder).unwrap();
            let make = |name| {
                let pipe = folder.join(name);
                let made = std::process::Command::new("mkfifo").arg(&pipe).status();
                assert!(made.unwrap().success(), "mkfifo makes a pipe");
                // As long as this is open, a job that listens waits for a word. When it
                // is closed, nobody waits any more.
                File::options().read(true).write(true).open(pipe).unwrap()
            };
            let open = names.iter().map(make).collect();
            Self { folder, _open: open }
        }

        /// A job that prints `says` after somebody has called it.
        fn listens(&self, pipe: &str, says: &str) -> String {
            let pipe = self.folder.join(pipe);
            format!("{{ read word < '{}'; }} 2> /dev/null; echo {says}", pipe.display())
        }

        /// A job that calls those that listen to `pipes`.
        fn calls(&self, pipes: &[&str], says: &str) -> String {
            let call = |pipe| {
                let pipe = self.folder.join(pipe);
                format!("{{ echo go > '{}'; }} 2> /dev/null; ", pipe.display())
            };
            let calls: String = pipes.iter().map(call).collect();
            format!("{calls}echo {says}")
        }
    }

    impl Drop for Pipes {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.folder);
        }
    }

    fn run(jobs: Vec<String>, cores: usize, no_end: &str) -> Seen<Vec<String>> {
        for_real_or_explain(no_end, move || run_all(&jobs, cores))
    }

    #[test]
    fn as_many_children_at_once_as_cores() {
        let pipes = Pipes::new("as-many", &["first", "second"]);
        let mut jobs = vec![
            pipes.listens("first", "one"),
            pipes.listens("second", "two"),
            pipes.calls(&["first", "second"], "three"),
        ];
        jobs.extend(["four", "five", "six", "seven"].map(|name| format!("echo {name}")));
        let seen = run(
            jobs,
            3,
            "the first two jobs wait until the third one runs, and there are three \
             cores: does one child have to end before the next one is started?",
        );
        assert_eq!(seen.children, 7, "children for seven jobs");
        // It has come to an end, so there were three. Were there more?
        let most = seen.children_at_once;
        assert!(
            most <= 3,
            "{most} children at once on three cores (each counts until it is waited for)"
        );
        assert_eq!(
            seen.value,
            ["one", "two", "three", "four", "five", "six", "seven"],
            "what the jobs printed, in the order of the jobs"
        );
    }

    #[test]
    fn a_free_core_gets_the_next_job() {
        let pipes = Pipes::new("free-core", &["long"]);
        let jobs = vec![
            pipes.listens("long", "long"),
            "echo short".into(),
            pipes.calls(&["long"], "last"),
        ];
        let seen = run(
            jobs,
            2,
            "two cores: the first job is long, it ends after the third one has run. The \
             second job is short, and then its core is free. Why doesn't the third job \
             get it? Do you wait for a certain child, while another one has ended?",
        );
        assert_eq!(
            seen.value,
            ["long", "short", "last"],
            "the results have to be in the order of the jobs, not of their ends"
        );
    }

    #[test]
    fn somebody_waits_for_every_child() {
        let jobs = (0..5).map(|number| format!("echo {number}")).collect();
        let seen = run(jobs, 2, "these jobs end at once: whom do you wait for?");
        assert_eq!(seen.value, ["0", "1", "2", "3", "4"], "what five jobs printed");
        assert_eq!(seen.unreaped, 0, "children that nobody has waited for: zombies");
    }
}
