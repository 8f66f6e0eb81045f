//! What people type.
//!
//! * [`mod@build`] is also what `cargo run` does, and [`preprocess`] what an installed mdbook asks for: both
//!   weave and guard in a [`preprocessor`].
//! * [`mod@check`] holds every gate; [`mod@record`] keeps what commands print. `measure` is
//!   [`crate::measuring::measure`].

pub mod build;
pub mod check;
pub mod preprocessor;
pub mod record;

use std::io;
use std::path::Path;
use std::{env, fs};

use mdbook_driver::MDBook;
use mdbook_driver::config::Config;
use mdbook_preprocessor::Preprocessor;

use crate::code::files::sorted;
use crate::kept::Material;
use preprocessor::Bookbinder;

fn load(root: &Path) -> Result<MDBook, String> {
    let mut folders =
        ["src", "theme"].map(|folder| root.join("book").join(folder)).to_vec();
    while let Some(folder) = folders.pop() {
        for path in sorted(&folder) {
            match fs::metadata(&path) {
                // A link may lead back.
                Ok(there) if there.is_dir() && !path.is_symlink() => folders.push(path),
                Ok(there) if there.is_dir() => {}
                // mdBook would wait for ever for what a pipe has to say.
                Ok(there) if !there.is_file() => {
                    return Err(format!(
                        "{} is no plain file; take it away",
                        path.display()
                    ));
                }
                _ => {}
            }
        }
    }
    let book = root.join("book");
    let load = || {
        let mut config = Config::from_disk(book.join("book.toml"))?;
        // As `MDBook::load` does; which panics where one of all variables is no text.
        if env::vars_os()
            .all(|(name, value)| [name, value].iter().all(|v| v.to_str().is_some()))
        {
            config.update_from_env()?;
        }
        MDBook::load_with_config(&book, config)
    };
    load().map_err(|error| format!("couldn't load the book: {error:#}"))
}

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
