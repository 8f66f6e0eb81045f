//! The verb `measure`, as people type it.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::path::{self, Path, PathBuf};

use clap::Args;
use serde::Deserialize;

use crate::code::files;
use crate::code::project::find_root;
use crate::kept::measurement::YOURS;
use crate::running::measure::{self, Request};
use crate::say;

/// What is said of `measure` where the verbs are listed.
pub const ABOUT: &str =
    "Run the benches and put the numbers of this machine beside the reference machine's";

/// What can be said to `measure`.
#[derive(Args)]
pub struct Measure {
    /// Few samples: a few minutes, for a first look
    #[arg(long)]
    quick: bool,
    /// Only this group, or those whose names begin with it and `_`; can be given more than once
    #[arg(long, value_name = "GROUP")]
    only: Vec<String>,
    /// Also measure with this interpreter of Python; can be given more than once. Those on the
    /// path and those of pyenv and uv are found without it
    #[arg(long, value_name = "PATH")]
    python: Vec<PathBuf>,
    /// Add the processes of this run to those by which the same code was measured before: on a
    /// machine with neighbours, the more processes, the less a disturbed one counts
    #[arg(long, conflicts_with = "quick")]
    add: bool,
    /// Refuse what was measured while others used the machine
    #[arg(long)]
    strict: bool,
    /// Keep the results under this name, to be committed; by default they are yours
    /// alone, and git ignores them
    #[arg(long, value_name = "NAME", default_value = YOURS)]
    machine: String,
    /// Also measure what only this feature of the package `benches` compiles: `iceoryx2`
    #[arg(long, value_name = "FEATURE")]
    features: Vec<String>,
}

impl Measure {
    /// Measures in the project in whose folders the caller stands, and says on stdout what came of it.
    ///
    /// # Errors
    ///
    /// As [`measure::measure`], or that there is no project.
    pub fn run(self) -> Result<(), String> {
        environment::reset();
        let root = find_root()?;
        let Self { quick, only, python, add, strict, machine, features } = self;
        let request = Request {
            quick,
            only,
            first: most_claimed(&root),
            add,
            strict,
            machine,
            pythons: python.into_iter().map(from_here).collect(),
            features,
        };
        let groups = measure::measure(&root, &request)?;
        let them = match groups.len() {
            0 => return say::answer("All measurements are as they were."),
            1..=12 => groups.join(", "),
            many => format!("{many} groups"),
        };
        say::answer(&format!("Measured {them}. `cargo run` puts them into the book."))
    }
}

/// A program by its way from here, also for whoever runs in another folder. A name alone is looked for on
/// the path.
fn from_here(program: PathBuf) -> PathBuf {
    match program.components().count() {
        1 => program,
        _ => path::absolute(&program).unwrap_or(program),
    }
}

/// The groups that claims rest on, those of most claims first.
fn most_claimed(root: &Path) -> Vec<String> {
    // Of a claim, the ids of what decides it, and of what is measured beside that. What is wrong with the claims, a
    // build says.
    #[derive(Default, Deserialize)]
    struct Claims {
        claim: Vec<Claim>,
    }
    #[derive(Deserialize)]
    struct Claim {
        measure: String,
        control: Option<Control>,
    }
    #[derive(Deserialize)]
    struct Control {
        measure: String,
    }
    let text = files::text(&root.join("book/claims.toml")).unwrap_or_default();
    let Claims { claim: claims } = toml::from_str(&text).unwrap_or_default();
    let group = |id: &str| id.split('/').next().unwrap_or_default().to_string();
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for Claim { measure, control } in &claims {
        for id in [measure].into_iter().chain(control.as_ref().map(|it| &it.measure)) {
            *counts.entry(group(id)).or_default() += 1;
        }
    }
    let mut groups: Vec<_> = counts.into_iter().collect();
    groups.sort_by_key(|&(_, count)| Reverse(count));
    groups.into_iter().map(|(group, _)| group).collect()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn what_most_claims_rest_on_comes_first() {
        let root = tempfile::TempDir::new().unwrap();
        assert_eq!(most_claimed(root.path()), [""; 0]);
        fs::create_dir(root.path().join("book")).unwrap();
        let claims = "[[claim]]\nid = \"a\"\nmeasure = \"races/lost\"\n\
                      [[claim]]\nid = \"b\"\nmeasure = \"pools/one / pools/two\"\n\
                      control = { measure = \"spread/a\", at_most = 2 }\n\
                      [[claim]]\nid = \"c\"\nmeasure = \"spread/b\"\n";
        fs::write(root.path().join("book/claims.toml"), claims).unwrap();
        assert_eq!(most_claimed(root.path()), ["spread", "pools", "races"]);
    }
}
