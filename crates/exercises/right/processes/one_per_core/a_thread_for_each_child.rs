//! Right: a thread for each child waits for its end and sends what it printed. Whenever something comes,
//! the next job starts.

use witness::process::{Child, Command, Stdio};
use witness::sync::mpsc;
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
    let (sender, receiver) = mpsc::channel();
    let mut printed = vec![String::new(); jobs.len()];
    thread::scope(|scope| {
        let wait = |number: usize| {
            let (sender, child) = (sender.clone(), start(&jobs[number]));
            scope.spawn(move || sender.send((number, finish(child))).unwrap());
        };
        let first = cores.min(jobs.len());
        (0..first).for_each(&wait);
        for next in first..first + jobs.len() {
            let (number, text) = receiver.recv().unwrap();
            printed[number] = text;
            if next < jobs.len() {
                wait(next);
            }
        }
    });
    printed
}
