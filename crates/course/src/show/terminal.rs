//! A failing schedule as text.

use std::fmt::Write;

use super::trace::Interrupted;
use super::{Failure, waits};

/// What a reader sees in a terminal: a line or two for each step, the failing one with a mark before it, and then what
/// the check says.
pub fn terminal(failure: &Failure) -> String {
    let Failure { exercise, file, check, trace, .. } = failure;
    let mut text = format!(
        "{exercise}: this schedule breaks `{check}`. The lines are those of {file}.\n\n"
    );
    let width = trace.threads.iter().map(|name| name.chars().count()).max().unwrap_or(0);
    let made: Vec<_> = (trace.things.iter())
        .filter_map(|thing| Some(format!("{} = {}", thing.name, thing.first.as_ref()?)))
        .collect();
    // A String takes whatever is written to it.
    if !made.is_empty() {
        let _ = writeln!(text, "At first: {}\n", made.join(", "));
    }
    for (at, step) in trace.steps.iter().enumerate() {
        if step.left_out > 0 {
            let _ = writeln!(text, "  … {} steps more …", step.left_out);
        }
        let who = &trace.threads[step.who];
        if step.interrupted == Interrupted::Here {
            let _ = writeln!(text, "  {who} goes on where it was interrupted:");
        }
        let mark = if at == trace.failing { '✗' } else { ' ' };
        let line = match step.line {
            Some(line) if step.own => format!("line {line}"),
            _ => String::new(),
        };
        let _ = writeln!(text, "{mark} {who:width$}  {line:<9} {}", step.does);
        if step.own && !step.code.is_empty() {
            let _ = writeln!(text, "  {:width$}  {:<9} | {}", "", "", step.code);
        }
    }
    let _ = writeln!(text, "\n{}", trace.said);
    if let Some(circle) = waits::circle(trace) {
        let _ = writeln!(text, "\nThe circle: {circle}");
    }
    text
}
