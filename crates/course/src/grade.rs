//! Reports on a student's folder.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use serde::Serialize;

use crate::handed_in::{self, Found};
use crate::set::{self, Set};
use crate::text;
use crate::trials::{self, Place};
use crate::verdict::{Check, Outcome, Verdict};
use crate::walls::Standing;

/// What came out of a folder.
#[derive(Debug, Serialize)]
pub struct Report {
    /// The folder.
    pub folder: String,
    /// What stood between the answers and this machine.
    pub walls: Standing,
    /// What came out of each exercise, in their order.
    pub exercises: Vec<Grade>,
    /// How many passed.
    pub passed: usize,
    /// How many there are.
    pub total: usize,
}

/// What came out of an exercise.
#[derive(Debug, Serialize)]
pub struct Grade {
    /// Its part and its name.
    pub exercise: String,
    /// In a word: `passed`, `failed`, `hung`, `too much`, `doesn't compile`, `refused`,
    /// `missing`.
    pub verdict: &'static str,
    /// Whether the answer is the stub as it was handed out.
    pub untouched: bool,
    /// Its checks; none when it didn't run.
    pub checks: Vec<Check>,
    /// What the compiler said, or the first check that didn't pass.
    pub message: String,
}

/// Tries the answers in `folder`: `folder/exercises/PART/NAME.rs`, or the same without
/// `exercises`, or without `PART`. Of each, only what stands above the checks counts.
///
/// # Errors
///
/// When the folder is none, or holds no answer at all, or cargo fails.
pub fn grade(set: &Set, place: &Place, folder: &Path) -> Result<Report, String> {
    if !folder.is_dir() {
        return Err(format!("{} is no folder", folder.display()));
    }
    let mut answers = BTreeMap::new();
    let mut untouched = Vec::new();
    let mut refused = BTreeMap::new();
    for exercise in &set.exercises {
        let file = format!("{}.rs", exercise.name);
        let places = [
            Path::new("exercises").join(&exercise.dir).join(&file),
            Path::new(&exercise.dir).join(&file),
            file.into(),
        ];
        let theirs = match handed_in::read(folder, &places) {
            Found::Nothing => continue,
            Found::Text(theirs) => theirs,
            Found::Refused(why) => {
                refused.insert(name(&exercise.path()), Verdict::Refused(why));
                continue;
            }
        };
        let stub = set::read(&set.stub(exercise))?;
        let ours = set::split(&stub);
        let answer = set::split(&theirs).0;
        if answer.trim() == ours.0.trim() {
            untouched.push(exercise.path());
        }
        answers.insert(name(&exercise.path()), set::join(answer, ours.1));
    }
    if answers.is_empty() && refused.is_empty() {
        return Err(format!(
            "{} holds no answer; one would be exercises/{}.rs",
            folder.display(),
            set.exercises.first().map(|exercise| exercise.path()).unwrap_or_default()
        ));
    }
    let mut verdicts = trials::try_all(set, place, &answers)?;
    verdicts.append(&mut refused);
    let exercises: Vec<Grade> = set
        .exercises
        .iter()
        .map(|exercise| {
            let path = exercise.path();
            let verdict = verdicts.remove(&name(&path)).unwrap_or(Verdict::Missing);
            Grade {
                verdict: verdict.word(),
                untouched: untouched.contains(&path),
                message: first(&verdict),
                checks: verdict.checks().to_vec(),
                exercise: path,
            }
        })
        .collect();
    Ok(Report {
        folder: folder.display().to_string(),
        walls: place.walls,
        passed: exercises.iter().filter(|grade| grade.verdict == "passed").count(),
        total: exercises.len(),
        exercises,
    })
}

/// The name of an answer in the package of all.
fn name(path: &str) -> String {
    path.replace('/', "__")
}

/// What the first one said that has something to say.
fn first(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Tried(checks) => {
            let said = checks.iter().find(|check| !check.message.is_empty());
            said.map(|check| format!("{}: {}", check.name, check.message))
                .unwrap_or_default()
        }
        other => other.said(),
    }
}

impl Report {
    /// As JSON.
    ///
    /// # Errors
    ///
    /// When it can't be written.
    pub fn json(&self, to: impl io::Write) -> io::Result<()> {
        Ok(serde_json::to_writer_pretty(to, self)?)
    }

    /// As CSV: a line for each exercise.
    ///
    /// # Errors
    ///
    /// When it can't be written.
    pub fn csv(&self, to: impl io::Write) -> io::Result<()> {
        let mut csv = csv::Writer::from_writer(to);
        csv.write_record([
            "exercise",
            "verdict",
            "untouched",
            "passed",
            "checks",
            "message",
        ])?;
        for grade in &self.exercises {
            let passed = |check: &&Check| check.outcome == Outcome::Passed;
            let passed = grade.checks.iter().filter(passed).count();
            csv.write_record([
                grade.exercise.as_str(),
                grade.verdict,
                if grade.untouched { "yes" } else { "no" },
                &passed.to_string(),
                &grade.checks.len().to_string(),
                &text::cell(&grade.message),
            ])?;
        }
        csv.flush()
    }

    /// For people: a line for each exercise.
    pub fn table(&self) -> String {
        let mut table = tour::Table::of_words(["exercise", "verdict", "why"]);
        for grade in &self.exercises {
            let why = if grade.untouched { "untouched" } else { &grade.message };
            table.row([&grade.exercise, grade.verdict, &short(why)]);
        }
        let walls = self.walls.say();
        format!("{table}\n  {} of {} passed\n  walls: {walls}\n", self.passed, self.total)
    }
}

/// The line of a message that says most: the first that isn't about where it was said.
fn short(message: &str) -> String {
    let telling = |line: &&str| !line.trim().is_empty() && !line.contains("panicked at");
    let line = message.lines().find(telling).unwrap_or_default();
    match line.char_indices().nth(90) {
        Some((at, _)) => format!("{}…", &line[..at]),
        None => line.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_is_csv_whatever_a_message_holds() {
        let message = "he said \"no\",\nand left";
        let check = |name: &str, outcome, message: &str| Check {
            name: name.into(),
            outcome,
            message: message.into(),
        };
        let checks =
            vec![check("a", Outcome::Passed, ""), check("b", Outcome::Failed, message)];
        let verdict = Verdict::Tried(checks.clone());
        let report = Report {
            folder: "here".into(),
            walls: Standing::default(),
            exercises: vec![Grade {
                exercise: "threads/one".into(),
                verdict: verdict.word(),
                untouched: false,
                message: first(&verdict),
                checks,
            }],
            passed: 0,
            total: 1,
        };
        let mut text = Vec::new();
        report.csv(&mut text).unwrap();
        let mut reader = csv::Reader::from_reader(&*text);
        let lines: Vec<_> = reader.records().map(Result::unwrap).collect();
        let message = format!("b: {message}");
        assert_eq!(lines, [vec!["threads/one", "failed", "no", "1", "2", &message]]);
        assert!(report.table().contains("b: he said \"no\","));
    }
}
