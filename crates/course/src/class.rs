//! A class: who the students are, and where their answers lie.
//!
//! ```text
//! CLASS/ada/exercises/PART/NAME.rs                     a student's folder, as rustlings has it
//! CLASS/ben/crates/exercises/exercises/PART/NAME.rs    a clone of the whole project
//! CLASS/cleo/her-clone/…                               either of them one folder further down
//! ```

use std::path::{Path, PathBuf};
use std::{fs, io};

use crate::set::{Exercise, Set};
use crate::text;

/// Folders that belong to a student's own, and hold no other student.
const OF_ONE: [&str; 4] = ["exercises", "solutions", "wrong", "crates"];

/// Whoever hands something in.
#[derive(Debug)]
pub struct Student {
    /// The name of the folder, as one line.
    pub name: String,
    /// The folder in which the answers lie.
    pub folder: PathBuf,
}

/// Who hands in, in a folder.
#[derive(Debug)]
pub enum Students {
    /// The folder holds answers itself.
    One(Student),
    /// Each folder in it is a student's, in the order of their names.
    Class {
        /// The students; some may have handed in nothing.
        students: Vec<Student>,
        /// The names of what lies beside them and is no folder.
        left_out: Vec<String>,
    },
}

impl Students {
    /// Looks for students in `folder`.
    ///
    /// # Errors
    ///
    /// When there is no such folder, or no answer in it, or both one student's answers and others' folders.
    pub fn find(set: &Set, folder: &Path) -> Result<Self, String> {
        if !folder.is_dir() {
            return Err(format!("{} is no folder", folder.display()));
        }
        let (folders, left_out) = entries(folder)?;
        let with_answers = |folder: &PathBuf| find_answers(set, folder).is_some();
        let others: Vec<&PathBuf> =
            folders.iter().filter(|folder| !is_of_one(set, folder)).collect();
        let name = || {
            let whole = folder.canonicalize();
            shown(&whole.unwrap_or_else(|_| folder.into()))
        };
        if holds_answers(set, folder) {
            if let Some(other) = others.into_iter().find(|folder| with_answers(folder)) {
                return Err(format!(
                    "there are answers in {} and in {}: is that a student's folder, or a \
                     class? Move one of them elsewhere",
                    folder.display(),
                    other.display()
                ));
            }
            return Ok(Self::One(Student { name: name(), folder: folder.into() }));
        }
        if !folders.iter().any(with_answers) {
            let example = set.exercises.first().map(Exercise::path).unwrap_or_default();
            return Err(format!(
                "{} holds no answer; one would be exercises/{example}.rs, or \
                 NAME/exercises/{example}.rs for each student of a class",
                folder.display()
            ));
        }
        let students = folders.into_iter().map(|folder| Student {
            name: shown(&folder),
            folder: find_answers(set, &folder).unwrap_or(folder),
        });
        Ok(Self::Class { students: students.collect(), left_out })
    }
}

/// Where an answer may lie in a student's folder, the first place first.
pub fn places(folder: &Path, exercise: &Exercise) -> [PathBuf; 4] {
    let file = format!("{}.rs", exercise.name);
    let in_part = |folder: PathBuf| folder.join(&exercise.dir).join(&file);
    [
        in_part(folder.join("exercises")),
        in_part(folder.join("crates/exercises/exercises")),
        in_part(folder.into()),
        folder.join(&file),
    ]
}

fn holds_answers(set: &Set, folder: &Path) -> bool {
    // A link is there, too: it is no answer, and has to be refused.
    let is_there = |exercise| {
        places(folder, exercise).iter().any(|path| path.symlink_metadata().is_ok())
    };
    set.exercises.iter().any(is_there)
}

/// The folder that holds answers: this one, or the only one in it that does.
fn find_answers(set: &Set, folder: &Path) -> Option<PathBuf> {
    if holds_answers(set, folder) {
        return Some(folder.into());
    }
    let mut within = entries(folder).ok()?.0;
    within.retain(|folder| holds_answers(set, folder));
    (within.len() == 1).then(|| within.remove(0))
}

/// The folders in a folder, and the names of what else is there; nothing that is hidden.
fn entries(folder: &Path) -> Result<(Vec<PathBuf>, Vec<String>), String> {
    let entries = fs::read_dir(folder).and_then(|entries| {
        entries
            .map(|entry| entry.map(|entry| entry.path()))
            .collect::<io::Result<Vec<_>>>()
    });
    let mut paths = entries.map_err(|error| format!("{}: {error}", folder.display()))?;
    paths.retain(|path| !name(path).starts_with('.'));
    paths.sort();
    let (folders, others): (Vec<_>, _) = paths.into_iter().partition(|path| {
        // Behind a link is somebody else's.
        path.symlink_metadata().is_ok_and(|about| about.is_dir())
    });
    Ok((folders, others.iter().map(|path| shown(path)).collect()))
}

fn is_of_one(set: &Set, folder: &Path) -> bool {
    let name = name(folder);
    OF_ONE.contains(&name.as_str())
        || set.exercises.iter().any(|exercise| exercise.dir == name)
}

/// The name of a file or folder, for a report.
fn shown(path: &Path) -> String {
    text::name(path.file_name().unwrap_or_default())
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set() -> Set {
        let exercise = |name: &str| Exercise {
            name: name.into(),
            dir: "part".into(),
            chapter: String::new(),
            minutes: 10,
            stub: String::new(),
            hint: String::new(),
        };
        Set { root: PathBuf::new(), exercises: vec![exercise("one"), exercise("two")] }
    }

    /// The names and the folders of who is found among these files.
    fn found(files: &[&str]) -> Result<Vec<(String, String)>, String> {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("here");
        fs::create_dir(&root).unwrap();
        for file in files {
            let path = root.join(file);
            match file.strip_suffix('/') {
                Some(_) => fs::create_dir_all(path).unwrap(),
                None => {
                    fs::create_dir_all(path.parent().unwrap()).unwrap();
                    fs::write(path, "").unwrap();
                }
            }
        }
        let students = match Students::find(&set(), &root)? {
            Students::One(student) => vec![student],
            Students::Class { students, .. } => students,
        };
        let below =
            |folder: &Path| folder.strip_prefix(&root).unwrap().display().to_string();
        Ok(students.into_iter().map(|it| (it.name, below(&it.folder))).collect())
    }

    #[track_caller]
    fn are(files: &[&str], expected: &[(&str, &str)]) {
        let expected =
            expected.iter().map(|(name, at)| (name.to_string(), at.to_string()));
        assert_eq!(found(files), Ok(expected.collect()), "{files:?}");
    }

    #[test]
    fn a_folder_with_answers_is_a_student() {
        for files in [
            &["exercises/part/one.rs", "solutions/part/two.rs", "notes.txt"][..],
            &["crates/exercises/exercises/part/two.rs", "crates/exercises/solutions/"],
            &["part/one.rs"],
            &["one.rs", "part/two.rs"],
        ] {
            are(files, &[("here", "")]);
        }
    }

    #[test]
    fn a_folder_of_folders_with_answers_is_a_class() {
        are(
            &[
                "cleo/clone/crates/exercises/exercises/part/one.rs",
                "ada/exercises/part/one.rs",
                "empty/",
                "ben/crates/exercises/exercises/part/one.rs",
                "grades.csv",
                ".git/exercises/part/one.rs",
            ],
            &[("ada", "ada"), ("ben", "ben"), ("cleo", "cleo/clone"), ("empty", "empty")],
        );
    }

    #[test]
    fn what_could_be_either_or_is_neither_is_said() {
        for (files, words) in [
            (
                &["one.rs", "ada/exercises/part/two.rs"][..],
                "a student's folder, or a class?",
            ),
            (
                &["ada/three.rs", "ben/"],
                "holds no answer; one would be exercises/part/one.rs",
            ),
        ] {
            let said = found(files).unwrap_err();
            assert!(said.contains(words), "{said}");
        }
    }
}
