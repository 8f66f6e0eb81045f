//! A variant of an exercise for each student: the same task, with other numbers, other names, and another order
//! of the steps, so that nobody's answer is anybody else's.
//!
//! What a variant differs in stands in `variants.toml` of the set. Which variant a student has follows from
//! a *seed*, which the teacher chooses for a class, and the student's name, and from nothing else: the
//! same on every machine, and in every release.
//!
//! The numbers that decide are drawn like this. Draw number `n`, from 0 on, is the first 8 bytes, as a number with
//! the largest byte first, of the SHA-256 of `SEED\nSTUDENT\nPART/NAME\nn`, and of it what remains when it is divided
//! by how many possibilities there are. In this order they decide on a row of each list of choices; on the order of
//! the threads (the shuffle of Fisher and Yates, from the last place down to the second); and for each
//! thread, in its new order, how many of 0 to 3 steps it makes before. The variant's name is the first 4 bytes of the
//! SHA-256 of `SEED\nSTUDENT\nPART/NAME\nname`, in hexadecimal digits.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{fs, io};

use regex::{Captures, Regex};
use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::set::{self, Exercise, Set};

/// The file that says what variants differ in, in the folder of the set.
pub const FILE: &str = "variants.toml";

/// How a variant's file begins the line that says which one it is.
const LINE: &str = "//! Variant: ";

/// How many steps a thread makes before its own, at most.
const BEFORE: usize = 3;

/// What is said of a variant, in its file, where threads make steps before.
const VISITS: &str = "//! In this variant, threads count visits first: each `visits` is a step, and takes a turn.";

/// What the variants of each exercise differ in, by its path.
#[derive(Debug)]
pub struct Variants(BTreeMap<String, Vec<Choice>>);

/// Rows of words. The first one is what the exercise has itself.
type Choice = Vec<Vec<String>>;

/// A variant of an exercise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variant {
    /// Its name.
    pub name: String,
    /// Its stub, with the checks.
    pub stub: String,
    /// Its hints.
    pub hint: String,
    /// A schedule that solves it.
    pub schedule: String,
}

#[derive(Deserialize)]
struct Listed {
    exercises: Vec<Differs>,
}

#[derive(Deserialize)]
struct Differs {
    path: String,
    choices: Vec<Choice>,
}

impl Variants {
    /// Reads what the variants of `set` differ in.
    ///
    /// # Errors
    ///
    /// When the file can't be read, or names no exercise, or a row is shorter than another one.
    pub fn read(set: &Set) -> Result<Self, String> {
        let path = set.root.join(FILE);
        // A set need not have any.
        if !path.exists() {
            return Ok(Self(BTreeMap::new()));
        }
        let at = |problem: String| format!("{}: {problem}", path.display());
        let listed: Listed = toml::from_str(&set::read(&path)?)
            .map_err(|error| at(error.message().into()))?;
        let mut variants = BTreeMap::new();
        for Differs { path, choices } in listed.exercises {
            if !set.exercises.iter().any(|exercise| exercise.path() == path) {
                return Err(at(format!("there is no exercise {path}")));
            }
            let uneven = |choice: &Choice| {
                choice.is_empty() || choice.iter().any(|row| row.len() != choice[0].len())
            };
            if choices.iter().any(uneven) {
                return Err(at(format!(
                    "{path}: all rows of a choice have as many words"
                )));
            }
            variants.insert(path, choices);
        }
        Ok(Self(variants))
    }

    /// Whether the exercise has variants.
    pub fn has(&self, exercise: &Exercise) -> bool {
        self.0.contains_key(&exercise.path())
    }

    /// The variant of `exercise` that `student` has under `seed`; none where it has no variants.
    ///
    /// # Errors
    ///
    /// When a name can't be one, or the exercise can't be read, or is a variant itself.
    pub fn of(
        &self,
        set: &Set,
        exercise: &Exercise,
        seed: &str,
        student: &str,
    ) -> Result<Option<Variant>, String> {
        let Some(choices) = self.0.get(&exercise.path()) else { return Ok(None) };
        for (what, name) in [("seed", seed), ("name", student)] {
            if name.trim().is_empty() || name.chars().any(char::is_control) {
                return Err(format!(
                    "{name:?} is no {what}: it needs a sign that can be seen"
                ));
            }
        }
        let path = set.stub(exercise);
        let (stub, solution) = (set::read(&path)?, set::read(&set.solution(exercise))?);
        let at = |problem: &str| format!("{}: {problem}", path.display());
        if named(&stub).is_some() {
            return Err(at(
                "it is a variant already; begin with the set as it was handed out",
            ));
        }
        let mut draws =
            Draws { of: format!("{seed}\n{student}\n{}", exercise.path()), drawn: 0 };
        let name: String =
            draws.digest("name")[..4].iter().map(|byte| format!("{byte:02x}")).collect();
        let words: Vec<(String, String)> = choices
            .iter()
            .flat_map(|rows| rows[0].iter().zip(&rows[draws.below(rows.len())]))
            .map(|(from, to)| (from.clone(), to.clone()))
            .collect();
        let threads = Threads::in_code(&stub).ok_or_else(|| at("it names no threads"))?;
        let order = draws.shuffled(threads.blocks.len());
        let before: Vec<usize> = order.iter().map(|_| draws.below(BEFORE + 1)).collect();
        let schedule = |text: &str| {
            let schedule = schedule_in(text).ok_or_else(|| at("it has no schedule"))?;
            Ok::<_, String>(moved(schedule, &order, &before))
        };
        let (begun, solved) = (schedule(&stub)?, schedule(&solution)?);
        let changed = threads.changed(&order, &before);
        let changed =
            with_schedule(&replaced(&lettered(&changed, &order), &words), &begun);
        let hint = replaced(&lettered(&exercise.hint, &order), &words);
        let chapter = format!("//! Chapter: {}\n", exercise.chapter);
        let mut line = format!("{chapter}{LINE}{name}\n");
        if before.iter().any(|steps| *steps > 0) {
            line += &format!("//!\n{VISITS}\n");
        }
        // The line of the chapter keeps its words.
        let of_the_chapter =
            Regex::new(r"(?m)^//! Chapter: .*\n").expect("the pattern is right");
        let stub = of_the_chapter.replace(&changed, regex::NoExpand(&line)).into_owned();
        Ok(Some(Variant { name, stub, hint, schedule: solved }))
    }
}

impl Variant {
    /// The stub with another schedule, as an answer that a student could hand in.
    pub fn answered(&self, schedule: &str) -> String {
        with_schedule(&self.stub, schedule)
    }
}

/// The variant that a file is, as it says itself.
pub fn named(text: &str) -> Option<&str> {
    set::split(text).0.lines().find_map(|line| line.strip_prefix(LINE)).map(str::trim)
}

/// Numbers that follow from a seed and a name.
struct Draws {
    of: String,
    drawn: usize,
}

impl Draws {
    fn digest(&self, what: &str) -> [u8; 32] {
        Sha256::digest(format!("{}\n{what}", self.of)).into()
    }

    /// One of `0..possibilities`.
    fn below(&mut self, possibilities: usize) -> usize {
        let digest = self.digest(&self.drawn.to_string());
        self.drawn += 1;
        let number =
            digest[..8].iter().fold(0, |number, byte| number << 8 | u64::from(*byte));
        (number % possibilities as u64) as usize
    }

    /// The numbers from 0 on, in another order.
    fn shuffled(&mut self, length: usize) -> Vec<usize> {
        let mut order: Vec<usize> = (0..length).collect();
        for place in (1..length).rev() {
            order.swap(place, self.below(place + 1));
        }
        order
    }
}

/// The threads that an exercise starts, and what stands around them.
struct Threads<'a> {
    before: Vec<&'a str>,
    /// The lines of each thread, without the one that has its letter.
    blocks: Vec<Vec<&'a str>>,
    after: Vec<&'a str>,
    /// How far to the right they stand; of a program of the explorer, not at all.
    indent: usize,
}

impl<'a> Threads<'a> {
    /// Finds the threads below the line. Before each stands its letter: as `// A` in code, as `thread A` in
    /// a program.
    fn in_code(text: &'a str) -> Option<Self> {
        let letter =
            Regex::new(r"^(?: *// |thread )([A-D])$").expect("the pattern is right");
        let all: Vec<&str> = text.lines().collect();
        let first = all.iter().position(|line| letter.is_match(line))?;
        let indent = depth(all[first]);
        let (mut blocks, mut at) = (Vec::<Vec<&str>>::new(), first);
        while let Some(line) = all.get(at) {
            if depth(line) == indent && letter.is_match(line) {
                blocks.push(Vec::new());
            } else if line.trim().is_empty()
                || depth(line) < indent
                || (indent == 0 && depth(line) == 0)
            {
                break;
            } else {
                blocks.last_mut()?.push(line);
            }
            at += 1;
        }
        Some(Self {
            before: all[..first].into(),
            blocks,
            after: all[at..].into(),
            indent,
        })
    }

    /// The text with the threads in this order, each with so many steps before its own.
    fn changed(&self, order: &[usize], before: &[usize]) -> String {
        let mut lines: Vec<String> = Vec::new();
        let visits = before.iter().any(|steps| *steps > 0);
        for line in &self.before {
            if visits && self.indent > 0 && line.contains("thread::scope(|scope|") {
                let indent = " ".repeat(depth(line));
                lines.push(format!(
                    "{indent}let visits = &witness::sync::atomic::AtomicU64::new(0);"
                ));
            }
            if visits
                && self.indent == 0
                && line.is_empty()
                && lines.last().is_some_and(|line| line.starts_with("shared "))
            {
                lines.push("shared visits = 0".into());
            }
            lines.push((*line).into());
        }
        for (place, (old, steps)) in order.iter().zip(before).enumerate() {
            let name = letter(place);
            let block = &self.blocks[*old];
            if self.indent == 0 {
                lines.push(format!("thread {name}"));
                lines.extend((0..*steps).map(|_| "  visited = visits.load()".into()));
                lines.extend(block.iter().map(|line| String::from(*line)));
            } else {
                lines.push(format!("{}// {name}", " ".repeat(self.indent)));
                lines.extend(counting(block, *steps, self.indent));
            }
        }
        lines.extend(self.after.iter().map(|line| String::from(*line)));
        lines.join("\n") + "\n"
    }
}

/// How many spaces a line begins with.
fn depth(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

/// The lines that start a thread, which counts so many visits first.
fn counting(block: &[&str], steps: usize, indent: usize) -> Vec<String> {
    let mut lines: Vec<String> = block.iter().map(|line| String::from(*line)).collect();
    if steps == 0 {
        return lines;
    }
    let (outer, inner) = (" ".repeat(indent), " ".repeat(indent + 4));
    let visit =
        format!("{inner}visits.fetch_add(1, witness::sync::atomic::Ordering::SeqCst);");
    let visits = std::iter::repeat_n(visit, steps);
    let head = lines[0].clone();
    if head.ends_with("|| {") {
        lines.splice(1..1, visits);
        return lines;
    }
    // A closure of one expression, in one line: it becomes a block.
    let Some((start, work)) = head.split_once("|| ") else { return lines };
    let (work, end) = work.split_at(work.len() - 2);
    let mut block = vec![format!("{start}|| {{")];
    block.extend(visits);
    block.extend([format!("{inner}{work}"), format!("{outer}}}{end}")]);
    block
}

/// The schedule of an answer.
fn schedule_in(text: &str) -> Option<&str> {
    let (_, function) = set::split(text).0.split_once("fn schedule()")?;
    function.split('"').nth(1)
}

/// The same file with another schedule.
fn with_schedule(text: &str, schedule: &str) -> String {
    match schedule_in(text) {
        Some(there) => {
            text.replacen(&format!("\"{there}\""), &format!("\"{schedule}\""), 1)
        }
        None => text.into(),
    }
}

/// The schedule of the exercise itself as one of the variant: first come the steps before, and then
/// the same threads as ever, under their new names.
fn moved(schedule: &str, order: &[usize], before: &[usize]) -> String {
    let visits: String = before
        .iter()
        .enumerate()
        .flat_map(|(place, steps)| std::iter::repeat_n(letter(place), *steps))
        .collect();
    visits + &schedule.chars().map(|old| renamed(old, order)).collect::<String>()
}

/// A thread of the exercise, or its buffer, as the variant calls it.
fn renamed(old: char, order: &[usize]) -> char {
    let place =
        order.iter().position(|thread| letter(*thread) == old.to_ascii_uppercase());
    match place.map(letter) {
        Some(new) if old.is_ascii_lowercase() => new.to_ascii_lowercase(),
        Some(new) => new,
        None => old,
    }
}

/// The text with the threads' new names: in prose they stand between backticks, and in a program before a
/// register.
fn lettered(text: &str, order: &[usize]) -> String {
    let name = Regex::new(r"`([A-Da-d])`|\b([A-D])\.").expect("the pattern is right");
    let rename = |found: &Captures| {
        found[0].chars().map(|sign| renamed(sign, order)).collect::<String>()
    };
    name.replace_all(text, rename).into_owned()
}

/// The text with other words. All are replaced at once, so that two may change places.
fn replaced(text: &str, words: &[(String, String)]) -> String {
    let any = words.iter().map(|(from, _)| {
        let mut letters = from.chars();
        let first =
            letters.next().map_or_else(String::new, |first| match first.is_lowercase() {
                true => format!("[{first}{}]", first.to_uppercase()),
                false => regex::escape(&first.to_string()),
            });
        first + &regex::escape(letters.as_str())
    });
    let any = format!(r"\b(?:{})\b", any.collect::<Vec<_>>().join("|"));
    let any = Regex::new(&any).expect("words are escaped");
    let replace = |found: &Captures| {
        let word = &found[0];
        let same = |from: &str| from == word;
        if let Some((_, to)) = words.iter().find(|(from, _)| same(from)) {
            return to.clone();
        }
        let to = words.iter().find(|(from, _)| capital(from) == word);
        to.map_or_else(|| word.into(), |(_, to)| capital(to))
    };
    any.replace_all(text, replace).into_owned()
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().collect::<String>() + letters.as_str()
    })
}

fn letter(thread: usize) -> char {
    ['A', 'B', 'C', 'D'][thread]
}

/// Writes the variants that `student` has under `seed` into `folder`: a student's folder, as rustlings
/// has it, or a clone of the project, or a new folder; with them go the hints, in `info.toml`. Returns the
/// files.
///
/// # Errors
///
/// When a file can't be written, or holds an answer already.
pub fn write(
    set: &Set,
    folder: &Path,
    seed: &str,
    student: &str,
) -> Result<Vec<PathBuf>, String> {
    let variants = Variants::read(set)?;
    let clone = folder.join("crates/exercises");
    let root = if clone.join("info.toml").is_file() { clone } else { folder.into() };
    let mut files = Vec::new();
    let info = root.join("info.toml");
    let ours = set.root.join("info.toml");
    let mut said = set::read(if info.is_file() { &info } else { &ours })?;
    for exercise in &set.exercises {
        let Some(variant) = variants.of(set, exercise, seed, student)? else { continue };
        let path = root.join("exercises").join(format!("{}.rs", exercise.path()));
        let stub = set::read(&set.stub(exercise))?;
        match fs::read_to_string(&path) {
            Ok(there)
                if [&stub, &variant.stub]
                    .into_iter()
                    .any(|own| set::is_same(&there, own)) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Ok(_) => {
                return Err(format!(
                    "{} holds an answer already; move it elsewhere, or name another folder",
                    path.display()
                ));
            }
            Err(error) => return Err(format!("{}: {error}", path.display())),
        }
        said = with_hint(&said, exercise, &variant.hint);
        files.push((path, variant.stub));
    }
    files.push((info, said));
    for (path, text) in &files {
        let at = |error: io::Error| format!("{}: {error}", path.display());
        fs::create_dir_all(path.parent().unwrap_or(folder)).map_err(at)?;
        fs::write(path, text).map_err(at)?;
    }
    Ok(files.into_iter().map(|(path, _)| path).collect())
}

/// What rustlings reads, with other hints for an exercise.
fn with_hint(info: &str, exercise: &Exercise, hint: &str) -> String {
    let name = format!("name = \"{}\"\n", exercise.name);
    let parts = info.split_once(&name).and_then(|(before, rest)| {
        let (keys, rest) = rest.split_once("hint = \"\"\"\n")?;
        let (_, after) = rest.split_once("\"\"\"")?;
        Some(format!("{before}{name}{keys}hint = \"\"\"\n{hint}\"\"\"{after}"))
    });
    parts.unwrap_or_else(|| info.into())
}
