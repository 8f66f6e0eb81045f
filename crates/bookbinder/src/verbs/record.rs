//! Keeps what commands print.

use std::collections::BTreeSet;
use std::path::Path;

use surveyor::code::Code;

use super::command;
use super::loading::load;
use crate::asking::{Chapter, Run};
use crate::kept::output::{Recorded, drift};

/// What became of a recorded output.
#[derive(Debug, PartialEq)]
pub enum Record {
    /// It has the shape it had; the old text stays, and only its fingerprint is new.
    Same,
    /// It was recorded.
    New,
}

/// The commands whose output the book shows.
///
/// # Errors
///
/// One line, when there is no book.
pub fn runs(root: &Path) -> Result<BTreeSet<Run>, String> {
    let book = load(root)?;
    let mut runs = BTreeSet::new();
    for chapter in book.book.chapters() {
        let chapter = Chapter::read("".into(), &chapter.content);
        runs.extend(chapter.directives().filter_map(|(_, ask)| ask.run().cloned()));
    }
    Ok(runs)
}

/// Runs a command and records what it printed; keeps what was recorded when it has the
/// same shape and `fresh` is not asked for.
///
/// # Errors
///
/// One line, when the command fails; what was recorded stays.
pub fn record(root: &Path, run: &Run, fresh: bool) -> Result<Record, String> {
    let code = Code::of(root).fingerprint(&root.join(run.code()))?;
    let output = command::output(run, root)?;
    let kept = Recorded::read(root, run).ok();
    let kept =
        kept.filter(|kept| !fresh && drift(run.class, &kept.output, &output).is_none());
    let same = kept.is_some();
    let recorded = Recorded { code, output: kept.map_or(output, |kept| kept.output) };
    recorded.write(root, run)?;
    Ok(if same { Record::Same } else { Record::New })
}
