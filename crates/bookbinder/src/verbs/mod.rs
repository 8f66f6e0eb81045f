//! What people type.
//!
//! * [`mod@build`] is also what `cargo run` does, and [`preprocess`] what an installed mdbook asks for: both
//!   weave and guard in a [`preprocessor`]. `loading` is what mdBook does before that, and `standing` tells whether
//!   it has to do anything after that.
//! * [`mod@publish`] makes other forms of the book. [`mod@check`] holds every gate; [`mod@record`] keeps what commands
//!   print, which `command` runs for both; and [`mod@wasm`] what a page runs. `measure` is [`surveyor::verb`].

pub mod build;
pub mod check;
mod command;
mod loading;
pub mod preprocessor;
pub mod publish;
pub mod record;
mod standing;
pub mod wasm;

use std::io;
use std::path::Path;

use mdbook_preprocessor::Preprocessor;
use preprocessor::Bookbinder;

use crate::kept::Material;

/// Serves an installed mdbook as its preprocessor: the book comes as JSON on `input` and
/// goes woven to `output`.
///
/// # Errors
///
/// One line. What the gates found was printed to stderr before.
pub fn preprocess(
    root: &Path,
    input: impl io::Read,
    output: impl io::Write,
) -> Result<(), String> {
    let (context, book) = mdbook_preprocessor::parse_input(input).map_err(|error| {
        format!("this verb is for mdbook, which sends it a book as JSON: {error}")
    })?;
    let bookbinder = Bookbinder { material: Material::read(root)? };
    let woven = bookbinder.run(&context, book).map_err(|error| format!("{error:#}"))?;
    serde_json::to_writer(output, &woven)
        .map_err(|error| format!("couldn't answer mdbook: {error}"))
}
