//! The book that stands, and whether mdBook would make the same pages again.
//!
//! Weaving and the gates are done at every build. What follows, mdBook's own work, is most of it, and depends on
//! nothing but what is hashed here: so pages that stand as they were made are not made anew.

use std::env;
use std::fs::{self, Metadata};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use mdbook_driver::MDBook;
use serde::Serialize;
use sha2::{Digest, Sha256};
use surveyor::code::files::{self, sorted};

/// What pages are made of: two books with the same hash have the same pages.
#[derive(PartialEq)]
pub(super) struct Ingredients([u8; 32]);

impl Ingredients {
    /// Those of a woven book: its text, its configuration, the files that mdBook adds, and the program that makes
    /// pages of them. None where they can't be told: other outputs than HTML come from programs of their own.
    pub(super) fn of(book: &MDBook) -> Option<Self> {
        let mut hash = Hash(Sha256::new());
        let outputs = book.config.outputs::<toml::Value>().ok()?;
        if outputs.keys().any(|output| output != "html") {
            return None;
        }
        hash.value(&book.config)?;
        hash.value(&book.book)?;
        let program = env::current_exe().ok()?;
        hash.state(&program, &fs::metadata(&program).ok()?);

        let html = book.config.html_config().unwrap_or_default();
        let named = html.additional_css.iter().chain(&html.additional_js);
        let mut paths: Vec<_> = named.map(|file| book.root.join(file)).collect();
        paths.push(html.theme_dir(&book.root));
        paths.push(book.root.join(&book.config.book.src));
        for file in files_in(paths)? {
            // The chapters are in the book.
            if file.extension().is_none_or(|extension| extension != "md") {
                // Whatever can't be read is none of them, as a theme that isn't there.
                let bytes = files::bytes(&file).unwrap_or_else(String::into_bytes);
                hash.path(&file);
                hash.0.update(bytes.len().to_le_bytes());
                hash.0.update(bytes);
            }
        }
        Some(Self(hash.0.finalize().into()))
    }
}

/// A book in its place.
pub(super) struct Standing {
    place: PathBuf,
    note: PathBuf,
}

impl Standing {
    /// The one at `place`. What is noted about it lies beside it.
    pub(super) fn at(place: &Path) -> Self {
        Self { place: place.into(), note: place.with_file_name(".book.made") }
    }

    /// Whether it was made of these, and nobody has touched it since.
    pub(super) fn is_made_of(&self, ingredients: &Ingredients) -> bool {
        // Whoever was interrupted has left something, and the next one clears up.
        let left = [".book.new", ".book.old"].map(|name| self.place.with_file_name(name));
        !left.iter().any(|folder| folder.exists())
            && files::bytes(&self.note)
                .is_ok_and(|note| Some(note) == self.noted(ingredients))
    }

    /// Notes what it was made of. Where that can't be written, it is made anew next time.
    pub(super) fn note(&self, ingredients: &Ingredients) {
        if let Some(noted) = self.noted(ingredients) {
            let _ = files::write_whole(&self.note, &noted);
        }
    }

    fn noted(&self, ingredients: &Ingredients) -> Option<Vec<u8>> {
        let mut hash = Hash(Sha256::new());
        hash.0.update(ingredients.0);
        for file in files_in(vec![self.place.clone()])? {
            if let Ok(state) = fs::symlink_metadata(&file) {
                hash.state(&file, &state);
            }
        }
        Some(hash.0.finalize().to_vec())
    }
}

/// All files at these paths and in the folders there, in one order. None where a link leads to a folder, which may
/// be anywhere, and lead back.
fn files_in(mut paths: Vec<PathBuf>) -> Option<Vec<PathBuf>> {
    let mut files = Vec::new();
    while let Some(path) = paths.pop() {
        if !path.is_dir() {
            files.push(path);
        } else if path.is_symlink() {
            return None;
        } else {
            paths.extend(sorted(&path));
        }
    }
    Some(files)
}

struct Hash(Sha256);

impl Hash {
    fn path(&mut self, path: &Path) {
        self.0.update(path.as_os_str().as_encoded_bytes());
        self.0.update([0]);
    }

    /// How long a file is, and when it was last written.
    fn state(&mut self, path: &Path, state: &Metadata) {
        self.path(path);
        let written =
            state.modified().ok().and_then(|at| at.duration_since(UNIX_EPOCH).ok());
        self.0.update(state.len().to_le_bytes());
        self.0.update(written.map_or(0, |since| since.as_nanos()).to_le_bytes());
    }

    /// A value as JSON, which says where it ends.
    fn value(&mut self, value: &impl Serialize) -> Option<()> {
        serde_json::to_writer(self, value).ok()
    }
}

impl Write for &mut Hash {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
