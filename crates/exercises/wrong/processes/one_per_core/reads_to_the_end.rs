//! Wrong: it reads all that a child prints, and takes the end of the output for the end
//! of the child. Nobody asks how it ended, so the system keeps it as a zombie.
//! Caught by `somebody_waits_for_every_child`: children that nobody has waited for

use std::io::Read;
use witness::process::{Child, Command, Stdio};
use witness::sync::Mutex;
use witness::thread;

fn start(job: &str) -> Child {
    let mut shell = Command::new("sh");
    shell.args(["-c", job]).stdin(Stdio::null()).stdout(Stdio::piped());
    shell.spawn().expect("there is a shell")
}

fn finish(mut child: Child) -> String {
    let mut text = String::new();
    child.stdout.take().unwrap().read_to_string(&mut text).unwrap();
    text.trim().to_owned()
}

pub fn run_all(jobs: &[String], cores: usize) -> Vec<String> {
    let left = Mutex::new(jobs.iter().enumerate());
    let printed = Mutex::new(vec![String::new(); jobs.len()]);
    thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(|| {
                loop {
                    let next = left.lock().unwrap().next();
                    let Some((number, job)) = next else { break };
                    let text = finish(start(job));
                    printed.lock().unwrap()[number] = text;
                }
            });
        }
    });
    printed.into_inner().unwrap()
}
