//! Compiles many answers at once: each is a program of one package, so cargo compiles them
//! side by side, and only those that have changed.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use serde::Deserialize;
use toml::{Table, Value};

use crate::compile::{self, Order};
use crate::set;
use crate::supervisor::{self, End, Request};
use crate::walls::{self, Walls};

/// How long the libraries may take to compile, in seconds. Each answer has its own time.
const SECONDS: u64 = 10 * 60;

/// How answers are compiled, whatever a configuration file of cargo says, which counts more than a
/// manifest.
const PROFILE: [&str; 9] = [
    "profile.dev.opt-level=0",
    "profile.dev.debug=false",
    "profile.dev.strip=\"symbols\"",
    "profile.dev.debug-assertions=true",
    "profile.dev.overflow-checks=true",
    "profile.dev.lto=false",
    "profile.dev.panic=\"unwind\"",
    "profile.dev.incremental=false",
    "profile.dev.codegen-units=1",
];

/// A folder with a package of answers.
#[derive(Debug)]
pub struct Workshop {
    folder: PathBuf,
    target: PathBuf,
    walls: Walls,
}

/// What the compiler made of an answer: a program with its checks, or what it complained
/// about.
pub type Compiled = Result<PathBuf, String>;

#[derive(Deserialize)]
struct Message {
    reason: String,
    target: Option<Target>,
    executable: Option<PathBuf>,
    message: Option<Diagnostic>,
}

#[derive(Deserialize)]
struct Target {
    name: String,
}

#[derive(Deserialize)]
struct Diagnostic {
    level: String,
    rendered: Option<String>,
}

impl Workshop {
    /// Puts `answers` (a name and a source each) into the folder `folder`, as a package with
    /// the dependencies of the set in `root`. What is compiled goes to `target`, each answer
    /// behind `walls`. Files that are there already, and the same, stay as they are.
    ///
    /// # Errors
    ///
    /// When a file can't be read or written.
    pub fn furnish(
        folder: &Path,
        target: &Path,
        root: &Path,
        answers: &BTreeMap<String, String>,
        walls: Walls,
    ) -> Result<Self, String> {
        let absolute = |path: &Path| {
            std::path::absolute(path)
                .map_err(|error| format!("{}: {error}", path.display()))
        };
        let workshop =
            Self { folder: absolute(folder)?, target: absolute(target)?, walls };
        let src = workshop.folder.join("src");
        let at = |error: io::Error| format!("{}: {error}", src.display());
        fs::create_dir_all(&src).map_err(at)?;
        for entry in fs::read_dir(&src).map_err(at)? {
            let path = entry.map_err(at)?.path();
            let name = path.file_stem().unwrap_or_default().to_string_lossy();
            if !answers.contains_key(&*name) {
                fs::remove_file(&path).map_err(at)?;
            }
        }
        for (name, source) in answers {
            write(&src.join(format!("{name}.rs")), source)?;
        }
        let mut manifest = manifest(&absolute(root)?, answers)?;
        let (name, own) = workshop.rename(&mut manifest);
        let text = toml::to_string(&manifest)
            .map_err(|error| format!("{}: {error}", root.join("Cargo.toml").display()))?;
        write(&workshop.folder.join("Cargo.toml"), &text)?;
        let lock = root.join("Cargo.lock");
        if lock.is_file() {
            let named = |name: &str| format!("name = \"{name}\"\n");
            let locked = set::read(&lock)?.replace(&named(&name), &named(&own));
            write(&workshop.folder.join("Cargo.lock"), &locked)?;
        }
        Ok(workshop)
    }

    /// Gives the package of `manifest` a name that no other workshop's has, and returns its name before and
    /// after.
    ///
    /// Cargo doesn't tell packages apart that have the same name and version, each the root of its own
    /// workspace: what one of them compiled, it would take for another's if that one's file is older.
    fn rename(&self, manifest: &mut Table) -> (String, String) {
        let folder = self.folder.file_name().unwrap_or_default().to_string_lossy();
        let folder: String = folder.chars().filter(char::is_ascii_alphanumeric).collect();
        let package = manifest.entry("package").or_insert_with(|| Table::new().into());
        let name = package.get("name").and_then(Value::as_str).unwrap_or("answers");
        let (name, own) = (name.to_string(), format!("{name}-{folder}"));
        if let Some(package) = package.as_table_mut() {
            package.insert("name".into(), own.clone().into());
        }
        (name, own)
    }

    /// Compiles all answers with their checks. `done` is called for each, as it is done.
    ///
    /// # Errors
    ///
    /// When cargo itself fails, or the machine does.
    pub fn compile(
        &self,
        names: impl IntoIterator<Item = String>,
        mut done: impl FnMut(&str),
    ) -> Result<BTreeMap<String, Compiled>, String> {
        let mut compiled: BTreeMap<String, Compiled> = BTreeMap::new();
        let mut complaints = String::new();
        let mut trouble = None;
        let names: Vec<String> = names.into_iter().collect();
        // Cargo starts it long after it was told to.
        let itself = environment::program::file();
        let itself = itself.map_err(|error| format!("this program: {error}"))?;
        let order = Order {
            walls: self.walls,
            sysroot: walls::sysroot()?,
            seconds: compile::SECONDS,
            memory: compile::MEMORY,
        };
        let wrapper = ("RUSTC_WORKSPACE_WRAPPER".into(), itself.display().to_string());
        let request = Request {
            program: env::var_os("CARGO").map_or_else(|| "cargo".into(), PathBuf::from),
            arguments: [
                "build",
                "--tests",
                "--keep-going",
                "--message-format=json",
                "--target-dir",
            ]
            .map(String::from)
            .into_iter()
            .chain([self.target.display().to_string()])
            .chain(PROFILE.iter().flat_map(|key| ["--config".into(), key.to_string()]))
            .collect(),
            folder: Some(self.folder.clone()),
            environment: vec![wrapper, order.variable()],
            // On one core, one after the other.
            seconds: SECONDS + compile::SECONDS * names.len() as u64,
            processes: 1_000,
            memory: u64::MAX,
            ..Request::default()
        };
        let ended = supervisor::run(&request, |line| {
            let Ok(message) = serde_json::from_str::<Message>(line) else {
                complaints.push_str(line);
                complaints.push('\n');
                return;
            };
            let Some(target) = message.target else { return };
            match (message.reason.as_str(), message.executable, message.message) {
                ("compiler-artifact", Some(program), _) => {
                    done(&target.name);
                    compiled.insert(target.name, Ok(program));
                }
                ("compiler-message", _, Some(said)) if said.level == compile::MACHINE => {
                    trouble = trouble.take().or(said.rendered);
                }
                // A library, or what compiles it, has nothing to do with any answer.
                ("compiler-message", _, Some(said)) if !names.contains(&target.name) => {
                    complaints.push_str(&said.rendered.unwrap_or_default());
                }
                ("compiler-message", _, Some(said)) if said.level == "error" => {
                    let said = said.rendered.unwrap_or_default();
                    match compiled.get_mut(&target.name) {
                        Some(Err(before)) => before.push_str(&said),
                        _ => {
                            done(&target.name);
                            compiled.insert(target.name, Err(said));
                        }
                    }
                }
                _ => {}
            }
        })?;
        if let Some(trouble) = trouble {
            return Err(trouble);
        }
        // Whatever an answer does, something is said of it.
        let Some(silent) = names.iter().find(|name| !compiled.contains_key(*name)) else {
            return Ok(compiled);
        };
        let what = match ended.end {
            End::OutOfTime => format!("cargo was killed after {} s", request.seconds),
            End::Signalled(signal) => format!("cargo was ended by {signal}"),
            End::TooManyProcesses(processes) => {
                format!("cargo was killed when it was {processes} processes")
            }
            End::TooMuchMemory(bytes) => {
                format!("cargo was killed when it had {} MiB of memory", bytes >> 20)
            }
            End::Unsupervised => "cargo's supervisor was killed".into(),
            End::Abandoned => "interrupted".into(),
            End::Exited(_) if compiled.is_empty() => "cargo compiled nothing".into(),
            End::Exited(_) => format!("cargo says nothing of {silent}"),
        };
        let what = [&what, complaints.trim()].join(":\n");
        Err(what.trim_end_matches(":\n").into())
    }
}

/// The manifest of the set in `root`, with these programs instead of its own.
fn manifest(root: &Path, answers: &BTreeMap<String, String>) -> Result<Table, String> {
    let path = root.join("Cargo.toml");
    let at = |problem: &str| format!("{}: {problem}", path.display());
    let mut manifest: Table = set::read(&path)?
        .parse()
        .map_err(|error: toml::de::Error| at(error.message()))?;
    let program = |name: &String| {
        let path = format!("src/{name}.rs");
        Value::Table(
            [("name".into(), name.clone().into()), ("path".into(), path.into())]
                .into_iter()
                .collect(),
        )
    };
    manifest.insert("bin".into(), answers.keys().map(program).collect::<Vec<_>>().into());
    let dependencies = manifest.get_mut("dependencies").and_then(Value::as_table_mut);
    for (_, dependency) in dependencies.into_iter().flatten() {
        let path =
            dependency.as_table_mut().and_then(|dependency| dependency.get_mut("path"));
        if let Some(path) = path {
            let there = root.join(path.as_str().unwrap_or_default());
            let there = there.canonicalize().map_err(|error| {
                at(&format!("its dependency {}: {error}", there.display()))
            })?;
            *path = there.display().to_string().into();
        }
    }
    // Nobody debugs these, and each is compiled once.
    let profile = manifest.entry("profile").or_insert_with(|| Table::new().into());
    let dev = profile
        .as_table_mut()
        .map(|profile| profile.entry("dev").or_insert_with(|| Table::new().into()));
    if let Some(dev) = dev.and_then(Value::as_table_mut) {
        dev.insert("debug".into(), false.into());
        dev.insert("incremental".into(), false.into());
    }
    Ok(manifest)
}

/// Writes a file, unless it says that already.
pub(crate) fn write(path: &Path, text: &str) -> Result<(), String> {
    if fs::read_to_string(path).is_ok_and(|there| there == text) {
        return Ok(());
    }
    fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use tempfile::TempDir;

    use super::*;

    /// An older file, and a program that somebody else has compiled since.
    #[test]
    fn no_workshop_takes_for_its_own_what_another_has_compiled() {
        let place = TempDir::new().unwrap();
        let at = |name: &str| place.path().join(name);
        let package = "[package]\nname = \"answers\"\nedition = \"2024\"\n";
        fs::create_dir(at("set")).unwrap();
        fs::write(at("set/Cargo.toml"), package).unwrap();
        let ends_with = |workshop: &str, code: u8| {
            let answer = format!("fn main() {{ std::process::exit({code}) }}\n");
            let answers = [("answer".to_string(), answer)].into();
            let workshop = at(workshop);
            let target = at("target");
            Workshop::furnish(&workshop, &target, &at("set"), &answers, Walls::default())
                .unwrap();
            let mut run = Command::new(env!("CARGO"));
            run.args(["run", "--quiet", "--target-dir"]).arg(&target);
            run.current_dir(workshop).status().unwrap().code()
        };
        assert_eq!(ends_with("all", 3), Some(3));
        assert_eq!(ends_with("some", 4), Some(4));
        assert_eq!(ends_with("all", 3), Some(3));
    }
}
