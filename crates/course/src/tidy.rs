//! What stands in several files, and has to be the same: the checks of an exercise in its
//! stub and in its solution; the list of all programs, for cargo, as rustlings writes it.

use std::path::Path;

use crate::set::{self, Set};
use crate::workshop::write;

/// What isn't as [`tidy`] would leave it.
///
/// # Errors
///
/// When a file can't be read.
pub fn untidy(set: &Set) -> Result<Vec<String>, String> {
    let differs = |(path, text): &(String, String)| {
        set::read(Path::new(path)).map_or(true, |there| there != *text)
    };
    let problem =
        |(path, _): (String, String)| format!("{path}: run `cargo course tidy`");
    Ok(tidied(set)?.into_iter().filter(differs).map(problem).collect())
}

/// Copies the checks of each stub into its solution, and lists all programs in `Cargo.toml`.
///
/// # Errors
///
/// When a file can't be read or written.
pub fn tidy(set: &Set) -> Result<(), String> {
    tidied(set)?.iter().try_for_each(|(path, text)| write(Path::new(path), text))
}

/// The files that hold what stands elsewhere, as they should be.
fn tidied(set: &Set) -> Result<Vec<(String, String)>, String> {
    let mut files = Vec::new();
    let mut programs = String::from("\n");
    for exercise in &set.exercises {
        let stub = set::read(&set.stub(exercise))?;
        let path = set.solution(exercise);
        let solution = set::join(set::split(&set::read(&path)?).0, set::split(&stub).1);
        files.push((path.display().to_string(), solution));
        for (kind, suffix) in [("exercises", ""), ("solutions", "_sol")] {
            let (name, path) = (&exercise.name, exercise.path());
            programs += &format!(
                "  {{ name = \"{name}{suffix}\", path = \"{kind}/{path}.rs\" }},\n"
            );
        }
    }
    let path = set.root.join("Cargo.toml");
    let manifest = set::read(&path)?;
    let list = manifest.split_once("bin = [").and_then(|(before, after)| {
        let (_, after) = after.split_once(']')?;
        Some(format!("{before}bin = [{programs}]{after}"))
    });
    let list =
        list.ok_or_else(|| format!("{}: there is no list `bin = […]`", path.display()))?;
    files.push((path.display().to_string(), list));
    Ok(files)
}
