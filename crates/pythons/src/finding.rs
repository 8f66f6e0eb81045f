//! Looks for interpreters: those that the caller names, `python2`, `python3`, `python3.N` and
//! `python3.Nt` on the path, and what pyenv and uv have installed.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{env, fs, path};

use serde::{Deserialize, Serialize};

use crate::asking::{self, Answer, PATIENCE, Python};

/// An interpreter, and how to start it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// The program.
    pub path: PathBuf,
    /// What it is.
    pub python: Python,
}

/// The environment variable that tells a program which interpreters there are, as JSON of [`Found`].
pub const FOUND: &str = "PYTHONS_FOUND";

/// What was found.
#[derive(Clone, Debug, Default)]
pub struct Findings {
    /// The interpreters, each once, from the oldest version on.
    pub found: Vec<Found>,
    /// A line for each program that is no CPython, or doesn't answer.
    pub problems: Vec<String>,
}

/// Looks for all CPythons of this machine, first at the paths in `named`. Each program is asked
/// once.
pub fn find(named: &[PathBuf]) -> Findings {
    Places::of_this_machine().find(named)
}

/// Where to look.
struct Places {
    /// Folders of programs, in the order in which a shell looks.
    path: Vec<PathBuf>,
    /// Folders that hold a folder for each version.
    versions: Vec<PathBuf>,
    /// Folders whose programs only lead to what is below `versions`.
    shims: Vec<PathBuf>,
    /// How long each may take to say what it is.
    patience: Duration,
}

impl Places {
    fn of_this_machine() -> Self {
        let set =
            |name| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        let home = env::home_dir().filter(|home| home.is_absolute());
        let at_home = |folder| home.as_ref().map(|home| home.join(folder));
        let pyenv = set("PYENV_ROOT").or_else(|| at_home(".pyenv"));
        // https://docs.astral.sh/uv/reference/storage/
        let data = if cfg!(windows) {
            set("APPDATA")
        } else {
            set("XDG_DATA_HOME").or_else(|| at_home(".local/share"))
        };
        let uv = match set("UV_PYTHON_INSTALL_DIR") {
            Some(folder) => vec![folder],
            None => ["uv/python", "uv/data/python"]
                .into_iter()
                .filter_map(|folder| Some(data.as_ref()?.join(folder)))
                .collect(),
        };
        let path = env::var_os("PATH").unwrap_or_default();
        let path =
            env::split_paths(&path).filter(|folder| !folder.as_os_str().is_empty());
        Self {
            // Absolute, since an interpreter may be started from another folder later.
            path: path.filter_map(|folder| path::absolute(folder).ok()).collect(),
            versions: pyenv
                .iter()
                .map(|pyenv| pyenv.join("versions"))
                .chain(uv)
                .collect(),
            shims: pyenv.iter().map(|pyenv| pyenv.join("shims")).collect(),
            patience: PATIENCE,
        }
    }

    fn find(&self, named: &[PathBuf]) -> Findings {
        let mut answered: Vec<(PathBuf, Answer)> = Vec::new();
        let mut problems = Vec::new();
        let mut asked = HashSet::new();
        let is_shim = |path: &Path| {
            path.parent()
                .is_some_and(|folder| self.shims.iter().any(|shims| shims == folder))
        };
        for (path, is_named) in
            named.iter().map(|path| (path.clone(), true)).chain(self.candidates())
        {
            // `/bin` may lead to `/usr/bin`.
            let folder = path
                .parent()
                .map(|folder| folder.canonicalize().unwrap_or_else(|_| folder.into()));
            if !asked.insert((folder, path.file_name().map(OsStr::to_os_string))) {
                continue;
            }
            if path.to_str().is_none() {
                problems.push(format!("{}: its name is no UTF-8", path.display()));
                continue;
            }
            match asking::ask(&path, self.patience) {
                Ok(answer) if answer.implementation != "CPython" => {
                    let is = format!("it is {}, not CPython", answer.implementation);
                    problems.push(format!("{}: {is}", path.display()));
                }
                Ok(answer) => {
                    let same = answered.iter().find(|(_, other)| other.is_same(&answer));
                    match same.map(|(there, _)| there.clone()) {
                        // A reader who names an interpreter expects it in the list, so say why it
                        // isn't there.
                        Some(there) if is_named => problems.push(format!(
                            "{}: it is the same as {}",
                            path.display(),
                            there.display()
                        )),
                        Some(_) => {}
                        // A shim searches each time for the program to start, so we keep that one's
                        // path.
                        None if is_shim(&path) && answer.executable.is_absolute() => {
                            answered.push((answer.executable.clone(), answer));
                        }
                        None => answered.push((path, answer)),
                    }
                }
                // The shim is of a version that isn't chosen; we find that below `versions`.
                Err(_) if is_shim(&path) => {}
                Err(problem) => problems.push(format!("{}: {problem}", path.display())),
            }
        }
        let mut found = named_once(answered, &mut problems);
        found.sort_by_cached_key(|found| found.python.order());
        Findings { found, problems }
    }

    /// Programs that may be interpreters, first those that the reader's shell would start. The
    /// `false` with each says that nobody named it.
    fn candidates(&self) -> impl Iterator<Item = (PathBuf, bool)> {
        let on_path: Vec<_> =
            self.path.iter().flat_map(|folder| interpreters(folder)).collect();
        let is = |path: &Path, name: &str| {
            let file = path.file_name().and_then(OsStr::to_str).unwrap_or_default();
            file.strip_suffix(".exe").unwrap_or(file) == name
        };
        let usual = ["python3", "python2"]
            .into_iter()
            .filter_map(|name| on_path.iter().find(|path| is(path, name)).cloned());
        let installed = self.versions.iter().flat_map(|folder| folders(folder));
        let installed = installed.filter_map(|folder| {
            // On Windows, the programs lie in the folder itself.
            let programs = [folder.join("bin"), folder].into_iter();
            programs.flat_map(|folder| interpreters(&folder)).next()
        });
        let all: Vec<_> = usual.chain(installed).collect();
        all.into_iter().chain(on_path).map(|path| (path, false))
    }
}

/// Names each interpreter after its minor version, or after its whole version where another one has
/// that name already.
fn named_once(
    answered: Vec<(PathBuf, Answer)>,
    problems: &mut Vec<String>,
) -> Vec<Found> {
    let mut taken = HashSet::new();
    let mut found = Vec::new();
    for (path, answer) in answered {
        match answer.names().into_iter().find(|name| !taken.contains(name)) {
            Some(name) => {
                taken.insert(name.clone());
                found.push(Found { path, python: answer.named(name) });
            }
            None => problems.push(format!(
                "{}: there is another CPython {}, which is asked instead",
                path.display(),
                answer.version
            )),
        }
    }
    found
}

/// The interpreters in a folder of programs, in the order of their names: `python3` before `python3.12`.
fn interpreters(folder: &Path) -> Vec<PathBuf> {
    let files = fs::read_dir(folder).into_iter().flatten().flatten();
    let files = files.map(|file| file.path()).filter(|path| is_interpreter(path));
    let mut files: Vec<_> = files.filter(|path| path.is_file()).collect();
    files.sort();
    files
}

/// Whether a program is called as interpreters are: `python2`, `python3`, `python3.12`, `python3.13t`.
fn is_interpreter(path: &Path) -> bool {
    let Some(name) = path.file_name().and_then(OsStr::to_str) else { return false };
    let name = match name.strip_suffix(".exe") {
        Some(name) => name,
        None if cfg!(windows) => return false,
        None => name,
    };
    if cfg!(windows) && name == "python" {
        return true;
    }
    let Some(version) = name.strip_prefix("python") else { return false };
    let version = version.strip_suffix('t').unwrap_or(version);
    let (major, minor) = version.split_once('.').unwrap_or((version, "0"));
    ["2", "3"].contains(&major)
        && !minor.is_empty()
        && minor.bytes().all(|b| b.is_ascii_digit())
}

/// The folders in a folder, in the order of their names.
fn folders(folder: &Path) -> Vec<PathBuf> {
    let below = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut below: Vec<_> =
        below.map(|below| below.path()).filter(|path| path.is_dir()).collect();
    below.sort();
    below
}

#[cfg(all(test, unix))]
mod tests {
    use std::ffi::OsString;
    use std::os::unix::ffi::OsStringExt;
    use std::os::unix::fs::symlink;

    use tempfile::TempDir;

    use super::*;

    /// Writes a program called `name` into `folder`: a shell script that `does` this.
    fn program(folder: &Path, name: &str, does: &str) {
        fs::create_dir_all(folder).unwrap();
        let file = folder.join(name);
        tour::manners::write_program(&file, format!("#!/bin/sh\n{does}\n"));
    }

    fn says(
        version: &str,
        free_threaded: bool,
        has_gil: bool,
        executable: &str,
    ) -> String {
        let executable =
            if executable.is_empty() { "$(readlink -f $0)" } else { executable };
        format!(
            "echo \"{{\\\"implementation\\\": \\\"CPython\\\", \\\"version\\\": \\\"{version}\\\", \
             \\\"free_threaded\\\": {free_threaded}, \\\"has_gil\\\": {has_gil}, \
             \\\"compiler\\\": \\\"GCC\\\", \\\"optimization\\\": \\\"-O3\\\", \
             \\\"executable\\\": \\\"{executable}\\\", \\\"build\\\": \\\"{executable}\\\"}}\""
        )
    }

    fn usual(version: &str) -> String {
        says(version, false, true, "")
    }

    fn found(home: &TempDir, named: &[PathBuf]) -> (Vec<String>, Vec<String>) {
        let at = |name: &str| home.path().join(name);
        let places = Places {
            path: vec![at("shims"), at("one"), at("two"), at("nowhere")],
            versions: vec![at("versions"), at("nothing")],
            shims: vec![at("shims")],
            patience: Duration::from_secs(60),
        };
        let Findings { found, problems } = places.find(named);
        let problems = problems
            .into_iter()
            .map(|problem| problem.replace(&format!("{}/", home.path().display()), ""));
        (found.into_iter().map(|found| found.python.name).collect(), problems.collect())
    }

    #[test]
    fn each_is_found_once_from_the_oldest_version_on() {
        let home = TempDir::new().unwrap();
        let at = |name: &str| home.path().join(name);
        program(&at("one"), "python3", &usual("3.9.2"));
        program(&at("one"), "python3.13t", &says("3.13.5", true, false, ""));
        program(&at("one"), "python3-config", "echo --prefix");
        program(&at("one"), "pythonw3", &usual("3.1.1"));
        program(&at("two"), "python3.10", &usual("3.10.1"));
        program(&at("versions/2.7.18/bin"), "python2", &usual("2.7.18"));
        program(&at("versions/3.13/bin"), "python3", &usual("3.13.0"));
        symlink(at("two/python3.10"), at("one/python3.10")).unwrap();
        let (names, problems) = found(&home, &[]);
        let expected = ["2.7", "3.9", "3.10", "3.13", "3.13t"];
        assert_eq!(names, expected.map(|version| format!("CPython {version}")));
        assert_eq!(problems, [""; 0]);
    }

    #[test]
    fn what_a_shim_or_an_environment_leads_to_is_asked_for_itself() {
        let home = TempDir::new().unwrap();
        let at = |name: &str| home.path().join(name);
        let real = at("versions/3.12.1/bin/python3");
        program(real.parent().unwrap(), "python3", &usual("3.12.1"));
        let same = says("3.12.1", false, true, &real.display().to_string());
        let real = real.display();
        let real_itself = says("3.12.1", false, true, &real.to_string());
        program(&at("versions/3.12.1/bin"), "python3", &real_itself);
        program(&at("shims"), "python3", &same);
        program(
            &at("shims"),
            "python3.9",
            "echo 'pyenv: python3.9: command not found' >&2; exit 127",
        );
        program(&at("one"), "python3", &same);
        assert_eq!(found(&home, &[]), (vec!["CPython 3.12".into()], vec![]));
    }

    #[test]
    fn a_second_one_of_a_version_is_named_by_more_of_it() {
        let home = TempDir::new().unwrap();
        let at = |name: &str| home.path().join(name);
        program(&at("one"), "python3", &usual("3.11.7"));
        program(&at("two"), "python3.11", &usual("3.11.2"));
        program(&at("three"), "python", &usual("3.11.2"));
        let (names, problems) = found(&home, &[]);
        assert_eq!(names, ["CPython 3.11.2", "CPython 3.11"]);
        assert_eq!(problems, [""; 0]);
        program(&at("four"), "python", &usual("3.11.2"));
        let (names, problems) = found(&home, &[at("three/python"), at("four/python")]);
        let expected = ["CPython 3.11", "CPython 3.11.2", "CPython 3.11.7"];
        assert_eq!(names, expected, "who is named comes first");
        assert_eq!(
            problems,
            ["two/python3.11: there is another CPython 3.11.2, which is asked instead"]
        );
    }

    #[test]
    fn the_usual_one_is_called_python3_and_no_more() {
        let home = TempDir::new().unwrap();
        let at = |name: &str| home.path().join(name);
        program(&at("one"), "python3.11", &usual("3.11.2"));
        program(&at("two"), "python3", &usual("3.11.7"));
        let found = found(&home, &[]).0;
        assert_eq!(found, ["CPython 3.11.2", "CPython 3.11"], "python3 is 3.11.7");
    }

    #[test]
    fn one_that_was_named_twice_costs_a_line() {
        let home = TempDir::new().unwrap();
        let at = |name: &str| home.path().join(name);
        program(&at("one"), "python3", &usual("3.11.7"));
        symlink(at("one/python3"), at("again")).unwrap();
        let (names, problems) = found(&home, &[at("one/python3"), at("again")]);
        assert_eq!(names, ["CPython 3.11"]);
        assert_eq!(problems, ["again: it is the same as one/python3"]);
    }

    #[test]
    fn what_nobody_could_write_down_costs_a_line() {
        let home = TempDir::new().unwrap();
        let odd = home.path().join(OsString::from_vec(b"fran\xe7ais".to_vec()));
        program(&odd, "python3", &usual("3.12.1"));
        program(&home.path().join("one"), "python3.1", &says("3.1/x", false, true, ""));
        let (names, problems) = found(&home, &[odd.join("python3")]);
        assert_eq!(names, [""; 0]);
        assert_eq!(problems.len(), 2, "{problems:?}");
        assert!(problems[0].ends_with("its name is no UTF-8"), "{problems:?}");
        assert_eq!(problems[1], "one/python3.1: it doesn't say which Python it is");
    }

    #[test]
    fn a_gil_that_was_switched_on_shows_in_the_name() {
        let home = TempDir::new().unwrap();
        program(&home.path().join("one"), "python3", &says("3.14.0", true, true, ""));
        assert_eq!(found(&home, &[]).0, ["CPython 3.14t with its GIL"]);
    }

    #[test]
    fn what_is_broken_costs_a_line() {
        let home = TempDir::new().unwrap();
        let at = |name: &str| home.path().join(name);
        program(&at("one"), "python2", "echo no such library >&2; exit 1");
        program(&at("one"), "python3", "echo hello");
        program(&at("one"), "python3.12", &usual("3.12.1"));
        program(&at("two"), "python3.8", &usual("3.8.1").replace("CPython", "PyPy"));
        fs::write(at("two/python3.7"), "").unwrap();
        let (names, mut problems) = found(&home, &[at("missing/python3")]);
        assert_eq!(names, ["CPython 3.12"]);
        problems.sort();
        assert_eq!(
            problems,
            [
                "missing/python3: No such file or directory (os error 2)",
                "one/python2: exit status: 1: no such library",
                "one/python3: it doesn't say which Python it is",
                "two/python3.7: Permission denied (os error 13)",
                "two/python3.8: it is PyPy, not CPython",
            ]
        );
    }

    #[test]
    fn one_that_hangs_costs_a_line() {
        let home = TempDir::new().unwrap();
        let at = |name: &str| home.path().join(name);
        program(&at("one"), "python3", "exec sleep 1000");
        let hurried = Places {
            path: vec![at("one")],
            versions: vec![],
            shims: vec![],
            patience: Duration::from_millis(100),
        };
        let Findings { found, problems } = hurried.find(&[]);
        assert_eq!(found, []);
        let line = format!("{}: no answer within 0 s", at("one/python3").display());
        assert_eq!(problems, [line]);
    }

    #[test]
    fn without_any_nothing_is_found() {
        assert_eq!(found(&TempDir::new().unwrap(), &[]), (vec![], vec![]));
    }
}
