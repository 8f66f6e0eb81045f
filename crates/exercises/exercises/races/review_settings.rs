//! # Review: loaded only once
//!
//! Chapter: races/finding.md
//!
//! This code was handed in for review. Three threads ask for the port of a
//! server. Whoever asks first loads it from a file, and nobody loads it again. There is a
//! lock, so only one loads at a time, and there is a second look behind the lock, for
//! those who have waited. Under which schedule does somebody get a port that was never
//! loaded?
//!
//! Your answer is a schedule: it says whose turn it is, from the first turn to the last.
//! Only one thread runs at a time. In its turn, it takes one *step*, and goes on to just
//! before its next one.
//! Here, the steps are taking the lock, and reading or changing an atomic. Giving the lock
//! back is no step.
//!
//! The constraint: the schedule ends with the turn that breaks the code. If the code ends in a
//! deadlock, that is the turn after which nobody can go on.

/// Whose turn it is.
pub fn schedule() -> &'static str {
    // TODO: Under this schedule, nothing breaks.
    "AAAAABBCC"
}

// ---- The checks. Leave them as they are. ----

mod reviewed {
    use witness::sync::Mutex;
    use witness::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};
    use witness::thread;

    /// What a file says that is loaded when somebody asks for the first time.
    pub struct Settings {
        loaded: AtomicBool,
        loading: Mutex<()>,
        port: AtomicU64,
    }

    impl Settings {
        pub fn new() -> Self {
            Self {
                loaded: AtomicBool::new(false),
                loading: Mutex::new(()),
                port: AtomicU64::new(0),
            }
        }

        pub fn port(&self) -> u64 {
            // When it is loaded, nobody needs the lock any more.
            if !self.loaded.load(SeqCst) {
                let _loading = self.loading.lock().unwrap();
                // Somebody may have loaded it while we waited for the lock.
                if !self.loaded.swap(true, SeqCst) {
                    self.port.store(load(), SeqCst);
                }
            }
            self.port.load(SeqCst)
        }
    }

    /// Reads the port from the file.
    fn load() -> u64 {
        8080
    }

    /// Asks for the port.
    fn ask(settings: &Settings) {
        let port = settings.port();
        assert!(port == 8080, "somebody was told port {port}, which was never loaded");
    }

    pub fn run() -> String {
        let settings = Settings::new();
        thread::scope(|scope| {
            // A
            scope.spawn(|| ask(&settings));
            // B
            scope.spawn(|| ask(&settings));
            // C
            scope.spawn(|| ask(&settings));
        });
        "everybody has port 8080".into()
    }
}

fn main() {
    println!("{}", witness::play(schedule(), reviewed::run));
}

#[cfg(test)]
mod checks {
    use super::*;

    #[test]
    fn the_schedule_breaks_the_code() {
        let played = witness::play(schedule(), reviewed::run);
        assert!(played.broke(), "{played}");
    }
}
