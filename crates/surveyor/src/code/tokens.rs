//! What of a Rust file counts: its tokens, without comments, doc comments, tests, and declarations of
//! modules.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::str::FromStr;

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};

/// A token. What stands in a group can be looked at where it is; of proc_macro2's groups, only a copy can.
#[derive(Debug)]
pub(super) enum Token {
    Group(Delimiter, Vec<Token>),
    /// A name or a keyword.
    Word(String),
    Literal(String),
    Punct(char, Spacing),
}

impl From<TokenTree> for Token {
    fn from(token: TokenTree) -> Self {
        match token {
            TokenTree::Group(group) => {
                let (delimiter, inside) = (group.delimiter(), group.stream());
                // Nobody else has the inside now, so that it is taken apart and not copied.
                drop(group);
                Self::Group(delimiter, essence(inside))
            }
            TokenTree::Ident(word) => Self::Word(word.to_string()),
            TokenTree::Literal(literal) => Self::Literal(literal.to_string()),
            TokenTree::Punct(punct) => Self::Punct(punct.as_char(), punct.spacing()),
        }
    }
}

/// Whoever reads what is nested more deeply may run out of stack.
const DEEPEST: usize = 1_000;

/// How deeply brackets are nested in `text`, those in texts and comments included.
fn depth(text: &str) -> usize {
    let (mut now, mut most) = (0_usize, 0);
    for byte in text.bytes() {
        match byte {
            b'(' | b'[' | b'{' => now += 1,
            b')' | b']' | b'}' => now = now.saturating_sub(1),
            _ => {}
        }
        most = most.max(now);
    }
    most
}

/// The tokens of `text` that say what it does, and which modules it has.
///
/// # Errors
///
/// One line, when it is not Rust, or nested more deeply than anybody writes it.
pub(super) fn that_count(text: &str) -> Result<Vec<Token>, String> {
    if depth(text) > DEEPEST {
        return Err(format!("its brackets are nested more than {DEEPEST} deep"));
    }
    let tokens = TokenStream::from_str(text)
        .map_err(|error| format!("it is not Rust: {error}"))?;
    Ok(essence(tokens))
}

pub(super) fn is_punct(token: Option<&Token>, c: char) -> bool {
    matches!(token, Some(Token::Punct(punct, _)) if *punct == c)
}

/// The name that `token` is; a raw one without its `r#`.
pub(super) fn name(token: Option<&Token>) -> Option<&str> {
    match token {
        Some(Token::Word(name)) => Some(name.trim_start_matches("r#")),
        _ => None,
    }
}

/// What stands in `token`, if it is a group in braces.
pub(super) fn braces(token: Option<&Token>) -> Option<&[Token]> {
    group(token, Delimiter::Brace)
}

fn group(token: Option<&Token>, by: Delimiter) -> Option<&[Token]> {
    match token {
        Some(Token::Group(delimiter, inside)) if *delimiter == by => Some(inside),
        _ => None,
    }
}

/// What the commas part.
pub(super) fn parts(tokens: &[Token]) -> impl Iterator<Item = &[Token]> {
    let parts = tokens.split(|token| is_punct(Some(token), ','));
    parts.filter(|part| !part.is_empty())
}

fn essence(tokens: TokenStream) -> Vec<Token> {
    let mut tokens: Vec<_> = tokens.into_iter().map(Token::from).collect();
    let (mut counts, mut i) = (vec![true; tokens.len()], 0);
    while i < tokens.len() {
        let ignored = ignored(&tokens[i..]);
        counts[i..i + ignored].fill(false);
        i += ignored.max(1);
    }
    let mut counts = counts.into_iter();
    tokens.retain(|_| counts.next() == Some(true));
    tokens
}

/// How many of `tokens` don't count, from the first on: a doc comment, or what is there for tests.
fn ignored(tokens: &[Token]) -> usize {
    match attribute(tokens) {
        Some((length, [Token::Word(doc), ..])) if doc == "doc" => length,
        Some((length, attribute)) if is_for_tests(attribute) => {
            match item(&tokens[length..]) {
                0 => 0,
                item => length + item,
            }
        }
        _ => 0,
    }
}

/// When `tokens` begin with an attribute: how many tokens it takes, and what stands in it.
pub(super) fn attribute(tokens: &[Token]) -> Option<(usize, &[Token])> {
    if !is_punct(tokens.first(), '#') {
        return None;
    }
    let at = if is_punct(tokens.get(1), '!') { 2 } else { 1 };
    Some((at + 1, group(tokens.get(at), Delimiter::Bracket)?))
}

/// What stands between the parentheses of an attribute of that name.
pub(super) fn arguments<'a>(attribute: &'a [Token], called: &str) -> Option<&'a [Token]> {
    let inside = group(attribute.get(1), Delimiter::Parenthesis)?;
    (attribute.len() == 2 && name(attribute.first()) == Some(called)).then_some(inside)
}

/// Whether what has this attribute is there for tests only: `cfg(test)`, or `cfg(all(test, …))`.
fn is_for_tests(attribute: &[Token]) -> bool {
    let Some(condition) = arguments(attribute, "cfg") else { return false };
    let all = parts(condition).next().and_then(|one| arguments(one, "all"));
    parts(all.unwrap_or(condition))
        .any(|part| part.len() == 1 && name(part.first()) == Some("test"))
}

/// How many of `tokens` are attributes of what follows, from the first on.
fn attributes(tokens: &[Token]) -> usize {
    let mut end = 0;
    while let Some((2, _)) = attribute(&tokens[end..]) {
        end += 2;
    }
    end
}

/// How many of `tokens` say who may use what follows, from the first on.
fn visibility(tokens: &[Token]) -> usize {
    let public = matches!(tokens.first(), Some(Token::Word(word)) if word == "pub");
    let scope = group(tokens.get(1), Delimiter::Parenthesis).is_some();
    usize::from(public) + usize::from(public && scope)
}

/// How many tokens the item takes that `tokens` begin with: up to its braces or its
/// semicolon; 0 when it is no item, but a field, an arm or an argument, whose end is harder to tell.
fn item(tokens: &[Token]) -> usize {
    let attributes = attributes(tokens);
    let start = attributes + visibility(&tokens[attributes..]);
    let Some(keyword) = name(tokens.get(start)) else { return 0 };
    let is_function = |word| ["async", "extern", "fn", "unsafe"].contains(&word);
    let ends_with_braces = match keyword {
        "const" => name(tokens.get(start + 1)).is_some_and(is_function),
        "static" | "type" | "use" => false,
        "async" | "enum" | "extern" | "fn" | "impl" | "macro_rules" | "mod"
        | "struct" | "trait" | "union" | "unsafe" => true,
        _ => return 0,
    };
    let ends = |token: &Token| {
        is_punct(Some(token), ';') || ends_with_braces && braces(Some(token)).is_some()
    };
    tokens.iter().skip(start).position(ends).map_or(0, |end| start + end + 1)
}

/// How many tokens a `mod name;` or `#[cfg(unix)] pub mod name;` takes that `tokens` begin with; 0
/// when they don't. It says that a file exists, which counts by itself where it is used.
fn module_declaration(tokens: &[Token]) -> usize {
    let attributes = attributes(tokens);
    let at = attributes + visibility(&tokens[attributes..]);
    let declares = matches!(tokens.get(at), Some(Token::Word(word)) if word == "mod")
        && matches!(tokens.get(at + 1), Some(Token::Word(_)))
        && is_punct(tokens.get(at + 2), ';');
    if declares { at + 3 } else { 0 }
}

/// Every token that counts as text, in order, without declarations of modules. What is one operator
/// is one word. A comma at the end of a list is left out: rustfmt adds it and takes it away. But where
/// it makes a tuple of one, it stays.
pub(super) fn flat(tokens: &[Token]) -> Vec<Cow<'_, str>> {
    let mut words = Vec::new();
    flatten(tokens, &mut words);
    words
}

fn flatten<'a>(tokens: &'a [Token], words: &mut Vec<Cow<'a, str>>) {
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
            Token::Group(delimiter, inside) => {
                let (open, close) = match delimiter {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Brace => ("{", "}"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::None => ("", ""),
                };
                words.push(open.into());
                flatten(inside, words);
                let before = i.checked_sub(1).map(|before| &tokens[before]);
                if *delimiter == Delimiter::Parenthesis && is_tuple_of_one(inside, before)
                {
                    words.push(",".into());
                }
                words.push(close.into());
            }
            Token::Punct(',', _) if i + 1 == tokens.len() => {}
            Token::Punct(punct, spacing) => {
                joint = *spacing == Spacing::Joint;
                match words.last_mut() {
                    Some(word) if was_joint => word.to_mut().push(*punct),
                    _ => words.push(punct.to_string().into()),
                }
            }
            Token::Word(text) | Token::Literal(text) => words.push(text.into()),
        }
        i += 1;
    }
}

/// Whether parentheses with that `inside` are something like `(1,)`. After a name, they are a list of arguments.
fn is_tuple_of_one(inside: &[Token], before: Option<&Token>) -> bool {
    const KEYWORDS: [&str; 20] = [
        "as", "break", "const", "dyn", "else", "fn", "for", "if", "impl", "in", "let",
        "loop", "match", "move", "mut", "ref", "return", "static", "unsafe", "while",
    ];
    let takes_arguments = name(before).is_some_and(|name| !KEYWORDS.contains(&name));
    let is_comma = |token: &Token| is_punct(Some(token), ',');
    !takes_arguments
        && inside.iter().position(is_comma).is_some_and(|comma| comma + 1 == inside.len())
}

/// The words of `tokens` without those that name one of the modules `names`: of a program that runs
/// what stands in several modules, what it does for all of them.
pub(super) fn without<'a>(
    tokens: &'a [Token],
    names: &BTreeSet<&str>,
) -> Vec<Cow<'a, str>> {
    let mut words = Vec::new();
    frame(tokens, names, &mut words);
    words
}

fn frame<'a>(tokens: &'a [Token], names: &BTreeSet<&str>, words: &mut Vec<Cow<'a, str>>) {
    let ends = |token: &Token| {
        is_punct(Some(token), ',')
            || is_punct(Some(token), ';')
            || braces(Some(token)).is_some()
    };
    for part in tokens.split_inclusive(ends) {
        let code = &part[attributes(part)..];
        if !flat(code).iter().any(|word| names.contains(&**word)) {
            words.extend(flat(part));
            continue;
        }
        // What has a list or a block in it does more than to name one of them.
        if code.iter().any(has_parts) {
            for token in part {
                match token {
                    Token::Group(_, inside) => frame(inside, names, words),
                    Token::Word(text) | Token::Literal(text) => words.push(text.into()),
                    Token::Punct(punct, _) => words.push(punct.to_string().into()),
                }
            }
        }
    }
}

fn has_parts(token: &Token) -> bool {
    let Token::Group(delimiter, inside) = token else { return false };
    *delimiter != Delimiter::Parenthesis || inside.iter().any(has_parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_nests_so_deeply() {
        let nested = |deep: usize| "{".repeat(deep) + &"}".repeat(deep);
        assert!(that_count(&nested(DEEPEST)).is_ok());
        assert!(that_count(&nested(100_000)).unwrap_err().contains("nested"));
        assert_eq!(depth("f(a[0], {b}) (c)"), 2);
    }

    fn words(text: &str) -> String {
        flat(&that_count(text).unwrap()).join(" ")
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
            without(&that_count(text).unwrap(), &names).join(" ")
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
