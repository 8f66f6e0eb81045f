//! Right: it looks often at first, and then less often, but never sleeps longer than its patience lasts.

use std::io::Read;
use std::time::{Duration, Instant};

use witness::process::{Child, Command, Stdio};

fn start(job: &str) -> Child {
    let mut shell = Command::new("sh");
    shell.args(["-c", job]).stdin(Stdio::null()).stdout(Stdio::piped());
    shell.spawn().expect("there is a shell")
}

pub fn ask(job: &str, patience: Duration) -> Option<String> {
    let end = Instant::now() + patience;
    let mut child = start(job);
    let mut nap = Duration::from_millis(1);
    while child.try_wait().ok()?.is_none() {
        let left = end.saturating_duration_since(Instant::now());
        if left.is_zero() {
            child.kill().ok()?;
            child.wait().ok()?;
            return None;
        }
        std::thread::sleep(nap.min(left));
        nap = (nap * 2).min(Duration::from_millis(50));
    }
    let output = child.wait_with_output().ok()?;
    Some(String::from_utf8_lossy(&output.stdout).into_owned())
}
