//! What of a Rust file counts: its tokens, without comments, doc comments, tests, and declarations of
//! modules.

use std::str::FromStr;

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// The tokens of `text` that say what it does.
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

/// Every token as text, in order. A comma at the end of a list is left out: rustfmt adds it and takes
/// it away.
pub(super) fn flat(tokens: TokenStream) -> Vec<String> {
    let mut words = Vec::new();
    flatten(tokens, &mut words);
    words
}

fn flatten(tokens: TokenStream, words: &mut Vec<String>) {
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
                words.push(open.into());
                flatten(group.stream(), words);
                words.push(close.into());
            }
            TokenTree::Punct(comma)
                if comma.as_char() == ',' && tokens.peek().is_none() => {}
            token => words.push(token.to_string()),
        }
    }
}
