//! Wrong: never too many, but all cores wait for the longest job of each chunk.
//! Caught by `a_free_core_gets_the_next_job`: Why doesn't a free core get the next job?

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

pub fn run_all(jobs: &[String], cores: usize) -> Vec<String> {
    let mut printed = Vec::new();
    for chunk in jobs.chunks(cores) {
        let children: Vec<_> = chunk.iter().map(|job| start(job)).collect();
        printed.extend(children.into_iter().map(finish));
    }
    printed
}
