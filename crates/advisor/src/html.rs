//! The report as a page of its own, with the lanes as a drawing in the book's colours.

use std::fmt::Write as _;

use crate::report::{Lane, Report, Span};
use crate::state::State;

/// Units of the drawing: its width, and a lane's height with the gap below.
const WIDTH: f64 = 960.0;
const NAMES: f64 = 180.0;
const LANE: f64 = 18.0;
const STEP: f64 = 26.0;

/// The style of the page. The variables are those of the book's theme, so that the drawing fits into a page of it, too.
const STYLE: &str = "\
:root { color-scheme: light dark; --plot-bg: #ffffff; --plot-fg: #333333; --plot-grid: #dddddd; --plot-1: #0b62a4;
  --plot-2: #c2410c; --plot-3: #2f7d32; --plot-4: #7b3fa0; --plot-5: #8a6d00; --plot-6: #007a87; --plot-bad: #b00020; }
@media (prefers-color-scheme: dark) { :root { --plot-bg: #161923; --plot-fg: #d8d8d8; --plot-grid: #3a3f4d;
  --plot-1: #6cb6ff; --plot-2: #ff9a5c; --plot-3: #7ccf7f; --plot-4: #cf9ff0; --plot-5: #e0c14a; --plot-6: #5fd3df;
  --plot-bad: #ff7b8a; } }
body { background: var(--plot-bg); color: var(--plot-fg); font: 16px/1.5 sans-serif; max-width: 60rem;
  margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; } td, th { text-align: left; vertical-align: top; padding: 0.2rem 1rem 0.2rem 0;
  border-top: 1px solid var(--plot-grid); } svg { width: 100%; height: auto; } .wide { overflow-x: auto; }
.chosen { font-weight: bold; } .source { opacity: 0.75; }
";

/// A page, with all that it needs in it.
pub fn page(report: &Report) -> String {
    let mut page = String::new();
    // Writing into a string can't fail.
    let _ = write!(
        page,
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" \
         content=\"width=device-width\">\n<title>{0}</title>\n<style>\n{STYLE}</style>\n<h1>{0}</h1>\n<p><strong>{1}</strong></p>\n",
        escape(&report.command.join(" ")),
        escape(&report.sentence)
    );
    page.push_str("<h2>What its threads did</h2>\n<div class=\"wide\">\n");
    page.push_str(&lanes(&report.lanes, report.seconds));
    page.push_str("</div>\n");
    if report.without_lane > 0 {
        let _ = writeln!(
            page,
            "<p>And {} more.</p>",
            tour::format::counted(report.without_lane as u64, "thread")
        );
    }
    page.push_str("<h2>What was seen</h2>\n<div class=\"wide\"><table>\n");
    for number in &report.numbers {
        let _ = writeln!(
            page,
            "<tr><td>{}</td><td>{}</td><td class=\"source\">{}</td></tr>",
            escape(&number.name),
            escape(&number.written()),
            escape(&number.source)
        );
    }
    page.push_str(
        "</table></div>\n<h2>What each way would bring</h2>\n<div class=\"wide\"><table>\n\
         <tr><th>way</th><th>times as fast</th><th>because</th></tr>\n",
    );
    for option in &report.options {
        let speedup = option
            .speedup
            .map_or("?".to_string(), |i| format!("{:.2}× to {:.2}×", i.low, i.high));
        let chosen =
            if option.option == report.recommendation { " class=\"chosen\"" } else { "" };
        let eats: Vec<String> =
            option.eats.iter().map(|eats| format!("<br>− {}", escape(eats))).collect();
        let _ = writeln!(
            page,
            "<tr{chosen}><td>{}</td><td>{speedup}</td><td>{}{}</td></tr>",
            escape(option.option.words()),
            escape(&option.because),
            eats.concat()
        );
    }
    page.push_str("</table></div>\n<h2>What can't be known from outside</h2>\n<ul>\n");
    for unknown in &report.unknown {
        let _ = writeln!(page, "<li>{}</li>", escape(unknown));
    }
    let _ = writeln!(
        page,
        "</ul>\n<p>Read: {}</p>\n</html>",
        escape(&report.read.join(", "))
    );
    page
}

/// The lanes as one `<svg>` element: a bar where a thread computes, a pale one where it has no core, a line where it
/// waits; in another colour where it waits for a lock.
pub fn lanes(lanes: &[Lane], seconds: f64) -> String {
    let height = STEP * lanes.len() as f64 + 30.0;
    let described: Vec<String> =
        lanes.iter().map(|lane| escape(&describe(lane))).collect();
    let mut svg = format!(
        "<svg viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" font-size=\"13\">\n<title>What threads did over time</title>\n\
         <desc>{}</desc>\n",
        described.join(" ")
    );
    let room = WIDTH - NAMES - 10.0;
    let across = |time: f64| NAMES + room * (time / seconds.max(1e-9)).clamp(0.0, 1.0);
    for n in 0..=4 {
        let time = seconds * f64::from(n) / 4.0;
        let (x, bottom) = (across(time), height - 24.0);
        let anchor = if n == 4 { "end" } else { "middle" };
        let _ = writeln!(
            svg,
            "<line x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"0\" y2=\"{bottom:.1}\" stroke=\"var(--plot-grid)\"/>\
             <text x=\"{x:.1}\" y=\"{:.1}\" fill=\"var(--plot-fg)\" text-anchor=\"{anchor}\">{}</text>",
            height - 8.0,
            tour::format::nanoseconds(time * 1e9)
        );
    }
    for (n, lane) in lanes.iter().enumerate() {
        let top = STEP * n as f64;
        let color = format!("var(--plot-{})", 1 + n % 6);
        let name: String =
            format!("{} {}", lane.name, lane.tid).chars().take(24).collect();
        let _ = writeln!(
            svg,
            "<text x=\"{:.1}\" y=\"{:.1}\" fill=\"var(--plot-fg)\" text-anchor=\"end\">{}</text>",
            NAMES - 8.0,
            top + LANE * 0.75,
            escape(&name)
        );
        for span in &lane.spans {
            svg.push_str(&drawn(span, (across(span.from), across(span.to)), top, &color));
        }
    }
    svg.push_str("</svg>\n");
    svg
}

/// One stretch.
fn drawn(span: &Span, (from, to): (f64, f64), top: f64, color: &str) -> String {
    // However short: one can't see what isn't there.
    let width = (to - from).max(0.6);
    let middle = top + LANE / 2.0;
    let said = span.state.words();
    match span.state {
        State::Computing | State::NoCore => {
            let pale =
                if span.state == State::NoCore { " fill-opacity=\"0.25\"" } else { "" };
            format!(
                "<rect x=\"{from:.1}\" y=\"{top:.1}\" width=\"{width:.1}\" height=\"{LANE}\" fill=\"{color}\"{pale}>\
                 <title>{said}</title></rect>\n"
            )
        }
        state => {
            let color = match state {
                State::Gil | State::Lock => "var(--plot-bad)",
                _ => color,
            };
            let dashes = match state {
                State::Network | State::Disk => "",
                State::Gil | State::Lock => " stroke-width=\"3\"",
                _ => " stroke-dasharray=\"4 3\"",
            };
            format!(
                "<line x1=\"{from:.1}\" x2=\"{:.1}\" y1=\"{middle:.1}\" y2=\"{middle:.1}\" stroke=\"{color}\"{dashes}>\
                 <title>{said}</title></line>\n",
                from + width
            )
        }
    }
}

/// A lane in words, for those who don't see it.
fn describe(lane: &Lane) -> String {
    let told: Vec<String> = State::ALL
        .into_iter()
        .filter_map(|state| {
            let spans = lane.spans.iter().filter(|span| span.state == state);
            let time: f64 = spans.map(|span| span.to - span.from).sum();
            let words = state.words();
            (time > 0.0)
                .then(|| format!("{words} for {}", tour::format::nanoseconds(time * 1e9)))
        })
        .collect();
    format!("{} {}: {}.", lane.name, lane.tid, told.join(", "))
}

/// A program may be called anything.
fn escape(text: &str) -> String {
    let shown = text.chars().filter(|c| !c.is_control());
    let mut escaped = String::with_capacity(text.len());
    for c in shown {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_state_is_drawn_and_told() {
        let spans = State::ALL.into_iter().enumerate().map(|(n, state)| Span {
            from: n as f64,
            to: n as f64 + 1.0,
            state,
        });
        let lane = Lane { pid: 1, tid: 2, name: "<a&b>".into(), spans: spans.collect() };
        let svg = lanes(&[lane], 12.0);
        for state in State::ALL {
            assert!(
                svg.contains(&format!("<title>{}</title>", state.words())),
                "{state:?}"
            );
            assert!(svg.contains(&format!("{} for 1.0 s", state.words())), "{state:?}");
        }
        assert_eq!(svg.matches("<rect").count(), 2);
        assert!(svg.contains("&lt;a&amp;b&gt; 2") && !svg.contains("<a"), "{svg}");
    }

    #[test]
    fn nothing_to_draw_does_no_harm() {
        for seconds in [0.0, f64::NAN, 1e300] {
            assert!(lanes(&[], seconds).starts_with("<svg"));
        }
    }
}
