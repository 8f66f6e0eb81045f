//! Wrong: it asks all children again and again without sleeping, which keeps a core busy that the
//! children need.
//! Caught by `sleeps_between_two_looks`: that keeps a core busy

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
        let ended =
            running.iter_mut().position(|(_, child)| child.try_wait().unwrap().is_some());
        match ended {
            Some(place) => {
                let (number, child) = running.swap_remove(place);
                printed[number] = finish(child);
            }
            None => std::thread::yield_now(),
        }
    }
}
