//! Tries many answers side by side: compiles them, and runs each check of each in a process
//! of its own.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::env;
use std::fs::{self, File, OpenOptions};
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
use std::sync::{Mutex, OnceLock};
use std::thread;

use indicatif::{ProgressBar, ProgressStyle};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::gate::Gate;
use crate::refusals::{is_readable, refused};
use crate::set::{self, Set};
use crate::supervisor::{self, End, Ended, Request};
use crate::text;
use crate::unseen::Unseen;
use crate::verdict::{Check, Outcome, Verdict};
use crate::walls::{Standing, Walls};
use crate::workshop::{Compiled, Workshop};

/// How long a check may take, in seconds. They take a fraction of one; those that notice
/// themselves that nothing goes on any more say so after ten.
const SECONDS: u64 = 20;

/// How many processes a check may be. No exercise needs a dozen.
const PROCESSES: usize = 64;

/// How much memory all processes of a check may have, in bytes.
const MEMORY: u64 = 1 << 30;

/// The longest message that is kept, in bytes; of a longer one, the beginning.
const MESSAGE: usize = 8 * 1024;

/// What a check says of an answer that doesn't end; see `witness`.
const ENDLESS: [&str; 2] = ["\nit doesn't end", "\ndeadlock: nobody can go on"];

/// Why an answer is refused that the compiler takes and nobody else can read.
pub(crate) const UNREADABLE: &str = "something in it hides the rest from whoever reads it; does it begin with \
                          `#!`? Begin with the answer";

/// Where answers are compiled, and where verdicts are kept.
#[derive(Debug)]
pub struct Place {
    /// The package of the answers.
    pub folder: PathBuf,
    /// What is compiled.
    pub target: PathBuf,
    /// The verdicts that were seen, if they are to be kept.
    pub notebook: Option<PathBuf>,
    /// Whether the other checks are tried, too, when one has waited in vain for its end.
    pub thorough: bool,
    /// What stands around the answers.
    pub walls: Standing,
}

impl Place {
    /// The same with another folder beside this one, where other answers are compiled: those that this one has stay
    /// there, and needn't be compiled again.
    pub(crate) fn beside(&self, name: &str) -> Self {
        Self {
            folder: self.folder.with_file_name(name),
            target: self.target.clone(),
            notebook: self.notebook.clone(),
            thorough: self.thorough,
            walls: self.walls,
        }
    }
}

/// Tries `answers`, by name, each with its checks below it. What was seen of the same program
/// before isn't tried again.
///
/// # Errors
///
/// When cargo itself fails, or a supervisor can't be started.
pub fn try_all(
    set: &Set,
    place: &Place,
    answers: &BTreeMap<String, String>,
) -> Result<BTreeMap<String, Verdict>, String> {
    try_some(set, place, answers, &BTreeMap::new())
}

/// Does the same, but of an answer that `some` names it runs only the checks that stand there.
///
/// # Errors
///
/// As [`try_all`] has them.
pub fn try_some(
    set: &Set,
    place: &Place,
    answers: &BTreeMap<String, String>,
    some: &BTreeMap<String, BTreeSet<String>>,
) -> Result<BTreeMap<String, Verdict>, String> {
    let unseen = Unseen::read(&set.root)?;
    let mut verdicts = BTreeMap::new();
    let mut answers = answers.clone();
    answers.retain(|name, answer| match refusal(&unseen, answer) {
        Some(why) => {
            verdicts.insert(name.clone(), Verdict::Refused(why));
            false
        }
        None => true,
    });
    if answers.is_empty() {
        return Ok(verdicts);
    }
    let sealed = |(name, answer): (&String, &String)| (name.clone(), set::sealed(answer));
    let sealed: BTreeMap<_, _> = answers.iter().map(sealed).collect();
    let workshop = Workshop::furnish(
        &place.folder,
        &place.target,
        &set.root,
        &sealed,
        place.walls.compiling,
    )?;
    let bar = bar("compiling", answers.len());
    let compiled = workshop.compile(answers.keys().cloned(), |_| bar.inc(1));
    bar.finish_and_clear();
    let mut compiled = compiled?;
    answers.retain(|name, answer| {
        let hides = compiled[name].is_ok() && !is_readable(set::split(answer).0);
        if hides {
            verdicts.insert(name.clone(), Verdict::Refused(UNREADABLE.into()));
        }
        !hides
    });
    let notebook = Notebook::open(place.notebook.as_deref())?;

    let mut tasks: Vec<(&String, Compiled, Vec<String>)> = answers
        .iter()
        .filter_map(|(name, source)| {
            let mut checks = set::checks(source);
            checks.retain(|check| some.get(name).is_none_or(|some| some.contains(check)));
            Some((name, compiled.remove(name)?, checks))
        })
        .collect();
    // The answers to one exercise are alike; when they compute for long, they had better not do so at once.
    tasks.sort_by_key(|(name, ..)| {
        BuildHasherDefault::<DefaultHasher>::default().hash_one(name)
    });
    let bar = self::bar("checking", tasks.len());
    let verdicts = Mutex::new(verdicts);
    let (next, failed) = (AtomicUsize::new(0), AtomicBool::new(false));
    let error = Mutex::new(None);
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let gate = Gate::new(2 * cores);
    let work = || {
        while let Some((name, compiled, checks)) = tasks.get(next.fetch_add(1, Relaxed))
            && !failed.load(Relaxed)
        {
            match judge(compiled, checks, &notebook, place, &gate) {
                Ok(verdict) => {
                    locked(&verdicts).insert(name.to_string(), verdict);
                }
                Err(problem) => {
                    failed.store(true, Relaxed);
                    *locked(&error) = Some(problem);
                }
            }
            bar.inc(1);
        }
    };
    supervisor::adopt()?;
    thread::scope(|scope| {
        // Many wait for a time limit, and leave the cores to others.
        for _ in 0..4 * cores {
            scope.spawn(work);
        }
    });
    bar.finish_and_clear();
    supervisor::end_adopted()?;
    match error.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner()) {
        Some(problem) => Err(problem),
        None => {
            Ok(verdicts.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner()))
        }
    }
}

/// Why an answer isn't even compiled, if so. The checks stand below it, and may do what it may not.
pub(crate) fn refusal(unseen: &Unseen, answer: &str) -> Option<String> {
    let (answer, checks) = set::split(answer);
    refused(answer, checks).map(String::from).or_else(|| unseen.complaint(answer))
}

fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

fn bar(doing: &'static str, length: usize) -> ProgressBar {
    let style = ProgressStyle::with_template("{prefix:10} {bar:40} {pos}/{len}");
    ProgressBar::new(length as u64)
        .with_style(style.expect("the template is right"))
        .with_prefix(doing)
}

fn judge(
    compiled: &Compiled,
    checks: &[String],
    notebook: &Notebook,
    place: &Place,
    gate: &Gate,
) -> Result<Verdict, String> {
    let program = match compiled {
        Ok(program) => program,
        Err(said) => return Ok(Verdict::DoesNotCompile(text::clean(said, MESSAGE))),
    };
    let fingerprint = fingerprint(program)?;
    if let Some(seen) = notebook.find(&fingerprint, checks) {
        return Ok(Verdict::Tried(seen));
    }
    let mut tried: Vec<Check> = Vec::new();
    let mut stuck = false;
    for name in checks {
        let check = if stuck {
            let message = "not tried, since one before didn't end".into();
            Check { name: name.clone(), outcome: Outcome::NotTried, message }
        } else {
            let request = request(program, name, place.walls.running);
            let inside = gate.enter();
            let ended = supervisor::run(&request, |_| ())?;
            drop(inside);
            let (outcome, message) = read(&ended, name);
            stuck = !matches!(ended.end, End::Exited(_) | End::Signalled(_))
                || (!place.thorough && message.contains(ENDLESS[0]));
            Check { name: name.clone(), outcome, message }
        };
        tried.push(check);
    }
    // What had to be killed may do better on a machine that is less busy.
    if !stuck {
        notebook.add(&fingerprint, &tried)?;
    }
    Ok(Verdict::Tried(tried))
}

/// How a check of a program runs.
pub(crate) fn request(program: &Path, check: &str, walls: Walls) -> Request {
    Request {
        program: "./program".into(),
        bring: vec![(program.into(), "program".into())],
        walls,
        arguments: vec![
            "--exact".into(),
            format!("checks::{check}"),
            "--test-threads=1".into(),
        ],
        seconds: SECONDS,
        processes: PROCESSES,
        memory: MEMORY,
        ..Request::default()
    }
}

/// What came out of a check that ended like this.
pub(crate) fn read(ended: &Ended, name: &str) -> (Outcome, String) {
    let said = said(&ended.output, name);
    let mebibytes = |bytes: u64| bytes >> 20;
    match &ended.end {
        // Whoever has ended the process before its end hasn't passed. (An answer may print these words
        // itself; but it can't end the process with exit code 0, since `unseen` refuses that.)
        End::Exited(0) if ended.output.contains("test result: ok. 1 passed") => {
            if ended.left.is_empty() {
                (Outcome::Passed, String::new())
            } else {
                let left = ended.left.join(", ");
                (Outcome::Failed, format!("it left processes running: {left}"))
            }
        }
        End::Exited(0) => {
            (Outcome::Failed, format!("it ended the whole program\n{said}"))
        }
        End::Exited(_) if ENDLESS.iter().any(|words| said.contains(words)) => {
            (Outcome::Hung, said)
        }
        End::Exited(_) => (Outcome::Failed, said),
        End::Signalled(signal) => (Outcome::Failed, format!("{signal} ended it\n{said}")),
        End::OutOfTime => (Outcome::Hung, format!("killed after {SECONDS} s; deadlock?")),
        End::TooManyProcesses(processes) => (
            Outcome::TooMuch,
            format!("killed when it was {processes} processes; it may be {PROCESSES}"),
        ),
        End::TooMuchMemory(bytes) => (
            Outcome::TooMuch,
            format!(
                "killed when it had {} MiB of memory; it may have {}",
                mebibytes(*bytes),
                mebibytes(MEMORY)
            ),
        ),
        End::Unsupervised => (Outcome::TooMuch, "its supervisor was killed".into()),
        End::Abandoned => (Outcome::NotTried, "interrupted".into()),
    }
}

/// What a check said, of all that its program printed.
fn said(output: &str, name: &str) -> String {
    let from = format!("---- checks::{name} stdout ----\n");
    let said = output.split_once(&from).map_or(output, |(_, said)| said);
    let said = said.split_once("\n\nfailures:\n").map_or(said, |(said, _)| said);
    let note =
        "note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace";
    let said = said.replace(note, "");
    // Shuttle's way to speak of a deadlock.
    let ours = |line: &&str| !line.starts_with("Test deadlocked, and ");
    let said = said.lines().filter(ours).collect::<Vec<_>>().join("\n");
    text::clean(said.trim(), MESSAGE)
}

/// Of a program and of the one that tries it, which is this one: another one might come to another verdict.
fn fingerprint(program: &Path) -> Result<String, String> {
    static OURS: OnceLock<Vec<u8>> = OnceLock::new();
    let digest = |file: &Path| {
        let bytes =
            fs::read(file).map_err(|error| format!("{}: {error}", file.display()))?;
        Ok::<_, String>(Sha256::digest(bytes))
    };
    let ours = OURS.get_or_init(|| {
        // A program that can't be found is the same as any other such.
        let ours = env::current_exe().ok().and_then(|ours| digest(&ours).ok());
        ours.map(|digest| digest.to_vec()).unwrap_or_default()
    });
    let both = Sha256::new().chain_update(digest(program)?).chain_update(ours).finalize();
    Ok(both.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Verdicts that were seen, by the fingerprint of the program: a line of JSON each, written
/// as soon as it is seen.
struct Notebook {
    seen: HashMap<String, Vec<Check>>,
    file: Option<Mutex<File>>,
}

#[derive(Serialize, Deserialize)]
struct Line {
    program: String,
    checks: Vec<Check>,
}

impl Notebook {
    fn open(path: Option<&Path>) -> Result<Self, String> {
        let Some(path) = path else {
            return Ok(Self { seen: HashMap::new(), file: None });
        };
        let text = fs::read_to_string(path).unwrap_or_default();
        // A last line that was cut off is none.
        let lines =
            text.lines().filter_map(|line| serde_json::from_str::<Line>(line).ok());
        let seen = lines.map(|line| (line.program, line.checks)).collect();
        let file = OpenOptions::new().create(true).append(true).open(path);
        let file = file.map_err(|error| format!("{}: {error}", path.display()))?;
        Ok(Self { seen, file: Some(Mutex::new(file)) })
    }

    /// What these checks said of this program, if all of them ran.
    fn find(&self, program: &str, checks: &[String]) -> Option<Vec<Check>> {
        let seen = self.seen.get(program)?;
        let of = |name: &String| seen.iter().find(|check| check.name == *name).cloned();
        checks.iter().map(of).collect()
    }

    fn add(&self, program: &str, checks: &[Check]) -> Result<(), String> {
        let Some(file) = &self.file else { return Ok(()) };
        let line = Line { program: program.into(), checks: checks.into() };
        // The line before this one may have been cut off.
        let line =
            format!("\n{}", serde_json::to_string(&line).expect("it can be written"));
        locked(file)
            .write_all(line.as_bytes())
            .map_err(|error| format!("couldn't keep a verdict: {error}"))
    }
}
