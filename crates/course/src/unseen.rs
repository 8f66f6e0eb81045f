//! What of the standard library no check can see, so no answer may use it: locks, atomics, channels,
//! threads and processes that aren't those of `witness`.
//!
//! The list is the `clippy.toml` of the set. Students have clippy beside rustlings, and it knows
//! what each name means. Here the names are followed through the tokens of an answer: through what
//! it imports, renames, and imports all of. A comment or a text is no token, and a macro's arguments
//! are. So both say the same, with one exception: what `#[allow]` hides from clippy is found here.

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::str::FromStr;

use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};
use serde::Deserialize;

use crate::set;

/// How many names may stand for each other, one after the other.
const RENAMED: usize = 16;

/// How many brackets may stand around a token. Nobody writes a tenth of them.
const NESTED: usize = 200;

/// What no answer may use.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub struct Unseen {
    disallowed_types: Vec<Thing>,
    disallowed_methods: Vec<Thing>,
    disallowed_macros: Vec<Thing>,
}

/// A thing of the standard library.
#[derive(Debug, Deserialize)]
pub struct Thing {
    /// Its path, from `std` on.
    pub path: String,
    /// Why no answer may use it, and what it uses instead.
    pub reason: String,
}

impl Unseen {
    /// Reads the list of the set in the folder `root`.
    ///
    /// # Errors
    ///
    /// When there is no `clippy.toml`, or it can't be read.
    pub fn read(root: &Path) -> Result<Self, String> {
        let path = root.join("clippy.toml");
        toml::from_str(&set::read(&path)?)
            .map_err(|error| format!("{}: {}", path.display(), error.message()))
    }

    /// All of the list.
    pub fn things(&self) -> impl Iterator<Item = &Thing> {
        [&self.disallowed_types, &self.disallowed_methods, &self.disallowed_macros]
            .into_iter()
            .flatten()
    }

    /// What an answer uses that no check can see, a line for each way in which it is
    /// written; nothing when all can be seen. What the compiler won't read isn't judged: it will say so itself.
    pub fn complaint(&self, answer: &str) -> Option<String> {
        let tokens = TokenStream::from_str(answer).ok()?;
        if !is_shallow(&tokens) {
            return Some(format!(
                "more than {NESTED} brackets stand around some words: nobody can read that"
            ));
        }
        let tokens: Vec<_> = tokens.into_iter().collect();
        let mut reader = Reader { unseen: self, scopes: Vec::new(), found: Vec::new() };
        reader.read_scope(&tokens);
        let found = reader.found;
        (!found.is_empty()).then(|| found.join("\n"))
    }

    /// The one of the list that `path` is or leads through. In an import, functions and macros are
    /// only a name; they may be used.
    fn find(&self, path: &[String], imported: bool) -> Option<&Thing> {
        let used = [&self.disallowed_methods, &self.disallowed_macros];
        let used = used.into_iter().flatten().filter(|_| !imported);
        self.disallowed_types.iter().chain(used).find(|thing| {
            let mut rest = path.iter();
            thing
                .path
                .split("::")
                .all(|name| rest.next().is_some_and(|part| part == name))
        })
    }

    /// One of the list that lies directly in the module `path`.
    fn find_in(&self, path: &[String]) -> Option<&Thing> {
        let module = path.join("::");
        self.things().find(|thing| {
            thing.path.rsplit_once("::").is_some_and(|(above, _)| above == module)
        })
    }
}

/// What the names in a pair of braces mean, or in the whole file.
#[derive(Default)]
struct Scope {
    /// What a name was imported as.
    imported: HashMap<String, Vec<String>>,
    /// From where all names were imported.
    all_of: Vec<Vec<String>>,
    /// What is declared here.
    declared: HashSet<String>,
}

/// A name in an import, and its path.
struct Import {
    name: String,
    path: Vec<String>,
}

struct Reader<'a> {
    unseen: &'a Unseen,
    /// Those around the place where it reads, the innermost one last.
    scopes: Vec<Scope>,
    found: Vec<String>,
}

impl Reader<'_> {
    /// Reads the tokens between two braces.
    fn read_scope(&mut self, tokens: &[TokenTree]) {
        let mut scope = Scope::default();
        for (i, token) in tokens.iter().enumerate() {
            let TokenTree::Ident(word) = token else { continue };
            match word.to_string().as_str() {
                "use" => {
                    for Import { name, path, .. } in imports(&tokens[i + 1..]) {
                        if name == "*" {
                            scope.all_of.push(path);
                        } else {
                            scope.imported.insert(name, path);
                        }
                    }
                }
                // `extern crate std as other;`
                "crate" => {
                    if let (Some(from), Some("as"), Some(to)) = (
                        name(tokens.get(i + 1)),
                        name(tokens.get(i + 2)).as_deref(),
                        name(tokens.get(i + 3)),
                    ) {
                        scope.imported.insert(to, vec![from]);
                    }
                }
                "type" => match alias(&tokens[i + 1..]) {
                    Some((name, path)) => {
                        scope.imported.insert(name, path);
                    }
                    None => scope.declared.extend(name(tokens.get(i + 1))),
                },
                "struct" | "enum" | "union" | "trait" | "mod" | "fn" | "const"
                | "static" => {
                    scope.declared.extend(name(tokens.get(i + 1)));
                }
                _ => {}
            }
        }
        self.scopes.push(scope);
        self.read(tokens);
        self.scopes.pop();
    }

    fn read(&mut self, tokens: &[TokenTree]) {
        let mut i = 0;
        while i < tokens.len() {
            match &tokens[i] {
                TokenTree::Group(group) => {
                    let inside: Vec<_> = group.stream().into_iter().collect();
                    if group.delimiter() == Delimiter::Brace {
                        self.read_scope(&inside);
                    } else {
                        self.read(&inside);
                    }
                    i += 1;
                }
                TokenTree::Ident(word) if word == "use" => {
                    let rest = &tokens[i + 1..];
                    // What is handed on may be used under names that aren't followed.
                    let handed_on = is_public(&tokens[..i]);
                    for Import { name, path } in imports(rest) {
                        self.look_at(&path, !handed_on);
                        if handed_on && name == "*" {
                            self.look_into(&path);
                        }
                    }
                    i += 1 + end_of_import(rest);
                }
                TokenTree::Ident(_) => {
                    let (path, length) = path(&tokens[i..]);
                    // A method, a field, or what belongs to a type that was named before.
                    let of_another = i > 0
                        && (is(&tokens[i - 1], '.')
                            || i >= 3
                                && is(&tokens[i - 1], ':')
                                && is(&tokens[i - 3], '>'));
                    // `<Arc<u8>>::strong_count`, or `Arc::<u8>::strong_count`.
                    if of_another
                        && !is(&tokens[i - 1], '.')
                        && let Some(of) = type_before(&tokens[..i - 2])
                    {
                        self.look_at(&[of, path].concat(), false);
                    } else if let [this, method] = &path[..]
                        && this == "Self"
                        && !self
                            .scopes
                            .iter()
                            .any(|scope| scope.declared.contains(method))
                    {
                        self.look_at_method(method);
                    } else if !of_another {
                        self.look_at(&path, false);
                        // The macros of the standard library need no import.
                        if tokens.get(i + length).is_some_and(|next| is(next, '!')) {
                            let path = [vec!["std".into()], path].concat();
                            self.look_at(&path, false);
                        }
                    }
                    i += length;
                }
                _ => i += 1,
            }
        }
    }

    /// Looks at a function that belongs to the type of this place, which may be any.
    fn look_at_method(&mut self, method: &str) {
        let belongs = |thing: &&Thing| {
            let mut names = thing.path.rsplit("::");
            names.next() == Some(method)
                && names.next().is_some_and(|of| of.starts_with(char::is_uppercase))
        };
        let known = self.unseen.disallowed_methods.iter().find(belongs);
        if let Some(Thing { path, reason }) = known {
            self.found.push(format!("`Self::{method}`, perhaps `{path}`: {reason}"));
        }
    }

    /// Looks at a path, wherever it leads.
    fn look_at(&mut self, path: &[String], imported: bool) {
        let mut meant = Vec::new();
        self.follow(path.to_vec(), RENAMED, &mut meant);
        let thing = meant.iter().find_map(|path| self.unseen.find(path, imported));
        self.complain(path.join("::"), thing);
    }

    /// Looks at what lies in a module, wherever its path leads.
    fn look_into(&mut self, path: &[String]) {
        let mut meant = Vec::new();
        self.follow(path.to_vec(), RENAMED, &mut meant);
        let thing = meant.iter().find_map(|path| self.unseen.find_in(path));
        self.complain(format!("{}::*", path.join("::")), thing);
    }

    fn complain(&mut self, written: String, thing: Option<&Thing>) {
        if let Some(Thing { path: known, reason }) = thing {
            let meant = if written == *known {
                String::new()
            } else {
                format!(", that is `{known}`")
            };
            let found = format!("`{written}`{meant}: {reason}");
            if !self.found.contains(&found) {
                self.found.push(found);
            }
        }
    }

    /// All paths from the root of a crate on that `path` may mean.
    fn follow(&self, mut path: Vec<String>, times: usize, meant: &mut Vec<Vec<String>>) {
        let here = |name: &String| ["crate", "self", "super"].contains(&name.as_str());
        path.drain(..path.iter().take_while(|name| here(name)).count());
        // `witness` hands this one on as it is.
        if path.iter().take(3).eq(["witness", "sync", "Arc"]) {
            path[0] = "std".into();
        }
        let Some(first) = path.first() else { return };
        if ["core", "alloc"].contains(&first.as_str()) {
            path[0] = "std".into();
        } else if times > 0 {
            for scope in self.scopes.iter().rev() {
                let onward = |from: &[String], rest: &[String]| [from, rest].concat();
                if let Some(from) = scope.imported.get(first) {
                    // `use std;` and its like mean themselves.
                    if from.first() != Some(first) {
                        return self.follow(onward(from, &path[1..]), times - 1, meant);
                    }
                    meant.push(onward(from, &path[1..]));
                    return;
                }
                if scope.declared.contains(first) {
                    return;
                }
                for from in &scope.all_of {
                    if from.first() != Some(first) {
                        self.follow(onward(from, &path), times - 1, meant);
                    }
                }
            }
        }
        meant.push(path);
    }
}

/// Whether no more than [`NESTED`] brackets stand around any token. Whatever reads them inwards takes
/// more of its stack for each.
fn is_shallow(tokens: &TokenStream) -> bool {
    let mut within = vec![(tokens.clone(), 0)];
    while let Some((tokens, depth)) = within.pop() {
        if depth > NESTED {
            return false;
        }
        within.extend(tokens.into_iter().filter_map(|token| match token {
            TokenTree::Group(group) => Some((group.stream(), depth + 1)),
            _ => None,
        }));
    }
    true
}

/// Whether `pub`, or `pub(…)`, ends these tokens.
fn is_public(before: &[TokenTree]) -> bool {
    let before = match before {
        [before @ .., TokenTree::Group(group)]
            if group.delimiter() == Delimiter::Parenthesis =>
        {
            before
        }
        before => before,
    };
    name(before.last()).is_some_and(|word| word == "pub")
}

/// The path that `tokens` begin with, and how many tokens it is.
fn path(tokens: &[TokenTree]) -> (Vec<String>, usize) {
    let mut names: Vec<String> = name(tokens.first()).into_iter().collect();
    let mut length = names.len();
    while let [colon, second, rest @ ..] = &tokens[length..]
        && is(colon, ':')
        && is(second, ':')
        && let Some(next) = name(rest.first())
    {
        names.push(next);
        length += 3;
    }
    (names, length)
}

/// What a `type` stands for, before `tokens`: its name, and the path behind the `=`.
fn alias(tokens: &[TokenTree]) -> Option<(String, Vec<String>)> {
    let end = end_of_import(tokens);
    let equals = tokens[..end].iter().position(|token| is(token, '='))?;
    let stands_for = tokens[equals + 1..end].iter().skip_while(|token| is(token, ':'));
    let (path, _) = path(&stands_for.cloned().collect::<Vec<_>>());
    Some((name(tokens.first())?, path))
        .filter(|(name, path)| path.first().is_some_and(|first| first != name))
}

/// The path of the type that `tokens` end with: what stands in `<…>`, or before it.
fn type_before(tokens: &[TokenTree]) -> Option<Vec<String>> {
    let mut open = 0;
    let begins = tokens.iter().rposition(|token| {
        open += i32::from(is(token, '>')) - i32::from(is(token, '<'));
        open == 0
    })?;
    let (before, within) = (&tokens[..begins], &tokens[begins + 1..]);
    if let [before @ .., colon, second] = before
        && is(colon, ':')
        && is(second, ':')
    {
        let names = before
            .iter()
            .rev()
            .take_while(|token| is(token, ':') || matches!(token, TokenTree::Ident(_)));
        let (names, _) = path(&before[before.len() - names.count()..]);
        return Some(names).filter(|names| !names.is_empty());
    }
    let (names, length) = path(within);
    // `<T as Trait>` is the trait's.
    let casts =
        within.get(length).is_some_and(|next| name(Some(next)).as_deref() == Some("as"));
    (!casts && !names.is_empty()).then_some(names)
}

/// What is imported by a `use` that stands before `tokens`. For all of a module, the name is `*`.
fn imports(tokens: &[TokenTree]) -> Vec<Import> {
    // `impl Trait + use<>` imports nothing.
    if tokens.first().is_none_or(|first| is(first, '<')) {
        return Vec::new();
    }
    let mut imports = Vec::new();
    import(&tokens[..end_of_import(tokens)], &[], &mut imports);
    imports
}

fn end_of_import(tokens: &[TokenTree]) -> usize {
    tokens.iter().position(|token| is(token, ';')).unwrap_or(tokens.len())
}

/// What a part of an import imports, which stands behind `from`: names, groups, and commas between.
fn import(tokens: &[TokenTree], from: &[String], imports: &mut Vec<Import>) {
    for part in tokens.split(|token| is(token, ',')) {
        let part = match part {
            [colon, second, rest @ ..] if is(colon, ':') && is(second, ':') => rest,
            part => part,
        };
        let (names, length) = path(part);
        let mut whole = [from, &names].concat();
        let rest = match &part[length..] {
            [colon, second, rest @ ..] if is(colon, ':') && is(second, ':') => rest,
            rest => rest,
        };
        match rest {
            [TokenTree::Group(group)] => {
                let inside: Vec<_> = group.stream().into_iter().collect();
                import(&inside, &whole, imports);
            }
            [star] if is(star, '*') => {
                imports.push(Import { name: "*".into(), path: whole });
            }
            rest => {
                if !matches!(part.first(), Some(TokenTree::Ident(_))) {
                    continue;
                }
                if whole.last().is_some_and(|last| last == "self") {
                    whole.pop();
                }
                let renamed = match rest {
                    [TokenTree::Ident(word), TokenTree::Ident(new)] if word == "as" => {
                        Some(plain(new))
                    }
                    _ => None,
                };
                let Some(name) = renamed.or_else(|| whole.last().cloned()) else {
                    continue;
                };
                imports.push(Import { name, path: whole });
            }
        }
    }
}

fn is(token: &TokenTree, c: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == c)
}

fn name(token: Option<&TokenTree>) -> Option<String> {
    match token {
        Some(TokenTree::Ident(name)) => Some(plain(name)),
        _ => None,
    }
}

/// A name; a raw one without its `r#`.
fn plain(name: &Ident) -> String {
    name.to_string().trim_start_matches("r#").into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complaint(answer: &str) -> Option<String> {
        let list = "
            disallowed-types = [
              { path = \"std::sync::Mutex\", reason = \"locks\" },
              { path = \"std::sync::atomic::AtomicU32\", reason = \"counts\" },
            ]
            disallowed-methods = [
              { path = \"std::thread::spawn\", reason = \"starts\" },
              { path = \"std::sync::Arc::strong_count\", reason = \"counts\" },
            ]
            disallowed-macros = [{ path = \"std::thread_local\", reason = \"keeps\" }]
        ";
        toml::from_str::<Unseen>(list).unwrap().complaint(answer)
    }

    #[test]
    fn whatever_way_it_is_named_it_is_found() {
        for answer in [
            "use std::sync::Mutex;",
            "use std::sync::{self, Arc, Mutex as Lock};",
            "use std::{thread, sync::{atomic::{AtomicU32, Ordering}}};",
            "struct Counts { count: core::sync::atomic::AtomicU32 }",
            "fn f() { let lock = ::std::sync::Mutex::new(1); }",
            "fn f() { println!(\"{:?}\", std::sync::Mutex::new(1)); }",
            "fn f() { let all = vec![<std::sync::Mutex<u8>>::default()]; }",
            "use std as real; fn f() { real::thread::spawn(|| ()); }",
            "extern crate std as real; fn f() { real::thread::spawn(|| ()); }",
            "use std::thread; fn f() { thread :: /* so */ spawn(|| ()); }",
            "use std::thread as t; use t::spawn as go; fn f() { go(|| ()); }",
            "use std::sync::*; type Lock = Mutex<u8>;",
            "mod inner { use std::thread::*; fn f() { spawn(|| ()); } }",
            "use std::r#thread; fn f() { thread::r#spawn(|| ()); }",
            "fn f() { use std::thread; { thread::spawn::<_, ()>(|| ()); } }",
            "mod own { pub use std::thread; } use own::thread; fn f() { std::thread::spawn(g); }",
            "thread_local! { static COUNT: u8 = 1; }",
            "#[allow(clippy::disallowed_types)] use std::sync::Mutex;",
            "use witness::sync::Arc; fn f() { Arc::strong_count(&a); }",
            "use witness::sync::Arc; fn f() { <Arc<()>>::strong_count(&a); }",
            "use std::sync::Arc; fn f() { Arc::<u8>::strong_count(&a); }",
            "type Of<T> = std::sync::Arc<T>; fn f() { Of::strong_count(&a); }",
            "impl Many for std::sync::Arc<u8> { fn f() { Self::strong_count(&a); } }",
        ] {
            assert!(complaint(answer).is_some(), "{answer}");
        }
    }

    #[test]
    fn what_is_too_deep_to_be_read_is_refused_and_not_read() {
        let nested =
            |depth| format!("fn f() {{ {}1{}; }}", "(".repeat(depth), ")".repeat(depth));
        assert_eq!(complaint(&nested(NESTED - 1)), None);
        assert!(complaint(&nested(NESTED)).is_some());
        assert!(complaint(&nested(100_000)).unwrap().contains("brackets"));
    }

    #[test]
    fn whatever_else_is_named_like_that_is_not() {
        for answer in [
            "// std::sync::Mutex",
            "/// Like [`std::sync::Mutex`].\nfn f() {}",
            "fn f() { println!(\"std::thread::spawn\"); }",
            "use witness::sync::Mutex; struct Lock(Mutex<u8>);",
            "use std::sync::Arc; use witness::thread; fn f() { thread::spawn(|| ()); }",
            "use std::thread; fn f() { thread::sleep(thread_time()); scope.spawn(|| ()); }",
            "use std::sync::*; use witness::sync::Mutex; type Lock = Mutex<u8>;",
            "use std::sync::*; struct Mutex; type Lock = Mutex;",
            "use std::thread::*; fn spawn() {} fn f() { spawn(); }",
            "fn lines() -> impl Iterator<Item = u8> + use<> { [].into_iter() }",
            "use std::sync::atomic::Ordering; use witness::sync::atomic::AtomicU32;",
            "fn f() { use witness::thread; thread::spawn(|| ()); }
             fn g() { use std::thread; thread::yield_now(); }",
            "use std::rc::Rc; fn f() { <Rc<u8>>::strong_count(&a); Rc::<u8>::strong_count(&a); }",
            "impl Few { fn strong_count() {} fn many() { Self::strong_count() } }",
            "this is no Rust {",
        ] {
            assert_eq!(complaint(answer), None, "{answer}");
        }
    }

    #[test]
    fn it_is_told_as_it_is_written_and_why() {
        let answer = "use std::thread as t;\n\nfn f() {\n    t::spawn(|| ());\n}\n";
        let said = complaint(answer).unwrap();
        assert_eq!(said, "`t::spawn`, that is `std::thread::spawn`: starts");
        let answer = "fn f() { std::thread::spawn(|| ()); std::thread::spawn(|| ()); }";
        assert_eq!(complaint(answer).unwrap(), "`std::thread::spawn`: starts");
    }
}
