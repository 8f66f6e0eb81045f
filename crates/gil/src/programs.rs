//! The programs that the book runs: texts in `programs/`, with the Python that they are made of
//! above them.

use crate::assembler::assemble;
use crate::verifier::{Verified, verify};

/// Their names and their texts.
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

/// A program by its name, ready to run.
///
/// # Panics
///
/// When there is no such program. That those there are can be understood is tested.
pub fn program(name: &str) -> Verified {
    let text = ALL.iter().find(|(known, _)| *known == name);
    let (_, text) = text.unwrap_or_else(|| panic!("there is no program `{name}`"));
    verify(assemble(text).expect("it is tested")).expect("it is tested")
}
