//! Wrong: it looks only twice a second whether a child has ended, and until then its core has
//! nothing to do.
//! Caught by `a_free_core_gets_the_next_job`: it doesn't end:

use std::time::Duration;

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
    let mut printed = vec![String::new(); jobs.len()];
    let mut left = jobs.iter().enumerate();
    let mut running: Vec<(usize, Child)> = Vec::new();
    loop {
        while running.len() < cores
            && let Some((number, job)) = left.next()
        {
            running.push((number, start(job)));
        }
        if running.is_empty() {
            return printed;
        }
        std::thread::sleep(Duration::from_millis(500));
        let mut place = 0;
        while place < running.len() {
            if running[place].1.try_wait().unwrap().is_some() {
                let (number, child) = running.swap_remove(place);
                printed[number] = finish(child);
            } else {
                place += 1;
            }
        }
    }
}
