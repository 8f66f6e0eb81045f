//! The programs that the book runs. Each is a text in `programs/`, which begins with the Python
//! code that it was made from.

use crate::assembler::assemble;
use crate::verifier::{Verified, verify};

/// Every program: its name and its text.
pub const ALL: &[(&str, &str)] = &[
    ("countdown", include_str!("../programs/countdown.txt")),
    ("squares", include_str!("../programs/squares.txt")),
    ("shared_step", include_str!("../programs/shared_step.txt")),
    ("shared_list", include_str!("../programs/shared_list.txt")),
    ("shared_counter", include_str!("../programs/shared_counter.txt")),
    ("echo", include_str!("../programs/echo.txt")),
    ("fetch", include_str!("../programs/fetch.txt")),
    ("natives", include_str!("../programs/natives.txt")),
];

/// The program called `name`, assembled and verified.
///
/// # Panics
///
/// When no program has this name. (A test makes sure that every text in [`ALL`] can be assembled
/// and passes the verifier.)
pub fn program(name: &str) -> Verified {
    let text = ALL.iter().find(|(known, _)| *known == name);
    let (_, text) = text.unwrap_or_else(|| panic!("there is no program `{name}`"));
    verify(assemble(text).expect("it is tested")).expect("it is tested")
}
