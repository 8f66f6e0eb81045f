//! Builds the book: beside the one that is there, and then in its place.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

use super::load;
use super::preprocessor::Bookbinder;
use crate::code::{files, project};
use crate::kept::Material;
use crate::say;

/// Builds the book; returns its first page.
///
/// # Errors
///
/// One line. What the gates found was printed to stderr before.
pub fn build(root: &Path, draft: bool) -> Result<PathBuf, String> {
    let target = project::target(root);
    let _lock = wait_for_others(&target)?;
    let mut book = load(root)?;
    // Takes the place of the command of the same name in book.toml, which is for an
    // installed mdbook.
    book.with_preprocessor(Bookbinder { material: Material::read(root)?, draft });
    let place = target.join("book");
    files::replace_folder(&place, |new| {
        book.config.build.build_dir = new.into();
        book.build().map_err(|error| format!("{error:#}"))
    })?;
    let page = place.join("index.html");
    page.canonicalize()
        .map_err(|error| format!("the book was built without a first page: {error}"))
}

/// Waits for whoever else builds this book. Theirs ends with the process that holds it, however that
/// ends.
fn wait_for_others(target: &Path) -> Result<Option<File>, String> {
    let file = target.join(".book.lock");
    let lock = fs::create_dir_all(target).and_then(|()| File::create(&file));
    let lock =
        lock.map_err(|error| format!("couldn't write {}: {error}", file.display()))?;
    let locked = match lock.try_lock() {
        Err(TryLockError::WouldBlock) => {
            say::aside("somebody else is building this book; waiting for them");
            lock.lock()
        }
        Err(TryLockError::Error(error)) => Err(error),
        Ok(()) => Ok(()),
    };
    // Where a file system has no locks, nobody waits.
    Ok(locked.is_ok().then_some(lock))
}
