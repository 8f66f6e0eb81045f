//! What is refused before anything is compiled: an answer is one file, whose words mean what they
//! mean in Rust.
//!
//! Judged by tokens, so that a comment or a text may say anything, and spaces hide nothing.

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// The macros of the standard library that read files while they are compiled.
const FILES: [&str; 3] = ["include", "include_str", "include_bytes"];

/// Those that read the environment of whoever compiles. A module has the same name as one of
/// them.
const ENVIRONMENT: [&str; 2] = ["env", "option_env"];

/// Why nothing of `answer` is compiled, if so.
pub fn refused(answer: &str) -> Option<&'static str> {
    // What is no Rust, the compiler refuses.
    let tokens: TokenStream = answer.parse().ok()?;
    let mut within = vec![(tokens, false)];
    while let Some((tokens, attribute)) = within.pop() {
        let tokens: Vec<_> = tokens.into_iter().collect();
        for (at, token) in tokens.iter().enumerate() {
            let next = |character| is(tokens.get(at + 1), character);
            match token {
                TokenTree::Ident(name) => {
                    let name = name.to_string();
                    let name = name.strip_prefix("r#").unwrap_or(&name);
                    if name == "macro_rules" && next('!') {
                        return Some(
                            "an answer defines no macros: they would change the checks",
                        );
                    }
                    let renamed = matches!(tokens.get(at + 1), Some(TokenTree::Ident(word)) if word == "as");
                    if FILES.contains(&name) && (next('!') || renamed)
                        || ENVIRONMENT.contains(&name) && next('!')
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

/// Whether `answer` falls into tokens by itself. What doesn't is no Rust; if the compiler takes it
/// all the same, such as a quotation mark behind `#!/usr/bin`, nobody has judged what stands in it.
pub fn is_readable(answer: &str) -> bool {
    answer.parse::<TokenStream>().is_ok()
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
