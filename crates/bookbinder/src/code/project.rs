//! Where the project is, and what it says about itself.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use super::files;

/// The root of the project in whose folders the caller stands: the folder that has
/// `book/book.toml`.
///
/// # Errors
///
/// One line, when there is none.
pub fn find_root() -> Result<PathBuf, String> {
    let here = env::current_dir()
        .map_err(|error| format!("couldn't tell the current folder: {error}"))?;
    let root = here.ancestors().find(|folder| folder.join("book/book.toml").is_file());
    root.map(Path::to_path_buf).ok_or_else(|| {
        format!(
            "there is no book/book.toml in {} or above it; call this inside the project",
            here.display()
        )
    })
}

/// The name of the reference machine, from `book/book.toml`.
///
/// # Errors
///
/// One line, when the file can't be read or doesn't name one.
pub fn reference_name(root: &Path) -> Result<String, String> {
    let file = root.join("book/book.toml");
    let text = files::text(&file)
        .map_err(|error| format!("couldn't read {}: {error}", file.display()))?;
    let config: toml::Table = text
        .parse()
        .map_err(|error| format!("{} is not TOML: {error}", file.display()))?;
    let reference = config
        .get("preprocessor")
        .and_then(|table| table.get("bookbinder")?.get("reference")?.as_str());
    reference.map(String::from).ok_or_else(|| {
        format!("{} names no reference under [preprocessor.bookbinder]", file.display())
    })
}

/// The folder for what is built from the project at `root`: the one that Cargo uses.
///
/// Cargo tells nobody where that is. But where it runs this program from the same project, it has put it
/// there.
pub fn target(root: &Path) -> PathBuf {
    let ours = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    let is_ours =
        ours.is_some_and(|ours| is_same(&root.join("crates/bookbinder"), &ours));
    let this = env::current_exe().ok().filter(|_| is_ours);
    // Cargo marks the folder, for programs that make backups.
    let marked = this.as_deref().and_then(|program| {
        program.ancestors().find(|folder| folder.join("CACHEDIR.TAG").is_file())
    });
    marked.map_or_else(|| root.join("target"), Path::to_path_buf)
}

fn is_same(one: &Path, other: &Path) -> bool {
    let other = fs::canonicalize(other).ok();
    other.is_some() && fs::canonicalize(one).ok() == other
}
