//! The fingerprint of the code that a measurement stands on.
//!
//! Which code is that? The file that measures, and every module of this workspace that it
//! names in a path, and every module that those name, and so on. What counts of a file is
//! its tokens: not its comments, not its formatting, not its tests. So a comment doesn't
//! age a number, and a changed loop does.
//!
//! A script in another language counts when its path stands in a string, as
//! `"crates/threads/python/waiting.py"`; so does a text that `include_str!` names. Of these
//! the lines count, but not those that begin with `#`.
//!
//! Each file is read, taken apart and hashed once. A fingerprint is the hash of those hashes, so it
//! costs no more than a look at each file that it reaches.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use sha2::{Digest, Sha256};

use super::files::Files;
use super::paths::Paths;
use super::tokens;

/// The code of a workspace.
pub struct Code {
    root: PathBuf,
    files: Files,
    /// Crate name, as paths write it → the file of its root module.
    crates: BTreeMap<String, PathBuf>,
    /// What measures a group, by the group's name.
    benches: BTreeMap<String, PathBuf>,
    known: Mutex<HashMap<PathBuf, Arc<Place>>>,
}

/// Where what is known of a file will be, once somebody has asked.
type Place = OnceLock<Result<Known, String>>;

/// What one file says.
struct Known {
    /// Of what counts in it.
    hash: [u8; 32],
    /// The files that it names.
    names: BTreeSet<PathBuf>,
}

impl Code {
    /// The code of the workspace at `root`: the library crates below `crates/`, and
    /// `benches`.
    pub fn of(root: &Path) -> Self {
        let files = Files::default();
        let below = |folder: &Path| -> Vec<PathBuf> {
            files.names(folder).iter().map(|name| folder.join(name)).collect()
        };
        let benches = root.join("benches");
        let packages = below(&root.join("crates")).into_iter().chain([benches.clone()]);
        let crates = packages.filter_map(|folder| {
            let name = folder.file_name()?.to_str()?.replace('-', "_");
            let library = folder.join("src/lib.rs");
            files.has(&library).then_some((name, library))
        });
        let crates = crates.collect();
        let measure = below(&benches).into_iter().flat_map(|target| below(&target));
        let benches = measure.filter_map(|file| {
            let group = file.file_stem()?.to_str()?.to_string();
            file.extension().is_some_and(|kind| kind == "rs").then_some((group, file))
        });
        // Where two have a name, the first.
        let benches = benches.collect::<Vec<_>>().into_iter().rev().collect();
        Self { root: root.into(), files, crates, benches, known: Mutex::default() }
    }

    /// The files of the workspace.
    pub fn files(&self) -> &Files {
        &self.files
    }

    /// The bench file that measures `group`: `benches/*/<group>.rs`.
    pub fn bench_of(&self, group: &str) -> Option<&Path> {
        self.benches.get(group).map(PathBuf::as_path)
    }

    /// Every group that a bench file measures.
    pub fn groups(&self) -> impl Iterator<Item = &str> {
        self.benches.keys().map(String::as_str)
    }

    /// The fingerprint of `file` and all that it reaches: 16 hexadecimal digits.
    ///
    /// # Errors
    ///
    /// One line, when a file can't be read or is not Rust.
    pub fn fingerprint(&self, file: &Path) -> Result<String, String> {
        let mut hash = Sha256::new();
        for known in self.reached_from(file)?.values() {
            hash.update(of(known)?.hash);
        }
        Ok(hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect())
    }

    /// Every file reached from `file`, itself included.
    fn reached_from(&self, file: &Path) -> Result<BTreeMap<PathBuf, Arc<Place>>, String> {
        let (mut reached, mut next) = (BTreeMap::new(), vec![file.to_path_buf()]);
        while let Some(file) = next.pop() {
            if reached.contains_key(&file) {
                continue;
            }
            let known = self.known(&file);
            next.extend(of(&known)?.names.iter().cloned());
            reached.insert(file, known);
        }
        Ok(reached)
    }

    fn places(&self) -> MutexGuard<'_, HashMap<PathBuf, Arc<Place>>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What `file` says, which is read when somebody asks for the first time.
    fn known(&self, file: &Path) -> Arc<Place> {
        let place = Arc::clone(self.places().entry(file.into()).or_default());
        place.get_or_init(|| {
            self.read(file).map_err(|problem| format!("{}: {problem}", file.display()))
        });
        place
    }

    fn read(&self, file: &Path) -> Result<Known, String> {
        let text = self.files.text(file)?;
        let (mut hash, mut names) = (Sha256::new(), BTreeSet::new());
        let mut count = |part: &str| {
            hash.update(part);
            hash.update("\n");
        };
        if file.extension().is_some_and(|kind| kind == "rs") {
            let paths =
                Paths { root: &self.root, files: &self.files, crates: &self.crates };
            let tokens = tokens::that_count(&text)?;
            let words = tokens::flat(tokens.clone());
            paths.refuse_what_hides(&words)?;
            paths.named_in(tokens, file, &mut names);
            words.iter().for_each(|word| count(word));
        } else {
            text.lines()
                .filter(|line| !line.trim_start().starts_with('#'))
                .for_each(count);
        }
        Ok(Known { hash: hash.finalize().into(), names })
    }
}

fn of(known: &Place) -> Result<&Known, String> {
    known.get().expect("`known` has read it").as_ref().map_err(String::clone)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use tempfile::TempDir;

    use super::*;

    const BENCH: &str =
        "use adder::sum::{self, fast}; fn bench() { sum::slow(1); fast(2); }";
    const SUM: &str = "/// Adds.\npub fn slow(n: u64) -> u64 { n + 1 }";

    /// A workspace whose bench reaches `sum` and its child, and not `unused`.
    fn workspace(files: &[(&str, &str)]) -> TempDir {
        let folder = TempDir::new().unwrap();
        let standard = [
            ("crates/adder/src/lib.rs", "pub mod sum; pub mod unused;"),
            ("crates/adder/src/sum.rs", SUM),
            (
                "crates/adder/src/sum/fast.rs",
                "use crate::ground; pub fn f() { ground::g() }",
            ),
            ("crates/adder/src/ground.rs", "pub fn g() {}"),
            ("crates/adder/src/unused.rs", "pub fn u() {}"),
            ("crates/adder/python/sum.py", "print(1)\n"),
            ("benches/adders/speed.rs", BENCH),
        ];
        for (file, text) in standard.iter().chain(files) {
            let file = folder.path().join(file);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        }
        folder
    }

    fn fingerprint(files: &[(&str, &str)]) -> String {
        let folder = workspace(files);
        let bench = folder.path().join("benches/adders/speed.rs");
        Code::of(folder.path()).fingerprint(&bench).unwrap()
    }

    #[test]
    fn what_a_path_names_is_reached_and_nothing_else() {
        let folder = workspace(&[]);
        let bench = folder.path().join("benches/adders/speed.rs");
        let reached = Code::of(folder.path()).reached_from(&bench).unwrap();
        let names: Vec<_> = reached
            .keys()
            .map(|file| file.file_name().unwrap().to_str().unwrap())
            .collect();
        assert_eq!(names, ["speed.rs", "ground.rs", "fast.rs", "sum.rs"]);
    }

    #[test]
    fn comments_formatting_and_tests_do_not_count() {
        let expected = fingerprint(&[]);
        for same in [
            "pub fn slow(n: u64) -> u64 { n + 1 }",
            "/// Something else.\n#[doc = \"more\"]\npub fn slow(n: u64,) -> u64 {\n    // Why.\n    n + 1\n}",
            "pub fn slow(n: u64) -> u64 { n + 1 } #[cfg(test)] mod tests { #[test] fn t() {} }",
            "mod fast; pub(crate) mod faster; pub mod z; pub fn slow(n: u64) -> u64 { n + 1 }",
        ] {
            assert_eq!(
                fingerprint(&[("crates/adder/src/sum.rs", same)]),
                expected,
                "{same}"
            );
        }
        assert_eq!(
            fingerprint(&[("crates/adder/src/unused.rs", "pub fn v() {}")]),
            expected
        );
    }

    #[test]
    fn code_counts_wherever_it_is_reached() {
        let expected = fingerprint(&[]);
        for (file, text) in [
            ("crates/adder/src/sum.rs", "pub fn slow(n: u64) -> u64 { n + 2 }"),
            ("crates/adder/src/sum.rs", "#[inline] pub fn slow(n: u64) -> u64 { n + 1 }"),
            ("crates/adder/src/sum/fast.rs", "pub fn f() {}"),
            ("crates/adder/src/ground.rs", "pub fn g() { loop {} }"),
            ("benches/adders/speed.rs", "use adder::sum; fn bench() { sum::slow(2) }"),
        ] {
            assert_ne!(fingerprint(&[(file, text)]), expected, "{file}: {text}");
        }
    }

    #[test]
    fn a_script_counts_where_a_string_names_it() {
        let bench = (
            "benches/adders/speed.rs",
            "fn bench() { run(\"crates/adder/python/sum.py\") }",
        );
        let script = |text| fingerprint(&[bench, ("crates/adder/python/sum.py", text)]);
        assert_eq!(script("print(1)\n"), script("# Prints.\nprint(1)\n"));
        assert_ne!(script("print(1)\n"), script("print(2)\n"));
    }

    #[test]
    fn a_text_counts_where_it_is_included() {
        let bench = (
            "benches/adders/speed.rs",
            "fn bench() { run(include_str!(\"../texts/sum.txt\")) }",
        );
        let text = |text| fingerprint(&[bench, ("benches/texts/sum.txt", text)]);
        assert_eq!(text("n = 1\n"), text("# A number.\nn = 1\n"));
        assert_ne!(text("n = 1\n"), text("n = 2\n"));
    }

    #[test]
    fn the_lines_of_a_script_count() {
        let bench = (
            "benches/adders/speed.rs",
            "fn bench() { run(\"crates/adder/python/sum.py\") }",
        );
        let script = |text| fingerprint(&[bench, ("crates/adder/python/sum.py", text)]);
        assert_ne!(
            script("if x:\n    a()\n    b()\n"),
            script("if x:\n    a()    b()\n")
        );
    }

    #[test]
    fn a_file_is_taken_apart_once_for_all_that_reach_it() {
        let folder = workspace(&[("benches/adders/other.rs", BENCH)]);
        let code = Code::of(folder.path());
        let other = code.fingerprint(code.bench_of("other").unwrap());
        let known = code.places().len();
        // Whoever reads it again would notice.
        fs::remove_dir_all(folder.path().join("crates")).unwrap();
        assert_eq!(code.fingerprint(code.bench_of("speed").unwrap()), other);
        assert_eq!(code.places().len(), known + 1, "only the bench is new");
    }

    #[test]
    fn what_hides_code_from_the_fingerprint_is_refused() {
        for bench in [
            "use adder::*; fn bench() { sum::slow(1); }",
            "use adder as a; fn bench() { a::sum::slow(1); }",
            "#[path = \"odd.rs\"] mod odd;",
            "fn bench() { include!(\"odd.rs\") }",
            "fn bench() { include_str!(concat!(\"odd\", \".txt\")) }",
        ] {
            let folder = workspace(&[("benches/adders/speed.rs", bench)]);
            let file = folder.path().join("benches/adders/speed.rs");
            let error = Code::of(folder.path()).fingerprint(&file).unwrap_err();
            assert!(error.contains("speed.rs: it uses"), "{bench}: {error}");
        }
    }

    #[test]
    fn a_file_that_is_not_rust_is_named() {
        let folder = workspace(&[("benches/adders/speed.rs", "fn bench( {")]);
        let bench = folder.path().join("benches/adders/speed.rs");
        let error = Code::of(folder.path()).fingerprint(&bench).unwrap_err();
        assert!(error.contains("speed.rs: it is not Rust"), "{error}");
    }
}
