//! Which files a file names: by the paths of its modules, by its macros, and in strings. Where a name
//! may mean two things, it means both; where what is used of a module can't be told, all of it is.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::slice;

use super::files::{Files, beside};
use super::manifests::Manifests;
use super::scripts;
use super::tokens::{
    Token, arguments, attribute, braces, is_punct, name, parts, that_count,
};

/// The files and crates of a workspace, to look paths up in.
pub(super) struct Paths<'a> {
    pub(super) root: &'a Path,
    pub(super) files: &'a Files,
    /// What paths call crates.
    pub(super) manifests: &'a Manifests,
    /// Every macro of ours → the files that define one of this name, and whether another crate may
    /// use it.
    pub(super) macros: &'a BTreeMap<String, Vec<(PathBuf, bool)>>,
    /// Every script.
    pub(super) scripts: &'a [PathBuf],
}

/// What a file names.
#[derive(Default)]
pub(super) struct Named {
    /// Other files, and of which of them everything below may be used, too.
    pub(super) files: BTreeMap<PathBuf, bool>,
    /// Those of them whose items it takes for its own.
    pub(super) imports: BTreeMap<PathBuf, bool>,
    /// The modules that it has in files of their own.
    pub(super) children: BTreeSet<PathBuf>,
    /// Packages from elsewhere, as its paths call them.
    pub(super) dependencies: BTreeSet<String>,
}

impl Named {
    /// Adds what was `taken` by an import.
    fn take(&mut self, taken: Self) {
        for (file, whole) in taken.files {
            *self.files.entry(file.clone()).or_default() |= whole;
            *self.imports.entry(file).or_default() |= whole;
        }
        self.children.extend(taken.children);
        self.dependencies.extend(taken.dependencies);
    }
}

/// A module: the file in which it stands, and the folder for those of its modules that have files of
/// their own.
#[derive(Clone)]
struct Module {
    file: PathBuf,
    folder: PathBuf,
}

impl Module {
    fn of(file: PathBuf) -> Self {
        Self { folder: children(&file), file }
    }
}

/// Refuses what takes code from where no name leads. `words` are the tokens of a file.
///
/// # Errors
///
/// What the file uses.
pub(super) fn refuse_what_hides(words: &[Cow<'_, str>]) -> Result<(), String> {
    let is = |i: usize, word: &str| words.get(i).is_some_and(|there| there == word);
    for (i, word) in words.iter().enumerate() {
        let argument = words.get(i + 3);
        let is_text = || argument.is_some_and(|word| literal(word).is_some());
        let hidden = match &**word {
            "include" if is(i + 1, "!") => "include!",
            "include_str" | "include_bytes" if is(i + 1, "!") && !is_text() => {
                "include_str! or include_bytes! of a path that is no plain string"
            }
            "mod" if is(i + 1, "$") && is(i + 3, ";") => "a module that a macro names",
            _ => continue,
        };
        return Err(hides(hidden));
    }
    Ok(())
}

fn hides(what: &str) -> String {
    format!("it uses {what}, which hides from the fingerprint what it measures")
}

impl Paths<'_> {
    /// What `tokens` name, which are those that count of `file`.
    ///
    /// # Errors
    ///
    /// What hides other files.
    pub(super) fn named_in(
        &self,
        tokens: &[Token],
        file: &Path,
    ) -> Result<Named, String> {
        let mut named = Named::default();
        self.walk(tokens, &Module::of(file.into()), &mut named)?;
        Ok(named)
    }

    /// `tokens` stand in the module `here`.
    fn walk(
        &self,
        tokens: &[Token],
        here: &Module,
        named: &mut Named,
    ) -> Result<(), String> {
        let mut i = 0;
        while i < tokens.len() {
            let rest = &tokens[i..];
            if let Some((_, attribute)) = attribute(rest) {
                if sets_a_path(attribute) {
                    return Err(hides("#[path]"));
                }
                if arguments(attribute, "cfg").is_none() {
                    self.paths_in_strings(attribute, here, named);
                }
            }
            i += match &rest[0] {
                Token::Word(_) => self.words(rest, here, named)?,
                Token::Group(_, inside) => {
                    self.walk(inside, here, named)?;
                    1
                }
                Token::Literal(literal) => {
                    self.text(literal, here, named);
                    1
                }
                Token::Punct(..) => 1,
            };
        }
        Ok(())
    }

    /// What the first word of `tokens` begins: a `use`, a module, a path, a macro. Returns how many
    /// tokens need no second look.
    fn words(
        &self,
        tokens: &[Token],
        here: &Module,
        named: &mut Named,
    ) -> Result<usize, String> {
        let begins = match &tokens[0] {
            Token::Word(word) => {
                ["use", "extern", "mod", "type"].iter().any(|keyword| word == keyword)
            }
            _ => false,
        };
        let goes_on = is_path_separator(&tokens[1..]) || is_punct(tokens.get(1), '!');
        if !begins && !goes_on {
            return Ok(1);
        }
        let (path, length) = path(tokens);
        let second = name(tokens.get(1));
        match (path[0], second) {
            // `use<'a>` stands in a type.
            ("use", _) if !is_punct(tokens.get(1), '<') => {
                let is_end = |token: &Token| is_punct(Some(token), ';');
                let end = tokens.iter().position(is_end).unwrap_or(tokens.len());
                let mut taken = Named::default();
                self.import(&tokens[1..end], here, &mut taken);
                named.take(taken);
                return Ok(end);
            }
            ("extern", Some("crate")) => {
                let mut taken = Named::default();
                self.import(&tokens[2..], here, &mut taken);
                named.take(taken);
                return Ok(3);
            }
            // Another name for a type.
            ("type", Some(_)) => {
                let is_end = |token: &Token| is_punct(Some(token), ';');
                let end = tokens.iter().position(is_end).unwrap_or(tokens.len());
                let mut taken = Named::default();
                self.walk(&tokens[1..end], here, &mut taken)?;
                named.take(taken);
                return Ok(end);
            }
            ("mod", Some(module)) => {
                if let Some(inside) = braces(tokens.get(2)) {
                    let file = here.file.clone();
                    let there = Module { file, folder: here.folder.join(module) };
                    self.walk(inside, &there, named)?;
                } else if let Some(child) = self.child(here, module) {
                    named.children.insert(child.file);
                }
                return Ok(3);
            }
            _ => {}
        }
        if path.len() > 1 {
            for module in self.first(path[0], here, named) {
                self.follow(module, &tokens[1..length], named);
            }
        }
        if is_punct(tokens.get(length), '!')
            && let Some(Token::Group(_, arguments)) = tokens.get(length + 1)
        {
            let called = path.last().copied().unwrap_or_default();
            if let "include_str" | "include_bytes" = called
                && let Some(Token::Literal(text)) = arguments.first()
                && let Some(text) = literal(text)
            {
                named.files.insert(beside(&here.file, text), false);
            }
            if self.macros.contains_key(called) {
                self.macro_of_ours(called, here, named);
                self.arguments(arguments, here, named);
            }
        }
        Ok(length)
    }

    /// `tokens` are what follows a `use`, or stands between braces there.
    fn import(&self, tokens: &[Token], here: &Module, named: &mut Named) {
        let is_prefix = |token: &&Token| matches!(token, Token::Punct(..));
        let tokens = &tokens[tokens.iter().take_while(is_prefix).count()..];
        match tokens.first() {
            Some(Token::Group(_, inside)) => {
                for part in parts(inside) {
                    self.import(part, here, named);
                }
            }
            first => {
                let first = name(first).unwrap_or_default();
                for module in self.first(first, here, named) {
                    self.follow(module, &tokens[1..], named);
                }
                self.macro_of_ours(first, here, named);
            }
        }
    }

    /// The modules that a path in `here` may begin with, as far as they are ours.
    fn first(&self, name: &str, here: &Module, named: &mut Named) -> Vec<Module> {
        let parent = || self.parent(here);
        match name {
            "crate" => self.root_file(&here.file).map(Module::of).into_iter().collect(),
            "self" => vec![here.clone()],
            "super" => parent().into_iter().collect(),
            _ => {
                if self.manifests.dependencies.contains_key(name) {
                    named.dependencies.insert(name.into());
                }
                let crates = self.manifests.crates.get(name).into_iter().flatten();
                let crates = crates.cloned().map(Module::of);
                self.child(here, name).into_iter().chain(crates).collect()
            }
        }
    }

    /// The file of the crate's root, for a file of a library that has a program beside it, the
    /// library's.
    pub(super) fn root_file(&self, file: &Path) -> Option<PathBuf> {
        let roots = self
            .folders(file.parent()?)
            .flat_map(|folder| ["lib.rs", "main.rs"].map(|root| folder.join(root)));
        roots.into_iter().find(|root| self.files.has(root))
    }

    /// `folder`, and those above it that belong to the workspace.
    fn folders<'f>(&self, folder: &'f Path) -> impl Iterator<Item = &'f Path> {
        let root = self.root.to_path_buf();
        folder.ancestors().take_while(move |folder| folder.starts_with(&root))
    }

    /// Follows a path down from `module`: `tokens` are the rest of it, from a separator on.
    fn follow(&self, module: Module, tokens: &[Token], named: &mut Named) {
        if is_path_separator(tokens) {
            self.down(module, &tokens[2..], named);
        } else {
            // The whole module was named: whatever lies below it may be used.
            named.files.insert(module.file, true);
        }
    }

    /// As `follow`, from behind the separator on.
    fn down(&self, module: Module, tokens: &[Token], named: &mut Named) {
        match tokens.first() {
            Some(Token::Word(word)) if word != "self" => {
                let word = name(tokens.first()).unwrap_or_default();
                let next = match word {
                    "super" => self.parent(&module),
                    word => self.child(&module, word),
                };
                match next {
                    Some(next) => self.follow(next, &tokens[1..], named),
                    None => {
                        // An item of this module.
                        self.macro_of_ours(word, &module, named);
                        named.files.entry(module.file).or_default();
                    }
                }
            }
            // `module::{a, b::c}`: a path for each.
            Some(Token::Group(_, inside)) => {
                for part in parts(inside) {
                    self.down(module.clone(), part, named);
                }
            }
            // `module::*`, `module::{self}`, `module::$name`: all of it.
            _ => {
                named.files.insert(module.file, true);
            }
        }
    }

    fn macro_of_ours(&self, name: &str, here: &Module, named: &mut Named) {
        let defined = self.macros.get(name).map_or(&[][..], Vec::as_slice);
        if defined.iter().any(|(file, _)| *file == here.file) {
            return;
        }
        let root = self.root_file(&here.file);
        for (file, _) in defined
            .iter()
            .filter(|(file, exported)| *exported || self.root_file(file) == root)
        {
            named.files.entry(file.clone()).or_default();
        }
    }

    /// What a macro of ours is given may become the beginning of a path, or its end.
    fn arguments(&self, tokens: &[Token], here: &Module, named: &mut Named) {
        for token in tokens {
            match token {
                Token::Group(_, inside) => self.arguments(inside, here, named),
                Token::Word(_) => self.import(slice::from_ref(token), here, named),
                _ => {}
            }
        }
    }

    /// An attribute may name a path in a string, as serde's `with = "module"`.
    fn paths_in_strings(&self, tokens: &[Token], here: &Module, named: &mut Named) {
        for token in tokens {
            match token {
                Token::Group(_, inside) => self.paths_in_strings(inside, here, named),
                Token::Literal(text) => {
                    let tokens = literal(text).and_then(|text| that_count(text).ok());
                    let tokens = tokens.unwrap_or_default();
                    if !tokens.is_empty() && path(&tokens).1 == tokens.len() {
                        self.import(&tokens, here, named);
                    }
                }
                _ => {}
            }
        }
    }

    /// The files that a literal may name: a program, by the variable that Cargo sets for its file;
    /// scripts, however they are written; and what else lies at
    /// that path, from the root or from the folder of the package in which `here` is.
    fn text(&self, text: &str, here: &Module, named: &mut Named) {
        let Some(text) = literal(text) else { return };
        let program = text.strip_prefix("CARGO_BIN_EXE_");
        if let Some(main) = program.and_then(|name| self.manifests.program(name)) {
            named.files.insert(main.clone(), true);
        }
        if text.ends_with(".py") {
            for script in self.scripts {
                let path = script.strip_prefix(self.root).unwrap_or(script);
                let path = path.to_string_lossy().replace('\\', "/");
                if scripts::may_mean(text, &path) {
                    named.files.insert(script.clone(), false);
                }
            }
        }
        let path = Path::new(text.trim_start_matches(['.', '/']));
        // Code in Rust is run when it is compiled.
        if path.components().count() < 2
            || path.extension().is_none_or(|kind| kind == "rs")
        {
            return;
        }
        let package = self.manifests.package_of(&here.file).map(|(folder, _)| folder);
        for folder in [Some(self.root), package].into_iter().flatten() {
            let file = folder.join(path);
            if self.files.has(&file) && file.is_file() {
                // Whoever names such a manifest runs its program.
                for other in self.manifests.outside(&file).into_iter().flatten() {
                    if self.files.has(&other) {
                        named.files.insert(other, true);
                    }
                }
                named.files.insert(file, false);
            }
        }
    }

    fn child(&self, module: &Module, name: &str) -> Option<Module> {
        let folder = module.folder.join(name);
        let files = [folder.with_extension("rs"), folder.join("mod.rs")];
        let file = files.into_iter().find(|file| self.files.has(file)).map(Module::of);
        // A module between braces has a folder at most.
        let between = || Module { file: module.file.clone(), folder: folder.clone() };
        file.or_else(|| self.files.has(&folder).then(between))
    }

    fn parent(&self, module: &Module) -> Option<Module> {
        let Module { file, folder } = module;
        if *folder != children(file) {
            return Some(Module { file: file.clone(), folder: folder.parent()?.into() });
        }
        let is_named_mod = file.ends_with("mod.rs");
        let folder = file.ancestors().nth(if is_named_mod { 2 } else { 1 })?;
        let parents = self.folders(folder).flat_map(|folder| {
            let here = ["lib.rs", "main.rs", "mod.rs"].map(|name| folder.join(name));
            here.into_iter().chain([folder.with_extension("rs")])
        });
        let parent = parents.into_iter().find(|file| self.files.has(file))?;
        Some(Module { file: parent, folder: folder.into() })
    }
}

/// The folder in which the modules below the one of `file` lie.
fn children(file: &Path) -> PathBuf {
    match file.file_stem().and_then(|stem| stem.to_str()) {
        Some("lib" | "main" | "mod") | None => {
            file.parent().unwrap_or(Path::new("")).into()
        }
        Some(_) => file.with_extension(""),
    }
}

/// Whether an attribute says in which file a module stands.
fn sets_a_path(attribute: &[Token]) -> bool {
    let names_it =
        name(attribute.first()) == Some("path") && is_punct(attribute.get(1), '=');
    names_it
        || arguments(attribute, "cfg_attr")
            .is_some_and(|inside| parts(inside).skip(1).any(sets_a_path))
}

/// The path of names that `tokens` begin with, and how many tokens it takes.
fn path(tokens: &[Token]) -> (Vec<&str>, usize) {
    let mut names: Vec<_> = name(tokens.first()).into_iter().collect();
    let mut length = 1;
    while is_path_separator(&tokens[length..]) {
        match name(tokens.get(length + 2)) {
            Some(name) => {
                names.push(name);
                length += 3;
            }
            None => {
                // `module::$name`
                names.push("");
                length += 2;
                break;
            }
        }
    }
    (names, length)
}

/// What stands in the string that `word` is.
fn literal(word: &str) -> Option<&str> {
    let start = word.find('"').filter(|&start| {
        word[..start].chars().all(|c| matches!(c, 'r' | 'b' | 'c' | '#'))
    })?;
    let end = word.rfind('"').filter(|&end| end > start)?;
    Some(&word[start + 1..end])
}

fn is_path_separator(tokens: &[Token]) -> bool {
    is_punct(tokens.first(), ':') && is_punct(tokens.get(1), ':')
}
