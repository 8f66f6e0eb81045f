//! A failing schedule as a page of its own: one file that needs no network, with the script and the style of the book's
//! stepper.

use std::fmt::Write;

use serde_json::{Value, json};

use super::trace::{Interrupted, LONGEST, Step, Trace};
use super::{Failure, waits};
use crate::set;
use crate::text::clean;

/// The stepper of the book, which walks through states, and what is different where there is only one way.
const STEPPER: &str = include_str!("../../../../book/theme/stepper.js");
const LANES: &str = include_str!("lanes.js");

/// The style of the book, which takes colours from the page, and these.
const BOOK: &str = include_str!("../../../../book/theme/bookbinder.css");
const STYLE: &str = include_str!("lanes.css");

/// As many colours for threads has the book.
const COLOURS: usize = 6;

/// The page: one file that needs nothing else.
pub fn page(failure: &Failure) -> String {
    let Failure { exercise, file, check, source, trace } = failure;
    let title = format!("{}: {}", escaped(exercise), escaped(check));
    let first = trace.said.lines().next().unwrap_or_default();
    let rest = trace.said[first.len()..].trim_matches('\n');
    let mut page = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>{title}</title>\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; \
         style-src 'unsafe-inline'; script-src 'unsafe-inline'\">\n\
         <style>\n{BOOK}\n{STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n\
         <p class=\"complaint\"><strong>{}</strong></p>\n",
        code(first)
    );
    // A String takes whatever is written to it.
    if !rest.is_empty() {
        let _ = writeln!(page, "<pre class=\"more\">{}</pre>", escaped(rest));
    }
    let _ = writeln!(
        page,
        "<p>This happened under a schedule that was found, and shortened. Each thread has a lane, and time \
         goes down. The lines are those of <code>{}</code>; <span class=\"bad\">✗</span> marks the step \
         that fails.</p>",
        escaped(file)
    );
    let _ = writeln!(
        page,
        "<section class=\"stepper failure\" aria-label=\"The schedule, step by step\">\n{}\
         <script type=\"application/json\">{}</script>\n</section>",
        lanes(trace),
        graph(trace).to_string().replace('<', "\\u003c")
    );
    if let Some(drawing) = waits::drawing(trace).filter(|_| trace.is_deadlock()) {
        let _ = writeln!(page, "<h2>Who waits for whom</h2>\n{drawing}");
    }
    let answer = set::split(source).0.trim_end();
    let mut lines = String::new();
    for (line, number) in answer.lines().zip(1..) {
        let _ = write!(
            lines,
            "<li id=\"line-{number}\"><code>{}</code></li>",
            match clean(line, LONGEST) {
                line if line.trim().is_empty() => "&nbsp;".into(),
                line => escaped(&line),
            }
        );
    }
    let _ = writeln!(
        page,
        "<details class=\"answer\" open><summary>The answer</summary><ol>{lines}</ol></details>\n</main>\n\
         <script>\n{STEPPER}</script>\n<script>\n{LANES}</script>\n</body>\n</html>"
    );
    page
}

/// All steps, in the order in which they happen, each in the lane of its thread.
fn lanes(trace: &Trace) -> String {
    let threads = trace.threads.len();
    let many = if threads > 4 { " rails" } else { "" };
    let mut html = format!(
        "<div class=\"lanes{many}\" style=\"--lanes:{threads}\" tabindex=\"0\" role=\"group\" \
         aria-label=\"Lanes\">\n"
    );
    for (lane, name) in (1..).zip(&trace.threads) {
        let _ = writeln!(
            html,
            "<p class=\"name t{}\" style=\"--lane:{lane}\">{}</p>",
            colour(lane),
            escaped(name)
        );
    }
    for Life { lane, from, to, kind } in lives(trace) {
        let _ = writeln!(
            html,
            "<div class=\"life {kind} t{}\" style=\"--lane:{lane};--from:{from};--to:{to}\" \
             aria-hidden=\"true\"></div>",
            colour(lane)
        );
    }
    html.push_str("<ol>\n");
    for (at, step) in trace.steps.iter().enumerate() {
        let (lane, row) = (step.who + 1, at + 2);
        let mut class = format!("t{}", colour(lane));
        if !step.own {
            class += " aside";
        }
        if at == trace.failing {
            class += " failing";
        }
        let _ = write!(
            html,
            "<li class=\"{class}\" style=\"--lane:{lane};--row:{row}\"><span class=\"who\">{}</span> ",
            escaped(&trace.threads[step.who])
        );
        if step.left_out > 0 {
            let _ = write!(
                html,
                "<span class=\"gap\">… {} steps more …</span> ",
                step.left_out
            );
        }
        if step.interrupted == Interrupted::Here {
            html += "<span class=\"gap\">goes on where it was interrupted</span> ";
        }
        if let (Some(line), true) = (step.line, step.own) {
            let _ = write!(html, "<span class=\"line\">line {line}</span> ");
            if !step.code.is_empty() {
                let _ = write!(
                    html,
                    "<code class=\"source\">{}</code> ",
                    escaped(&step.code)
                );
            }
        }
        let mark = if at == trace.failing { "<b class=\"bad\">✗</b> " } else { "" };
        let _ =
            writeln!(html, "<span class=\"does\">{mark}{}</span></li>", code(&step.does));
    }
    html + "</ol>\n</div>\n"
}

fn colour(lane: usize) -> usize {
    (lane - 1) % COLOURS + 1
}

/// A stretch of a lane: a thread is there, or it waits, or it has a lock.
#[derive(Debug, PartialEq)]
struct Life {
    lane: usize,
    from: usize,
    to: usize,
    kind: &'static str,
}

/// How each thread is getting on: from which row to which it runs, waits, and has a lock. The first step is in row 2.
fn lives(trace: &Trace) -> Vec<Life> {
    let steps = &trace.steps;
    let mut lives = Vec::new();
    for who in 0..trace.threads.len() {
        let is = |step: &Step, kind: &str| step.kind == kind;
        let started =
            steps.iter().position(|step| is(step, "starts") && step.of == Some(who));
        let from = if who == 0 { Some(0) } else { started.map(|at| at + 1) };
        let Some(from) = from.or_else(|| steps.iter().position(|step| step.who == who))
        else {
            continue;
        };
        let ends =
            |step: &Step| step.who == who && (is(step, "ends") || is(step, "panics"));
        let to = steps.iter().position(ends).map_or(steps.len(), |at| at + 1);
        let kind_of = |at: usize| match steps[at].waits.get(who) {
            Some(Some(_)) => "waits",
            _ => "runs",
        };
        let mut stretch = |kind_of: &dyn Fn(usize) -> Option<&'static str>| {
            let mut at = from;
            while at < to {
                let kind = kind_of(at);
                let end = (at..to).find(|other| kind_of(*other) != kind).unwrap_or(to);
                if let Some(kind) = kind {
                    lives.push(Life { lane: who + 1, from: at + 2, to: end + 2, kind });
                }
                at = end;
            }
        };
        stretch(&|at| Some(kind_of(at)));
        let has = |at: usize| steps[at].has.contains(&Some(who)).then_some("has");
        stretch(&has);
    }
    lives
}

/// The states for the stepper: there is one way through them.
fn graph(trace: &Trace) -> Value {
    let of = |kinds: &'static [&str]| {
        let things = trace.things.iter().enumerate();
        let these = things.filter(|(_, thing)| kinds.contains(&&*thing.kind));
        these.map(|(at, _)| at).collect::<Vec<_>>()
    };
    let names = |of: &[usize]| -> Vec<String> {
        of.iter().map(|at| trace.things[*at].name.replace('`', "")).collect()
    };
    let (shared, locks) = (of(&["atomic", "place"]), of(&["lock"]));
    let (channels, condvars) = (of(&["channel"]), of(&["condvar"]));
    let state = |at: usize| {
        let step = at.checked_sub(1).map(|before| &trace.steps[before]);
        let inside = |thing: usize| {
            let now = step.and_then(|step| step.inside[thing].clone());
            now.or_else(|| trace.things[thing].first.clone())
        };
        let asleep = |condvar: usize| {
            let name = format!("{} and its lock", trace.things[condvar].name);
            let waits = step.map_or(&[][..], |step| &step.waits);
            let here =
                |who: &usize| waits[*who].as_ref().is_some_and(|wait| wait.what == name);
            (0..waits.len()).filter(here).collect::<Vec<_>>()
        };
        let messages = |channel: usize| inside(channel).filter(|it| !it.is_empty());
        let next = trace.steps.get(at).map(|step| (step.who, at + 1));
        json!({
            "shared": shared.iter()
                .map(|it| inside(*it).unwrap_or_else(|| "…".into())).collect::<Vec<_>>(),
            "held": locks.iter()
                .map(|it| step.and_then(|step| step.has[*it])).collect::<Vec<_>>(),
            "inside": locks.iter().map(|it| inside(*it)).collect::<Vec<_>>(),
            "channels": channels.iter()
                .map(|it| Vec::from_iter(messages(*it))).collect::<Vec<_>>(),
            "asleep": condvars.iter().map(|it| asleep(*it)).collect::<Vec<_>>(),
            "moves": Vec::from_iter(next),
        })
    };
    let threads: Vec<_> = (trace.threads.iter())
        .map(|name| json!({ "name": name, "steps": [], "registers": [] }))
        .collect();
    let steps: Vec<_> = (trace.steps.iter())
        .map(|step| {
            json!({
                "line": step.line.filter(|_| step.own),
                "does": step.does.replace('`', ""),
            })
        })
        .collect();
    json!({
        "threads": threads,
        "shared": names(&shared),
        "locks": names(&locks),
        "channels": names(&channels),
        "condvars": names(&condvars),
        "states": (0..=trace.steps.len()).map(state).collect::<Vec<_>>(),
        "outcomes": [],
        "steps": steps,
        "failing": trace.failing,
        "said": trace.said.lines().next().unwrap_or_default().replace('`', ""),
    })
}

/// A text as HTML; what stands between two backticks is code.
fn code(text: &str) -> String {
    let pieces = text.split('`').enumerate();
    let odd = text.matches('`').count() % 2 == 1;
    pieces
        .map(|(at, piece)| match at % 2 {
            1 if !odd => format!("<code>{}</code>", escaped(piece)),
            _ => escaped(piece),
        })
        .collect()
}

/// A text that means nothing to the browser.
pub(super) fn escaped(text: &str) -> String {
    let mut html = String::new();
    for character in text.chars() {
        match character {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            other => html.push(other),
        }
    }
    html
}
