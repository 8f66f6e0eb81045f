//! Shows a student the schedule that breaks their answer, step by step: as a page, or in the terminal.
//!
//! * here: finds the first check of an answer that fails under a schedule.
//! * `show/trace.rs`: what happened under it, beside the lines of the file.
//! * `show/terminal.rs`: that as text.
//! * `show/page.rs`: that as a page of its own, and `show/waits.rs` the drawing of who waits for whom.

mod page;
mod terminal;
pub mod trace;
mod waits;

use std::collections::BTreeMap;
use std::path::Path;

use regex::Regex;

use crate::control;
use crate::refusals::is_readable;
use crate::set::{self, Exercise, Set};
use crate::supervisor::{self, OUT};
use crate::trials::{self, Place};
use crate::unseen::Unseen;
use crate::verdict::{Outcome, Verdict};
use crate::workshop::Workshop;

pub use page::page;
pub use terminal::terminal;

use trace::Trace;

/// The variable that tells `witness` where to write what happened, and the file.
const TRACE: (&str, &str) = ("WITNESS_TRACE", "trace.json");

/// What there is to show of an answer.
#[derive(Debug)]
pub enum Shown {
    /// So many checks pass.
    Passes(usize),
    /// It fails, and there is no schedule to show: one line that says why, and what helps.
    Nothing(String),
    /// A schedule breaks it.
    Failure(Failure),
}

/// A schedule that breaks an answer.
#[derive(Debug)]
pub struct Failure {
    /// The exercise, as in a path.
    pub exercise: String,
    /// The file of the answer, as the reader calls it.
    pub file: String,
    /// The check that fails.
    pub check: String,
    /// The file with the answer and the checks.
    pub source: String,
    /// What happened.
    pub trace: Trace,
}

/// The exercise that is called so, by its name or its path.
///
/// # Errors
///
/// When there is none.
pub fn find<'a>(set: &'a Set, name: &str) -> Result<&'a Exercise, String> {
    let wanted = name.trim_end_matches(".rs");
    let found = set
        .exercises
        .iter()
        .find(|exercise| exercise.name == wanted || wanted.ends_with(&exercise.path()));
    found.ok_or_else(|| {
        let names: Vec<_> = set.exercises.iter().map(|it| it.name.as_str()).collect();
        format!("no exercise is called `{name}`; there are {}", names.join(", "))
    })
}

/// Tries the answer in `source`, with its checks below it, and looks for a schedule that breaks it: under `check`, or
/// under the first check that such a schedule breaks. `file` is what the reader calls the file.
///
/// # Errors
///
/// When there is no such check, or the machine can't try answers.
pub fn show(
    set: &Set,
    place: &Place,
    exercise: &Exercise,
    source: &str,
    file: &str,
    check: Option<&str>,
) -> Result<Shown, String> {
    let path = exercise.path();
    let all = set::checks(source);
    let checks = match check {
        None => all.clone(),
        Some(wanted) => all.iter().filter(|check| *check == wanted).cloned().collect(),
    };
    if let (true, Some(wanted)) = (checks.is_empty(), check) {
        let all = all.join(", ");
        return Err(format!("{path} has no check `{wanted}`; there are {all}"));
    }
    let nothing = |why: String| Ok(Shown::Nothing(format!("{path}: {why}")));
    let all_of_it = format!("`rustlings run {}` shows all of it", exercise.name);
    if !is_explored(source) {
        return nothing(format!(
            "its checks try no schedules, so there is none to show; `rustlings run {}` says what is \
             wrong",
            exercise.name
        ));
    }
    let refusal = trials::refusal(&Unseen::read(&set.root)?, source);
    if let Some(why) = refusal {
        return nothing(format!("the answer is refused: {why}"));
    }
    let name = path.replace('/', "__");
    let answers = BTreeMap::from([(name.clone(), set::sealed(source))]);
    let workshop = Workshop::furnish(
        &place.folder,
        &place.target,
        &set.root,
        &answers,
        place.walls.compiling,
    )?;
    let mut compiled =
        workshop.compile([name.clone()], |_| ()).map_err(control::no_verdict)?;
    let program = match compiled.remove(&name) {
        Some(Ok(program)) => program,
        Some(Err(said)) => {
            let verdict = Verdict::DoesNotCompile(said);
            if let Some(trouble) = control::trouble_of_the_machine(&verdict) {
                return Err(trouble);
            }
            let said = error(&verdict.said());
            return nothing(format!("it doesn't compile: {said}; {all_of_it}"));
        }
        None => return Err(format!("cargo says nothing of {path}")),
    };
    if !is_readable(set::split(source).0) {
        return nothing(trials::UNREADABLE.into());
    }
    supervisor::adopt()?;
    let tried = try_each(&program, &checks, source, place);
    supervisor::end_adopted()?;
    match tried? {
        Tried::AllPass => Ok(Shown::Passes(checks.len())),
        Tried::Failed(check, said) => nothing(format!(
            "`{check}` fails, and no schedule is to blame: {}; {all_of_it}",
            complaint(&said)
        )),
        Tried::Traced(check, trace) => Ok(Shown::Failure(Failure {
            exercise: path,
            file: file.into(),
            check,
            source: source.into(),
            trace: *trace,
        })),
    }
}

/// What came of the checks.
enum Tried {
    AllPass,
    /// This one fails, and says so.
    Failed(String, String),
    /// This one fails, and this happened.
    Traced(String, Box<Trace>),
}

fn try_each(
    program: &Path,
    checks: &[String],
    source: &str,
    place: &Place,
) -> Result<Tried, String> {
    let mut failed = None;
    for check in checks {
        let folder = tempfile::tempdir()
            .map_err(|error| format!("there is no folder for what happens: {error}"))?;
        let (variable, file) = TRACE;
        let mut request = trials::request(program, check, place.walls.running);
        request.environment = vec![(variable.into(), format!("{OUT}/{file}"))];
        request.keep = Some(folder.path().into());
        let ended = supervisor::run(&request, |_| ())?;
        let (outcome, said) = trials::read(&ended, check);
        if outcome == Outcome::Passed {
            continue;
        }
        let trace = folder.path().join(file);
        if trace.is_file() {
            let trace = Box::new(Trace::read(&trace, source)?);
            return Ok(Tried::Traced(check.clone(), trace));
        }
        failed.get_or_insert((check.clone(), said));
    }
    Ok(failed.map_or(Tried::AllPass, |(check, said)| Tried::Failed(check, said)))
}

/// Whether the checks of a file try schedules.
fn is_explored(source: &str) -> bool {
    let tries =
        Regex::new(r"\b(explore|sample|roll)(_\w+)?\(").expect("the pattern is right");
    tries.is_match(set::split(source).1)
}

/// Of what the compiler says, the first error and the place in the file.
fn error(said: &str) -> String {
    let mut lines = said.lines().map(str::trim);
    let first = lines.find(|line| line.starts_with("error")).unwrap_or(said.trim());
    let place = lines.find_map(|line| line.strip_prefix("--> "));
    let line = place.and_then(|place| place.split(':').nth(1));
    let line = line.map(|line| format!(" (line {line})")).unwrap_or_default();
    format!("{}{line}", first.lines().next().unwrap_or_default())
}

/// Of what a check says, the first line of its complaint.
fn complaint(said: &str) -> &str {
    let mut lines = said.lines().skip_while(|line| !line.contains("panicked at "));
    lines.nth(1).or_else(|| said.lines().next()).unwrap_or_default().trim_end_matches('.')
}
