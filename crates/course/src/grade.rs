//! Reports on what students hand in.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use regex::Regex;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::class::{self, Student, Students};
use crate::control::{self, Answer};
use crate::handed_in::{self, Found};
use crate::set::{self, Exercise, Set};
use crate::text;
use crate::trials::Place;
use crate::variant::{self, Variants};
use crate::verdict::{Check, Outcome, Verdict};
use crate::walls::Standing;

/// The longest message in a table or a CSV file, in characters.
const LONGEST: usize = 1_000;

/// What came out of a folder.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Graded {
    /// It was one student's.
    One(Report),
    /// It was a class's.
    Class {
        /// What came out of each.
        students: Vec<Report>,
        /// The names of what lies beside them and is no folder.
        #[serde(skip)]
        left_out: Vec<String>,
    },
}

/// What came out of a student's answers.
#[derive(Debug, Serialize)]
pub struct Report {
    /// The student.
    pub student: String,
    /// The folder with the answers.
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
    /// In a word: `passed`, `failed`, `hung`, `too much`, `doesn't compile`, `refused`, `untouched`,
    /// `missing`.
    pub verdict: &'static str,
    /// Whether the answer is the stub as it was handed out; it wasn't tried then.
    pub untouched: bool,
    /// How many checks passed.
    pub checks_passed: usize,
    /// How many checks the exercise has.
    pub checks_in_all: usize,
    /// The checks; none when it didn't run.
    pub checks: Vec<Check>,
    /// What the compiler said, or the first check that didn't pass.
    pub message: String,
}

/// What lies in a student's folder for an exercise.
enum HandedIn {
    Nothing,
    Stub,
    /// An answer, by the name under which it is tried.
    Answer(String),
    /// Something that isn't read, and why.
    Refused(String),
}

/// Tries the answers in `folder`: a student's, or a class's with a folder for each student; see
/// [`class`]. Of each answer, only what stands above the checks counts. Those that are equal are
/// tried once, and a stub that nobody has touched isn't tried. Where there is a `seed`, each student
/// has variants of their own, and an answer to another one is refused; see [`variant`].
///
/// # Errors
///
/// When there is no such folder, or no answer at all, or the machine can't judge them.
pub fn grade(
    set: &Set,
    place: &Place,
    folder: &Path,
    seed: Option<&str>,
) -> Result<Graded, String> {
    let found = Students::find(set, folder)?;
    let students = match &found {
        Students::One(student) => std::slice::from_ref(student),
        Students::Class { students, .. } => students,
    };
    let stubs: Vec<String> = set
        .exercises
        .iter()
        .map(|exercise| set::read(&set.stub(exercise)))
        .collect::<Result<_, _>>()?;
    let variants = match seed {
        Some(seed) => Some((Variants::read(set)?, seed)),
        None => None,
    };
    let mut answers = BTreeMap::new();
    let mut collect = |student: &Student| {
        let exercises = set.exercises.iter().zip(&stubs);
        exercises
            .map(|(exercise, stub)| {
                let own = match &variants {
                    Some((variants, seed)) => {
                        variants.of(set, exercise, seed, &student.name)?
                    }
                    None => None,
                };
                let own = own.map(|variant| variant.stub);
                Ok(hand_in(
                    student,
                    exercise,
                    [stub, own.as_ref().unwrap_or(stub)],
                    &mut answers,
                ))
            })
            .collect::<Result<Vec<_>, String>>()
    };
    let handed_in: Vec<_> =
        students.iter().map(&mut collect).collect::<Result<_, _>>()?;
    let verdicts = control::judge(set, place, &answers)?;
    let mut reports = students.iter().zip(&handed_in).map(|(student, handed_in)| {
        let exercises = set.exercises.iter().zip(&stubs).zip(handed_in);
        let grades = exercises.map(|((exercise, stub), handed_in)| {
            Grade::new(exercise, stub, handed_in, &verdicts)
        });
        Report::new(student, place.walls, grades.collect())
    });
    Ok(match &found {
        Students::One(_) => Graded::One(reports.next().expect("there is one")),
        Students::Class { left_out, .. } => {
            Graded::Class { students: reports.collect(), left_out: left_out.clone() }
        }
    })
}

/// Finds a student's answer, and puts it among `answers`, unless an equal one is there. The stubs are the one
/// of the set, and the student's own, which may be the same.
fn hand_in<'a>(
    student: &Student,
    exercise: &'a Exercise,
    stubs: [&str; 2],
    answers: &mut BTreeMap<String, Answer<'a>>,
) -> HandedIn {
    let places = class::places(Path::new(""), exercise);
    let theirs = match handed_in::read(&student.folder, &places) {
        Found::Nothing => return HandedIn::Nothing,
        Found::Refused(why) => return HandedIn::Refused(why),
        Found::Text(theirs) => set::as_meant(&theirs),
    };
    let ((_, checks), (theirs, _)) = (set::split(stubs[1]), set::split(&theirs));
    if stubs.iter().any(|stub| set::is_same(theirs, set::split(stub).0)) {
        return HandedIn::Stub;
    }
    if let Some(why) = another(theirs, stubs[1], &student.name) {
        return HandedIn::Refused(why);
    }
    let source = set::join(theirs, checks);
    // By what it says, so that cargo finds it compiled the next time.
    let name =
        format!("{}__{}", exercise.path().replace('/', "__"), fingerprint(&source));
    answers.entry(name.clone()).or_insert(Answer { exercise, source });
    HandedIn::Answer(name)
}

/// Why an answer isn't one to the student's own variant, if it isn't.
fn another(theirs: &str, own: &str, student: &str) -> Option<String> {
    match (variant::named(theirs), variant::named(own)) {
        (theirs, own) if theirs == own => None,
        (Some(theirs), Some(own)) => Some(format!(
            "this is an answer to variant {theirs}, which somebody else has; the variant of {student} is \
             {own}"
        )),
        (None, Some(own)) => Some(format!(
            "this is an answer to the exercise of the set; {student} has a variant of it, {own}"
        )),
        (_, None) => Some(
            "this is an answer to a variant; whoever grades it names the seed, with --seed".into(),
        ),
    }
}

fn fingerprint(text: &str) -> String {
    let hash = Sha256::digest(text.as_bytes());
    hash[..8].iter().map(|byte| format!("{byte:02x}")).collect()
}

impl Grade {
    fn new(
        exercise: &Exercise,
        stub: &str,
        handed_in: &HandedIn,
        verdicts: &BTreeMap<String, Verdict>,
    ) -> Self {
        let (word, verdict) = match handed_in {
            HandedIn::Nothing => (Verdict::Missing.word(), Verdict::Missing),
            HandedIn::Stub => ("untouched", Verdict::Missing),
            HandedIn::Answer(name) => {
                let verdict = told(&verdicts[name], name, exercise);
                (verdict.word(), verdict)
            }
            HandedIn::Refused(why) => {
                let verdict = Verdict::Refused(why.clone());
                (verdict.word(), verdict)
            }
        };
        let passed = |check: &&Check| check.outcome == Outcome::Passed;
        Self {
            exercise: exercise.path(),
            verdict: word,
            untouched: matches!(handed_in, HandedIn::Stub),
            checks_passed: verdict.checks().iter().filter(passed).count(),
            checks_in_all: set::checks(stub).len(),
            checks: verdict.checks().to_vec(),
            message: first(&verdict),
        }
    }

    /// What stands in a line of a table: why it didn't pass.
    fn why(&self) -> String {
        paragraph(&self.message)
    }
}

/// The same verdict in words that are the same each time, and speak of the student's file.
fn told(verdict: &Verdict, name: &str, exercise: &Exercise) -> Verdict {
    let file = format!("{}.rs", exercise.path());
    let tell = |said: &str| {
        let said = said.replace(&format!("src/{name}.rs"), &file);
        steady(&said.replace(name, &exercise.name))
    };
    match verdict {
        Verdict::Tried(checks) => {
            let told =
                |check: &Check| Check { message: tell(&check.message), ..check.clone() };
            Verdict::Tried(checks.iter().map(told).collect())
        }
        Verdict::DoesNotCompile(said) => Verdict::DoesNotCompile(tell(said)),
        Verdict::Refused(why) => Verdict::Refused(why.clone()),
        Verdict::Missing => Verdict::Missing,
    }
}

/// A message without what is another one in each run: the numbers that the system gives to threads,
/// addresses, the names of folders that vanish.
fn steady(said: &str) -> String {
    let replace = |said: &str, pattern: &str, by: &str| {
        let pattern = Regex::new(pattern).expect("the pattern is right");
        pattern.replace_all(said, by).into_owned()
    };
    let said = replace(said, r"(?m)^(\s*thread '.*?') \(\d+\)", "$1");
    let said = replace(&said, r"\b0x[0-9a-f]{6,}\b", "0x…");
    let said = replace(&said, r"\.tmp[0-9A-Za-z]{6}\b", ".tmp…");
    let said = replace(&said, r"\bfinished in \d+\.\d+s", "finished");
    let grown = r"\bkilled when (it|the compiler) (was|had) \d+ ";
    replace(&said, grown, "killed when $1 $2 too many ")
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

/// The first paragraph of a message, without where it was said, and without the two values that differ: of
/// children and real threads, they are others in each run, as is the story that follows.
fn paragraph(message: &str) -> String {
    let left_out =
        r"(?m)^(\w+: )?\s*thread '.*' panicked at .*:\d+:\d+:\n|^ *(left|right): .*\n?";
    let left_out = Regex::new(left_out).expect("the pattern is right");
    let message = left_out.replace_all(message, "$1");
    let message = message.trim();
    let paragraph = message.split("\n\n").next().unwrap_or_default();
    match paragraph.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", &paragraph[..at]),
        None => paragraph.into(),
    }
}

impl Report {
    fn new(student: &Student, walls: Standing, exercises: Vec<Grade>) -> Self {
        Self {
            student: student.name.clone(),
            folder: student.folder.display().to_string(),
            walls,
            passed: exercises.iter().filter(|grade| grade.verdict == "passed").count(),
            total: exercises.len(),
            exercises,
        }
    }

    /// For people: a line for each exercise.
    fn table(&self) -> String {
        let mut table = tour::Table::of_words(["exercise", "verdict", "why"]);
        for grade in &self.exercises {
            table.row([&grade.exercise, grade.verdict, &short(&grade.why())]);
        }
        let walls = self.walls.say();
        format!("{table}\n  {} of {} passed\n  walls: {walls}\n", self.passed, self.total)
    }

    fn count(&self, verdict: &str) -> usize {
        self.exercises.iter().filter(|grade| grade.verdict == verdict).count()
    }
}

impl Graded {
    /// What came out of each student's answers.
    pub fn reports(&self) -> &[Report] {
        match self {
            Self::One(report) => std::slice::from_ref(report),
            Self::Class { students, .. } => students,
        }
    }

    /// Whether all answers of all students passed.
    pub fn all_passed(&self) -> bool {
        self.reports().iter().all(|report| report.passed == report.total)
    }

    /// As JSON: a report, or for a class an object with a list of them, `students`.
    ///
    /// # Errors
    ///
    /// When it can't be written.
    pub fn json(&self, to: impl io::Write) -> io::Result<()> {
        Ok(serde_json::to_writer_pretty(to, self)?)
    }

    /// As CSV: a line for each exercise of each student. `passed` of its `checks` passed; for what
    /// wasn't tried that is 0, and `checks` the same as for all others.
    ///
    /// # Errors
    ///
    /// When it can't be written.
    pub fn csv(&self, to: impl io::Write) -> io::Result<()> {
        let mut csv = csv::Writer::from_writer(to);
        csv.write_record([
            "student",
            "exercise",
            "verdict",
            "untouched",
            "passed",
            "checks",
            "message",
        ])?;
        for report in self.reports() {
            for grade in &report.exercises {
                csv.write_record([
                    text::cell(&report.student).as_str(),
                    grade.exercise.as_str(),
                    grade.verdict,
                    if grade.untouched { "yes" } else { "no" },
                    &grade.checks_passed.to_string(),
                    &grade.checks_in_all.to_string(),
                    &text::cell(&grade.why()),
                ])?;
            }
        }
        csv.flush()
    }

    /// For people: a line for each exercise; for a class, a line for each student.
    pub fn table(&self) -> String {
        let students = match self {
            Self::One(report) => return report.table(),
            Self::Class { students, .. } => students,
        };
        let headings = ["student", "passed", "tried, not passed", "untouched", "missing"];
        let mut table = tour::Table::new(headings);
        for report in students {
            let (untouched, missing) =
                (report.count("untouched"), report.count("missing"));
            let not_passed = report.total - report.passed - untouched - missing;
            let numbers = [report.passed, not_passed, untouched, missing];
            let [passed, not_passed, untouched, missing] =
                numbers.map(|number| number.to_string());
            table.row([&report.student, &passed, &not_passed, &untouched, &missing]);
        }
        let exercises = students.first().map_or(0, |report| report.total);
        let walls = students.first().map(|report| report.walls.say()).unwrap_or_default();
        format!(
            "{table}\n  {} students, {exercises} exercises\n  walls: {walls}\n",
            students.len()
        )
    }
}

/// The line of a message that says most: the first.
fn short(message: &str) -> String {
    let line = message.lines().next().unwrap_or_default();
    match line.char_indices().nth(90) {
        Some((at, _)) => format!("{}…", &line[..at]),
        None => line.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAME: &str = "threads__one__0123456789abcdef";

    fn check(name: &str, outcome: Outcome, message: &str) -> Check {
        Check { name: name.into(), outcome, message: message.into() }
    }

    fn exercise() -> Exercise {
        Exercise {
            name: "one".into(),
            dir: "threads".into(),
            chapter: "threads/one.md".into(),
            minutes: 10,
            stub: String::new(),
            hint: String::new(),
        }
    }

    fn graded(verdict: Verdict) -> Graded {
        let stub = format!("{}\n#[test]\nfn a() {{}}\n#[test]\nfn b() {{}}\n", set::MARK);
        let verdicts = BTreeMap::from([(NAME.to_string(), verdict)]);
        let grade = |handed_in| Grade::new(&exercise(), &stub, &handed_in, &verdicts);
        let student = |name: &str| Student { name: name.into(), folder: name.into() };
        let report = |name: &str, handed_in| {
            Report::new(&student(name), Standing::default(), vec![grade(handed_in)])
        };
        Graded::Class {
            students: vec![
                report("ada", HandedIn::Answer(NAME.into())),
                report("ben", HandedIn::Stub),
                report("cleo", HandedIn::Nothing),
            ],
            left_out: Vec::new(),
        }
    }

    fn lines(graded: &Graded) -> Vec<Vec<String>> {
        let mut text = Vec::new();
        graded.csv(&mut text).unwrap();
        let mut reader = csv::Reader::from_reader(&*text);
        let lines = reader.records().map(Result::unwrap);
        lines.map(|line| line.iter().map(String::from).collect()).collect()
    }

    #[test]
    fn a_report_is_csv_whatever_a_message_holds() {
        let message = "he said \"no\",\nand left";
        let verdict = Verdict::Tried(vec![
            check("a", Outcome::Passed, ""),
            check("b", Outcome::Failed, message),
        ]);
        let graded = graded(verdict);
        let message = format!("b: {message}");
        assert_eq!(
            lines(&graded),
            [
                vec!["ada", "threads/one", "failed", "no", "1", "2", &message],
                vec!["ben", "threads/one", "untouched", "yes", "0", "2", ""],
                vec!["cleo", "threads/one", "missing", "no", "0", "2", ""],
            ]
        );
        assert!(graded.reports()[0].table().contains("b: he said \"no\","));
        assert!(graded.table().contains("3 students, 1 exercises"));
    }

    #[test]
    fn two_runs_say_the_same() {
        let said = |thread: u32, folder: &str, line: &str| {
            let message = format!(
                "thread 'checks::a' ({thread}) panicked at src/{NAME}.rs:{line}:9:\n{folder}/x is \
                 at 0x7f{thread}a0\n  left: {thread}\n right: 7\n\nthread 1 was first in this \
                 run, {thread}"
            );
            graded(Verdict::Tried(vec![check("a", Outcome::Failed, &message)]))
        };
        let one = said(4711, "/tmp/.tmpAbCd01", "45");
        let other = said(815, "/tmp/.tmpZ9z9Z9", "45");
        assert_eq!(lines(&one), lines(&other));
        assert_eq!(lines(&one)[0][6], "a: /tmp/.tmp…/x is at 0x…");
        let Graded::Class { students, .. } = &one else { panic!("it is a class") };
        let message = &students[0].exercises[0].message;
        assert!(message.contains("panicked at threads/one.rs:45:9"), "{message}");
    }

    #[test]
    fn how_far_it_went_beyond_a_limit_is_not_said() {
        for (one, other) in [
            ("killed when it was 65 processes", "killed when it was 80 processes"),
            (
                "killed when the compiler had 1025 MiB",
                "killed when the compiler had 1031 MiB",
            ),
        ] {
            assert_eq!(steady(one), steady(other));
        }
        assert_eq!(steady("65 processes, and 0x10"), "65 processes, and 0x10");
    }

    #[test]
    fn a_cell_is_short() {
        let long = graded(Verdict::DoesNotCompile("é".repeat(100_000)));
        assert_eq!(lines(&long)[0][6].chars().count(), LONGEST + 1);
    }
}
