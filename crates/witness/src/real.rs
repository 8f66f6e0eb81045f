//! Runs an answer once, with real threads and real child processes.

use std::panic::{self, Location};
use std::sync::Arc;
use std::sync::mpsc;
use std::time::Duration;

use crate::record::{self, Record};
use crate::story;
use crate::watch::{Seen, watch};

/// How long an answer may take. Every answer that ends at all does so much sooner, on any machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);

/// Runs `answer` with real threads and real child processes, and returns what was seen. Child
/// processes that it leaves behind are killed.
///
/// # Panics
///
/// When `answer` panics; when it hasn't ended after 10 s, with who waits for what; and within
/// another run.
#[track_caller]
pub fn for_real<T: Send + 'static>(
    answer: impl FnOnce() -> T + Send + 'static,
) -> Seen<T> {
    for_real_or_explain("deadlock?", answer)
}

/// As [`for_real`]; when `answer` hasn't ended after 10 s, `explanation` says what that probably
/// means.
///
/// # Panics
///
/// As [`for_real`].
#[track_caller]
pub fn for_real_or_explain<T: Send + 'static>(
    explanation: &str,
    answer: impl FnOnce() -> T + Send + 'static,
) -> Seen<T> {
    record::refuse_nested();
    let record = Record::new(Location::caller());
    let (report, outcome) = mpsc::channel();
    let theirs = Arc::clone(&record);
    let runner = std::thread::spawn(move || {
        let _membership = record::join_run(theirs, 0);
        let seen = watch(answer);
        // When this took too long, nobody receives it any more.
        let _ = report.send(seen);
    });
    let outcome = outcome.recv_timeout(PATIENCE);
    // Told before the children are killed, since a thread that waits for a child goes on then.
    let (waits, story) = {
        let mut state = record.state();
        state.over = true;
        (story::who_waits(&state), story::tell(&state))
    };
    record.kill_children();
    match outcome {
        Ok(seen) => seen,
        Err(mpsc::RecvTimeoutError::Disconnected) => match runner.join() {
            Err(payload) => panic::resume_unwind(payload),
            Ok(()) => unreachable!("who returns has reported"),
        },
        Err(mpsc::RecvTimeoutError::Timeout) => {
            panic!(
                "it doesn't end: {explanation}\n\n{waits}\nWhat it did until then:\n{story}"
            )
        }
    }
}
