//! Builds the book: beside the one that is there, and then in its place. Where it would be the same, that one
//! stays.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::thread;

use surveyor::code::{files, project};
use surveyor::say;

use super::loading::{load, source};
use super::preprocessor::{Woven, chapters, in_order, tell, woven};
use super::standing::{Ingredients, Standing};
use crate::guarding;
use crate::kept::Material;

/// Builds the book; returns its first page. With `draft` it is built even where a gate finds something
/// wrong.
///
/// # Errors
///
/// One line. What the gates found was printed to stderr before.
pub fn build(root: &Path, draft: bool) -> Result<PathBuf, String> {
    let target = project::target(root);
    let _lock = wait_for_others(&target)?;
    let (mut book, material) = (load(root)?, Material::read(root)?);
    let source = source(&book.config);
    let original = book.book.clone();
    let chapters = chapters(&source, &original);

    let place = target.join("book");
    for name in ["book", ".book.new", ".book.old"] {
        only_a_folder(&target.join(name))?;
    }
    // The gates are held while the pages are made; a book that doesn't pass never gets its place.
    thread::scope(|scope| {
        let check = || guarding::check(&material, &source, &chapters);
        let gates = thread::Builder::new().spawn_scoped(scope, check);
        let (woven, mut findings) = woven(&material, &original, &chapters);
        let told = || {
            // Where the system has no thread to spare, one after the other.
            findings.extend(match gates {
                Ok(gates) => gates.join().expect("gates find, and don't panic"),
                Err(_) => check(),
            });
            tell(&in_order(findings))
                .or_else(|problems| if draft { Ok(()) } else { Err(problems) })
        };
        book.book = woven;
        book.with_preprocessor(Woven);

        let standing = Standing::at(&place);
        let ingredients = Ingredients::of(&book);
        if ingredients.as_ref().is_some_and(|these| standing.is_made_of(these)) {
            return told();
        }
        files::replace_folder(&place, |new| {
            book.config.build.build_dir = new.into();
            let built = book.build().map_err(|error| format!("{error:#}"));
            told().and(built)
        })?;
        if let Some(ingredients) = ingredients {
            standing.note(&ingredients);
        }
        Ok(())
    })?;
    // Each output has a folder of its own where book.toml wants more than one.
    let pages = ["index.html", "html/index.html"].map(|page| place.join(page));
    let page = pages.iter().find_map(|page| page.canonicalize().ok());
    page.ok_or_else(|| {
        format!(
            "{} was built without a first page; does book.toml want [output.html]?",
            place.display()
        )
    })
}

/// Takes away what stands where a folder of ours should, if that is none: a file, or a link to somewhere
/// else, where nothing is touched.
fn only_a_folder(place: &Path) -> Result<(), String> {
    match fs::symlink_metadata(place) {
        Ok(there) if !there.is_dir() => fs::remove_file(place)
            .map_err(|error| format!("couldn't take {} away: {error}", place.display())),
        _ => Ok(()),
    }
}

/// Waits for whoever else builds this book. Theirs ends with the process that holds it, however that
/// ends.
fn wait_for_others(target: &Path) -> Result<Option<File>, String> {
    let file = target.join(".book.lock");
    let lock = fs::create_dir_all(target).and_then(|()| files::lockable(&file));
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
