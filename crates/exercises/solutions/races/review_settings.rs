//! # Review: loaded only once
//!
//! Chapter: races/finding.md
//!
//! Why: The flag says "loaded" before anything is. Those who come in between don't need
//! the lock, as they believe, and read what isn't there yet. The flag has to come last:
//! look at it behind the lock, load, store the port, and only then set the flag.
//! `OnceLock` does all of that.

/// Whose turn it is.
pub fn schedule() -> &'static str {
    "AAABB"
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
