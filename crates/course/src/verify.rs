//! Proves of each exercise, by running it, that it is what it says.
//!
//! * Its stub fails, for the declared reason.
//! * Its solution passes.
//! * Each right answer of another design passes, too.
//! * Each wrong answer is caught by the checks that are meant for it, with the message that
//!   is meant for it; also one that doesn't end.
//! * Each check catches some wrong answer: whoever deletes a check is noticed.
//! * Of its variants, the same holds for those of a student: the stub fails, the solution passes,
//!   and what the other one would hand in fails.
//!
//! And before, by reading it, that nothing is missing: hints, the reason why the solution is
//! right, the chapter.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use regex::Regex;

use crate::control;
use crate::set::{self, Exercise, Right, Set, Wrong};
use crate::tidy;
use crate::trials::{self, Place};
use crate::variant::{Variant, Variants};
use crate::verdict::{Outcome, Verdict};

/// How many steps a ladder of hints has at least.
const HINTS: usize = 3;

/// How many characters a line of a hint has at most: rustlings prints it as it is, and a terminal
/// may be no wider.
const COLUMNS: usize = 80;

/// How many right answers of other designs an exercise has at least.
const RIGHT: usize = 2;

/// How many known-wrong answers an exercise has at least.
const WRONG: usize = 2;

/// The seed of the variants that are tried.
const SEED: &str = "verify";

/// How many students' variants are tried.
const STUDENTS: usize = 1;

/// What is said of a schedule under which the code of a review holds.
const HELD: &str = "nothing breaks: ";

/// How long an exercise may take, in minutes.
const MINUTES: std::ops::RangeInclusive<u32> = 10..=20;

/// What a proof came to.
#[derive(Debug)]
pub struct Proof {
    /// How many exercises were tried.
    pub exercises: usize,
    /// How many answers, stubs included.
    pub answers: usize,
    /// How many checks.
    pub checks: usize,
    /// What is wrong: the file, and what about it.
    pub findings: Vec<String>,
}

/// Proves the exercises of `set` whose names hold `filter`. The chapters lie in `chapters`.
///
/// # Errors
///
/// When a file can't be read, no exercise has such a name, cargo fails, or the machine can't compile.
pub fn verify(
    set: &Set,
    place: &Place,
    chapters: &Path,
    filter: Option<&str>,
) -> Result<Proof, String> {
    let chosen: Vec<&Exercise> = set
        .exercises
        .iter()
        .filter(|exercise| filter.is_none_or(|filter| exercise.path().contains(filter)))
        .collect();
    if chosen.is_empty() {
        let names: Vec<_> = set.exercises.iter().map(Exercise::path).collect();
        let filter = filter.unwrap_or_default();
        return Err(format!(
            "no exercise is called `{filter}`; there are {}",
            names.join(", ")
        ));
    }
    let mut findings = if filter.is_none() { tidy::untidy(set)? } else { Vec::new() };
    let variants = Variants::read(set)?;
    let (mut answers, mut meant) = (BTreeMap::new(), BTreeMap::new());
    let mut all = Vec::new();
    for exercise in chosen {
        let files = Files::read(set, exercise, &variants)?;
        files.look_for_gaps(chapters, &mut findings);
        files.answers(&mut answers);
        files.meant(&mut meant);
        all.push(files);
    }
    // What is missing is said first; trying all answers takes minutes.
    if findings.is_empty() {
        let verdicts = trials::try_some(set, place, &answers, &meant)?;
        if let Some(trouble) = verdicts.values().find_map(control::trouble_of_the_machine)
        {
            return Err(trouble);
        }
        let apart = place.beside("again");
        findings = judge_all(&all, verdicts, |answers| {
            trials::try_some(set, &apart, answers, &meant)
        })?;
    }
    findings.sort();
    Ok(Proof {
        exercises: all.len(),
        answers: answers.len(),
        checks: all.iter().map(|files| set::checks(&files.stub).len()).sum(),
        findings,
    })
}

/// What came out otherwise than declared. Of exercises of which something did, whatever the machine may have failed is
/// tried once more: the first time, others were at work.
fn judge_all(
    all: &[Files<'_>],
    mut verdicts: BTreeMap<String, Verdict>,
    mut try_again: impl FnMut(
        &BTreeMap<String, String>,
    ) -> Result<BTreeMap<String, Verdict>, String>,
) -> Result<Vec<String>, String> {
    let judge = |verdicts: &BTreeMap<String, Verdict>, files: &Files<'_>| {
        let mut findings = Vec::new();
        files.judge(verdicts, &mut findings);
        findings
    };
    let mut doubtful = BTreeMap::new();
    for files in all.iter().filter(|files| !judge(&verdicts, files).is_empty()) {
        files.answers(&mut doubtful);
    }
    doubtful.retain(|name, _| control::may_be_the_machine(&verdicts[name]));
    if !doubtful.is_empty() {
        verdicts.extend(try_again(&doubtful)?);
    }
    Ok(all.iter().flat_map(|files| judge(&verdicts, files)).collect())
}

/// All files of an exercise.
struct Files<'a> {
    exercise: &'a Exercise,
    paths: [PathBuf; 2],
    stub: String,
    solution: String,
    right: Vec<Right>,
    wrong: Vec<Wrong>,
    /// Variants, each with what somebody else would hand in.
    variants: Vec<(Variant, String)>,
}

impl<'a> Files<'a> {
    fn read(
        set: &Set,
        exercise: &'a Exercise,
        variants: &Variants,
    ) -> Result<Self, String> {
        let paths = [set.stub(exercise), set.solution(exercise)];
        let (stub, solution) = (set::read(&paths[0])?, set::read(&paths[1])?);
        let (right, wrong) = (set.right(exercise)?, set.wrong(exercise)?);
        let variants = Self::variants(set, exercise, variants)?;
        Ok(Self { exercise, paths, stub, solution, right, wrong, variants })
    }

    /// The variants of some students; and with each the schedule of somebody who has another one.
    fn variants(
        set: &Set,
        exercise: &Exercise,
        variants: &Variants,
    ) -> Result<Vec<(Variant, String)>, String> {
        let of = |student: usize| variants.of(set, exercise, SEED, &student.to_string());
        let mut tried = Vec::new();
        for student in 0..STUDENTS {
            let Some(variant) = of(student)? else { break };
            // Of two that have as many turns for each thread, one may solve the other.
            let turns = |schedule: &str| {
                let mut turns: Vec<_> = schedule.chars().collect();
                turns.sort_unstable();
                turns
            };
            let mut others = (student + 1..).map(of);
            let other = loop {
                match others.next().transpose()?.flatten() {
                    Some(other) if turns(&other.schedule) == turns(&variant.schedule) => {
                    }
                    Some(other) => break other,
                    None => return Ok(tried),
                }
            };
            tried.push((variant, other.schedule));
        }
        Ok(tried)
    }

    /// The name of an answer in the package of all.
    fn name(&self, answer: &str) -> String {
        format!("{}__{}__{answer}", self.exercise.dir, self.exercise.name)
    }

    fn answers(&self, answers: &mut BTreeMap<String, String>) {
        let (_, checks) = set::split(&self.stub);
        answers.insert(self.name("stub"), self.stub.clone());
        let solution = set::join(set::split(&self.solution).0, checks);
        answers.insert(self.name("solution"), solution);
        for right in &self.right {
            answers.insert(self.right_name(right), set::join(&right.answer, checks));
        }
        for wrong in &self.wrong {
            answers.insert(self.wrong_name(wrong), set::join(&wrong.answer, checks));
        }
        for (variant, others) in &self.variants {
            let name = |answer: &str| self.variant_name(variant, answer);
            answers.insert(name("stub"), variant.stub.clone());
            answers.insert(name("solution"), variant.answered(&variant.schedule));
            answers.insert(name("copied"), variant.answered(others));
        }
    }

    /// The checks that are meant for wrong answers. Nobody asks what the others say of those.
    fn meant(&self, meant: &mut BTreeMap<String, BTreeSet<String>>) {
        for wrong in &self.wrong {
            let checks = wrong.caught.iter().map(|(check, _)| check.clone()).collect();
            meant.insert(self.wrong_name(wrong), checks);
        }
    }

    fn variant_name(&self, variant: &Variant, answer: &str) -> String {
        self.name(&format!("variant_{}_{answer}", variant.name))
    }

    fn right_name(&self, right: &Right) -> String {
        self.name(&format!("right_{}", right.name))
    }

    fn right_path(&self, name: &str) -> String {
        format!("right/{}/{name}.rs", self.exercise.path())
    }

    fn wrong_name(&self, wrong: &Wrong) -> String {
        self.name(&format!("wrong_{}", wrong.name))
    }

    fn wrong_path(&self, name: &str) -> String {
        format!("wrong/{}/{name}.rs", self.exercise.path())
    }

    /// What is missing.
    fn look_for_gaps(&self, chapters: &Path, findings: &mut Vec<String>) {
        let Exercise { chapter, minutes, hint, .. } = self.exercise;
        let path = self.exercise.path();
        let mut missing =
            |problem: String| findings.push(format!("info.toml: {path}: {problem}"));
        let step = Regex::new(r"(?m)^(\d+)\. ").expect("the pattern is right");
        let steps: Vec<_> =
            step.captures_iter(hint).map(|found| found[1].to_string()).collect();
        let numbered =
            steps.iter().enumerate().all(|(i, step)| *step == (i + 1).to_string());
        if steps.len() < HINTS || !numbered {
            missing(format!("its hint needs at least {HINTS} steps, numbered from 1 on"));
        }
        if let Some(line) = hint.lines().find(|line| line.chars().count() > COLUMNS) {
            missing(format!(
                "a line of its hint has more than {COLUMNS} columns: {line}"
            ));
        }
        if !MINUTES.contains(minutes) {
            missing(format!("{minutes} minutes; an exercise takes 10 to 20"));
        }
        if !chapters.join(chapter).is_file() {
            missing(format!("there is no chapter {chapter}"));
        }
        let checks = set::checks(&self.stub);
        let [stub, solution] = &self.paths;
        let mut missing = |file: &Path, problem: &str| {
            findings.push(format!("{}: {problem}", file.display()));
        };
        if checks.is_empty() {
            missing(
                stub,
                "it has no checks; they stand below the line that `set::MARK` has",
            );
        }
        if !set::split(&self.stub).0.contains("// TODO") {
            missing(stub, "no `// TODO` says where to begin");
        }
        for (file, text) in [(stub, &self.stub), (solution, &self.solution)] {
            if !text.contains(&format!("//! Chapter: {chapter}\n")) {
                missing(
                    file,
                    &format!("write `//! Chapter: {chapter}`, as info.toml has it"),
                );
            }
        }
        if !self.solution.contains("//! Why: ") {
            missing(solution, "no paragraph `//! Why: …` says why it is right");
        }
        if self.right.len() < RIGHT {
            let at = self.right_path("…");
            findings.push(format!(
                "{at}: at least {RIGHT} right answers of other designs than the solution"
            ));
        }
        for right in &self.right {
            if !right.answer.contains("//! Right: ") {
                let at = self.right_path(&right.name);
                findings.push(format!("{at}: it begins with `//! Right: …`, its design"));
            }
        }
        if self.wrong.len() < WRONG {
            let at = self.wrong_path("…");
            findings.push(format!(
                "{at}: at least {WRONG} wrong answers, and how each is caught"
            ));
        }
        let blamed: BTreeSet<&str> = self
            .wrong
            .iter()
            .flat_map(|wrong| wrong.caught.iter().map(|(check, _)| check.as_str()))
            .collect();
        for check in checks.iter().filter(|check| !blamed.contains(check.as_str())) {
            let at = stub.display();
            findings
                .push(format!("{at}: no wrong answer is caught by `{check}`; add one"));
        }
        for wrong in &self.wrong {
            let at = self.wrong_path(&wrong.name);
            if wrong.caught.is_empty() || !wrong.answer.contains("//! Wrong: ") {
                let lines = "`//! Wrong: …` and ``//! Caught by `check`: words``";
                findings.push(format!("{at}: it begins with {lines}"));
            }
            for (check, _) in
                wrong.caught.iter().filter(|(check, _)| !checks.contains(check))
            {
                findings.push(format!("{at}: there is no check `{check}` to catch it"));
            }
        }
    }

    /// What came out otherwise than declared.
    fn judge(&self, verdicts: &BTreeMap<String, Verdict>, findings: &mut Vec<String>) {
        let [stub, solution] = &self.paths;
        let verdict = &verdicts[&self.name("stub")];
        if verdict.passed() {
            findings.push(format!("{}: the stub passes already", stub.display()));
        } else if !verdict.said().contains(&self.exercise.stub) {
            findings.push(format!(
                "{}: the stub doesn't fail with {:?}, as info.toml has it, but so:\n{}",
                stub.display(),
                self.exercise.stub,
                indented(&verdict.said())
            ));
        }
        let verdict = &verdicts[&self.name("solution")];
        if !verdict.passed() {
            findings.push(format!(
                "{}: the solution doesn't pass: {}\n{}",
                solution.display(),
                verdict.word(),
                indented(&verdict.said())
            ));
        }
        for right in &self.right {
            let verdict = &verdicts[&self.right_name(right)];
            if !verdict.passed() {
                findings.push(format!(
                    "{}: it is right, and doesn't pass: {}\n{}",
                    self.right_path(&right.name),
                    verdict.word(),
                    indented(&verdict.said())
                ));
            }
        }
        for (variant, _) in &self.variants {
            let verdict = |answer| &verdicts[&self.variant_name(variant, answer)];
            let (stub, solution, copied) =
                (verdict("stub"), verdict("solution"), verdict("copied"));
            let problem = if !stub.said().contains(HELD) {
                ("its stub doesn't say that nothing breaks", stub)
            } else if !solution.passed() {
                ("its solution doesn't pass", solution)
            } else if copied.passed() {
                ("the solution of another variant passes", copied)
            } else {
                continue;
            };
            findings.push(format!(
                "{}: variant {}: {}\n{}",
                self.exercise.path(),
                variant.name,
                problem.0,
                indented(&problem.1.said())
            ));
        }
        for wrong in &self.wrong {
            let verdict = &verdicts[&self.wrong_name(wrong)];
            let at = self.wrong_path(&wrong.name);
            if let Verdict::DoesNotCompile(said) | Verdict::Refused(said) = verdict {
                findings.push(format!("{at}: it doesn't compile:\n{}", indented(said)));
                continue;
            }
            for (name, words) in &wrong.caught {
                let found = verdict.checks().iter().find(|check| check.name == *name);
                match found {
                    Some(check) if check.outcome == Outcome::Passed => {
                        findings.push(format!("{at}: `{name}` doesn't catch it"));
                    }
                    Some(check) if !check.message.contains(words) => {
                        findings.push(format!(
                            "{at}: `{name}` doesn't catch it with {words:?}, but so:\n{}",
                            indented(&check.message)
                        ))
                    }
                    // That there is no such check was said already.
                    _ => {}
                }
            }
        }
    }
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("    {line}")).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verdict::Check;

    #[test]
    fn what_the_machine_may_have_failed_is_tried_again() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../exercises");
        let set = Set::read(&root).unwrap();
        let variants = Variants::read(&set).unwrap();
        let files = Files::read(&set, &set.exercises[0], &variants).unwrap();
        let right = files.right_name(&files.right[0]);
        let checked = |outcome: Outcome, message: &str| {
            let (name, message) = ("a check".into(), message.into());
            Verdict::Tried(vec![Check { name, outcome, message }])
        };
        let mut answers = BTreeMap::new();
        files.answers(&mut answers);
        let mut verdicts: BTreeMap<_, _> = answers
            .keys()
            .map(|name| (name.clone(), checked(Outcome::Passed, "")))
            .collect();
        verdicts.insert(
            right.clone(),
            checked(Outcome::Hung, "killed after 20 s; deadlock?"),
        );
        verdicts.insert(files.name("solution"), checked(Outcome::Failed, "7 is not 8"));
        let is_about = |findings: &[String], file: &str| {
            findings.iter().any(|finding| finding.contains(file))
        };
        let path = files.right_path(&files.right[0].name);
        let all = [files];
        for (then, is_found) in [(Outcome::Passed, false), (Outcome::Hung, true)] {
            let findings = judge_all(&all, verdicts.clone(), |again| {
                assert_eq!(again.keys().collect::<Vec<_>>(), [&right]);
                Ok([(right.clone(), checked(then, "killed after 20 s"))].into())
            });
            let findings = findings.unwrap();
            assert_eq!(is_about(&findings, &path), is_found, "{findings:#?}");
            assert!(is_about(&findings, "the solution doesn't pass"), "{findings:#?}");
        }
    }
}
