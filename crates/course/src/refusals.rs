//! What is refused before anything is compiled: an answer is one file, whose words mean what they
//! mean in Rust.
//!
//! Judged by tokens, so that a comment or a text may say anything, and spaces hide nothing.

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
const EVERYBODYS: [&str; 29] = [
    "std", "core", "alloc", "witness", "checks", "Box", "String", "Vec", "Option",
    "Some", "None", "Ok", "bool", "char", "str", "i8", "i16", "i32", "i64", "i128",
    "isize", "u8", "u16", "u32", "u64", "u128", "usize", "f32", "f64",
];

/// Whether `answer` can be read by its tokens alone. What can't is no Rust by itself; with the checks below
/// it, it may be some: they may close a quote that it leaves open.
pub fn is_readable(answer: &str) -> bool {
    answer.parse::<TokenStream>().is_ok()
}

/// Why nothing of `answer` is compiled, if so.
pub fn refused(answer: &str) -> Option<&'static str> {
    // The compiler skips such a line, and whatever reads tokens takes a quote in it for the beginning of a
    // text.
    if answer.strip_prefix("#!").is_some_and(|rest| !rest.trim_start().starts_with('[')) {
        return Some("an answer begins with Rust, and not with a line for a shell");
    }
    // What is no Rust, the compiler refuses.
    let tokens: TokenStream = answer.parse().ok()?;
    let renamed = renamed(&tokens, &ENVIRONMENT);
    let mut within = vec![(tokens, false)];
    while let Some((tokens, attribute)) = within.pop() {
        let tokens: Vec<_> = tokens.into_iter().collect();
        for (at, token) in tokens.iter().enumerate() {
            let next = |character| is(tokens.get(at + 1), character);
            match token {
                TokenTree::Ident(name) => {
                    let name = plain(name);
                    let name = name.as_str();
                    if DECLARE.contains(&name)
                        && word(tokens.get(at + 1))
                            .is_some_and(|new| EVERYBODYS.contains(&new.as_str()))
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
                    within.push((group.stream(), attribute || attributes));
                }
                TokenTree::Punct(_) | TokenTree::Literal(_) => {}
            }
        }
    }
    None
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
            assert!(refused(answer).is_some(), "{answer}");
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
            assert_eq!(refused(answer), None, "{answer}");
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
        assert_eq!(refused(&deep), None);
    }
}
