//! What is refused before anything is compiled: an answer is one file, whose words mean what they
//! mean in Rust.
//!
//! Judged by tokens, so that a comment or a text may say anything, and spaces hide nothing.

use std::collections::HashSet;

use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};

/// The macros of the standard library that read files while they are compiled.
const FILES: [&str; 3] = ["include", "include_str", "include_bytes"];

/// Those that read the environment of whoever compiles. A module has the same name as one of
/// them.
const ENVIRONMENT: [&str; 2] = ["env", "option_env"];

/// The words that stand before the name of something new. `const` and `static` stand before types, too.
const DECLARE: [&str; 7] = ["struct", "enum", "union", "type", "trait", "mod", "fn"];

/// Names that mean the same everywhere: crates, the module of the checks, types that need no import.
/// The checks, and what an exercise gives, stand beside the answer and would take its meaning.
const EVERYBODYS: [&str; 31] = [
    "std", "core", "alloc", "witness", "checks", "Box", "String", "Vec", "Option",
    "Some", "None", "Ok", "Err", "drop", "bool", "char", "str", "i8", "i16", "i32",
    "i64", "i128", "isize", "u8", "u16", "u32", "u64", "u128", "usize", "f32", "f64",
];

/// Whether `answer` can be read by its tokens alone. What can't is no Rust by itself; with the checks below
/// it, it may be some: they may close a quote that it leaves open.
pub fn is_readable(answer: &str) -> bool {
    answer.parse::<TokenStream>().is_ok()
}

/// Why nothing of `answer` is compiled together with `checks`, if so.
pub fn refused(answer: &str, checks: &str) -> Option<&'static str> {
    // The compiler skips such a line, and whatever reads tokens takes a quote in it for the beginning of a
    // text.
    if answer.strip_prefix("#!").is_some_and(|rest| !rest.trim_start().starts_with('[')) {
        return Some("an answer begins with Rust, and not with a line for a shell");
    }
    // What is no Rust, the compiler refuses.
    let tokens: TokenStream = answer.parse().ok()?;
    if adds_methods(&tokens, checks) {
        return Some(
            "an answer gives no type of others a method that the checks call: it would change \
             what they mean",
        );
    }
    let renamed = renamed(&tokens, &ENVIRONMENT);
    let mut within = vec![(tokens, false, false)];
    while let Some((tokens, attribute, within_impl)) = within.pop() {
        let tokens: Vec<_> = tokens.into_iter().collect();
        for (at, token) in tokens.iter().enumerate() {
            let next = |character| is(tokens.get(at + 1), character);
            match token {
                TokenTree::Ident(name) => {
                    let name = plain(name);
                    let name = name.as_str();
                    let everybodys = |new: String| EVERYBODYS.contains(&new.as_str());
                    if DECLARE.contains(&name)
                        // What belongs to a type is no name by itself.
                        && !within_impl
                        && word(tokens.get(at + 1)).is_some_and(everybodys)
                        || name == "use" && imported_as(&tokens[at..]).any(everybodys)
                    {
                        return Some(
                            "an answer gives no other meaning to a name that everybody knows: \
                             it would change the checks",
                        );
                    }
                    if name == "macro_rules" && next('!') {
                        return Some(
                            "an answer defines no macros: they would change the checks",
                        );
                    }
                    let becomes_another =
                        word(tokens.get(at + 1)).is_some_and(|word| word == "as");
                    if FILES.contains(&name) && (next('!') || becomes_another)
                        || (ENVIRONMENT.contains(&name)
                            || renamed.iter().any(|new| new == name))
                            && next('!')
                    {
                        return Some(
                            "an answer is one file: while it is compiled, it reads no other, \
                             and no environment",
                        );
                    }
                    if attribute && name == "path" && next('=') {
                        return Some(
                            "an answer is one file: it takes in no other by `#[path]`",
                        );
                    }
                }
                TokenTree::Group(group) => {
                    let attributes = group.delimiter() == Delimiter::Bracket
                        && follows_hash(&tokens, at);
                    let braces = group.delimiter() == Delimiter::Brace;
                    within.push((
                        group.stream(),
                        attribute || attributes,
                        braces && follows_impl(&tokens[..at]),
                    ));
                }
                TokenTree::Punct(_) | TokenTree::Literal(_) => {}
            }
        }
    }
    None
}

/// Whether a trait that `answer` declares gives a type of others a method that `checks` call: the checks
/// import all of the answer, so they would call that one.
fn adds_methods(answer: &TokenStream, checks: &str) -> bool {
    let (mut traits, mut types, mut given) = (Vec::new(), HashSet::new(), Vec::new());
    for tokens in all_within(answer) {
        for (at, token) in tokens.iter().enumerate() {
            match word(Some(token)).as_deref() {
                Some("struct" | "enum" | "union") => {
                    types.extend(word(tokens.get(at + 1)))
                }
                Some("trait") => {
                    let methods = braces_after(&tokens[at..]).map(methods);
                    traits.extend(word(tokens.get(at + 1)).zip(methods));
                }
                Some("impl") => given.extend(gives(&tokens[at..])),
                _ => {}
            }
        }
    }
    let Ok(checks) = checks.parse() else { return false };
    let called: HashSet<String> = all_within(&checks)
        .iter()
        .flat_map(|tokens| {
            let after_dot = tokens.windows(2).filter(|pair| is(pair.first(), '.'));
            after_dot.filter_map(|pair| word(pair.get(1))).collect::<Vec<_>>()
        })
        .collect();
    let to_others = |name: &String| {
        given.iter().any(|(given, to)| given == name && !types.contains(to))
    };
    traits.iter().any(|(name, methods)| {
        to_others(name) && methods.iter().any(|method| called.contains(method))
    })
}

/// The tokens of a file, and those within each of its brackets.
fn all_within(tokens: &TokenStream) -> Vec<Vec<TokenTree>> {
    let (mut all, mut within) = (Vec::new(), vec![tokens.clone()]);
    while let Some(tokens) = within.pop() {
        let tokens: Vec<_> = tokens.into_iter().collect();
        within.extend(tokens.iter().filter_map(|token| match token {
            TokenTree::Group(group) => Some(group.stream()),
            _ => None,
        }));
        all.push(tokens);
    }
    all
}

fn braces_after(tokens: &[TokenTree]) -> Option<TokenStream> {
    tokens.iter().find_map(|token| match token {
        TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => {
            Some(group.stream())
        }
        _ => None,
    })
}

/// The names of the functions in a trait.
fn methods(body: TokenStream) -> Vec<String> {
    let tokens: Vec<_> = body.into_iter().collect();
    let after_fn = tokens
        .windows(2)
        .filter(|pair| word(pair.first()).is_some_and(|word| word == "fn"));
    after_fn.filter_map(|pair| word(pair.get(1))).collect()
}

/// Of the `impl` that these tokens begin with: the name of the trait, and that of the type, if there is a
/// trait. For `[T]` and other types without a name, the second is empty.
fn gives(tokens: &[TokenTree]) -> Option<(String, String)> {
    let end = tokens
        .iter()
        .position(|token| matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace))?;
    let tokens = &tokens[..end];
    let gives = tokens
        .iter()
        .position(|token| word(Some(token)).is_some_and(|word| word == "for"))?;
    // `X<T>` and `own::X` are `X`; what stands in `<…>` has no part in it.
    let name = |tokens: &[TokenTree]| {
        let (mut depth, mut last) = (0, None);
        for token in tokens {
            depth += i32::from(is(Some(token), '<')) - i32::from(is(Some(token), '>'));
            match word(Some(token)) {
                Some(word) if word == "where" => break,
                Some(word) if depth == 0 => last = Some(word),
                _ => {}
            }
        }
        last.unwrap_or_default()
    };
    Some((name(&tokens[..gives]), name(&tokens[gives + 1..])))
}

/// Whether `impl …` stands before a pair of braces, and not another pair between.
fn follows_impl(before: &[TokenTree]) -> bool {
    before
        .iter()
        .rev()
        .take_while(|token| {
            !is(Some(token), ';')
                && !matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace)
        })
        .any(|token| word(Some(token)).is_some_and(|word| word == "impl"))
}

/// The new names in the import that these tokens begin with.
fn imported_as(tokens: &[TokenTree]) -> impl Iterator<Item = String> {
    let end = tokens.iter().position(|token| is(Some(token), ';'));
    let import = tokens[..end.unwrap_or(tokens.len())].iter().cloned().collect();
    all_within(&import).into_iter().flat_map(|tokens| {
        let after_as = tokens
            .windows(2)
            .filter(|pair| word(pair.first()).is_some_and(|word| word == "as"));
        after_as.filter_map(|pair| word(pair.get(1))).collect::<Vec<_>>()
    })
}

/// The new names of `names`, wherever one stands before `as`.
fn renamed(tokens: &TokenStream, names: &[&str]) -> Vec<String> {
    let (mut new, mut within) = (Vec::new(), vec![tokens.clone()]);
    while let Some(tokens) = within.pop() {
        let tokens: Vec<_> = tokens.into_iter().collect();
        for (at, token) in tokens.iter().enumerate() {
            match token {
                TokenTree::Group(group) => within.push(group.stream()),
                TokenTree::Ident(name) if names.contains(&plain(name).as_str()) => {
                    let becomes =
                        word(tokens.get(at + 1)).is_some_and(|word| word == "as");
                    new.extend(word(tokens.get(at + 2)).filter(|_| becomes));
                }
                _ => {}
            }
        }
    }
    new
}

fn word(token: Option<&TokenTree>) -> Option<String> {
    match token {
        Some(TokenTree::Ident(name)) => Some(plain(name)),
        _ => None,
    }
}

/// A name; a raw one without its `r#`.
fn plain(name: &Ident) -> String {
    name.to_string().trim_start_matches("r#").into()
}

/// Whether a `#`, or a `#!`, comes before the token at `at`.
fn follows_hash(tokens: &[TokenTree], at: usize) -> bool {
    let before = |back| at.checked_sub(back).and_then(|at| tokens.get(at));
    is(before(1), '#') || is(before(1), '!') && is(before(2), '#')
}

fn is(token: Option<&TokenTree>, character: char) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == character)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn macros_and_other_files_are_refused_however_they_are_written() {
        for answer in [
            "macro_rules! assert { ($($any:tt)*) => { () } }",
            "macro_rules ! assert { () => {} }",
            "macro_rules /* here */ ! /* and here */ assert { () => {} }",
            "fn f() { macro_rules\n!\nx { () => {} } }",
            "#[path = \"../../solutions/threads/few_at_once.rs\"] mod them;",
            "# [ path = \"them.rs\" ] mod them;",
            "#[cfg_attr(all(), path = \"them.rs\")] mod them;",
            "mod inner { #![cfg_attr(all(), path = \"them\")] mod them; }",
            "include!(\"them.rs\");",
            "const X: &str = include_str ! (\"/etc/shadow\");",
            "const X: &[u8] = r#include_bytes!(\"/dev/zero\");",
            "use std::include_str as harmless;",
            "use std::{concat, include as harmless};",
            "const X: &str = concat!(\"a\", env!(\"HOME\"));",
            "use std::option_env as seen; const X: Option<&str> = seen!(\"PATH\");",
            "use std::{concat, env as e}; mod own { const X: &str = super::e!(\"PATH\"); }",
            "mod std { pub use ::std::*; pub mod ptr {} }",
            "mod own { pub struct Vec<T>(T); } use own::Vec;",
            "type usize = Anything; struct Anything;",
            "pub mod r#witness {}",
            "#!/bin/sh \"\nmacro_rules! assert { () => {} }\n// \"",
            "#! 'a\nfn f() {}",
        ] {
            assert!(refused(answer, "").is_some(), "{answer}");
        }
    }

    #[test]
    fn words_in_comments_texts_and_names_are_not() {
        for answer in [
            "// A macro_rules! would be shorter.\nfn f() {}",
            "/* #[path = \"x\"] include!(\"y\") */ fn f() {}",
            "/// `include_str!(\"x\")`\nfn f() { println!(\"macro_rules! env!(x)\"); }",
            "fn f(path: &Path, include: bool) { let path = 1; let env = include; }",
            "fn f() { std::env::args(); let a = [path = 3]; }",
            "fn macro_rules_of_the_house() {}",
            "use std::env;",
            "use std::env as around;",
            "use std::env as around; fn f() { around::args(); println!(\"{:?}\", x as usize); }",
            "type Result<T> = std::result::Result<T, String>;",
            "impl FromStr for X { type Err = String; fn from_str(s: &str) -> Self { X } }",
            "struct Strings(Vec<String>); enum Kind { String(String), None }",
            "#! [allow(dead_code)]\nfn f(text: &'static str) {}",
            "use std::string::String; const fn count(n: usize) -> *const u8 { std::ptr::null() }",
            "fn f( {",
        ] {
            assert_eq!(refused(answer, ""), None, "{answer}");
        }
    }

    #[test]
    fn what_hides_behind_a_first_line_is_not_readable() {
        for (answer, readable) in [
            ("#!/usr/bin/env \"\nmacro_rules! assert { () => {} }", false),
            ("#!/usr/bin/env cargo\nfn f() {}", true),
            ("fn f( {", false),
            ("fn f() {}", true),
        ] {
            assert_eq!(is_readable(answer), readable, "{answer}");
        }
    }

    #[test]
    fn depth_is_no_trouble() {
        let deep = "(".repeat(100_000) + &")".repeat(100_000);
        assert_eq!(refused(&deep, ""), None);
    }

    #[test]
    fn no_type_of_others_gets_a_method_that_the_checks_call() {
        let checks =
            "mod checks { fn f() { assert!(found.iter().all(|x| x.len() == 1)); } }";
        for answer in [
            "trait Few { fn iter(&self) -> Nothing; } impl Few for Vec<u8> { fn iter() {} }",
            "mod own { pub trait Few { fn len(&self) -> usize { 1 } } } impl<T> own::Few for [T] {}",
            "trait Few<T> where T: Copy { fn all(self) -> bool { true } }
             impl<T, I: Iterator<Item = T>> Few<T> for I where I: Sized {}",
        ] {
            assert!(refused(answer, checks).is_some(), "{answer}");
            assert_eq!(refused(answer, "fn f() { found.take(3) }"), None, "{answer}");
        }
        for answer in [
            "trait Few { fn first(&self); } impl Few for Vec<u8> { fn first(&self) {} }",
            "struct Mine(u8); trait Few { fn len(&self); } impl Few for Mine { fn len(&self) {} }",
            "struct Mine; impl Iterator for Mine { fn next(&mut self) {} fn len(&self) {} }",
        ] {
            assert_eq!(refused(answer, checks), None, "{answer}");
        }
    }

    #[test]
    fn nothing_is_imported_under_a_name_that_everybody_knows() {
        for answer in [
            "use std::mem::forget as drop;",
            "use std::{mem::{forget as drop}, sync::Arc};",
            "fn drop<T>(_: T) {}",
            "use own::Anything as Vec;",
        ] {
            assert!(refused(answer, "").is_some(), "{answer}");
        }
        for answer in [
            "impl Drop for X { fn drop(&mut self) {} }",
            "impl<T: Fn()> Drop for X<T> where T: Sized { fn drop(&mut self) { f(1 as usize) } }",
            "use std::sync::mpsc as channels; fn f() { drop(1); 1 as u8; }",
        ] {
            assert_eq!(refused(answer, ""), None, "{answer}");
        }
    }
}
