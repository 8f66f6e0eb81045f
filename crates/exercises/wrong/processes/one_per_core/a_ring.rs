//! Wrong: results wait in a ring for the oldest one, so with many jobs a long one stops all cores
//! when `4 * cores` have run past it.
//! Caught by `a_free_core_gets_the_next_job`: it doesn't end:

use std::collections::VecDeque;

use witness::process::{Child, Command, Stdio};
use witness::sync::{Condvar, Mutex};
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

#[derive(Default)]
struct Window {
    next: usize,
    done: Vec<String>,
    ahead: VecDeque<Option<String>>,
}

pub fn run_all(jobs: &[String], cores: usize) -> Vec<String> {
    let (window, moved) = (Mutex::new(Window::default()), Condvar::new());
    let work = || {
        loop {
            let mut w = window.lock().unwrap();
            while w.next < jobs.len() && w.next >= w.done.len() + 4 * cores {
                w = moved.wait(w).unwrap();
            }
            let number = w.next;
            let Some(job) = jobs.get(number) else { return };
            w.next += 1;
            w.ahead.push_back(None);
            drop(w);
            let text = finish(start(job));
            let mut w = window.lock().unwrap();
            let place = number - w.done.len();
            w.ahead[place] = Some(text);
            while let Some(Some(_)) = w.ahead.front() {
                let text = w.ahead.pop_front().unwrap().unwrap();
                w.done.push(text);
            }
            moved.notify_all();
        }
    };
    thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(work);
        }
    });
    window.into_inner().unwrap().done
}
