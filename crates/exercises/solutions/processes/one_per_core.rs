//! # A child for each core
//!
//! Chapter: processes/dividing.md
//!
//! A build tool has a list of jobs. Each is a line for the shell, and each runs in a
//! child process of its own. Run them all, as `make -j` does, and return what they
//! printed, in the order of the jobs. How a child ends doesn't matter: what it printed
//! counts, and the others go on.
//!
//! The constraint: never more children at once than `cores`, and as many as that as long
//! as there are jobs left. As soon as *any* child has ended, the next job starts. So a
//! long job keeps one core busy, and the others do all the rest without it. The cores are for
//! the children: to wait for them must not keep one busy.
//!
//! Your part has two helpers. `start(job)` starts a child and returns at once;
//! `finish(child)` waits for its end and returns what it printed, without the space around it;
//! what is no text becomes `�`. Nobody prints much. You may change the helpers, too.
//! `witness::thread` and `witness::sync` have what `std::thread` and `std::sync` have, by
//! the same names; the checks see what is done with it. (This exercise needs Unix.)
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

    /// A pipe with a name, in a folder. Through it, jobs wait for each other.
    struct Pipe {
        folder: PathBuf,
        _open: File,
    }

    impl Pipe {
        fn new(check: &str) -> Self {
            let folder = format!("{check}-{}", std::process::id());
            let folder = std::env::temp_dir().join(folder);
            fs::create_dir(&folder).unwrap();
            let pipe = folder.join("pipe");
            let made = std::process::Command::new("mkfifo").arg(&pipe).status();
            assert!(made.unwrap().success(), "mkfifo makes a pipe");
            // As long as this is open, a job that listens waits for a word. When it
            // is closed, nobody waits any more.
            let open = File::options().read(true).write(true).open(pipe).unwrap();
            Self { folder, _open: open }
        }

        /// A job that prints `says` after it was called so many times.
        fn listens(&self, calls: usize, says: &str) -> String {
            let pipe = self.folder.join("pipe");
            let read = "read word; ".repeat(calls);
            format!("{{ {read}: ; }} < '{}' 2> /dev/null; echo {says}", pipe.display())
        }

        /// A job that calls so many times.
        fn calls(&self, calls: usize, says: &str) -> String {
            let pipe = self.folder.join("pipe");
            let call = "echo go; ".repeat(calls);
            format!("{{ {call}: ; }} 2> /dev/null > '{}'; echo {says}", pipe.display())
        }
    }

    impl Drop for Pipe {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.folder);
        }
    }

    fn run(jobs: &[String], cores: usize, no_end: &str) -> Seen<Vec<String>> {
        let theirs = jobs.to_vec();
        let seen = for_real_or_explain(no_end, move || run_all(&theirs, cores));
        assert_eq!(seen.children, jobs.len(), "children for {} jobs", jobs.len());
        assert_eq!(
            seen.unreaped,
            0,
            "children that nobody has waited for: zombies; there were {} in all",
            jobs.len()
        );
        // Were there more?
        let most = seen.children_at_once;
        assert!(
            most <= cores,
            "{most} children at once on {cores} cores (each counts until it is waited for)"
        );
        seen
    }

    fn names(range: impl Iterator<Item = usize>) -> Vec<String> {
        range.map(|number| format!("job {number}")).collect()
    }

    #[test]
    fn as_many_children_at_once_as_cores() {
        for cores in [1, 2, 3, 4, 5, 33] {
            let pipe = Pipe::new("as-many");
            let all = names(1..cores + 5);
            let job = |number: usize| {
                let name = &all[number];
                if number + 1 < cores {
                    pipe.listens(1, name)
                } else if number + 1 == cores {
                    pipe.calls(cores - 1, name)
                } else {
                    format!("echo {name}")
                }
            };
            let jobs: Vec<_> = (0..all.len()).map(job).collect();
            let no_end = format!(
                "there are {cores} cores, and the first {cores} jobs end when all of them run: \
                 does one child have to end before the next one is started?"
            );
            let seen = run(&jobs, cores, &no_end);
            // It has come to an end, so there were as many.
            assert_eq!(
                seen.value, all,
                "what the jobs printed, in the order of the jobs"
            );
        }
    }

    #[test]
    fn few_jobs_need_few_cores() {
        for (jobs, cores) in [(0, 2), (1, 3), (2, 8)] {
            let jobs: Vec<_> =
                names(0..jobs).iter().map(|name| format!("echo {name}")).collect();
            let seen = run(&jobs, cores, "these jobs end at once: whom do you wait for?");
            let all = names(0..jobs.len());
            assert_eq!(
                seen.value,
                all,
                "what {} jobs printed, on {cores} cores",
                jobs.len()
            );
        }
    }

    #[test]
    fn a_free_core_gets_the_next_job() {
        const JOBS: usize = 40;
        for cores in [2, 3] {
            for long in [0, 1, JOBS / 2, JOBS - 1] {
                let pipe = Pipe::new("free-core");
                let all = names(1..JOBS + 1);
                let job = |number: usize| match &all[number] {
                    name if number == long => pipe.listens(JOBS - 1, name),
                    name => pipe.calls(1, name),
                };
                let jobs: Vec<_> = (0..JOBS).map(job).collect();
                let no_end = format!(
                    "{JOBS} jobs, {cores} cores: job {} is long, it ends after all others have \
                     run. The others are short. Why doesn't a free core get the next job? Do \
                     you wait for a certain child, while another one has ended? Or are some \
                     jobs promised to the core of the long one?",
                    long + 1
                );
                let seen = run(&jobs, cores, &no_end);
                assert_eq!(
                    seen.value, all,
                    "the results have to be in the order of the jobs, not of their ends"
                );
            }
        }
    }

    #[test]
    fn sleeps_between_two_looks() {
        let jobs = ["exec sleep 1".to_owned()];
        let seen =
            for_real_or_explain("this job sleeps for a second, and ends", move || {
                let before = witness::sleeps();
                let printed = run_all(&jobs, 1);
                (printed, witness::looks(), witness::sleeps() - before)
            });
        let (printed, looks, sleeps) = seen.value;
        assert_eq!(printed, [""], "what a job printed that only sleeps");
        assert!(
            looks < 10 * sleeps + 100,
            "in one second you looked {looks} times and slept {sleeps} times: that keeps a core \
             busy which the children need"
        );
    }

    #[test]
    fn what_a_child_printed_counts_however_it_ends() {
        let jobs = [
            ("echo one; exit 3", "one"),
            ("true", ""),
            ("echo two; kill -9 $$", "two"),
            ("printf 'caf\\351\\n'", "caf\u{FFFD}"),
            ("echo three; echo it is late >&2", "three"),
            ("printf 'four lines\\n\\n\\nof text'", "four lines\n\n\nof text"),
            ("printf ' \\n\\tfive \\n'", "five"),
            ("exec >&-; sleep 0.1; exit 1", ""),
        ];
        let lines = jobs.map(|(job, _)| job.to_owned());
        for cores in [1, 2] {
            let seen =
                run(&lines, cores, "these jobs end at once: whom do you wait for?");
            assert_eq!(
                seen.value,
                jobs.map(|(_, printed)| printed),
                "what the jobs printed"
            );
        }
    }

    #[test]
    fn somebody_waits_for_every_child() {
        for cores in [1, 2, 4] {
            let alike = vec!["echo the same".to_owned(); 4];
            let seen =
                run(&alike, cores, "these jobs end at once: whom do you wait for?");
            assert_eq!(
                seen.value, ["the same"; 4],
                "what four jobs printed that are alike"
            );
            let jobs: Vec<_> = (0..5).map(|number| format!("echo {number}")).collect();
            let seen = run(&jobs, cores, "these jobs end at once: whom do you wait for?");
            assert_eq!(seen.value, ["0", "1", "2", "3", "4"], "what five jobs printed");
            assert_eq!(seen.unjoined, 0, "threads that nobody has waited for");
        }
    }
}
