//! A program that the reader steps through: the states that an example wrote as JSON, for the
//! script `book/theme/stepper.js`. Without the script, and on paper, a table has the shortest
//! bad order instead.

use std::fmt::Write;

use serde::Deserialize;

use crate::html::escape;

/// What the examples write; the script reads the same.
#[derive(Deserialize)]
struct Graph {
    name: String,
    shared: Vec<String>,
    locks: Vec<String>,
    schedules: String,
    bad: String,
    threads: Vec<Thread>,
    outcomes: Vec<Outcome>,
    states: Vec<State>,
}

#[derive(Deserialize)]
struct Thread {
    name: String,
    registers: Vec<String>,
    steps: Vec<String>,
}

#[derive(Deserialize)]
struct Outcome {
    seen: String,
    bad: Option<String>,
    shortest: Vec<usize>,
}

#[derive(Deserialize)]
struct State {
    shared: Vec<i64>,
    held: Vec<Option<usize>>,
    next: Vec<usize>,
    registers: Vec<Vec<i64>>,
    moves: Vec<(usize, usize)>,
}

/// The stepper for a program, from the JSON that describes it.
///
/// # Errors
///
/// One line, when it doesn't.
pub(crate) fn html(json: &str) -> Result<String, String> {
    let graph: Graph = serde_json::from_str(json).map_err(|error| error.to_string())?;
    let trace = trace(&graph).ok_or("a schedule names a state that is not there")?;
    // Nothing in it may end the script element, or be a directive.
    let data = json.trim_end().replace('<', "\\u003c").replace("{{", "{ {");
    Ok(format!(
        "\n\n<section class=\"stepper\" id=\"step-{name}\" aria-label=\"Step through {name}\">\n\
         <div class=\"trace\">\n{trace}</div>\n\
         <script type=\"application/json\">\n{data}\n</script>\n</section>\n\n",
        name = escape(&graph.name),
    ))
}

/// The shortest bad order as a table, or that there is none.
fn trace(graph: &Graph) -> Option<String> {
    let bad = graph.outcomes.iter().filter(|outcome| outcome.bad.is_some());
    let Some(worst) = bad.min_by_key(|outcome| outcome.shortest.len()) else {
        return Some(format!(
            "<p><code>{}</code>: all {} orders are fine.</p>\n",
            escape(&graph.name),
            graph.schedules
        ));
    };
    let mut html = format!(
        "<p><code>{}</code>: {} of {} orders are bad. This is a shortest one:</p>\n\
         <table>\n<thead><tr><th></th><th>does</th><th>then</th></tr></thead>\n<tbody>\n",
        escape(&graph.name),
        graph.bad,
        graph.schedules
    );
    let mut at = graph.states.first()?;
    for &thread in &worst.shortest {
        let of = graph.threads.get(thread)?;
        let step = of.steps.get(*at.next.get(thread)?)?;
        let (_, to) = at.moves.iter().find(|(who, _)| *who == thread)?;
        at = graph.states.get(*to)?;
        let _ = writeln!(
            html,
            "<tr><td>{}</td><td><code>{}</code></td><td>{}</td></tr>",
            escape(&of.name),
            escape(step),
            escape(&seen(graph, at, thread)?)
        );
    }
    let why = worst.bad.as_deref().unwrap_or_default();
    let _ = writeln!(
        html,
        "</tbody>\n</table>\n<p>{}: {}.</p>",
        escape(&worst.seen),
        escape(why)
    );
    Some(html)
}

/// What is shared, and the registers of the thread that has just moved.
fn seen(graph: &Graph, state: &State, thread: usize) -> Option<String> {
    let of = graph.threads.get(thread)?;
    let named = |names: &[String], values: &[i64], of: &str| -> Vec<String> {
        let named = names.iter().zip(values);
        named.map(|(name, value)| format!("{of}{name} = {value}")).collect()
    };
    let mut seen = named(&graph.shared, &state.shared, "");
    for (lock, held) in graph.locks.iter().zip(&state.held) {
        if let Some(holder) = held {
            seen.push(format!("{} has {lock}", graph.threads.get(*holder)?.name));
        }
    }
    let registers = state.registers.get(thread)?;
    seen.extend(named(&of.registers, registers, &format!("{}.", of.name)));
    Some(seen.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    const RACE: &str = r#"{"name": "race", "shared": ["n"], "locks": ["l"],
        "schedules": "2", "bad": "1", "expected": ["n == 2"],
        "threads": [{"name":"A","registers":["r"],"steps":["n.store(1 < 2)"]},
                    {"name":"B","registers":[],"steps":["n.store(2)"]}],
        "outcomes": [{"seen":"n = 2","bad":null,"schedules":"1","shortest":[0,1]},
                     {"seen":"n = 1","bad":"n == 2 was expected","schedules":"1","shortest":[1,0]}],
        "states": [
        {"shared":[0],"held":[null],"next":[0,0],"registers":[[0],[]],"moves":[[0,1],[1,2]]},
        {"shared":[1],"held":[0],"next":[1,0],"registers":[[0],[]],"moves":[[1,3]]},
        {"shared":[2],"held":[null],"next":[0,1],"registers":[[0],[]],"moves":[[0,4]]},
        {"shared":[2],"held":[0],"next":[1,1],"registers":[[0],[]],"moves":[],"outcome":0},
        {"shared":[1],"held":[0],"next":[1,1],"registers":[[0],[]],"moves":[],"outcome":1}]}"#;

    #[test]
    fn a_bad_order_is_a_table() {
        let html = html(RACE).expect("it is a graph");
        assert!(html.contains("1 of 2 orders are bad"), "{html}");
        let row = "<tr><td>A</td><td><code>n.store(1 &lt; 2)</code></td>\
                   <td>n = 1, A has l, A.r = 0</td></tr>";
        assert!(html.contains(row), "{html}");
        assert!(html.contains("n = 1: n == 2 was expected."), "{html}");
        assert!(html.trim().lines().all(|line| !line.trim().is_empty()), "{html}");
    }

    #[test]
    fn without_bad_orders_it_says_so() {
        let fine = RACE.replace("\"n == 2 was expected\"", "null");
        let html = html(&fine).expect("it is a graph");
        assert!(html.contains("all 2 orders are fine"), "{html}");
    }

    #[test]
    fn what_is_no_graph_is_an_error() {
        assert!(html("{}").is_err());
        let lost = RACE.replace("\"moves\":[[0,4]]", "\"moves\":[[0,9]]");
        assert!(html(&lost).is_err_and(|error| error.contains("not there")));
    }
}
