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

use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};
use std::{env, fs};

use mdbook_driver::MDBook;
use mdbook_driver::config::Config;
use mdbook_preprocessor::Preprocessor;

use crate::asking::chapter::beside;
use crate::code::files::{self, sorted};
use crate::code::lines::Lines;
use crate::kept::Material;
use preprocessor::Bookbinder;

fn load(root: &Path) -> Result<MDBook, String> {
    let book = root.join("book");
    let couldn_t = |error: String| format!("couldn't load the book: {error}");
    let config = configuration(&book).map_err(couldn_t)?;
    includes_nothing(&config)?;
    mdbook_can_read(&book, &config)?;
    MDBook::load_with_config(&book, config)
        .map_err(|error| couldn_t(format!("{error:#}")))
}

/// As `MDBook::load` does, which takes many lines for what is wrong with a file; and panics where one of all
/// variables is no text.
fn configuration(book: &Path) -> Result<Config, String> {
    let file = book.join("book.toml");
    let about = |problem: String| format!("{}: {problem}", file.display());
    let text = files::text(&file).map_err(about)?;
    let wrong = |error: toml::de::Error| {
        let line = error.span().map_or(1, |span| Lines::of(&text).at(span.start));
        format!("{}:{line}: {}", file.display(), error.message())
    };
    let mut config: Config = toml::from_str(&text).map_err(wrong)?;
    if env::vars_os()
        .all(|(name, value)| [name, value].iter().all(|v| v.to_str().is_some()))
    {
        config.update_from_env().map_err(|error| about(format!("{error:#}")))?;
    }
    Ok(config)
}

/// Where the chapters lie, from the root of the project.
fn source(config: &Config) -> PathBuf {
    beside(Path::new("book/book.toml"), &config.book.src)
}

/// What mdBook included after the gates, they would not have seen.
///
/// # Errors
///
/// One line, when it would.
fn includes_nothing(config: &Config) -> Result<(), String> {
    let would = config.build.use_default_preprocessors
        || config.contains_key("preprocessor.links");
    if would {
        return Err(
            "mdBook would include files that no gate has seen; in book/book.toml, write \
             `use-default-preprocessors = false` under [build], and no [preprocessor.links]"
                .into(),
        );
    }
    Ok(())
}

/// Whether mdBook can read every file that it will: it would wait for ever for what a pipe has to say, fail
/// without a reason, or panic.
///
/// # Errors
///
/// One line about one that it can't.
fn mdbook_can_read(book: &Path, config: &Config) -> Result<(), String> {
    let html = config.html_config().unwrap_or_default();
    let source = book.join(&config.book.src);
    let named = html.additional_css.iter().chain(&html.additional_js);
    let mut paths: Vec<_> = named.map(|file| book.join(file)).collect();
    paths.extend(sorted(&html.theme_dir(book)));
    paths.extend(sorted(&source));
    while let Some(path) = paths.pop() {
        // All that lies beside the chapters.
        let is_copied = path.starts_with(&source);
        let problem = match fs::metadata(&path) {
            Ok(there) if there.is_dir() && !path.is_symlink() => {
                paths.extend(sorted(&path));
                continue;
            }
            Ok(there) if there.is_dir() && is_copied && leads_back(&path) => {
                "leads back to where it lies; take it away"
            }
            Ok(there) if !there.is_dir() && !there.is_file() => {
                "is no plain file; take it away"
            }
            Err(_) if is_copied && path.is_symlink() => {
                "leads nowhere; save what an editor has open there, or take it away"
            }
            Ok(_) if is_copied && path.extension().is_some_and(is_no_text) => {
                "has a name that is no text; give it another"
            }
            _ => continue,
        };
        return Err(format!("{} {problem}", path.display()));
    }
    Ok(())
}

/// Whether a link leads to a folder in which it lies.
fn leads_back(link: &Path) -> bool {
    let whole = |path: &Path| path.canonicalize().ok();
    let (to, from) = (whole(link), link.parent().and_then(whole));
    to.zip(from).is_some_and(|(to, from)| from.starts_with(to))
}

fn is_no_text(name: &OsStr) -> bool {
    name.to_str().is_none()
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
