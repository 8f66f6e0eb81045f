//! What of a Rust file counts: its tokens, without comments, doc comments, tests, and declarations of
//! modules.

use std::collections::BTreeSet;
use std::str::FromStr;

use proc_macro2::{Delimiter, Group, Spacing, TokenStream, TokenTree};

/// The tokens of `text` that say what it does, and which modules it has.
///
/// # Errors
///
/// One line, when it is not Rust.
pub(super) fn that_count(text: &str) -> Result<TokenStream, String> {
    let tokens = TokenStream::from_str(text)
        .map_err(|error| format!("it is not Rust: {error}"))?;
    Ok(essence(tokens))
}

pub(super) fn is_punct(token: Option<&TokenTree>, c: char) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == c)
}

/// The name that `token` is; a raw one without its `r#`.
pub(super) fn name(token: Option<&TokenTree>) -> Option<String> {
    match token {
        Some(TokenTree::Ident(name)) => {
            Some(name.to_string().trim_start_matches("r#").into())
        }
        _ => None,
    }
}

/// The group that `token` is, if it is one in braces.
pub(super) fn braces(token: Option<&TokenTree>) -> Option<&Group> {
    match token {
        Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => {
            Some(group)
        }
        _ => None,
    }
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
            Some((length, attribute))
                if is_for_tests(&attribute) && item(&rest[length..]) > 0 =>
            {
                i += length + item(&rest[length..]);
            }
            _ => {
                kept.push(match &tokens[i] {
                    TokenTree::Group(group) => TokenTree::Group(Group::new(
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
pub(super) fn attribute(tokens: &[TokenTree]) -> Option<(usize, String)> {
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

/// Whether what has this attribute is there for tests only: `cfg(test)`, or `cfg(all(test, …))`.
fn is_for_tests(attribute: &str) -> bool {
    let condition =
        attribute.strip_prefix("cfg(").and_then(|rest| rest.strip_suffix(')'));
    let Some(condition) = condition else { return false };
    let all = condition.strip_prefix("all(").and_then(|rest| rest.strip_suffix(')'));
    let mut depth = 0;
    let is_between = |c: char| {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        c == ',' && depth == 0
    };
    all.unwrap_or(condition).split(is_between).any(|each| each == "test")
}

/// How many of `tokens` are attributes of what follows, from the first on.
fn attributes(tokens: &[TokenTree]) -> usize {
    let mut end = 0;
    while let Some((2, _)) = attribute(&tokens[end..]) {
        end += 2;
    }
    end
}

/// How many of `tokens` say who may use what follows, from the first on.
fn visibility(tokens: &[TokenTree]) -> usize {
    let public = matches!(tokens.first(), Some(TokenTree::Ident(word)) if word == "pub");
    let scope = matches!(tokens.get(1),
        Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis);
    usize::from(public) + usize::from(public && scope)
}

/// How many tokens the item takes that `tokens` begin with: up to its braces or its
/// semicolon; 0 when it is no item, but a field, an arm or an argument, whose end is harder to tell.
fn item(tokens: &[TokenTree]) -> usize {
    let attributes = attributes(tokens);
    let start = attributes + visibility(&tokens[attributes..]);
    let Some(keyword) = name(tokens.get(start)) else { return 0 };
    let is_function =
        |word: String| ["async", "extern", "fn", "unsafe"].contains(&&*word);
    let ends_with_braces = match keyword.as_str() {
        "const" => name(tokens.get(start + 1)).is_some_and(is_function),
        "static" | "type" | "use" => false,
        "async" | "enum" | "extern" | "fn" | "impl" | "macro_rules" | "mod"
        | "struct" | "trait" | "union" | "unsafe" => true,
        _ => return 0,
    };
    let ends = |token: &TokenTree| {
        is_punct(Some(token), ';') || ends_with_braces && braces(Some(token)).is_some()
    };
    tokens.iter().skip(start).position(ends).map_or(0, |end| start + end + 1)
}

/// How many tokens a `mod name;` or `#[cfg(unix)] pub mod name;` takes that `tokens` begin with; 0
/// when they don't. It says that a file exists, which counts by itself where it is used.
fn module_declaration(tokens: &[TokenTree]) -> usize {
    let attributes = attributes(tokens);
    let at = attributes + visibility(&tokens[attributes..]);
    let declares = matches!(tokens.get(at), Some(TokenTree::Ident(word)) if word == "mod")
        && matches!(tokens.get(at + 1), Some(TokenTree::Ident(_)))
        && is_punct(tokens.get(at + 2), ';');
    if declares { at + 3 } else { 0 }
}

/// Every token that counts as text, in order, without declarations of modules. What is one operator
/// is one word. A comma at the end of a list is left out: rustfmt adds it and takes it away. But where
/// it makes a tuple of one, it stays.
pub(super) fn flat(tokens: TokenStream) -> Vec<String> {
    let mut words = Vec::new();
    flatten(tokens, &mut words);
    words
}

fn flatten(tokens: TokenStream, words: &mut Vec<String>) {
    let tokens: Vec<_> = tokens.into_iter().collect();
    let (mut i, mut joint) = (0, false);
    while i < tokens.len() {
        let declaration = module_declaration(&tokens[i..]);
        if declaration > 0 {
            i += declaration;
            continue;
        }
        let was_joint = joint;
        joint = false;
        match &tokens[i] {
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Brace => ("{", "}"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::None => ("", ""),
                };
                words.push(open.into());
                flatten(group.stream(), words);
                if is_tuple_of_one(group, i.checked_sub(1).map(|before| &tokens[before]))
                {
                    words.push(",".into());
                }
                words.push(close.into());
            }
            TokenTree::Punct(comma)
                if comma.as_char() == ',' && i + 1 == tokens.len() => {}
            TokenTree::Punct(punct) => {
                joint = punct.spacing() == Spacing::Joint;
                match words.last_mut() {
                    Some(word) if was_joint => word.push(punct.as_char()),
                    _ => words.push(punct.to_string()),
                }
            }
            token => words.push(token.to_string()),
        }
        i += 1;
    }
}

/// Whether `group` is something like `(1,)`. After a name, it is a list of arguments.
fn is_tuple_of_one(group: &Group, before: Option<&TokenTree>) -> bool {
    const KEYWORDS: [&str; 20] = [
        "as", "break", "const", "dyn", "else", "fn", "for", "if", "impl", "in", "let",
        "loop", "match", "move", "mut", "ref", "return", "static", "unsafe", "while",
    ];
    let takes_arguments =
        name(before).is_some_and(|name| !KEYWORDS.contains(&name.as_str()));
    let tokens: Vec<_> = group.stream().into_iter().collect();
    let is_comma = |token: &TokenTree| is_punct(Some(token), ',');
    group.delimiter() == Delimiter::Parenthesis
        && !takes_arguments
        && tokens.iter().position(is_comma).is_some_and(|comma| comma + 1 == tokens.len())
}

/// The words of `tokens` without those that name one of the modules `names`: of a program that runs
/// what stands in several modules, what it does for all of them.
pub(super) fn without(tokens: TokenStream, names: &BTreeSet<&str>) -> Vec<String> {
    let mut words = Vec::new();
    frame(tokens, names, &mut words);
    words
}

fn frame(tokens: TokenStream, names: &BTreeSet<&str>, words: &mut Vec<String>) {
    let tokens: Vec<_> = tokens.into_iter().collect();
    let ends = |token: &TokenTree| {
        is_punct(Some(token), ',')
            || is_punct(Some(token), ';')
            || braces(Some(token)).is_some()
    };
    for part in tokens.split_inclusive(ends) {
        let code: TokenStream = part[attributes(part)..].iter().cloned().collect();
        if !flat(code.clone()).iter().any(|word| names.contains(word.as_str())) {
            words.extend(flat(part.iter().cloned().collect()));
            continue;
        }
        // What has a list or a block in it does more than to name one of them.
        if code.into_iter().any(|token| has_parts(&token)) {
            for token in part {
                match token {
                    TokenTree::Group(group) => frame(group.stream(), names, words),
                    token => words.push(token.to_string()),
                }
            }
        }
    }
}

fn has_parts(token: &TokenTree) -> bool {
    let TokenTree::Group(group) = token else { return false };
    group.delimiter() != Delimiter::Parenthesis
        || group.stream().into_iter().any(|token| has_parts(&token))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> String {
        flat(that_count(text).unwrap()).join(" ")
    }

    #[test]
    fn what_is_not_the_same_differs() {
        for (one, other) in [
            ("fn f() { a & &b }", "fn f() { a && b }"),
            ("fn f() { a < -b }", "fn f() { a <- b }"),
            ("const A: T = (1,);", "const A: T = (1);"),
            ("fn f() { return (1,) }", "fn f() { return (1) }"),
            ("fn f((a,): T) {}", "fn f((a): T) {}"),
            (
                "struct S { #[cfg(test)] a: u8, b: u8 }",
                "struct S { #[cfg(test)] a: u8, b: u16 }",
            ),
            (
                "fn f() { match x { #[cfg(test)] A => 1, B => 2 } }",
                "fn f() { match x { #[cfg(test)] A => 1, B => 3 } }",
            ),
            ("fn f() { g(#[cfg(test)] 1, 2) }", "fn f() { g(#[cfg(test)] 1, 3) }"),
            ("#![no_std] mod a;", "#![no_core] mod a;"),
            ("#[cfg(any(test, unix))] mod a { fn t() {} }", ""),
            ("#[cfg(not(test))] mod a { fn t() {} }", ""),
            ("#[cfg(all(unix, any(unix, test, windows)))] mod a { fn t() {} }", ""),
            (
                "#[cfg(test)] const fn one() -> u64 { 1 } fn f() {} struct S;",
                "#[cfg(test)] const fn one() -> u64 { 1 } fn g() {} struct S;",
            ),
            (
                "#[cfg(test)] #[x] const A: T = T { a: 1 }; fn f() {}",
                "#[cfg(test)] #[x] const A: T = T { a: 1 }; fn g() {}",
            ),
        ] {
            assert_ne!(words(one), words(other), "{one}");
        }
    }

    #[test]
    fn what_is_the_same_does_not() {
        for (one, other) in [
            ("fn f(a: T,) { g(a,) }", "fn f(a: T) { g(a) }"),
            ("const A: T = (1, 2,);", "const A: T = (1, 2);"),
            ("#[cfg(unix)] mod a; fn f() {}", "fn f() {}"),
            ("#[cfg(test)] pub(crate) fn t() { 1 } fn f() {}", "fn f() {}"),
            ("#[cfg(test)] #[rustfmt::skip] use a::{b, c}; fn f() {}", "fn f() {}"),
            ("#[cfg(test)] const A: T = T { a: 1 }; fn f() {}", "fn f() {}"),
            ("#[cfg(all(test, unix))] mod tests { fn t() {} } fn f() {}", "fn f() {}"),
            (
                "#[cfg(all(any(unix, windows), test,))] mod a { fn t() {} } fn f() {}",
                "fn f() {}",
            ),
        ] {
            assert_eq!(words(one), words(other), "{one}");
        }
    }

    #[test]
    fn a_frame_is_what_no_module_is_named_in() {
        let frame = |text: &str| {
            let names = ["sums", "products"].into();
            without(that_count(text).unwrap(), &names).join(" ")
        };
        let one = "mod sums; const N: u8 = 1; fn main() { setup(N); sums::bench(); run(&[(\"sums\", sums::f)]) }";
        let more = "mod sums; #[cfg(unix)] mod products; const N: u8 = 1; \
             fn main() { setup(N); sums::bench(); #[cfg(unix)] products::bench(); \
             run(&[(\"sums\", sums::f), #[cfg(unix)] (\"products\", products::f)]) }";
        assert_eq!(frame(one), frame(more));
        assert_ne!(frame(one), frame(&one.replace("setup(N)", "setup(2)")));
        assert_ne!(frame(one), frame(&one.replace("u8 = 1", "u8 = 2")));
        assert_ne!(frame(one), frame(&one.replace("run(&", "walk(&")));
    }
}
