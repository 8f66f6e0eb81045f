//! Outputs and exercises that no chapter shows.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use surveyor::code::files::sorted;

use crate::asking::{Chapter, Directive, Run};
use crate::finding::Finding;
use crate::kept::Material;
use crate::kept::exercise::INFO;

/// Finds recorded outputs that no chapter shows.
pub(super) fn outputs(material: &Material, chapters: &[Chapter]) -> Vec<Finding> {
    let shown: HashSet<PathBuf> = runs(chapters).map(Run::file).collect();
    let folders = sorted(&material.root.join("book/outputs"));
    let files = folders.into_iter().flat_map(|folder| sorted(&folder));
    // What a system hides, or somebody is writing just now.
    let is_hidden = |file: &PathBuf| {
        file.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."))
    };
    let files = files.filter(|file| !is_hidden(file));
    let forgotten = files.filter_map(|file| {
        let file = file.strip_prefix(&material.root).ok()?.to_path_buf();
        (!shown.contains(&file)).then(|| {
            Finding::new(file, 0, "no chapter shows this output", "delete the file")
        })
    });
    forgotten.collect()
}

fn runs<'a>(chapters: &'a [Chapter<'_>]) -> impl Iterator<Item = &'a Run> {
    let directives = chapters.iter().flat_map(Chapter::directives);
    directives.filter_map(|(_, directive)| directive.run())
}

/// Finds exercises whose chapters don't speak of them.
pub(super) fn exercises(
    material: &Material,
    source: &Path,
    chapters: &[Chapter],
) -> Vec<Finding> {
    let shown = chapters.iter().flat_map(|chapter| {
        chapter.directives().filter_map(|(_, directive)| match directive {
            Directive::Exercise(path) => Some((chapter.file.clone(), path.clone())),
            _ => None,
        })
    });
    let shown: HashSet<_> = shown.collect();
    let missing = material.exercises.iter().filter_map(|exercise| {
        let (path, chapter) = (exercise.path(), &exercise.chapter);
        if shown.contains(&(source.join(chapter), path.clone())) {
            return None;
        }
        let problem = format!("exercise `{path}` is not in its chapter, {chapter}");
        let remedy = format!("put {{{{#exercise {path}}}}} there");
        Some(Finding::new(INFO, exercise.line, problem, remedy))
    });
    missing.collect()
}
