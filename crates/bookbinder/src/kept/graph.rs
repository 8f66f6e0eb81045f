//! What an explorer wrote about a program: its states, and what becomes of each.

use serde::Deserialize;

/// A program's states, as the examples write them; the page's script reads the same.
#[derive(Debug)]
pub struct Graph {
    /// What the program is called.
    pub name: String,
    /// How many orders there are, in words.
    pub orders: String,
    /// The shortest bad one; nothing when all are fine.
    pub worst: Option<Worst>,
    /// All that was written.
    pub json: String,
}

/// The shortest bad order.
#[derive(Debug, PartialEq)]
pub struct Worst {
    /// How many are bad, in words.
    pub bad: String,
    /// Step by step: who does what, and what is to be seen then.
    pub steps: Vec<[String; 3]>,
    /// What is seen at the end.
    pub seen: String,
    /// Why that is bad.
    pub why: String,
}

#[derive(Deserialize)]
#[serde(expecting = "the states of a program")]
struct Written {
    name: String,
    shared: Vec<String>,
    locks: Vec<String>,
    #[serde(default)]
    semaphores: Vec<String>,
    #[serde(default)]
    channels: Vec<String>,
    /// The names of the threads and then of their buffers, where stores are buffered.
    #[serde(default)]
    movers: Vec<String>,
    schedules: String,
    bad: String,
    #[expect(dead_code, reason = "only the page's script reads it")]
    expected: Vec<String>,
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
    /// For each thread which variables its stores in the buffer are to change, and to what;
    /// nothing where no store waits.
    #[serde(default)]
    buffers: Vec<Vec<(usize, i64)>>,
    /// How many may still acquire each semaphore.
    #[serde(default)]
    semaphores: Vec<i64>,
    /// The items in each channel.
    #[serde(default)]
    channels: Vec<Vec<i64>>,
    moves: Vec<(usize, usize)>,
}

impl Graph {
    /// Reads the JSON that an explorer wrote.
    ///
    /// # Errors
    ///
    /// One line, when it is something else.
    pub fn read(json: &str) -> Result<Self, String> {
        let graph: Written =
            serde_json::from_str(json).map_err(|error| error.to_string())?;
        let bad = graph.outcomes.iter().filter(|outcome| outcome.bad.is_some());
        let worst = bad.min_by_key(|outcome| outcome.shortest.len());
        let lost = "a schedule names a state that is not there";
        let worst = worst.map(|worst| follow(&graph, worst).ok_or(lost)).transpose()?;
        let Written { name, schedules, .. } = graph;
        Ok(Self { name, orders: schedules, worst, json: json.into() })
    }
}

/// Follows the shortest order to an outcome; nothing when it leads nowhere.
fn follow(graph: &Written, outcome: &Outcome) -> Option<Worst> {
    let mut at = graph.states.first()?;
    let mut steps = Vec::new();
    for &mover in &outcome.shortest {
        let (_, to) = at.moves.iter().find(|(who, _)| *who == mover)?;
        let (before, after) = (at, graph.states.get(*to)?);
        steps.push(match mover.checked_sub(graph.threads.len()) {
            None => {
                let of = &graph.threads[mover];
                let step = of.steps.get(*before.next.get(mover)?)?.trim();
                [of.name.clone(), step.into(), seen(graph, after, Some(mover))?]
            }
            Some(thread) => {
                let store = before.buffers.get(thread)?.first()?;
                let does = format!("{} reaches memory", stored(graph, store)?);
                [graph.movers.get(mover)?.clone(), does, seen(graph, after, None)?]
            }
        });
        at = after;
    }
    Some(Worst {
        bad: graph.bad.clone(),
        steps,
        seen: outcome.seen.clone(),
        why: outcome.bad.clone().unwrap_or_default(),
    })
}

/// What is shared, what waits in buffers, and the registers of the thread that has just moved.
fn seen(graph: &Written, state: &State, thread: Option<usize>) -> Option<String> {
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
    seen.extend(named(&graph.semaphores, &state.semaphores, ""));
    for (channel, items) in graph.channels.iter().zip(&state.channels) {
        let items: Vec<_> = items.iter().map(i64::to_string).collect();
        if !items.is_empty() {
            seen.push(format!("{channel} holds {}", items.join(" and ")));
        }
    }
    for (thread, stores) in state.buffers.iter().enumerate() {
        if !stores.is_empty() {
            let stores = stores.iter().map(|store| stored(graph, store));
            let stores = stores.collect::<Option<Vec<_>>>()?.join(" and ");
            let buffer = graph.movers.get(graph.threads.len() + thread)?;
            seen.push(format!("{buffer} holds {stores}"));
        }
    }
    if let Some(thread) = thread {
        let of = graph.threads.get(thread)?;
        let registers = state.registers.get(thread)?;
        seen.extend(named(&of.registers, registers, &format!("{}.", of.name)));
    }
    Some(seen.join(", "))
}

/// A store that waits.
fn stored(graph: &Written, (variable, value): &(usize, i64)) -> Option<String> {
    Some(format!("{} = {value}", graph.shared.get(*variable)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(crate) const RACE: &str = r#"{"name": "race", "shared": ["n"], "locks": ["l"],
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
    fn the_shortest_bad_order_is_followed() {
        let graph = Graph::read(RACE).expect("it is a graph");
        let worst = graph.worst.expect("one is bad");
        assert_eq!(worst.steps.len(), 2);
        assert_eq!(worst.steps[1], ["A", "n.store(1 < 2)", "n = 1, A has l, A.r = 0"]);
        assert_eq!(
            (worst.bad.as_str(), worst.why.as_str()),
            ("1", "n == 2 was expected")
        );
    }

    #[test]
    fn a_store_that_waits_is_shown_until_it_reaches_memory() {
        let buffered = r#"{"name": "one", "movers": ["A","a"], "shared": ["n"], "locks": [],
            "schedules": "1", "bad": "1", "expected": ["n == 0"],
            "threads": [{"name":"A","registers":[],"steps":["n.store(1)"]}],
            "outcomes": [{"seen":"n = 1","bad":"n == 0 was expected","schedules":"1","shortest":[0,1]}],
            "states": [
            {"shared":[0],"held":[],"next":[0],"registers":[[]],"moves":[[0,1]]},
            {"shared":[0],"held":[],"next":[1],"registers":[[]],"buffers":[[[0,1]]],"moves":[[1,2]]},
            {"shared":[1],"held":[],"next":[1],"registers":[[]],"moves":[],"outcome":0}]}"#;
        let worst =
            Graph::read(buffered).expect("it is a graph").worst.expect("it is bad");
        assert_eq!(worst.steps[0], ["A", "n.store(1)", "n = 0, a holds n = 1"]);
        assert_eq!(worst.steps[1], ["a", "n = 1 reaches memory", "n = 1"]);
        let nameless = buffered.replace(r#""movers": ["A","a"], "#, "");
        assert!(Graph::read(&nameless).is_err_and(|error| error.contains("not there")));
    }

    #[test]
    fn what_threads_wait_for_is_shown() {
        let waits = RACE
            .replace(
                r#""locks": ["l"]"#,
                r#""locks": ["l"], "semaphores": ["s"], "channels": ["q", "e"]"#,
            )
            .replace(r#""next""#, r#""semaphores":[1],"channels":[[4,2],[]],"next""#);
        let worst = Graph::read(&waits).expect("it is a graph").worst.expect("it is bad");
        assert_eq!(worst.steps[0][2], "n = 2, s = 1, q holds 4 and 2");
    }

    #[test]
    fn what_is_no_graph_is_an_error() {
        assert!(Graph::read("{}").is_err());
        let nothing = RACE.replace("\"expected\": [\"n == 2\"],", "");
        assert!(Graph::read(&nothing).is_err_and(|error| error.contains("expected")));
        let lost = RACE.replace("\"moves\":[[0,4]]", "\"moves\":[[0,9]]");
        assert!(Graph::read(&lost).is_err_and(|error| error.contains("not there")));
    }
}
