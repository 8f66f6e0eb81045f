//! What mdBook does before and after us: it loads the book, and makes pages of what we hand it. It has to be
//! able to, and must not add what no gate has seen.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::{env, fs};

use mdbook_driver::MDBook;
use mdbook_driver::config::Config;
use surveyor::code::files::{self, beside, sorted};

use crate::lines::Lines;

/// Loads the book of the project at `root`, if mdBook can and adds nothing of its own.
///
/// # Errors
///
/// One line.
pub(super) fn load(root: &Path) -> Result<MDBook, String> {
    let book = root.join("book");
    let couldn_t = |error: String| format!("couldn't load the book: {error}");
    let config = configuration(&book).map_err(couldn_t)?;
    adds_nothing(&book, &config)?;
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
pub(super) fn source(config: &Config) -> PathBuf {
    beside(Path::new("book/book.toml"), &config.book.src)
}

/// What mdBook adds after the gates, they don't see.
///
/// # Errors
///
/// One line about what it would add.
pub(super) fn adds_nothing(book: &Path, config: &Config) -> Result<(), String> {
    let others = config.preprocessors::<toml::Value>().unwrap_or_default();
    let other = others.keys().find(|name| *name != "bookbinder");
    if config.build.use_default_preprocessors || other.is_some() {
        return Err(
            "mdBook would add what no gate has seen; in book/book.toml, write \
             `use-default-preprocessors = false` under [build], and no [preprocessor] but bookbinder"
                .into(),
        );
    }
    // For addresses that lead nowhere. It has words of its own for that.
    let lost = config.html_config().unwrap_or_default().input_404;
    let file = book.join(&config.book.src).join(lost.as_deref().unwrap_or("404.md"));
    match lost.as_deref() {
        Some("") => Ok(()),
        None if !file.exists() => Ok(()),
        _ => Err(format!(
            "mdBook would make a page of {} that no gate has seen; take it away, or `input-404` from book.toml",
            file.display()
        )),
    }
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
