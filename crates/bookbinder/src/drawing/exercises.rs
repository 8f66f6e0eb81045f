//! The exercises of the course: each in its chapter, all of them on one page.

use super::html::{Html, Path};
use crate::kept::exercise::Exercise;

/// The page that says how the exercises are done, from `book/src` on.
const PAGE: &str = "appendix/exercises.md";

/// The way from a page, a path from `book/src` on, back to there.
fn up(page: &str) -> String {
    "../".repeat(page.matches('/').count())
}

/// An exercise in its chapter.
pub(super) fn exercise(
    Exercise { title, name, chapter, minutes, .. }: &Exercise,
) -> Html {
    Html::of(
        "<p><strong>Checked:</strong> <em>{}</em>, about {} minutes. <a href=\"{}\">The course</a> has it \
         as <code>{}</code>.</p>",
        &[title, minutes, &Path(&(up(chapter) + PAGE)), name],
    )
}

/// All exercises.
pub(super) fn exercises(exercises: &[Exercise]) -> Html {
    let mut html = Html::of(
        "<div class=\"table-wrapper\"><table>\n\
         <thead><tr><th>exercise</th><th></th><th>minutes</th></tr></thead>\n<tbody>\n",
        &[],
    );
    for Exercise { name, title, chapter, minutes, .. } in exercises {
        html.add(
            "<tr><td><code>{}</code></td><td><a href=\"{}\">{}</a></td><td>{}</td></tr>\n",
            &[name, &Path(&(up(PAGE) + chapter)), title, minutes],
        );
    }
    html.add("</tbody>\n</table></div>", &[]);
    html
}
