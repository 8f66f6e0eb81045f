//! Everything that the book is woven from, read once.

use std::path::{Path, PathBuf};

use surveyor::code::project::reference_name;
use surveyor::code::{Code, files};
use surveyor::kept::Measured;
use surveyor::kept::measurement::{Measurement, YOURS};
use surveyor::say::nearest;

use super::claim::{self, Claim};
use super::exercise::{self, Exercise};
use crate::finding::{Finding, Refusal};

/// The measurements, claims and code of the project.
pub struct Material {
    /// The root of the project.
    pub root: PathBuf,
    /// What was measured on the machine that the book speaks of.
    pub reference: Measured,
    /// What the reader measured.
    pub yours: Option<Measured>,
    /// Machines that stand beside the reference.
    pub others: Vec<Measured>,
    /// The claims, in the order of the file.
    pub claims: Vec<Claim>,
    /// The exercises of the course, in their order.
    pub exercises: Vec<Exercise>,
    /// The code that measurements stand on.
    pub code: Code,
    /// What could not be read.
    pub unreadable: Vec<Finding>,
}

fn is_hidden(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'))
}

impl Material {
    /// Reads the project at `root`.
    ///
    /// What can't be read of it becomes a finding.
    ///
    /// # Errors
    ///
    /// One line, when there is no project to speak of.
    pub fn read(root: &Path) -> Result<Self, String> {
        let name = reference_name(root)?;
        let mut unreadable = Vec::new();
        let mut machines = Vec::new();
        for folder in files::sorted(&root.join("book/measurements"))
            .into_iter()
            .filter(|path| path.is_dir() && !is_hidden(path))
        {
            let (measured, broken) = Measured::read(&folder);
            for (file, reason) in broken {
                unreadable.push(Finding::new(
                    file.strip_prefix(root).unwrap_or(&file),
                    0,
                    format!("this is no file of measurements: {reason}"),
                    "restore it with git, or delete it and measure again with `cargo book measure`",
                ));
            }
            machines.push(measured);
        }
        let mut take = |name: &str| {
            let at = machines.iter().position(|measured| measured.name == name)?;
            Some(machines.remove(at))
        };
        let reference = take(&name);
        let yours = take(YOURS).filter(|yours| !yours.is_empty());
        if reference.is_none() {
            unreadable.push(Finding::new(
                "book/book.toml",
                0,
                format!("nothing was measured on the reference machine `{name}`"),
                format!("measure it with `cargo book measure --machine {name}`, or name another"),
            ));
        }
        let claims =
            claim::read(&root.join(claim::FILE)).unwrap_or_else(|(line, problem)| {
                unreadable.push(Finding::new(
                    claim::FILE,
                    line,
                    problem,
                    "CONTRIBUTING.md says what a claim looks like",
                ));
                Vec::new()
            });
        let exercises = exercise::read(root).unwrap_or_else(|finding| {
            unreadable.push(finding);
            Vec::new()
        });
        Ok(Self {
            root: root.into(),
            reference: reference.unwrap_or_else(|| Measured::new(name, [])),
            yours,
            others: machines,
            claims,
            exercises,
            code: Code::of(root),
            unreadable,
        })
    }

    /// Whether the reader's measurements of `group` are of other code than what is here
    /// now.
    pub fn yours_is_old(&self, group: &str) -> bool {
        let Some(yours) = self.yours.as_ref().and_then(|yours| yours.group(group)) else {
            return false;
        };
        let code =
            self.code.bench_of(group).and_then(|bench| self.code.fingerprint(bench).ok());
        code.is_none_or(|code| code != yours.code)
    }

    /// The measurement `id` of the reference machine.
    pub(crate) fn find(&self, id: &str) -> Result<&Measurement, Refusal> {
        self.reference.get(id).ok_or_else(|| {
            let group = id.split('/').next().unwrap_or_default();
            let there = nearest(id, self.reference.below(group).map(|m| m.id.as_str()));
            let remedy = if !self.reference.has_below(group) {
                format!(
                    "nothing in `{group}` was measured on the reference machine; there, call \
                     `cargo book measure --machine {} --only {group}`",
                    self.reference.name
                )
            } else {
                format!(
                    "measure it with `cargo book measure --only {group}`; measured are: {there}"
                )
            };
            (format!("`{id}` was never measured"), remedy)
        })
    }
}
