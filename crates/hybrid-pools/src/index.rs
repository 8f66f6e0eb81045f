//! An inverted index: for each word, on which pages it stands, and how often.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// How often each word stands on a page.
pub type Counts = BTreeMap<String, u32>;

/// For each word, the numbers of the pages that it stands on, in ascending order, and how often it
/// stands there.
pub type Index = BTreeMap<String, Vec<(u64, u32)>>;

/// Counts the words of a page, in lower case. A page is soon counted, so this is done `rounds` times
/// over; the counts are those of one round.
pub fn count(text: &str, rounds: u32) -> Counts {
    let mut counts = Counts::new();
    for _ in 0..rounds.max(1) {
        counts = Counts::new();
        let words = std::hint::black_box(text).split(|c: char| !c.is_alphanumeric());
        for word in words.filter(|word| !word.is_empty()) {
            *counts.entry(word.to_lowercase()).or_default() += 1;
        }
    }
    counts
}

/// Adds the words of page number `page` to an index. Pages may be added in any order.
pub fn add(index: &mut Index, page: u64, counts: Counts) {
    for (word, count) in counts {
        let pages = index.entry(word).or_default();
        // Each list stays in the order of the pages, in whatever order they are added.
        let place = pages.partition_point(|(before, _)| *before < page);
        pages.insert(place, (page, count));
    }
}

/// The texts of this book's chapters, as they are written, in the order of their paths.
///
/// # Errors
///
/// When the book is no longer where it was when this program was built, or can't be read.
pub fn chapters() -> io::Result<Vec<String>> {
    let mut files = Vec::new();
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../book/src");
    collect(&source, &mut files)?;
    files.sort();
    files.into_iter().map(fs::read_to_string).collect()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else if path.extension().is_some_and(|end| end == "md") {
            files.push(path);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_counted_however_they_are_written() {
        let counts = count("A lock; the lock. (A LOCK!)", 3);
        assert_eq!(
            counts.into_iter().collect::<Vec<_>>(),
            [("a".into(), 2), ("lock".into(), 3), ("the".into(), 1)]
        );
    }

    #[test]
    fn pages_come_in_any_order() {
        let mut index = Index::new();
        for page in [2, 0, 1] {
            add(&mut index, page, count("lock", 1));
        }
        assert_eq!(index["lock"], [(0, 1), (1, 1), (2, 1)]);
    }

    #[test]
    fn the_book_has_chapters() {
        assert!(chapters().unwrap().iter().any(|text| text.contains("# One lock")));
    }
}
