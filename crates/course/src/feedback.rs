//! What a student gets to read: a file for each, in Markdown.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::path::Path;

use crate::grade::{Grade, Graded, Report};
use crate::set::Set;
use crate::verdict::Outcome;

/// Writes a file `STUDENT.md` for each student into `folder`, which is made if need be.
///
/// # Errors
///
/// When one can't be written.
pub fn write(graded: &Graded, set: &Set, folder: &Path) -> Result<(), String> {
    let at = |path: &Path, error| format!("couldn't write {}: {error}", path.display());
    fs::create_dir_all(folder).map_err(|error| at(folder, error))?;
    let mut taken = BTreeSet::new();
    for report in graded.reports() {
        // The names of two may begin alike, and be too long to be told apart.
        let mut name = report.student.clone();
        while !taken.insert(name.clone()) {
            name.push('_');
        }
        let path = folder.join(format!("{name}.md"));
        fs::write(&path, of(report, set)).map_err(|error| at(&path, error))?;
    }
    Ok(())
}

/// The text for one student: first what has passed, then what each other answer was told.
pub fn of(report: &Report, set: &Set) -> String {
    let mut text = format!("# {}\n\n", report.student);
    // A String takes whatever is written to it.
    let _ = writeln!(text, "{} of {} exercises passed.", report.passed, report.total);
    for (verdict, words) in [
        ("passed", "Passed"),
        ("untouched", "Not begun; the file is as it was handed out"),
        ("missing", "There is no file for"),
    ] {
        let them: Vec<_> = report
            .exercises
            .iter()
            .filter(|grade| grade.verdict == verdict)
            .map(|grade| format!("`{}`", grade.exercise))
            .collect();
        if !them.is_empty() {
            let _ = writeln!(text, "\n{words}: {}.", them.join(", "));
        }
    }
    for (grade, exercise) in report.exercises.iter().zip(&set.exercises) {
        if !["passed", "untouched", "missing"].contains(&grade.verdict) {
            text += &section(grade, &exercise.chapter);
        }
    }
    text
}

fn section(grade: &Grade, chapter: &str) -> String {
    let Grade {
        exercise, verdict, checks_passed, checks_in_all, checks, message, ..
    } = grade;
    let mut text = format!("\n## {exercise}: {verdict}\n\nChapter: {chapter}. ");
    let _ = writeln!(text, "{checks_passed} of {checks_in_all} checks passed.");
    if checks.is_empty() {
        text += &block(message);
    }
    for check in checks {
        let how = match check.outcome {
            Outcome::Passed => "passed",
            Outcome::Failed => "failed",
            Outcome::Hung => "doesn't end",
            Outcome::TooMuch => "took too much",
            Outcome::NotTried => "not tried",
        };
        let _ = writeln!(text, "\n- `{}`: {how}", check.name);
        text += &block(&check.message);
    }
    text
}

/// A message as a block of code: nothing in it can mean anything else.
fn block(message: &str) -> String {
    if message.trim().is_empty() {
        return String::new();
    }
    let lines = message.trim_end().lines().map(|line| format!("      {line}"));
    let lines: Vec<_> = lines.map(|line| line.trim_end().to_string()).collect();
    format!("\n{}\n", lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::set::Exercise;
    use crate::verdict::Check;

    #[test]
    fn a_student_reads_what_each_check_said() {
        let exercise = |name: &str| Exercise {
            name: name.into(),
            dir: "part".into(),
            chapter: format!("part/{name}.md"),
            minutes: 10,
            stub: String::new(),
            hint: String::new(),
        };
        let grade = |name: &str, verdict, checks: Vec<Check>| Grade {
            exercise: format!("part/{name}"),
            verdict,
            untouched: verdict == "untouched",
            checks_passed: 1,
            checks_in_all: 2,
            checks,
            message: String::new(),
        };
        let check = |name: &str, outcome, message: &str| Check {
            name: name.into(),
            outcome,
            message: message.into(),
        };
        let checks = vec![
            check("counts", Outcome::Passed, ""),
            check("ends", Outcome::Hung, "deadlock:\n\n```\n# nobody"),
        ];
        let report = Report {
            student: "ada".into(),
            walls: Default::default(),
            folder: "ada".into(),
            exercises: vec![
                grade("one", "passed", Vec::new()),
                grade("two", "hung", checks),
                grade("three", "untouched", Vec::new()),
            ],
            passed: 1,
            total: 3,
        };
        let names = ["one", "two", "three"].map(exercise);
        let set = Set { root: PathBuf::new(), exercises: names.into() };
        assert_eq!(
            of(&report, &set),
            "# ada\n\n1 of 3 exercises passed.\n\nPassed: `part/one`.\n\nNot begun; the file \
             is as it was handed out: `part/three`.\n\n## part/two: hung\n\nChapter: \
             part/two.md. 1 of 2 checks passed.\n\n- `counts`: passed\n\n- `ends`: doesn't \
             end\n\n      deadlock:\n\n      ```\n      # nobody\n"
        );
        let folder = tempfile::tempdir().unwrap();
        let feedback = folder.path().join("feedback");
        write(&Graded::One(report), &set, &feedback).unwrap();
        assert!(
            fs::read_to_string(feedback.join("ada.md")).unwrap().contains("deadlock")
        );
    }
}
