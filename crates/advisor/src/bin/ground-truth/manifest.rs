//! Which jobs there are, and what each of their variants stands for: `jobs/jobs.toml`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

/// The options between which the advisor chooses, beside `leave`.
const OPTIONS: [&str; 7] = [
    "one-after-the-other",
    "threads",
    "processes",
    "processes-that-fetch",
    "pool-in-chunks",
    "both",
    "async",
];

/// A program of a kind that people ask about, in several variants that print the same.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Job {
    pub(crate) name: String,
    /// What somebody who has such a program would say of it.
    pub(crate) kind: String,
    /// A script, or the name of an example of this crate.
    pub(crate) file: PathBuf,
    /// Into how many pieces that don't need each other its work divides, where its author knows that; 1 where each
    /// needs the one before.
    pub(crate) tasks: Option<u64>,
    /// The size at which a test compares the variants.
    pub(crate) small: u64,
    /// How much memory it may have, as systemd writes it, where it would take what the machine has.
    pub(crate) memory: Option<String>,
    /// The variant that is watched.
    pub(crate) baseline: String,
    /// Of each variant, the options that it stands for.
    pub(crate) variants: BTreeMap<String, Vec<String>>,
}

impl Job {
    /// Whether it is a script.
    pub(crate) fn is_python(&self) -> bool {
        self.file.extension().is_some_and(|extension| extension == "py")
    }

    fn check(&self) -> Result<(), String> {
        if !self.variants.contains_key(&self.baseline) {
            return Err(format!("its baseline `{}` is no variant", self.baseline));
        }
        let mut seen = BTreeSet::new();
        for option in self.variants.values().flatten() {
            if !OPTIONS.contains(&option.as_str()) {
                return Err(format!(
                    "`{option}` is no option; there are {}",
                    OPTIONS.join(", ")
                ));
            }
            if !seen.insert(option) {
                return Err(format!("two variants stand for `{option}`"));
            }
        }
        Ok(())
    }
}

/// The jobs of a folder, in the order of its manifest.
///
/// # Errors
///
/// One line: the manifest can't be read, or contradicts itself or the folder.
pub(crate) fn read(folder: &Path) -> Result<Vec<Job>, String> {
    let file = folder.join("jobs.toml");
    let of_the_file = |problem: String| format!("{}: {problem}", file.display());
    let text =
        fs::read_to_string(&file).map_err(|error| of_the_file(error.to_string()))?;
    // Jobs run elsewhere.
    let folder = folder.canonicalize().map_err(|error| of_the_file(error.to_string()))?;
    let mut jobs = parse(&text).map_err(of_the_file)?;
    for job in jobs.iter_mut().filter(|job| job.is_python()) {
        job.file = folder.join(&job.file);
        if !job.file.is_file() {
            return Err(of_the_file(format!(
                "job `{}`: there is no {}",
                job.name,
                job.file.display()
            )));
        }
    }
    Ok(jobs)
}

fn parse(text: &str) -> Result<Vec<Job>, String> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Manifest {
        job: Vec<Job>,
    }
    let Manifest { job: jobs } =
        toml::from_str(text).map_err(|error| error.message().to_string())?;
    let mut names = BTreeSet::new();
    for job in &jobs {
        job.check().map_err(|problem| format!("job `{}`: {problem}", job.name))?;
        if !names.insert(&job.name) {
            return Err(format!("two jobs are called `{}`", job.name));
        }
    }
    Ok(jobs)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn job(baseline: &str, variants: &str) -> String {
        format!(
            "[[job]]\nname = \"sorting\"\nkind = \"sorts\"\nfile = \"sorting\"\nsmall = 3\n\
             baseline = \"{baseline}\"\nvariants = {{ {variants} }}\n"
        )
    }

    #[test]
    fn a_manifest_that_contradicts_itself_is_refused() {
        let fine = job("one", "one = [\"one-after-the-other\"], threads = [\"threads\"]");
        assert_eq!(parse(&fine).map(|jobs| jobs.len()), Ok(1));
        for (text, problem) in [
            (job("two", "one = []"), "its baseline `two` is no variant"),
            (
                job("one", "one = [\"threads\"], more = [\"threads\"]"),
                "two variants stand for",
            ),
            (job("one", "one = [\"luck\"]"), "`luck` is no option"),
            (fine.repeat(2), "two jobs are called `sorting`"),
            (fine.replace("kind", "sort"), "unknown field `sort`"),
        ] {
            let error = parse(&text).unwrap_err();
            assert!(error.contains(problem), "{error}");
        }
    }

    #[test]
    fn both_manifests_are_whole_and_have_enough_kinds() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("jobs");
        let known = read(&folder).unwrap();
        let held_out = read(&folder.join("held-out")).unwrap();
        assert!(known.len() >= 14 && held_out.len() >= 6);
        for job in known.iter().chain(&held_out) {
            assert!(job.variants.len() >= 2, "{} has nothing to choose", job.name);
        }
    }
}
