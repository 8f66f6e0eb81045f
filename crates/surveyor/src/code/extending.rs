//! Code that is used without being named: what it adds to the types and traits of other files, and
//! macros.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::tokens::{Token, braces, flat, is_punct, name};

/// Whether `tokens`, which are all that counts of a file, and as text are `words`, add something to what stands in other files:
/// whoever has a value of a type from there runs this code, and never names it. An `impl` whose
/// first line speaks of something from here is no such thing, since only who names this file has it.
pub(super) fn extends(tokens: &[Token], words: &[Cow<'_, str>]) -> bool {
    let own = words.windows(2).filter_map(|pair| {
        let defines = matches!(&*pair[0], "enum" | "struct" | "trait" | "union");
        defines.then(|| &*pair[1])
    });
    let everywhere =
        ["export_name", "global_allocator", "link_section", "no_mangle", "panic_handler"];
    extends_others(tokens, &own.collect(), true)
        || words.iter().any(|word| everywhere.contains(&&**word))
}

/// `items`: whether `tokens` are those of a module, and no function's.
fn extends_others(tokens: &[Token], own: &BTreeSet<&str>, items: bool) -> bool {
    (0..tokens.len()).any(|i| {
        let (before, rest) = tokens.split_at(i);
        match &rest[0] {
            Token::Group(_, inside) => {
                let is_module = i > 1 && name(before.get(i - 2)) == Some("mod");
                extends_others(inside, own, items && is_module)
            }
            Token::Word(word) if word == "impl" && may_begin(before) => {
                let end = rest.iter().position(|token| {
                    is_punct(Some(token), ';') || braces(Some(token)).is_some()
                });
                end.is_some_and(|end| !speaks_of(&flat(&rest[..end]), own))
            }
            // A macro may come to an `impl`.
            Token::Word(word) => {
                items
                    && is_punct(rest.get(1), '!')
                    && word != "macro_rules"
                    && word != "thread_local"
            }
            _ => false,
        }
    })
}

/// Whether an item may begin after `before`. An `impl` elsewhere is a type.
fn may_begin(before: &[Token]) -> bool {
    match before.last() {
        None | Some(Token::Group(..)) => true,
        Some(Token::Punct(end, _)) => *end == ';',
        Some(word) => matches!(name(Some(word)), Some("unsafe" | "default")),
    }
}

/// Whether one of `words` is one of `own`, and no part of a longer path.
fn speaks_of(words: &[Cow<'_, str>], own: &BTreeSet<&str>) -> bool {
    let is_own =
        |i: usize| own.contains(&*words[i]) && (i == 0 || !words[i - 1].ends_with(':'));
    (0..words.len()).any(is_own)
}

/// The macros that are defined in a file of these `words`.
pub(super) fn macros(words: &[Cow<'_, str>]) -> BTreeSet<String> {
    let defined = words.windows(3).filter(|words| words[0] == "macro_rules");
    defined.map(|words| words[2].trim_start_matches("r#").into()).collect()
}

#[cfg(test)]
mod tests {
    use super::super::tokens::that_count;
    use super::*;

    #[test]
    fn code_extends_what_is_not_its_own() {
        let extends = |text: &str| {
            let tokens = that_count(text).unwrap();
            extends(&tokens, &flat(&tokens))
        };
        for text in [
            "impl super::Sum { fn f() {} }",
            "use super::*; impl Sum {}",
            "struct Mine; impl super::Mine {}",
            "struct Mine; impl Mine {} unsafe impl Send for Sum {}",
            "impl<T: Mine> Add for T {} trait Mine {}",
            "mod inner { impl Drop for super::super::Sum {} }",
            "macro_rules! add { ($t:ty) => { impl Add for $t {} } }",
            "crate::add! { Sum }",
            "add!(Sum);",
            "mod inner { add! { Sum } }",
            "#[global_allocator] static A: B = B;",
        ] {
            assert!(extends(text), "{text}");
        }
        for text in [
            "pub struct Mine; impl Mine {} impl From<Mine> for super::Sum {}",
            "trait Mine {} impl Mine for super::Sum {}",
            "fn f(x: impl Fn()) -> impl Send { g() }",
            "thread_local! { static A: u8 = 1 }",
            "fn f() { println!(\"{}\", 1); }",
            "#[cfg(test)] impl super::Sum {}",
        ] {
            assert!(!extends(text), "{text}");
        }
    }
}
