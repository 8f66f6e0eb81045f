//! Wrong: it starts everything, and leaves it to the system to share the cores. With a
//! thousand jobs, the memory goes first.
//! Caught by `as_many_children_at_once_as_cores`: children at once on 1 cores

use witness::process::{Child, Command, Stdio};

fn start(job: &str) -> Child {
    let mut shell = Command::new("sh");
    shell.args(["-c", job]).stdin(Stdio::null()).stdout(Stdio::piped());
    shell.spawn().expect("there is a shell")
}

fn finish(child: Child) -> String {
    let output = child.wait_with_output().expect("its output can be read");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

pub fn run_all(jobs: &[String], _cores: usize) -> Vec<String> {
    let children: Vec<_> = jobs.iter().map(|job| start(job)).collect();
    children.into_iter().map(finish).collect()
}
