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
    let reference = setting(root, "reference")?;
    reference.as_ref().and_then(toml::Value::as_str).map(String::from).ok_or_else(|| {
        let file = root.join("book/book.toml");
        format!("{} names no reference under [preprocessor.bookbinder]", file.display())
    })
}

/// The groups that are measured only when somebody names them, from `book/book.toml`.
///
/// # Errors
///
/// One line, when the file can't be read.
pub fn by_name(root: &Path) -> Result<Vec<String>, String> {
    let groups = setting(root, "by-name")?;
    let groups = groups.as_ref().and_then(toml::Value::as_array).into_iter().flatten();
    Ok(groups.filter_map(|group| group.as_str().map(String::from)).collect())
}

/// What `book/book.toml` says of us under this name.
fn setting(root: &Path, name: &str) -> Result<Option<toml::Value>, String> {
    let file = root.join("book/book.toml");
    let text = files::text(&file)
        .map_err(|error| format!("couldn't read {}: {error}", file.display()))?;
    let config: toml::Table = text.parse().map_err(|error: toml::de::Error| {
        let before = error.span().and_then(|span| text.get(..span.start));
        let line = 1 + before.map_or(0, |before| before.matches('\n').count());
        let why = error.message().replace('\n', ", ");
        format!("{}:{line}: this is not TOML: {why}", file.display())
    })?;
    let ours = config.get("preprocessor").and_then(|table| table.get("bookbinder"));
    Ok(ours.and_then(|table| table.get(name)).cloned())
}

/// The folder for what is built from the project at `root`: the one that Cargo uses.
///
/// Cargo tells nobody where that is. But where it runs this program from the same project, it has put it
/// there.
pub fn target(root: &Path) -> PathBuf {
    let ours = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    let is_ours = ours.is_some_and(|ours| is_within(root, &ours));
    let this = env::current_exe().ok().filter(|_| is_ours);
    // Cargo marks the folder, for programs that make backups.
    let marked = this.as_deref().and_then(|program| {
        program.ancestors().find(|folder| folder.join("CACHEDIR.TAG").is_file())
    });
    marked.map_or_else(|| root.join("target"), Path::to_path_buf)
}

fn is_within(root: &Path, folder: &Path) -> bool {
    let whole = |path: &Path| fs::canonicalize(path).ok();
    whole(root).zip(whole(folder)).is_some_and(|(root, it)| it.starts_with(root))
}
