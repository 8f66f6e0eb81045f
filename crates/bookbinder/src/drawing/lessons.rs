//! What a chapter takes of a reader, and what it has for a teacher.

use super::html::{Html, Path};
use crate::asking::Lesson;
use crate::asking::directive::Span;

/// How long it takes, and what to read before.
pub(super) fn lesson(Lesson { minutes, pages }: &Lesson) -> Html {
    let mut html = Html::of("<p class=\"lesson\">About {} minutes", &[minutes]);
    for (at, page) in pages.iter().enumerate() {
        let before = match at {
            0 => ", after ",
            at if at + 1 == pages.len() => " and ",
            _ => ", ",
        };
        html.add("{}<a href=\"{}\">{}</a>", &[&before, &Path(&page.link), &page.title]);
    }
    html.add(".</p>", &[]);
    html
}

/// The beginning of a part of the text.
pub(super) fn begin(span: &Span) -> Html {
    match span {
        Span::Flow(title) => {
            Html::of("<div class=\"flow\" role=\"group\" aria-label=\"{}\">", &[title])
        }
        Span::Fold(title) => folded("fold", title),
        Span::Seen => folded("seen", "What you should see"),
        Span::Teacher => folded("teacher", "For teachers"),
    }
}

fn folded(class: &str, summary: &str) -> Html {
    Html::of("<details class=\"{}\"><summary>{}</summary>", &[&class, &summary])
}

/// Its end.
pub(super) fn end(name: &str) -> Html {
    match name {
        "flow" => Html::of("</div>", &[]),
        _ => Html::of("</details>", &[]),
    }
}
