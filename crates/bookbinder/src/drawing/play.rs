//! Programs that the reader writes and steps through, with the script `book/theme/play.js`. Without the script, and
//! on paper, the levels of the game are there to be read.

use super::html::Html;
use crate::kept::player::Player;

/// The editor, and the levels.
pub(super) fn play(Player { module, levels }: &Player) -> Html {
    let mut html = Html::of(
        "<section class=\"play\" id=\"play\" aria-label=\"Play the schedule\">\n<div class=\"without\">\n\
         <p>In a browser with scripts, you can edit these programs here, and see all their schedules. \
         Here they are to be read: what must be changed so that no schedule is bad?</p>\n",
        &[],
    );
    let mut texts = Vec::new();
    for (number, level) in (1_usize..).zip(levels) {
        html.add(
            "<p><strong>{}. {}.</strong> {}</p>\n<pre><code class=\"language-text\">{}</code></pre>\n",
            &[&number, &level.title(), &level.task(), &Html::lines(level.program())],
        );
        texts.push((&level.name, &level.text));
    }
    let texts = serde_json::to_string(&texts).unwrap_or_default();
    html.add(
        "</div>\n<script type=\"application/json\" class=\"levels\">{}</script>\n\
         <script type=\"text/plain\" class=\"module\">{}</script>\n</section>",
        &[&Html::json(&texts), &Html::base64(module)],
    );
    html
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kept::player::Level;

    #[test]
    fn a_reader_without_scripts_has_the_levels() {
        let text =
            "# Title\n# A task.\n# Hint: Look.\nshared n = 0\n\nthread A\n</script>"
                .into();
        let levels = vec![Level { name: "one".into(), text }];
        let html = play(&Player { module: b"\0asm".to_vec(), levels }).into_string();
        assert!(html.contains("<strong>1. Title.</strong> A task."), "{html}");
        assert!(html.contains("class=\"module\">AGFzbQ==</script>"), "{html}");
        assert_eq!(html.matches("</script>").count(), 2, "{html}");
        assert!(html.lines().all(|line| !line.trim().is_empty()), "{html}");
    }
}
