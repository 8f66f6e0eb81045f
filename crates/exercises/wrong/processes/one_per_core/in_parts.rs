//! Wrong: each core has its part of the jobs, as with numbers that all take as long. Behind a long job,
//! its part waits, and the other cores have nothing to do.
//! Caught by `a_free_core_gets_the_next_job`: promised to the core of the long one?

use witness::process::{Child, Command, Stdio};
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
    let workers = cores.min(jobs.len());
    thread::scope(|scope| {
        let threads: Vec<_> = (0..workers)
            .map(|worker| {
                let begin = worker * jobs.len() / workers;
                let part = &jobs[begin..(worker + 1) * jobs.len() / workers];
                scope.spawn(move || {
                    part.iter().map(|job| finish(start(job))).collect::<Vec<_>>()
                })
            })
            .collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    })
}
