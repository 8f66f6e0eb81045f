//! Which files a file names: by the paths of its modules, and in strings.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use proc_macro2::{TokenStream, TokenTree};

use super::files::Files;
use super::tokens::is_punct;

/// The files and crates of a workspace, to look paths up in.
pub(super) struct Paths<'a> {
    pub(super) root: &'a Path,
    pub(super) files: &'a Files,
    /// Crate name, as paths write it → the file of its root module.
    pub(super) crates: &'a BTreeMap<String, PathBuf>,
}

impl Paths<'_> {
    /// Refuses what would let code be used without its path: a glob or a new name for one
    /// of our crates, and modules or code from files of another name. `words` are the tokens of a file.
    ///
    /// # Errors
    ///
    /// What the file uses.
    pub(super) fn refuse_what_hides(&self, words: &[String]) -> Result<(), String> {
        let is = |i: usize, word: &str| words.get(i).is_some_and(|there| there == word);
        let text = |i: usize| words.get(i).is_some_and(|there| there.starts_with('"'));
        for (i, word) in words.iter().enumerate() {
            let glob = || is(i + 1, ":") && is(i + 2, ":") && is(i + 3, "*");
            let ours = || i > 0 && is(i - 1, "use") && self.crates.contains_key(word);
            let hidden = match word.as_str() {
                "path" if i > 1 && is(i - 1, "[") && is(i + 1, "=") => "#[path]",
                "include" if is(i + 1, "!") => "include!",
                "include_str" if is(i + 1, "!") && !text(i + 3) => {
                    "include_str! of a path that is no plain string"
                }
                _ if (glob() || is(i + 1, "as")) && ours() => {
                    "a glob or another name for a crate of ours"
                }
                _ => continue,
            };
            return Err(format!(
                "it uses {hidden}, which hides from the fingerprint what it measures"
            ));
        }
        Ok(())
    }

    /// Adds to `found` every file that `tokens`, which stand in `file`, name by a path or
    /// in a string.
    pub(super) fn named_in(
        &self,
        tokens: TokenStream,
        file: &Path,
        found: &mut BTreeSet<PathBuf>,
    ) {
        let tokens: Vec<_> = tokens.into_iter().collect();
        let mut i = 0;
        while i < tokens.len() {
            match &tokens[i] {
                TokenTree::Ident(first) => {
                    if first == "include_str"
                        && let Some(TokenTree::Group(group)) = tokens.get(i + 2)
                    {
                        let path = group.stream().to_string();
                        let folder = file.parent().unwrap_or(self.root);
                        found.insert(folder.join(path.trim_matches('"')));
                        i += 3;
                        continue;
                    }
                    if is_path_separator(&tokens[i + 1..])
                        && let Some(module) = self.first_module(&first.to_string(), file)
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
                    let script = self.root.join(script);
                    if is_ours && self.files.has(&script) {
                        found.insert(script);
                    }
                }
                TokenTree::Punct(_) => {}
            }
            i += 1;
        }
    }

    /// The module that a path in `file` begins with, if it is one of ours.
    fn first_module(&self, name: &str, file: &Path) -> Option<PathBuf> {
        match name {
            "crate" => file.ancestors().skip(1).find_map(|folder| {
                ["lib.rs", "main.rs"]
                    .map(|root| folder.join(root))
                    .into_iter()
                    .find(|root| self.files.has(root))
            }),
            "self" => Some(file.to_path_buf()),
            "super" => self.parent(file),
            _ => self.crates.get(name).cloned().or_else(|| self.child(file, name)),
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
                        self.parent(&module)
                    } else {
                        self.child(&module, &name)
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
        self.insert_with_children(module, found);
        i
    }

    fn insert_with_children(&self, module: PathBuf, found: &mut BTreeSet<PathBuf>) {
        let is_root = module.ends_with("lib.rs") || module.ends_with("main.rs");
        let folder = children(&module);
        for name in self.files.names(&folder).iter().filter(|_| !is_root) {
            let file = folder.join(name);
            if file != module && file.extension().is_some_and(|kind| kind == "rs") {
                self.insert_with_children(file, found);
            }
        }
        found.insert(module);
    }

    fn child(&self, module: &Path, name: &str) -> Option<PathBuf> {
        let folder = children(module);
        [folder.join(name).with_extension("rs"), folder.join(name).join("mod.rs")]
            .into_iter()
            .find(|file| self.files.has(file))
    }

    fn parent(&self, module: &Path) -> Option<PathBuf> {
        let folder = if module.ends_with("mod.rs") {
            module.parent()?.parent()?
        } else {
            module.parent()?
        };
        let here = ["lib.rs", "main.rs", "mod.rs"].map(|name| folder.join(name));
        here.into_iter()
            .chain([folder.with_extension("rs")])
            .find(|file| self.files.has(file))
    }
}

/// The folder in which the modules below `module` lie.
fn children(module: &Path) -> PathBuf {
    match module.file_stem().and_then(|stem| stem.to_str()) {
        Some("lib" | "main" | "mod") | None => module.with_file_name(""),
        Some(_) => module.with_extension(""),
    }
}

fn is_path_separator(tokens: &[TokenTree]) -> bool {
    is_punct(tokens.first(), ':') && is_punct(tokens.get(1), ':')
}
