//! The exercises of the course: each in its chapter, all of them on one page.

use mdbook_markdown::pulldown_cmark::{Event, Parser, Tag, TagEnd};

use super::html::{Html, Path};
use crate::kept::exercise::Exercise;

/// The page that says how the exercises are done, from `book/src` on.
const PAGE: &str = "appendix/exercises.md";

/// The way from a page, a path from `book/src` on, back to there.
fn up(page: &str) -> String {
    "../".repeat(page.matches('/').count())
}

/// An exercise in its chapter, with what it asks for.
pub(super) fn exercise(
    Exercise { title, text, name, chapter, minutes, .. }: &Exercise,
) -> Html {
    let mut html = Html::of(
        "<div class=\"exercise\" id=\"exercise-{}\">\n<p><strong>Checked:</strong> <em>{}</em>, about {} \
         minutes. You find it in <a href=\"{}\">the course</a> by the name <code>{}</code>.</p>\n",
        &[name, title, minutes, &Path(&(up(chapter) + PAGE)), name],
    );
    if !text.is_empty() {
        html.add(
            "<details class=\"fold\"><summary>What you write</summary>\n{}</details>\n",
            &[&marked_up(Parser::new(text))],
        );
    }
    html.add("</div>", &[]);
    html
}

/// All exercises, with what each is about: the first paragraph of its text.
pub(super) fn exercises(exercises: &[Exercise]) -> Html {
    let mut html = Html::of("<dl class=\"exercises\">\n", &[]);
    for Exercise { name, title, text, chapter, minutes, .. } in exercises {
        let first = Parser::new(text).take_while(|event| {
            !matches!(event, Event::End(TagEnd::Paragraph) | Event::Start(Tag::List(_)))
        });
        html.add(
            "<dt><a href=\"{}#exercise-{}\">{}</a>: <code>{}</code>, about {} minutes</dt>\n<dd>{}</dd>\n",
            &[
                &Path(&(up(PAGE) + chapter)),
                name,
                title,
                name,
                minutes,
                &marked_up(first.skip(1)),
            ],
        );
    }
    html.add("</dl>", &[]);
    html
}

/// Markdown with its paragraphs, lists, code and emphasis. Whatever else it has is shown as its words.
fn marked_up<'a>(markdown: impl Iterator<Item = Event<'a>>) -> Html {
    let mut html = Html::default();
    for event in markdown {
        match event {
            Event::Start(Tag::Paragraph) => html.add("<p>", &[]),
            Event::End(TagEnd::Paragraph) => html.add("</p>\n", &[]),
            Event::Start(Tag::List(_)) => html.add("<ul>\n", &[]),
            Event::End(TagEnd::List(_)) => html.add("</ul>\n", &[]),
            Event::Start(Tag::Item) => html.add("<li>", &[]),
            Event::End(TagEnd::Item) => html.add("</li>\n", &[]),
            Event::Start(Tag::Emphasis) => html.add("<em>", &[]),
            Event::End(TagEnd::Emphasis) => html.add("</em>", &[]),
            Event::Code(code) => html.add("<code>{}</code>", &[&&*code]),
            Event::Text(text) | Event::Html(text) | Event::InlineHtml(text) => {
                html.add("{}", &[&&*text]);
            }
            Event::SoftBreak | Event::HardBreak => html.add(" ", &[]),
            _ => {}
        }
    }
    html
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(markdown: &str) -> String {
        marked_up(Parser::new(markdown)).into_string()
    }

    #[test]
    fn a_text_keeps_its_paragraphs_lists_and_code() {
        assert_eq!(
            shown("Do *this*,\nwith `f`.\n\n* one\n* two"),
            "<p>Do <em>this</em>, with <code>f</code>.</p>\n<ul>\n<li>one</li>\n<li>two</li>\n</ul>\n"
        );
    }

    #[test]
    fn a_text_brings_no_markup_of_its_own() {
        let html =
            shown("<b onclick=\"f()\">x</b> [y](javascript:f) `<i>` {{#include z}}");
        for markup in ["<b", "<i>", "<a", "{{", "onclick=\""] {
            assert!(!html.contains(markup), "{markup} in {html}");
        }
    }
}
