//! Wrong: each thread appends what its child printed, when it has it. The jobs don't end
//! in the order in which they began.
//! Caught by `a_free_core_gets_the_next_job`: in the order of the jobs, not of their ends

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
    let left = Mutex::new(jobs.iter());
    let printed = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(|| {
                loop {
                    let next = left.lock().unwrap().next();
                    let Some(job) = next else { break };
                    let text = finish(start(job));
                    printed.lock().unwrap().push(text);
                }
            });
        }
    });
    printed.into_inner().unwrap()
}
