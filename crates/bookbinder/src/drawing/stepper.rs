//! A program that the reader steps through, with the script `book/theme/stepper.js`. Without the script,
//! and on paper, a table has the shortest bad order instead.

use super::html::Html;
use crate::kept::graph::{Graph, Worst};

/// The stepper for a program.
pub(super) fn stepper(Graph { name, orders, worst, json }: &Graph) -> Html {
    let trace = match worst {
        None => {
            Html::of("<p><code>{}</code>: all {} orders are fine.</p>\n", &[name, orders])
        }
        Some(worst) => trace(name, orders, worst),
    };
    Html::of(
        "<section class=\"stepper\" id=\"step-{}\" aria-label=\"Step through {}\">\n\
         <div class=\"trace\">\n{}</div>\n\
         <script type=\"application/json\">\n{}\n</script>\n</section>",
        &[name, name, &trace, &Html::json(json)],
    )
}

/// The shortest bad order as a table.
fn trace(name: &str, orders: &str, Worst { bad, steps, seen, why }: &Worst) -> Html {
    let mut html = Html::of(
        "<p><code>{}</code>: {} of {} orders are bad. This is a shortest one:</p>\n\
         <table>\n<thead><tr><th></th><th>does</th><th>then</th></tr></thead>\n<tbody>\n",
        &[&name, bad, &orders],
    );
    for [who, step, then] in steps {
        html.add(
            "<tr><td>{}</td><td><code>{}</code></td><td>{}</td></tr>\n",
            &[who, step, then],
        );
    }
    html.add("</tbody>\n</table>\n<p>{}: {}.</p>\n", &[seen, why]);
    html
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bad_order_is_a_table() {
        let worst = Worst {
            bad: "1".into(),
            steps: vec![["A".into(), "n.store(1 < 2)".into(), "n = 1, A has l".into()]],
            seen: "n = 1".into(),
            why: "n == 2 was expected".into(),
        };
        let graph = |worst| Graph {
            name: "race".into(),
            orders: "2".into(),
            worst,
            json: "{\n\n}".into(),
        };
        let html = stepper(&graph(Some(worst))).into_string();
        assert!(html.contains("1 of 2 orders are bad"), "{html}");
        let row = "<tr><td>A</td><td><code>n.store&#40;1 &#60; 2&#41;</code></td>\
                   <td>n = 1, A has l</td></tr>";
        assert!(html.contains(row), "{html}");
        assert!(html.contains("n = 1: n == 2 was expected."), "{html}");
        assert!(html.trim().lines().all(|line| !line.trim().is_empty()), "{html}");
        let html = stepper(&graph(None)).into_string();
        assert!(html.contains("all 2 orders are fine"), "{html}");
    }
}
