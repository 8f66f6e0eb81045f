//! Right: one thread starts the children, and looks at all of them again and again.

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
    let mut left = jobs.iter().enumerate();
    let mut running: Vec<(usize, Child)> = Vec::new();
    let mut printed = vec![String::new(); jobs.len()];
    loop {
        while running.len() < cores
            && let Some((number, job)) = left.next()
        {
            running.push((number, start(job)));
        }
        if running.is_empty() {
            return printed;
        }
        for place in (0..running.len()).rev() {
            if running[place].1.try_wait().expect("we may look").is_some() {
                let (number, child) = running.swap_remove(place);
                printed[number] = finish(child);
            }
        }
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
}
