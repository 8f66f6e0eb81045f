//! Code that was pasted, measured numbers that were typed, HTML, and rows without a table.

use std::path::Path;
use std::sync::LazyLock;

use crate::finding::Finding;
use mdbook_markdown::pulldown_cmark::{CodeBlockKind, Event, Tag, TagEnd};
use regex::Regex;

use crate::asking::Chapter;
use crate::asking::chapter::{TITLE, is_question, is_sketch, parser};

/// Finds pasted code, typed numbers, HTML and rows without a table in a chapter.
pub(super) fn code_and_prose(chapter: &Chapter, findings: &mut Vec<Finding>) {
    let text = &chapter.bare;
    static LEFT: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?:^|[^\\])\{\{\s*#").expect("the pattern is right")
    });
    for left in LEFT.find_iter(text) {
        findings.push(Finding::new(
            &chapter.file,
            chapter.lines.at(left.end()),
            "this directive is not closed in its line, or has braces inside",
            "write {{#name arguments}}, or \\{{#… for one that is not meant",
        ));
    }
    let mut language: Option<String> = None;
    let mut block: Option<(usize, String)> = None;
    // The words of a paragraph, cell or heading, with the line in which each began:
    // numbers and units may be told apart by a line's end or by emphasis.
    let mut words: Vec<(usize, String)> = Vec::new();
    for (event, range) in parser(text).into_offset_iter() {
        let line = chapter.lines.at(range.start);
        match event {
            Event::Start(Tag::CodeBlock(kind)) => {
                let name = match kind {
                    CodeBlockKind::Fenced(info) if is_question(&info) => "predict".into(),
                    CodeBlockKind::Fenced(info) => info.trim().to_string(),
                    CodeBlockKind::Indented => String::new(),
                };
                if name.is_empty() {
                    findings.push(Finding::new(
                        &chapter.file,
                        line,
                        "this block doesn't say what it is",
                        "fence it with ```text, ```console, or the name of a language",
                    ));
                }
                language = Some(name);
            }
            Event::End(TagEnd::CodeBlock) => language = None,
            Event::Text(code) if language.is_some() => match language.as_deref() {
                Some("text" | "console" | "toml" | "") => {}
                Some(fence) if is_sketch(fence) => {
                    // What ends a line doesn't go on in the next.
                    let numbers = code.lines().flat_map(typed_numbers);
                    findings.extend(
                        numbers.map(|(_, number)| typed(&chapter.file, line, number)),
                    );
                }
                Some(TITLE) => {
                    let says = code.lines().filter(|line| line.starts_with("says"));
                    let says: String = says.collect();
                    findings.extend(
                        typed_numbers(&says)
                            .map(|(_, number)| typed(&chapter.file, line, number)),
                    );
                }
                Some("predict") => {
                    let said = options_removed(&code);
                    findings.extend(
                        typed_numbers(&said)
                            .map(|(_, number)| typed(&chapter.file, line, number)),
                    );
                }
                _ if code.trim().is_empty() => {}
                _ => findings.push(Finding::new(
                    &chapter.file,
                    line,
                    "this code was pasted, so nothing compiles or tests it",
                    "put it into a crate and {{#include FILE:ANCHOR}} it",
                )),
            },
            Event::Text(text) => words.push((line, text.into_string())),
            Event::SoftBreak | Event::HardBreak => words.push((line, " ".into())),
            Event::Start(Tag::HtmlBlock) => block = Some((line, String::new())),
            Event::Html(part) => {
                if let Some((_, html)) = &mut block {
                    html.push_str(&part);
                }
            }
            Event::End(TagEnd::HtmlBlock) => {
                let (line, html) = block.take().unwrap_or_default();
                findings.extend(no_markdown(&chapter.file, line, &html));
            }
            Event::InlineHtml(html) => {
                findings.extend(no_markdown(&chapter.file, line, &html));
            }
            Event::End(
                TagEnd::Emphasis
                | TagEnd::Strong
                | TagEnd::Strikethrough
                | TagEnd::Link
                | TagEnd::Image,
            ) => {}
            // Whatever else ends, a number doesn't go on after it.
            Event::End(_) => {
                let said: String = words.iter().map(|(_, text)| text.as_str()).collect();
                for (at, number) in typed_numbers(&said) {
                    findings.push(typed(&chapter.file, line_of(&words, at), number));
                }
                if said.starts_with('|') {
                    findings.push(Finding::new(
                        &chapter.file,
                        line_of(&words, 0),
                        "this row belongs to no table, so readers see its bars",
                        "take away the empty line above it, or give it a head",
                    ));
                }
                words.clear();
            }
            _ => {}
        }
    }
}

/// The line in which the piece of text began that has byte `at` of all of them.
fn line_of(words: &[(usize, String)], mut at: usize) -> usize {
    for (line, text) in words {
        if at < text.len() {
            return *line;
        }
        at -= text.len();
    }
    words.last().map_or(0, |(line, _)| *line)
}

/// A predict block without its options, whose bounds are there to be typed.
fn options_removed(toml: &str) -> String {
    let is_option =
        |line: &&str| line.trim_start().starts_with('{') || line.starts_with("options");
    toml.lines().filter(|line| !is_option(line)).collect::<Vec<_>>().join(" ")
}

/// The finding about HTML, unless that is comments only. No gate reads HTML, and none has to: what
/// Markdown can't say, a directive draws.
fn no_markdown(file: &Path, line: usize, html: &str) -> Option<Finding> {
    let mut rest = html.trim();
    while let Some((inside, after)) =
        rest.strip_prefix("<!--").and_then(|comment| comment.split_once("-->"))
    {
        // There, too, a browser takes it to end.
        if inside.starts_with('>') || inside.starts_with("->") || inside.contains("--!>")
        {
            break;
        }
        rest = after.trim();
    }
    (!rest.is_empty()).then(|| {
        Finding::new(
            file,
            line,
            "this is HTML, which no gate can read",
            "write it in Markdown, or take it away",
        )
    })
}

/// The finding about a number that was typed.
pub(crate) fn typed(file: &Path, line: usize, number: &str) -> Finding {
    Finding::new(
        file,
        line,
        format!("`{number}` was typed into the text"),
        "cite what was measured with {{#measured ID}} or {{#ratio ID / ID}}; \
         if it was set or comes from a source, write {{#given …}}",
    )
}

/// Numbers in `words` with a unit that only a clock, a scale or a comparison can have
/// given them, and where they stand.
pub(crate) fn typed_numbers(words: &str) -> impl Iterator<Item = (usize, &str)> {
    static MEASURED: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(
            r"(?xi) (?: ^ | [^\w.,] )
            (?<all> (?<number> \d [\d.,]* ) (?<gap> [\s-]{0,2} ) (?<unit>
                × | % | (?: x | s | [nµμum]s | [kmgt]?i?b (?: (?:it)? /s )? | bytes | fold | fps
                | (?: milli | micro | nano )? sec (?: ond )? s? | min (?: ute )? s? | hours? | per\s?cent
                | times\ (?: as | the | faster | slower | quicker | more | less | longer | larger | smaller )
                | (?: \w+\ )? per\ second ) \b ) | × \d [\d.,]* )",
        )
        .expect("the pattern is right")
    });
    MEASURED.captures_iter(words).filter_map(|found| {
        let all = found.name("all")?;
        let part = |name: &str| found.name(name).map_or("", |part| part.as_str());
        let digits_follow =
            words[all.end()..].trim_start().starts_with(|c: char| c.is_ascii_digit());
        let is_other = match part("unit") {
            // A grid of 4 x 4, and what is left of 7 % 2.
            "x" | "X" | "%" | "×" => digits_follow,
            // The 90s and the 1990s; a hyphen is part of a name.
            "s" => part("gap") != " " && !part("number").contains(['.', ',']),
            "b" | "B" => part("gap") == "-",
            _ => false,
        };
        (!is_other).then(|| (all.start(), all.as_str().trim()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found_in(text: &str) -> Vec<String> {
        let mut findings = Vec::new();
        code_and_prose(&Chapter::read("a.md".into(), text), &mut findings);
        findings
            .iter()
            .map(|finding| format!("{}: {}", finding.line, finding.problem))
            .collect()
    }

    #[test]
    fn measured_numbers_are_told_from_others() {
        for number in [
            "41×",
            "×41",
            "2.5x",
            "41 X",
            "3.2 ms",
            "3  ms",
            "3-ms",
            "1,000 µs",
            "17 %",
            "17%",
            "3 times faster",
            "3 times as long",
            "3-fold",
            "40 seconds",
            "2 s",
            "1.5s",
            "3 hours",
            "12 MiB/s",
            "8 Mbit/s",
            "100 bytes",
            "120 fps",
            "30 per cent",
            "30 percent",
            "5,000 operations per second",
            "64 B",
            "2 minutes",
            "**3** ms",
            "3\nms",
        ] {
            let found = found_in(&format!("a line\n\nSo it took {number} here."));
            assert_eq!(found.len(), 1, "{number}: {found:?}");
            assert!(found[0].starts_with("3: "), "{found:?}");
        }
    }

    #[test]
    fn other_numbers_may_be_typed() {
        for fine in [
            "ten threads, 1,000 numbers, chapter 3, Rust 1.90, PEP 703, 2 cores, x86, 60 pages, 2026-11-21, 3.13t",
            "the 90s, the 1990s, a 4 x 4 grid, 7 % 2, a B-tree, 1,000 times in a row",
            "`50 ms`, {{#given 50 ms}}, <!-- 3 ms -->",
            "[there](https://example.org/3%20ms)",
            "```text\n41×\n```",
        ] {
            assert_eq!(found_in(fine), [""; 0], "{fine}");
        }
    }

    #[test]
    fn a_prediction_is_prose_but_for_its_options() {
        let block = |then| {
            format!(
                "```predict\nquestion = \"?\"\noptions = [{{ text = \"2.5x\", below = 2 }}]\nthen = \"{then}\"\n```"
            )
        };
        assert_eq!(found_in(&block("it was 3 ms")).len(), 1);
        assert_eq!(found_in(&block("it was {{#measured a/b}}")), [""; 0]);
    }

    #[test]
    fn code_is_pasted_whatever_the_fence_says() {
        for fence in
            ["rust", "Rust", "rust,ignore", "{.rust}", "rs", "python3", "no_run", "c"]
        {
            assert_eq!(
                found_in(&format!("```{fence}\nlet n = 1;\n```")).len(),
                1,
                "{fence}"
            );
        }
        assert_eq!(found_in("```rust\n{{#include a.rs:b}}\n```"), [""; 0]);
    }

    #[test]
    fn a_row_without_its_table_is_found() {
        let table = "| a | b |\n|---|---|\n| 1 | 2 |\n";
        assert_eq!(found_in(&format!("{table}| 3 | 4 |\n")), [""; 0]);
        let found = found_in(&format!("{table}\n| 3 | 4 |\n| 5 | 6 |\n"));
        assert_eq!(found, ["5: this row belongs to no table, so readers see its bars"]);
        assert_eq!(found_in("Text.\n\n| a | b |\n").len(), 1);
    }

    #[test]
    fn a_directive_that_was_not_closed_is_found() {
        for open in ["{{#measured a/b}", "{{#measured a/{b}}}"] {
            assert_eq!(found_in(open).len(), 1, "{open}");
        }
        assert_eq!(found_in("\\{{#measured a/b}}"), [""; 0]);
    }
}
