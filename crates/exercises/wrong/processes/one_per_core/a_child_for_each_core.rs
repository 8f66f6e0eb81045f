//! Wrong: it starts a child for each core, also when there are fewer jobs.
//! Caught by `few_jobs_need_few_cores`: index out of bounds

use std::collections::VecDeque;
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
    let mut children: VecDeque<Child> =
        (0..cores).map(|core| start(&jobs[core])).collect();
    let mut printed = Vec::new();
    for job in &jobs[cores..] {
        printed.push(finish(children.pop_front().unwrap()));
        children.push_back(start(job));
    }
    printed.extend(children.into_iter().map(finish));
    printed
}
