//! Tables of measurements.

use surveyor::kept::{Estimate, Measurement};
use tour::format;

use super::html::Html;
use super::interval;
use crate::kept::grid::{Cell, Heading, Table};

/// An HTML table. Where it has a single column, a second one has the intervals; in others they appear
/// under the pointer.
pub(super) fn table(Table { corner, columns, rows, has_yours }: &Table) -> Html {
    let mut html =
        Html::of("<div class=\"table-wrapper\"><table class=\"measurements\">\n", &[]);
    if *has_yours {
        html.add("<caption class=\"yours\">second line: your machine</caption>\n", &[]);
    }
    html.add("<thead><tr><th>{}</th>", &[corner]);
    for column in columns {
        let heading = if column.is_empty() { "measured" } else { column };
        html.add("<th>{}</th>", &[&heading]);
    }
    let has_intervals = columns.len() == 1;
    if has_intervals {
        html.add("<th>interval</th>", &[]);
    }
    html.add("</tr></thead>\n<tbody>\n", &[]);
    for row in rows {
        let heading = match &row.heading {
            Heading::Size(size) => format::number(*size),
            Heading::Name(name) => name.clone(),
        };
        html.add("<tr><th>{}</th>", &[&heading]);
        for at in &row.cells {
            html.add("<td>{}</td>", &[&at.as_ref().map(|at| cell(at, estimate))]);
        }
        for at in row.cells.iter().filter(|_| has_intervals) {
            html.add("<td>{}</td>", &[&at.as_ref().map(|at| cell(at, interval::spread))]);
        }
        html.add("</tr>\n", &[]);
    }
    html.add("</tbody>\n</table></div>", &[]);
    html
}

fn estimate(m: &Measurement) -> String {
    m.unit.format()(m.estimate)
}

fn cell(Cell { reference, yours }: &Cell, show: fn(&Measurement) -> String) -> Html {
    let mut html = Html::of(
        "<span{} title=\"{}\">{}</span>",
        &[&unsteady(reference), &interval::explained_of(reference), &show(reference)],
    );
    if let Some(yours) = yours {
        let shown = yours.map_or("not measured".into(), show);
        html.add(
            "<br><span class=\"yours\" title=\"{}\">{}</span>",
            &[&yours.map(interval::explained_of), &shown],
        );
    }
    html
}

/// Marks what the processes disagree on.
fn unsteady(m: &Measurement) -> Html {
    let class = if Estimate::of(m).is_unsteady() { " class=\"unsteady\"" } else { "" };
    Html::of(class, &[])
}
