//! Everything that the book is woven from, read once.

use std::cmp::Reverse;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use crate::claim::{self, Claim, Verdict};
use crate::directive;
use crate::exercises::{self, Exercise};
use crate::finding::Finding;
use crate::fingerprint::Code;
use crate::gates;
use crate::measurement::{Measured, Measurement, YOURS, sorted};

/// How many ids a refusal names for one that was never measured: those that begin like it.
const NEAREST: usize = 8;

/// The measurements, claims and code of the project, and what is wrong with them.
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
    /// What is wrong, seen without looking at a chapter.
    pub findings: Vec<Finding>,
}

/// The root of the project in whose folders the caller stands: the folder that has
/// `book/book.toml`.
///
/// # Errors
///
/// One line, when there is none.
pub fn find_root() -> Result<PathBuf, String> {
    let here = env::current_dir()
        .map_err(|error| format!("couldn't tell the current folder: {error}"))?;
    let root = here.ancestors().find(|folder| folder.join("book/book.toml").is_file());
    root.map(Path::to_path_buf).ok_or_else(|| {
        format!(
            "there is no book/book.toml in {} or above it; call this inside the project",
            here.display()
        )
    })
}

/// The name of the reference machine, from `book/book.toml`.
///
/// # Errors
///
/// One line, when the file can't be read or doesn't name one.
pub fn reference_name(root: &Path) -> Result<String, String> {
    let file = root.join("book/book.toml");
    let text = fs::read_to_string(&file)
        .map_err(|error| format!("couldn't read {}: {error}", file.display()))?;
    let config: toml::Table = text
        .parse()
        .map_err(|error| format!("{} is not TOML: {error}", file.display()))?;
    let reference = config
        .get("preprocessor")
        .and_then(|table| table.get("bookbinder")?.get("reference")?.as_str());
    reference.map(String::from).ok_or_else(|| {
        format!("{} names no reference under [preprocessor.bookbinder]", file.display())
    })
}

/// The bench file that measures `group`, from the root of the project:
/// `benches/*/<group>.rs`.
pub fn bench_of(root: &Path, group: &str) -> Option<PathBuf> {
    let targets = sorted(&root.join("benches"));
    targets
        .into_iter()
        .map(|target| target.join(format!("{group}.rs")))
        .find(|file| file.is_file())
}

/// Why a directive can't be replaced: the problem, and the remedy.
pub(crate) type Refusal = (String, String);

fn is_hidden(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'))
}

impl Material {
    /// Reads the project at `root`.
    ///
    /// What is wrong with a measurement or a claim becomes a finding.
    ///
    /// # Errors
    ///
    /// One line, when there is no project to speak of.
    pub fn read(root: &Path) -> Result<Self, String> {
        let name = reference_name(root)?;
        let mut findings = Vec::new();
        let mut machines = Vec::new();
        for folder in sorted(&root.join("book/measurements"))
            .into_iter()
            .filter(|path| path.is_dir() && !is_hidden(path))
        {
            let (measured, broken) = Measured::read(&folder);
            for (file, reason) in broken {
                findings.push(Finding::new(
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
        let yours = take(YOURS).filter(|yours| !yours.groups.is_empty());
        if reference.is_none() {
            findings.push(Finding::new(
                "book/book.toml",
                0,
                format!("nothing was measured on the reference machine `{name}`"),
                format!("measure it with `cargo book measure --machine {name}`, or name another"),
            ));
        }
        let claims_file = Path::new("book/claims.toml");
        let claims =
            claim::read(&root.join(claims_file)).unwrap_or_else(|(line, problem)| {
                findings.push(Finding::new(
                    claims_file,
                    line,
                    problem,
                    "CONTRIBUTING.md says what a claim looks like",
                ));
                Vec::new()
            });
        let exercises = exercises::read(root).unwrap_or_else(|finding| {
            findings.push(finding);
            Vec::new()
        });
        findings.extend(exercises::check(root, &exercises));
        let mut material = Self {
            root: root.into(),
            reference: reference.unwrap_or(Measured { name, groups: [].into() }),
            yours,
            others: machines,
            claims,
            exercises,
            code: Code::of(root),
            findings,
        };
        material.check_ages();
        material.check_machine();
        material.check_claims();
        Ok(material)
    }

    /// Finds reference measurements of other code than what is here now.
    fn check_ages(&mut self) {
        for group in self.reference.groups.values() {
            let name = &group.group;
            let file = self.file_of(name);
            let remedy = format!(
                "measure it anew with `cargo book measure --machine {} --only {name}` on the reference machine; \
                 elsewhere `cargo run -- --draft` shows the old numbers",
                self.reference.name
            );
            let problem = match bench_of(&self.root, name)
                .map(|bench| self.code.fingerprint(&bench))
            {
                Some(Ok(code)) if code == group.code => continue,
                Some(Ok(_)) => format!("`{name}` was measured before its code changed"),
                Some(Err(reason)) => reason,
                None => format!("`{name}` was measured by a bench that is gone"),
            };
            self.findings.push(Finding::new(file, 0, problem, remedy));
        }
    }

    /// Finds groups of the reference that come from different machines.
    fn check_machine(&mut self) {
        let Some(first) = self.reference.machine() else { return };
        for group in
            self.reference.groups.values().filter(|group| !group.machine.is_like(first))
        {
            self.findings.push(Finding::new(
                self.file_of(&group.group),
                0,
                format!("`{}` was measured on another machine than the rest of the reference", group.group),
                format!("measure all groups on one machine: `cargo book measure --machine {}`", self.reference.name),
            ));
        }
    }

    /// Finds claims whose verdict on the reference machine is not the one that is written
    /// down.
    fn check_claims(&mut self) {
        let text =
            fs::read_to_string(self.root.join("book/claims.toml")).unwrap_or_default();
        for claim in &self.claims {
            let (line, verdict) =
                (claim::line_of(&text, &claim.id), claim.verdict(&self.reference));
            for words in std::iter::once(&claim.statement).chain(&claim.because) {
                let typed = gates::typed_numbers(words);
                self.findings.extend(typed.map(|(_, number)| {
                    gates::typed("book/claims.toml".as_ref(), line, number)
                }));
            }
            if verdict == Verdict::NotMeasured {
                self.findings.push(Finding::new(
                    "book/claims.toml",
                    line,
                    format!(
                        "claim `{}` rests on `{}`, which was never measured",
                        claim.id, claim.measure
                    ),
                    "cite what was, or measure it with `cargo book measure`",
                ));
            } else if verdict != claim.verdict {
                self.findings.push(Finding::new(
                    "book/claims.toml",
                    line,
                    format!("claim `{}` is written down as `{}`, and now it {}", claim.id, claim.verdict.name(), {
                        match verdict {
                            Verdict::TooCloseToCall => "is too close to call".into(),
                            other => other.to_string(),
                        }
                    }),
                    format!(
                        "look at what changed; if the measurement is sound, write `verdict = \"{}\"` and why",
                        verdict.name()
                    ),
                ));
            }
            let chapter = self.root.join("book/src").join(&claim.chapter);
            let chapter = fs::read_to_string(chapter).unwrap_or_default();
            let cites = format!("{{{{#claim {}}}}}", claim.id);
            let is_cited = directive::find(&chapter)
                .any(|found| found.name == "claim" && found.arguments == claim.id);
            if !is_cited {
                self.findings.push(Finding::new(
                    "book/claims.toml",
                    line,
                    format!(
                        "claim `{}` is not tried in its chapter, {}",
                        claim.id, claim.chapter
                    ),
                    format!("put {cites} there, or name the chapter that has it"),
                ));
            }
        }
    }

    /// The file of a group of the reference machine, from the root of the project.
    fn file_of(&self, group: &str) -> PathBuf {
        Path::new("book/measurements")
            .join(&self.reference.name)
            .join(format!("{group}.json"))
    }

    /// Whether the reader's measurements of `group` are of other code than what is here
    /// now.
    pub fn yours_is_old(&self, group: &str) -> bool {
        let Some(yours) = self.yours.as_ref().and_then(|yours| yours.groups.get(group))
        else {
            return false;
        };
        let code = bench_of(&self.root, group)
            .and_then(|bench| self.code.fingerprint(&bench).ok());
        code.is_none_or(|code| code != yours.code)
    }

    /// The measurement `id` of the reference machine.
    pub(crate) fn find(&self, id: &str) -> Result<&Measurement, Refusal> {
        self.reference.get(id).ok_or_else(|| {
            let group = id.split('/').next().unwrap_or_default();
            let mut ids: Vec<_> =
                self.reference.below(group).map(|m| m.id.as_str()).collect();
            let alike = |other: &str| {
                id.chars().zip(other.chars()).take_while(|(a, b)| a == b).count()
            };
            ids.sort_by_key(|other| Reverse(alike(other)));
            let more = match ids.len().saturating_sub(NEAREST) {
                0 => String::new(),
                more => format!(", and {more} more"),
            };
            ids.truncate(NEAREST);
            let remedy = if ids.is_empty() {
                format!(
                    "nothing in `{group}` was measured on the reference machine; there, call \
                     `cargo book measure --machine {} --only {group}`",
                    self.reference.name
                )
            } else {
                format!(
                    "measure it with `cargo book measure --only {group}`; measured are: {}{more}",
                    ids.join(", ")
                )
            };
            (format!("`{id}` was never measured"), remedy)
        })
    }
}
