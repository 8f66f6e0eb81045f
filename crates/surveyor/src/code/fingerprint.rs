//! The fingerprint of the code that a measurement stands on.
//!
//! Which code is that? The file that measures, and every module of this workspace that it
//! names in a path, and every module that those name, and so on. What counts of a file is
//! its tokens: not its comments, not its formatting, not its tests. So a comment doesn't
//! age a number, and a changed loop does.
//!
//! Some code is used and never named: an `impl` for a type of another file. Such a file counts
//! where something counts that it stands on. Of the program in which a bench file is one of many, what
//! counts is what it does for all of them.
//!
//! What comes from elsewhere counts with its version, as far as it is named, and so does how all of it
//! is compiled.
//!
//! A program of ours with a workspace of its own counts when the path of its manifest stands in a string, as
//! `"crates/cluster/Cargo.toml"`: with the manifest, and everything that it has locked.
//!
//! A script in another language counts when its path stands in a string, as
//! `"crates/threads/python/waiting.py"`: its lines without comments. So does every byte of what
//! `include_str!` names.
//!
//! Each file is read, taken apart and hashed once. A fingerprint is the hash of those hashes, so it
//! costs no more than a look at each file that it reaches.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use sha2::{Digest, Sha256};

use super::extending;
use super::files::{self, Files};
use super::manifests::Manifests;
use super::once::Once;
use super::paths::{Paths, refuse_what_hides};
use super::{scripts, tokens};

/// The code of a workspace.
pub struct Code {
    root: PathBuf,
    files: Files,
    manifests: Manifests,
    /// What measures a group, by the group's name.
    benches: BTreeMap<String, Vec<PathBuf>>,
    scripts: Vec<PathBuf>,
    /// Every macro → the files that define it, and whether another crate may use it.
    macros: OnceLock<BTreeMap<String, Vec<(PathBuf, bool)>>>,
    known: Once<Result<Arc<Known>, String>>,
    /// What of a crate is used without being named, by the file of its root.
    unnamed: Once<Result<Arc<Unnamed>, String>>,
    prints: Once<Result<String, String>>,
    /// What each program that runs several bench files does for all of them, by its file.
    frames: Once<Result<[u8; 32], String>>,
}

/// What one file says.
struct Known {
    /// Of what counts in it.
    hash: [u8; 32],
    /// The files that it names, and of which of them everything below may be used, too.
    names: BTreeMap<PathBuf, bool>,
    /// Those of them whose items it takes for its own.
    imports: BTreeMap<PathBuf, bool>,
    /// Its modules that have a file of their own.
    children: BTreeSet<PathBuf>,
    /// The packages from elsewhere that it names.
    dependencies: BTreeSet<String>,
    /// Whether it adds something to what stands in other files.
    extends: bool,
    /// The file of its crate's root.
    root: Option<PathBuf>,
}

/// What of a crate is used without being named.
struct Unnamed {
    /// What is added to a file from elsewhere, by that file.
    added: HashMap<PathBuf, BTreeSet<PathBuf>>,
    /// Packages that it needs, under whatever name.
    dependencies: BTreeSet<String>,
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
        let mut measure = BTreeMap::<_, Vec<_>>::new();
        let targets =
            below(&benches).into_iter().filter(|target| !target.ends_with("src"));
        for file in targets.flat_map(|target| below(&target)) {
            let group = file.file_stem().and_then(|stem| stem.to_str());
            let is_rust = file.extension().is_some_and(|kind| kind == "rs");
            if let Some(group) = group.filter(|&group| is_rust && group != "main") {
                measure.entry(group.into()).or_default().push(file);
            }
        }
        let scripts = scripts::below(root, &files);
        Self {
            root: root.into(),
            manifests: Manifests::read(root, &files),
            files,
            benches: measure,
            scripts,
            macros: OnceLock::new(),
            known: Once::default(),
            unnamed: Once::default(),
            prints: Once::default(),
            frames: Once::default(),
        }
    }

    /// The files of the workspace.
    pub fn files(&self) -> &Files {
        &self.files
    }

    /// The bench file that measures `group`: `benches/*/<group>.rs`, where there are two the first.
    pub fn bench_of(&self, group: &str) -> Option<&Path> {
        self.benches.get(group)?.first().map(PathBuf::as_path)
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
        self.prints.get(file, || self.find_print(file))
    }

    fn find_print(&self, file: &Path) -> Result<String, String> {
        let mut hash = Sha256::new();
        let (mut packages, mut dependencies) = (BTreeMap::new(), BTreeSet::new());
        for (file, known) in self.reached_from(file)? {
            hash.update(known.hash);
            dependencies.extend(known.dependencies.iter().cloned());
            if let Some(root) = &known.root {
                dependencies.extend(self.unnamed(root)?.dependencies.iter().cloned());
            }
            packages.extend(self.manifests.package_of(&file));
        }
        let benches = self.benches_with(file);
        for bench in benches {
            let main = bench.with_file_name("main.rs");
            if self.files.has(&main) {
                hash.update(self.frame(&main)?);
            }
        }
        hash.update(self.manifests.profile(!benches.is_empty()));
        for own in packages.values() {
            hash.update(&own.says);
        }
        for locked in self.manifests.locked(&dependencies) {
            hash.update(locked);
        }
        Ok(hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect())
    }

    /// The bench files that measure the same group as `file`, itself included; none when it is none.
    fn benches_with(&self, file: &Path) -> &[PathBuf] {
        let group = file.file_stem().and_then(|stem| self.benches.get(stem.to_str()?));
        group
            .filter(|benches| benches.iter().any(|bench| bench == file))
            .map_or(&[], Vec::as_slice)
    }

    /// Every file reached from `file`, itself included.
    fn reached_from(&self, file: &Path) -> Result<BTreeMap<PathBuf, Arc<Known>>, String> {
        // Everything in a program is there to be run.
        let mut next = vec![(file.to_path_buf(), file.ends_with("main.rs"))];
        next.extend(self.benches_with(file).iter().map(|bench| (bench.clone(), false)));
        self.reached_by(next, |known| &known.names, true)
    }

    /// Every file reached from `next` by `links`, with everything below those that are said to be used
    /// as a whole; with what is added to them from elsewhere, if `extended`.
    fn reached_by(
        &self,
        mut next: Vec<(PathBuf, bool)>,
        links: impl Fn(&Known) -> &BTreeMap<PathBuf, bool>,
        extended: bool,
    ) -> Result<BTreeMap<PathBuf, Arc<Known>>, String> {
        let (mut reached, mut whole) = (BTreeMap::new(), BTreeSet::new());
        while let Some((file, is_whole)) = next.pop() {
            let known = self.known(&file)?;
            if is_whole && whole.insert(file.clone()) {
                next.extend(known.children.iter().map(|child| (child.clone(), true)));
            }
            if reached.contains_key(&file) {
                continue;
            }
            next.extend(links(&known).iter().map(|(file, whole)| (file.clone(), *whole)));
            if let Some(root) = known.root.as_ref().filter(|_| extended) {
                let unnamed = self.unnamed(root)?;
                let added = unnamed.added.get(&file).into_iter().flatten();
                next.extend(added.map(|file| (file.clone(), false)));
            }
            reached.insert(file, known);
        }
        Ok(reached)
    }

    /// What is used of the crate with this root without being named.
    fn unnamed(&self, root: &Path) -> Result<Arc<Unnamed>, String> {
        self.unnamed.get(root, || {
            let mut added = HashMap::<_, BTreeSet<_>>::new();
            let of_crate = self.modules(root)?;
            for (file, known) in of_crate.iter().filter(|(_, known)| known.extends) {
                // What it adds to comes from a file that it names, or that one from another.
                let names = known.names.clone().into_iter().collect();
                let from = self.reached_by(names, |known| &known.imports, false)?;
                for from in from.into_keys().filter(|from| of_crate.contains_key(from)) {
                    added.entry(from).or_default().insert(file.clone());
                }
            }
            let mut dependencies = BTreeSet::new();
            let package = self.manifests.package_of(root);
            if let Some((_, own)) = package.filter(|_| root.ends_with("lib.rs")) {
                let program = root.with_file_name("main.rs");
                let has_one = self.files.has(&program);
                let of_program =
                    if has_one { self.modules(&program)? } else { BTreeMap::new() };
                let of_package = of_crate.values().chain(of_program.values());
                let is_named = |name| {
                    of_package.clone().any(|known| known.dependencies.contains(name))
                };
                dependencies
                    .extend(own.needs.iter().filter(|name| !is_named(*name)).cloned());
            }
            Ok(Arc::new(Unnamed { added, dependencies }))
        })
    }

    /// The modules of the crate with this root.
    fn modules(&self, root: &Path) -> Result<BTreeMap<PathBuf, Arc<Known>>, String> {
        static NOTHING: BTreeMap<PathBuf, bool> = BTreeMap::new();
        self.reached_by(vec![(root.into(), true)], |_| &NOTHING, false)
    }

    /// What the program does for all bench files of which it is made, and not for one of them.
    fn frame(&self, main: &Path) -> Result<[u8; 32], String> {
        self.frames.get(main, || {
            let text = self.files.text(main).map_err(|problem| about(main, &problem))?;
            let tokens =
                tokens::that_count(&text).map_err(|problem| about(main, &problem))?;
            let groups = self.groups().collect();
            Ok(hash(tokens::without(&tokens, &groups).iter()))
        })
    }

    fn paths(&self) -> Paths<'_> {
        Paths {
            root: &self.root,
            files: &self.files,
            manifests: &self.manifests,
            macros: self.macros.get_or_init(|| self.find_macros()),
            scripts: &self.scripts,
        }
    }

    fn find_macros(&self) -> BTreeMap<String, Vec<(PathBuf, bool)>> {
        let mut found = BTreeMap::<_, Vec<_>>::new();
        let mut next: Vec<_> = self
            .manifests
            .crates
            .values()
            .flatten()
            .filter_map(|root| root.parent())
            .map(PathBuf::from)
            .collect();
        next.push(self.root.join("benches"));
        let mut seen = BTreeSet::new();
        while let Some(path) = next.pop() {
            if path.extension().is_none() {
                // Links may lead in circles.
                if !path.canonicalize().is_ok_and(|folder| seen.insert(folder)) {
                    continue;
                }
                next.extend(self.files.names(&path).iter().map(|name| path.join(name)));
                continue;
            }
            let is_rust = path.extension().is_some_and(|kind| kind == "rs");
            let text = self.files.text(&path).ok().filter(|_| is_rust);
            let text = text.filter(|text| text.contains("macro_rules"));
            let tokens = text.and_then(|text| tokens::that_count(&text).ok());
            let tokens = tokens.unwrap_or_default();
            let words = tokens::flat(&tokens);
            let exported = words.iter().any(|word| word == "macro_export");
            for name in extending::macros(&words) {
                found.entry(name).or_default().push((path.clone(), exported));
            }
        }
        found
    }

    /// What `file` says, which is read when somebody asks for the first time.
    fn known(&self, file: &Path) -> Result<Arc<Known>, String> {
        let read = || self.read(file).map(Arc::new);
        self.known.get(file, || read().map_err(|problem| about(file, &problem)))
    }

    fn read(&self, file: &Path) -> Result<Known, String> {
        let kind = file.extension().and_then(|kind| kind.to_str());
        let plain = |hash, names| Known {
            hash,
            names,
            imports: BTreeMap::new(),
            children: BTreeSet::new(),
            dependencies: BTreeSet::new(),
            extends: false,
            root: None,
        };
        match kind {
            Some("rs") => {
                let tokens = tokens::that_count(&self.files.text(file)?)?;
                let words = tokens::flat(&tokens);
                refuse_what_hides(&words)?;
                let extends = extending::extends(&tokens, &words);
                let mut named = self.paths().named_in(&tokens, file)?;
                // What it says to the compiler counts for all of its package.
                let package = self.manifests.package_of(file);
                let build = package.map(|(folder, _)| folder.join("build.rs"));
                if let Some(build) = build.filter(|build| self.files.has(build)) {
                    named.files.entry(build).or_default();
                }
                Ok(Known {
                    hash: hash(words.iter()),
                    names: named.files,
                    imports: named.imports,
                    children: named.children,
                    dependencies: named.dependencies,
                    extends,
                    root: self.paths().root_file(file),
                })
            }
            Some("py") => {
                let text = self.files.text(file)?;
                let code: Vec<_> = scripts::code(&text).collect();
                let neighbours = scripts::neighbours(file, &code.join("\n"), &self.files);
                Ok(plain(
                    hash(code.iter()),
                    neighbours.into_iter().map(|file| (file, false)).collect(),
                ))
            }
            _ => Ok(plain(Sha256::digest(files::bytes(file)?).into(), BTreeMap::new())),
        }
    }
}

fn about(file: &Path, problem: &str) -> String {
    format!("{}: {problem}", file.display())
}

fn hash(words: impl Iterator<Item = impl AsRef<str>>) -> [u8; 32] {
    let mut hash = Sha256::new();
    for word in words {
        hash.update(word.as_ref());
        hash.update("\n");
    }
    hash.finalize().into()
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
    fn a_program_outside_of_the_workspace_counts_with_what_it_has_locked() {
        let with = |file: &'static str, text: &'static str| {
            let mut files = BTreeMap::from([
                ("Cargo.toml", "[workspace]\nexclude = [\"crates/apart\"]"),
                (
                    "crates/apart/Cargo.toml",
                    "[dependencies]\nadder = { path = \"../adder\" }\nx = \"1\"",
                ),
                ("crates/apart/Cargo.lock", "one"),
                ("crates/apart/src/main.rs", "mod far; fn main() { adder::unused::u() }"),
                ("crates/apart/src/far.rs", "fn f() {}"),
                (
                    "benches/adders/speed.rs",
                    "fn bench() { run(\"crates/apart/Cargo.toml\") }",
                ),
            ]);
            files.insert(file, text);
            fingerprint(&files.into_iter().collect::<Vec<_>>())
        };
        let expected = with("crates/apart/src/other.rs", "fn o() {}");
        assert_eq!(
            with("crates/adder/src/ground.rs", "pub fn g() { loop {} }"),
            expected
        );
        for (file, text) in [
            ("crates/apart/Cargo.toml", "[dependencies]"),
            ("crates/apart/Cargo.lock", "two"),
            ("crates/apart/src/main.rs", "mod far; fn main() {}"),
            ("crates/apart/src/far.rs", "fn f() { loop {} }"),
            ("crates/adder/src/unused.rs", "pub fn u() { loop {} }"),
        ] {
            assert_ne!(with(file, text), expected, "{file}: {text}");
        }
    }

    /// What a package outside of the workspace asks of a dependency is its own matter.
    #[test]
    fn what_one_outside_asks_for_ages_nothing_inside() {
        let asks = |version: &str| {
            let apart = format!("[dependencies]\nhelper = \"{version}\"");
            fingerprint(&[
                ("Cargo.toml", "[workspace]\nexclude = [\"crates/apart\"]"),
                (
                    "Cargo.lock",
                    "[[package]]\nname = \"helper\"\nversion = \"1.0.0\"\nsource = \"r\"\n",
                ),
                ("crates/adder/Cargo.toml", "[dependencies]\nhelper = \"1\""),
                ("crates/apart/Cargo.toml", &apart),
                (
                    "benches/adders/speed.rs",
                    "use adder::sum; use helper::h; fn bench() {}",
                ),
            ])
        };
        assert_eq!(asks("1"), asks("0.9"));
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
        assert_ne!(text("n = 1\n"), text("# A number.\nn = 1\n"));
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
        let known = code.known.len();
        // Whoever reads it again would notice.
        fs::remove_dir_all(folder.path().join("crates")).unwrap();
        assert_eq!(code.fingerprint(code.bench_of("speed").unwrap()), other);
        assert_eq!(code.known.len(), known + 1, "only the bench is new");
    }

    #[test]
    fn what_hides_code_from_the_fingerprint_is_refused() {
        for bench in [
            "#[path = \"odd.rs\"] mod odd;",
            "#[cfg_attr(unix, path = \"odd.rs\")] mod odd;",
            "macro_rules! odd { ($name:ident) => { mod $name; } }",
            "fn bench() { include!(\"odd.rs\") }",
            "fn bench() { include_str!(concat!(\"odd\", \".txt\")) }",
            "fn bench() { include_bytes!(concat!(\"odd\", \".txt\")) }",
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
