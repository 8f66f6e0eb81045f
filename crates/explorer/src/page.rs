//! What a page asks the explorer, and what it gets as an answer: texts.

use super::exploration::Exploration;
use super::json::{error, said};
use super::level::Level;
use super::program::Program;

/// Explores the program that `text` is, with stores that are `buffered` or done at once. Returns all
/// that was found out, as [`Exploration::write_json`] writes it; or an object with an `error`, and the
/// `line` to which it belongs, if there is one.
pub fn explored(text: &str, buffered: bool, limit: usize) -> String {
    const NAME: &str = "program";
    let program = match Program::parse(NAME, text) {
        Ok(program) => program,
        Err(wrong) => return error(&wrong.reason, Some(wrong.line)),
    };
    let program = if buffered { program.buffered() } else { Ok(program) };
    let explored = program.and_then(|program| {
        let found = Exploration::up_to(&program, limit);
        found.map(|found| (found, program)).map_err(|wrong| wrong.to_string())
    });
    match explored {
        Ok((found, program)) => {
            let mut json = Vec::new();
            found.write_json(&program, &mut json).expect("memory can be written to");
            String::from_utf8(json).expect("it is text")
        }
        Err(reason) => error(&reason, None),
    }
}

/// What `text` says of a level: an object with its `title`, `task` and `hint`, whether stores are
/// `buffered`, and the `program`; or one with an `error`.
pub fn level(text: &str) -> String {
    Level::parse(text).map_or_else(|wrong| error(&wrong, None), |level| said(&level))
}

/// What is missing when `text` shall be a mended `level`; nothing when nothing is.
pub fn missing(level: &str, text: &str) -> String {
    let missing = Level::parse(level).and_then(|level| level.still_in(text));
    missing.err().unwrap_or_default()
}

/// The functions by which a page calls, where this crate is compiled to WebAssembly: texts lie in the
/// module's memory, and are named by where they begin and how long they are.
#[cfg(target_family = "wasm")]
#[allow(unsafe_code, reason = "a page can only hand over numbers")]
mod exported {
    use std::cell::RefCell;

    thread_local! {
        static ANSWER: RefCell<String> = const { RefCell::new(String::new()) };
    }

    /// Room for a text of so many bytes, which the next call takes for its own.
    #[unsafe(no_mangle)]
    extern "C" fn room(length: usize) -> *mut u8 {
        let bytes = vec![0_u8; length].into_boxed_slice();
        Box::into_raw(bytes).cast()
    }

    /// # Safety
    ///
    /// `room(length)` returned `at`, and nobody has taken it before.
    unsafe fn text(at: *mut u8, length: usize) -> String {
        let bytes = std::ptr::slice_from_raw_parts_mut(at, length);
        // SAFETY: as the caller promises, this is the box that `room` has let go.
        let bytes = unsafe { Box::from_raw(bytes) };
        String::from_utf8_lossy(&bytes).into_owned()
    }

    fn answer(text: String) -> usize {
        ANSWER.with_borrow_mut(|answer| {
            *answer = text;
            answer.len()
        })
    }

    /// Where the last answer begins.
    #[unsafe(no_mangle)]
    extern "C" fn answer_at() -> *const u8 {
        ANSWER.with_borrow(|answer| answer.as_ptr())
    }

    /// [`super::explored`]; returns how long the answer is.
    ///
    /// # Safety
    ///
    /// `room(length)` returned `at`, and nobody has taken it before.
    #[unsafe(no_mangle)]
    unsafe extern "C" fn explored(
        at: *mut u8,
        length: usize,
        buffered: bool,
        limit: usize,
    ) -> usize {
        // SAFETY: as the caller promises.
        let program = unsafe { text(at, length) };
        answer(super::explored(&program, buffered, limit))
    }

    /// [`super::level`]; returns how long the answer is.
    ///
    /// # Safety
    ///
    /// `room(length)` returned `at`, and nobody has taken it before.
    #[unsafe(no_mangle)]
    unsafe extern "C" fn level(at: *mut u8, length: usize) -> usize {
        // SAFETY: as the caller promises.
        let level = unsafe { text(at, length) };
        answer(super::level(&level))
    }

    /// [`super::missing`]; returns how long the answer is.
    ///
    /// # Safety
    ///
    /// `room` returned both places for these lengths, and nobody has taken them before.
    #[unsafe(no_mangle)]
    unsafe extern "C" fn missing(
        level: *mut u8,
        level_length: usize,
        at: *mut u8,
        length: usize,
    ) -> usize {
        // SAFETY: as the caller promises.
        let (level, program) = unsafe { (text(level, level_length), text(at, length)) };
        answer(super::missing(&level, &program))
    }
}
