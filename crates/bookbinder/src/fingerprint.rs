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

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use sha2::{Digest, Sha256};

/// The Rust code of a workspace.
pub struct Code {
    root: PathBuf,
    /// Crate name, as paths write it → the file of its root module.
    crates: BTreeMap<String, PathBuf>,
}

impl Code {
    /// The code of the workspace at `root`: the library crates below `crates/`, and
    /// `benches`.
    pub fn of(root: &Path) -> Self {
        let below = fs::read_dir(root.join("crates"))
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.path());
        let crates = below.chain([root.join("benches")]).filter_map(|folder| {
            let name = folder.file_name()?.to_str()?.replace('-', "_");
            let library = folder.join("src/lib.rs");
            library.is_file().then_some((name, library))
        });
        Self { root: root.into(), crates: crates.collect() }
    }

    /// The fingerprint of `file` and all that it reaches: 16 hexadecimal digits.
    ///
    /// # Errors
    ///
    /// One line, when a file can't be read or is not Rust.
    pub fn fingerprint(&self, file: &Path) -> Result<String, String> {
        let mut hash = Sha256::new();
        for (file, tokens) in self.reached_from(file)? {
            if let Some(tokens) = tokens {
                feed(tokens, &mut |token| hash.update(format!("{token}\n")));
            } else {
                let text = fs::read_to_string(&file)
                    .map_err(|error| format!("{}: {error}", file.display()))?;
                let code =
                    text.lines().filter(|line| !line.trim_start().starts_with('#'));
                code.for_each(|line| {
                    hash.update(format!(
                        "{line}
"
                    ))
                });
            }
        }
        Ok(hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect())
    }

    /// Every file reached from `file`, itself included; with its tokens if it is Rust.
    fn reached_from(
        &self,
        file: &Path,
    ) -> Result<BTreeMap<PathBuf, Option<TokenStream>>, String> {
        let (mut reached, mut next) =
            (BTreeMap::new(), BTreeSet::from([file.to_path_buf()]));
        while let Some(file) = next.pop_first() {
            if reached.contains_key(&file) {
                continue;
            }
            let tokens = if file.extension().is_some_and(|extension| extension == "rs") {
                let tokens = tokens(&file)?;
                self.refuse_what_hides(&tokens, &file)?;
                self.named_in(tokens.clone(), &file, &mut next);
                Some(tokens)
            } else {
                None
            };
            reached.insert(file, tokens);
        }
        Ok(reached)
    }

    /// Refuses what would let code be used without its path: a glob or a new name for one
    /// of our crates, and modules or code from files of another name.
    fn refuse_what_hides(&self, tokens: &TokenStream, file: &Path) -> Result<(), String> {
        let words: Vec<String> = flat(tokens.clone());
        let is = |i: usize, word: &str| words.get(i).is_some_and(|there| there == word);
        let text = |i: usize| words.get(i).is_some_and(|there| there.starts_with('"'));
        for (i, word) in words.iter().enumerate() {
            let glob = is(i + 1, ":") && is(i + 2, ":") && is(i + 3, "*");
            let ours = self.crates.contains_key(word) && i > 0 && is(i - 1, "use");
            let hidden = match word.as_str() {
                _ if ours && (glob || is(i + 1, "as")) => {
                    "a glob or another name for a crate of ours"
                }
                "path" if i > 1 && is(i - 1, "[") && is(i + 1, "=") => "#[path]",
                "include" if is(i + 1, "!") => "include!",
                "include_str" if is(i + 1, "!") && !text(i + 3) => {
                    "include_str! of a path that is no plain string"
                }
                _ => continue,
            };
            return Err(format!(
                "{} uses {hidden}, which hides from the fingerprint what it measures",
                file.display()
            ));
        }
        Ok(())
    }

    /// Adds to `found` every file that `tokens`, which stand in `file`, name by a path or
    /// in a string.
    fn named_in(&self, tokens: TokenStream, file: &Path, found: &mut BTreeSet<PathBuf>) {
        let tokens: Vec<_> = tokens.into_iter().collect();
        let mut i = 0;
        while i < tokens.len() {
            match &tokens[i] {
                TokenTree::Ident(first) => {
                    if first == "include_str"
                        && let Some(TokenTree::Group(group)) = tokens.get(i + 2)
                    {
                        let path = group.stream().to_string();
                        let folder = file.parent().unwrap_or(&self.root);
                        found.insert(folder.join(path.trim_matches('"')));
                        i += 3;
                        continue;
                    }
                    if let Some(module) = self.first_module(&first.to_string(), file)
                        && is_path_separator(&tokens[i + 1..])
                    {
                        i = self.follow(module, &tokens, i + 1, found);
                        continue;
                    }
                }
                TokenTree::Group(group) => self.named_in(group.stream(), file, found),
                TokenTree::Literal(literal) => {
                    let literal = literal.to_string();
                    let script = literal.trim_matches('"');
                    // Nothing outside of the project: it would differ from machine to
                    // machine.
                    let is_ours =
                        script.ends_with(".py") && !script.starts_with(['/', '.']);
                    found.extend(
                        Some(self.root.join(script))
                            .filter(|file| is_ours && file.is_file()),
                    );
                }
                TokenTree::Punct(_) => {}
            }
            i += 1;
        }
    }

    /// The module that a path in `file` begins with, if it is one of ours.
    fn first_module(&self, name: &str, file: &Path) -> Option<PathBuf> {
        match name {
            "crate" => file.ancestors().find_map(|folder| {
                ["lib.rs", "main.rs"]
                    .map(|root| folder.join(root))
                    .into_iter()
                    .find(|root| root.is_file())
            }),
            "self" => Some(file.to_path_buf()),
            "super" => parent(file),
            _ => self.crates.get(name).cloned().or_else(|| child(file, name)),
        }
    }

    /// Follows the path whose separator is at `tokens[i]` down from `module` and adds the
    /// file in which it ends. Returns the index after the path.
    fn follow(
        &self,
        mut module: PathBuf,
        tokens: &[TokenTree],
        mut i: usize,
        found: &mut BTreeSet<PathBuf>,
    ) -> usize {
        while is_path_separator(&tokens[i..]) {
            match tokens.get(i + 2) {
                Some(TokenTree::Ident(name)) => {
                    i += 3;
                    let name = name.to_string();
                    let next = if name == "super" {
                        parent(&module)
                    } else {
                        child(&module, &name)
                    };
                    let Some(next) = next else {
                        // An item of this module.
                        found.insert(module);
                        return i;
                    };
                    module = next;
                }
                // `module::{a, b::c}`: a path for each.
                Some(TokenTree::Group(group)) => {
                    let tokens: Vec<_> = group.stream().into_iter().collect();
                    let is_comma = |token: &TokenTree| is_punct(Some(token), ',');
                    for path in tokens.split(is_comma).filter(|path| !path.is_empty()) {
                        let separator =
                            TokenStream::from_str("::").expect("two colons are tokens");
                        let path: Vec<_> =
                            separator.into_iter().chain(path.iter().cloned()).collect();
                        self.follow(module.clone(), &path, 0, found);
                    }
                    return i + 3;
                }
                // `module::*`
                _ => {
                    i += 2;
                    break;
                }
            }
        }
        // The whole module was named: whatever lies below it may be used.
        insert_with_children(module, found);
        i
    }
}

fn insert_with_children(module: PathBuf, found: &mut BTreeSet<PathBuf>) {
    let files = fs::read_dir(children(&module))
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path());
    let is_root = module.ends_with("lib.rs") || module.ends_with("main.rs");
    for file in files.filter(|file| {
        !is_root && file.extension().is_some_and(|extension| extension == "rs")
    }) {
        if file != module {
            insert_with_children(file, found);
        }
    }
    found.insert(module);
}

/// The folder in which the modules below `module` lie.
fn children(module: &Path) -> PathBuf {
    match module.file_stem().and_then(|stem| stem.to_str()) {
        Some("lib" | "main" | "mod") | None => module.with_file_name(""),
        Some(_) => module.with_extension(""),
    }
}

fn child(module: &Path, name: &str) -> Option<PathBuf> {
    let folder = children(module);
    [folder.join(name).with_extension("rs"), folder.join(name).join("mod.rs")]
        .into_iter()
        .find(|file| file.is_file())
}

fn parent(module: &Path) -> Option<PathBuf> {
    let folder = if module.ends_with("mod.rs") {
        module.parent()?.parent()?
    } else {
        module.parent()?
    };
    let here = ["lib.rs", "main.rs", "mod.rs"].map(|name| folder.join(name));
    here.into_iter().chain([folder.with_extension("rs")]).find(|file| file.is_file())
}

fn is_punct(token: Option<&TokenTree>, c: char) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == c)
}

fn is_path_separator(tokens: &[TokenTree]) -> bool {
    is_punct(tokens.first(), ':') && is_punct(tokens.get(1), ':')
}

/// The tokens of a file that say what it does: without comments, doc comments, tests, and
/// declarations of modules.
fn tokens(file: &Path) -> Result<TokenStream, String> {
    let text = fs::read_to_string(file)
        .map_err(|error| format!("couldn't read {}: {error}", file.display()))?;
    let tokens = TokenStream::from_str(&text)
        .map_err(|error| format!("{} is not Rust: {error}", file.display()))?;
    Ok(essence(tokens))
}

fn essence(tokens: TokenStream) -> TokenStream {
    let tokens: Vec<_> = tokens.into_iter().collect();
    let (mut kept, mut i) = (Vec::new(), 0);
    while i < tokens.len() {
        let rest = &tokens[i..];
        match attribute(rest) {
            Some((length, attribute))
                if attribute.starts_with("doc=") || attribute.starts_with("doc(") =>
            {
                i += length;
            }
            Some((length, attribute)) if attribute == "cfg(test)" => {
                i += length + item(&rest[length..])
            }
            _ if module_declaration(rest) > 0 => i += module_declaration(rest),
            _ => {
                kept.push(match &tokens[i] {
                    TokenTree::Group(group) => TokenTree::Group(proc_macro2::Group::new(
                        group.delimiter(),
                        essence(group.stream()),
                    )),
                    token => token.clone(),
                });
                i += 1;
            }
        }
    }
    kept.into_iter().collect()
}

/// When `tokens` begin with an attribute: how many tokens it takes, and its text without
/// white space.
fn attribute(tokens: &[TokenTree]) -> Option<(usize, String)> {
    let at = if is_punct(tokens.get(1), '!') { 2 } else { 1 };
    match tokens.get(at) {
        Some(TokenTree::Group(group))
            if is_punct(tokens.first(), '#')
                && group.delimiter() == Delimiter::Bracket =>
        {
            Some((at + 1, group.stream().to_string().split_whitespace().collect()))
        }
        _ => None,
    }
}

/// How many tokens the item takes that `tokens` begin with: up to its braces or its
/// semicolon.
fn item(tokens: &[TokenTree]) -> usize {
    let ends = |token: &TokenTree| match token {
        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
        TokenTree::Punct(punct) => punct.as_char() == ';',
        _ => false,
    };
    tokens.iter().position(ends).map_or(tokens.len(), |end| end + 1)
}

/// How many tokens a `mod name;` or `pub mod name;` takes that `tokens` begin with; 0
/// when they don't. It says that a file exists, which counts by itself where it is used.
fn module_declaration(tokens: &[TokenTree]) -> usize {
    let is_declaration = |tokens: &[TokenTree]| {
        matches!(tokens, [TokenTree::Ident(keyword), TokenTree::Ident(_), TokenTree::Punct(end), ..]
            if keyword == "mod" && end.as_char() == ';')
    };
    let public = matches!(tokens.first(), Some(TokenTree::Ident(word)) if word == "pub");
    let scope = matches!(tokens.get(1), Some(TokenTree::Group(_)));
    let skip = usize::from(public) + usize::from(public && scope);
    if is_declaration(&tokens[skip.min(tokens.len())..]) { skip + 3 } else { 0 }
}

/// Every token as text, in order.
fn flat(tokens: TokenStream) -> Vec<String> {
    let mut words = Vec::new();
    feed(tokens, &mut |word| words.push(word.to_string()));
    words
}

/// Hands every token to `hash`, in order. A comma at the end of a list is left out:
/// rustfmt adds it and takes it away.
fn feed(tokens: TokenStream, hash: &mut impl FnMut(&str)) {
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Brace => ("{", "}"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::None => ("", ""),
                };
                hash(open);
                feed(group.stream(), hash);
                hash(close);
            }
            TokenTree::Punct(comma)
                if comma.as_char() == ',' && tokens.peek().is_none() => {}
            token => hash(&token.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
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
            assert!(error.contains("speed.rs uses"), "{bench}: {error}");
        }
    }

    #[test]
    fn a_file_that_is_not_rust_is_named() {
        let folder = workspace(&[("benches/adders/speed.rs", "fn bench( {")]);
        let bench = folder.path().join("benches/adders/speed.rs");
        let error = Code::of(folder.path()).fingerprint(&bench).unwrap_err();
        assert!(error.contains("speed.rs is not Rust"), "{error}");
    }
}
