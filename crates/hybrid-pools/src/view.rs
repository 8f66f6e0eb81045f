//! Shows how far a pool is to whoever waits for it: as a bar in a terminal, and otherwise as a line now
//! and then. Both go to stderr.

use std::io::{self, IsTerminal, Write};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use tour::format;

use crate::pool::{ProcessPool, Progress};

/// How often a bar is drawn, and how often a line is written.
const DRAW: Duration = Duration::from_millis(100);
const WRITE: Duration = Duration::from_secs(5);

/// Does `work` and returns what it returns. Meanwhile, shows how many of `tasks` the pool has done since
/// the call.
pub fn watch<T>(pool: &ProcessPool, tasks: u64, work: impl FnOnce() -> T) -> T {
    let before = pool.progress();
    let (ended, end) = channel::<()>();
    thread::scope(|scope| {
        // Where the system can't start another thread, the work is done without a view.
        let view = thread::Builder::new().name("view".into());
        let _ = view.spawn_scoped(scope, move || {
            let terminal = io::stderr().is_terminal();
            let bar = if terminal { bar(tasks) } else { ProgressBar::hidden() };
            let start = Instant::now();
            let every = if terminal { DRAW } else { WRITE };
            while end.recv_timeout(every) == Err(RecvTimeoutError::Timeout) {
                let now = pool.progress();
                let said = said(&before, &now, tasks, start.elapsed());
                if terminal {
                    bar.set_position(now.done + now.failed - before.done - before.failed);
                    bar.set_message(said);
                } else {
                    // An error means that stderr is closed; then nobody misses the line.
                    let _ = writeln!(io::stderr(), "{said}");
                }
            }
            bar.finish_and_clear();
        });
        let done = work();
        drop(ended);
        done
    })
}

fn bar(tasks: u64) -> ProgressBar {
    let style =
        ProgressStyle::with_template("{bar:30} {percent:>3} %  {eta} left  {msg}");
    let bar = ProgressBar::with_draw_target(Some(tasks), ProgressDrawTarget::stderr());
    bar.with_style(style.expect("the template is right"))
}

/// What the pool has done since `before`, in words: tasks, tasks a second, and failures if there are
/// any. `time` has passed since then.
fn said(before: &Progress, now: &Progress, tasks: u64, time: Duration) -> String {
    let done = now.done + now.failed - before.done - before.failed;
    let rate = done as f64 / time.as_secs_f64();
    let mut said = format!(
        "{} of {} tasks, {} a second",
        format::count(done),
        format::count(tasks),
        format::count(rate as u64)
    );
    for (count, what) in [
        (now.failed - before.failed, "failed"),
        (now.restarts - before.restarts, "workers replaced"),
    ] {
        if count > 0 {
            said += &format!(", {} {what}", format::count(count));
        }
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_in_words() {
        let before = Progress { done: 10, ..Progress::default() };
        let now = Progress { done: 2_010, failed: 1, restarts: 3, ..before };
        assert_eq!(
            said(&before, &now, 5_000, Duration::from_secs(2)),
            "2,001 of 5,000 tasks, 1,000 a second, 1 failed, 3 workers replaced"
        );
        assert_eq!(
            said(&before, &before, 5, Duration::from_secs(1)),
            "0 of 5 tasks, 0 a second"
        );
    }
}
