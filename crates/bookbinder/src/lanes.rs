//! Who did what when: what an example wrote about its threads, as a picture.
//!
//! The example writes a JSON object in each line: the picture it belongs to, the thread, from when
//! to when in microseconds, and what the thread did (`runs`, `waits` or `rests`).

use serde::Deserialize;

use crate::plot::{Lanes, Span, State};

#[derive(Deserialize)]
struct Line {
    picture: String,
    thread: String,
    from: f64,
    to: f64,
    state: Does,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Does {
    Runs,
    Waits,
    Rests,
}

/// The picture of that name, from what an example wrote.
///
/// # Errors
///
/// One line, when it wrote something else, or no such picture.
pub(crate) fn html(written: &str, wanted: &str, title: &str) -> Result<String, String> {
    let mut lanes: Vec<(String, Vec<Span>)> = Vec::new();
    let mut pictures = Vec::new();
    for (n, line) in (1..).zip(written.lines()) {
        let line: Line = serde_json::from_str(line)
            .map_err(|error| format!("its line {n} is no stretch of time: {error}"))?;
        let state = match line.state {
            Does::Runs => State::Runs,
            Does::Waits => State::Waits,
            Does::Rests => State::Rests,
        };
        if line.picture == wanted {
            let span = Span { from: line.from * 1e3, to: line.to * 1e3, state };
            match lanes.iter_mut().find(|(name, _)| *name == line.thread) {
                Some((_, spans)) => spans.push(span),
                None => lanes.push((line.thread, vec![span])),
            }
        }
        if !pictures.contains(&line.picture) {
            pictures.push(line.picture);
        }
    }
    if lanes.is_empty() {
        let there = pictures.join(", ");
        return Err(format!("it has no picture `{wanted}`; it has {there}"));
    }
    Ok(format!("\n\n{}\n", Lanes { title: title.into(), lanes }.svg()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO: &str = r#"{"picture":"a","thread":"one","from":0.5,"to":2.0,"state":"runs"}
{"picture":"a","thread":"two","from":0.5,"to":2.0,"state":"waits"}
{"picture":"b","thread":"one","from":0,"to":2,"state":"rests"}"#;

    #[test]
    fn a_picture_is_chosen_by_its_name() {
        let svg = html(TWO, "a", "Two threads").expect("it is there");
        assert!(svg.contains("<title>Two threads</title>"), "{svg}");
        assert!(svg.contains("one: runs for 1.5 µs in all"), "{svg}");
        assert_eq!(html(TWO, "c", "").unwrap_err(), "it has no picture `c`; it has a, b");
        assert!(html("{}", "a", "").unwrap_err().starts_with("its line 1 is no stretch"));
    }
}
