//! Wrong: cores take jobs in chunks that shrink (as OpenMP's `guided`), so of 100 jobs some are
//! promised to the core of a long one.
//! Caught by `a_free_core_gets_the_next_job`: it doesn't end:

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
    let next = Mutex::new(0);
    let printed = Mutex::new(vec![String::new(); jobs.len()]);
    let chunk = || {
        let mut next = next.lock().unwrap();
        let size = ((jobs.len() - *next) / (2 * cores)).max(1);
        let begin = *next;
        *next = (begin + size).min(jobs.len());
        begin..*next
    };
    thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(|| {
                loop {
                    let numbers = chunk();
                    if numbers.is_empty() {
                        break;
                    }
                    for number in numbers {
                        let text = finish(start(&jobs[number]));
                        printed.lock().unwrap()[number] = text;
                    }
                }
            });
        }
    });
    printed.into_inner().unwrap()
}
