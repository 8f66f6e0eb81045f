//! Right: a thread for each core takes the next job from an iterator behind a lock, and keeps what came
//! of its jobs until the end.

use witness::process::{Child, Command, Stdio};
use witness::sync::Mutex;
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
    let left = Mutex::new(jobs.iter().enumerate());
    let next = || left.lock().unwrap().next();
    let mut printed = thread::scope(|scope| {
        let work = || {
            let mut mine = Vec::new();
            while let Some((number, job)) = next() {
                mine.push((number, finish(start(job))));
            }
            mine
        };
        let threads: Vec<_> = (0..cores).map(|_| scope.spawn(work)).collect();
        let mut printed = Vec::new();
        for thread in threads {
            printed.extend(thread.join().unwrap());
        }
        printed
    });
    printed.sort();
    printed.into_iter().map(|(_, text)| text).collect()
}
