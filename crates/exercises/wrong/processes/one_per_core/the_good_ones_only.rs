//! Wrong: it takes a child that fails for a mistake of its own.
//! Caught by `what_a_child_printed_counts_however_it_ends`: it has failed

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
    assert!(output.status.success(), "it has failed");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

pub fn run_all(jobs: &[String], cores: usize) -> Vec<String> {
    let next = AtomicUsize::new(0);
    let printed = Mutex::new(vec![String::new(); jobs.len()]);
    thread::scope(|scope| {
        let threads: Vec<_> = (0..cores)
            .map(|_| {
                scope.spawn(|| {
                    loop {
                        let number = next.fetch_add(1, Relaxed);
                        let Some(job) = jobs.get(number) else { break };
                        let text = finish(start(job));
                        printed.lock().unwrap()[number] = text;
                    }
                })
            })
            .collect();
        for thread in threads {
            if let Err(panic) = thread.join() {
                std::panic::resume_unwind(panic);
            }
        }
    });
    printed.into_inner().unwrap()
}
