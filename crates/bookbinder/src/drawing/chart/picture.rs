//! One `<svg>` element: its size, its description for those who do not see it, and what
//! plotters draws, made short.

use plotters::prelude::*;

use super::area::{Area, Drawn, FONT, HIGHEST, THICK, WIDTH};
use super::ink::into_css;
use super::text::one_line;
use crate::drawing::html::Html;

/// One `<svg>` element of what `draw` draws; `draw` returns the height.
pub(super) fn picture(
    title: &str,
    description: &str,
    draw: impl FnOnce(&Area) -> Drawn<i32>,
) -> Html {
    let mut markup = String::new();
    let height = {
        let area = SVGBackend::with_string(&mut markup, (WIDTH as u32, HIGHEST))
            .into_drawing_area();
        draw(&area).and_then(|height| area.present().map(|()| height))
    }
    .expect("a String takes whatever is written to it");
    let markup = shorten(into_css(&markup));
    let body = markup.split_once('>').map_or("", |(_, body)| body);
    // Markdown takes lines for HTML if the first one is a whole tag.
    Html::of(
        "<svg class=\"plot\" role=\"img\" viewBox=\"0 0 {} {}\" \
         font-size=\"{}\" fill=\"none\" stroke-width=\"{}\">\n\
         <title>{}</title>\n<desc>{}</desc>\n{}",
        &[
            &WIDTH.to_string(),
            &height.to_string(),
            &FONT.to_string(),
            &THICK,
            &one_line(title),
            &one_line(description),
            &Html::drawn(body),
        ],
    )
}

/// Leaves out what is said once at the root or goes without saying.
fn shorten(mut markup: String) -> String {
    // Plotters divides the size of a font by this.
    let font =
        format!(" font-family=\"sans-serif\" font-size=\"{}\"", f64::from(FONT) / 1.24);
    let width = format!(" stroke-width=\"{THICK}\"");
    for said in [
        " opacity=\"1\"",
        " fill=\"none\"",
        " stroke=\"none\"",
        " text-anchor=\"start\"",
        &font,
        &width,
    ] {
        markup = markup.replace(said, "");
    }
    markup
        .replace(" \"/>", "\"/>")
        .replace("\">\n", "\">")
        .replace("\n</text>", "</text>")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drawing::chart::ink::Ink;

    #[test]
    fn a_picture_is_short_and_says_what_it_shows() {
        let line =
            PathElement::new([(0, 0), (9, 9)], Ink::TEXT.solid().stroke_width(THICK));
        let svg =
            picture("Vec<u8>", "Fast\n& small.", |area| area.draw(&line).map(|()| 10))
                .into_string();
        assert_eq!(
            svg.lines().skip(1).collect::<Vec<_>>(),
            [
                "<title>Vec&#60;u8&#62;</title>",
                "<desc>Fast &#38; small.</desc>",
                "<polyline stroke=\"var(--plot-fg)\" points=\"0,0 9,9\"/>",
                "</svg>"
            ]
        );
        assert!(svg.contains("viewBox=\"0 0 4400 10\""), "{svg}");
    }
}
