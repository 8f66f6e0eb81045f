//! A thread that panics ends alone, unless it is the main thread, or the program was
//! built with `panic = "abort"`. Whoever joins it gets the panic as an error. A lock that
//! it held is poisoned.

use std::any::Any;
use std::thread;

/// Runs `work` in a thread of its own; returns what `work` returned, or the message of its
/// panic.
///
/// # Errors
///
/// When `work` panicked: what the panic said.
///
/// # Panics
///
/// When the system has no thread to spare.
// ANCHOR: join
pub fn run<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, String> {
    let thread = thread::spawn(work);
    thread.join().map_err(|panic| message(&*panic).to_string())
}
// ANCHOR_END: join

/// The message of a panic. `panic!("…")` carries a `&str` or, when it formats something, a
/// `String`.
pub fn message(panic: &(dyn Any + Send)) -> &str {
    if let Some(message) = panic.downcast_ref::<&str>() {
        message
    } else if let Some(message) = panic.downcast_ref::<String>() {
        message
    } else {
        "a panic without a message"
    }
}

#[cfg(test)]
mod tests {
    use std::panic::panic_any;

    use super::*;

    #[test]
    fn work_that_ends_returns_its_result() {
        assert_eq!(run(|| 6 * 7), Ok(42));
    }

    #[test]
    fn a_panic_comes_back_with_its_message() {
        let divisor = 0;
        assert_eq!(run(|| panic!("out of paper")), Err::<(), _>("out of paper".into()));
        assert_eq!(
            run(move || panic!("can't divide by {divisor}")),
            Err::<(), _>("can't divide by 0".into())
        );
        assert_eq!(
            run(|| panic_any(7)),
            Err::<(), _>("a panic without a message".into())
        );
    }
}
