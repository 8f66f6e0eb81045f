//! Who did what when: what an example wrote about its threads, as a picture.
//!
//! The example writes a JSON object in each line. One begins a picture and names its threads. Those
//! that follow are stretches of time: which of these threads, from when to when in microseconds, and
//! what it did (`runs`, `waits` or `rests`).

use serde::Deserialize;

use crate::plot::{Lanes, Span, State};

#[derive(Deserialize)]
#[serde(untagged)]
enum Line {
    Picture { picture: String, threads: Vec<String> },
    Span { thread: usize, from: f64, to: f64, state: Does },
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
    let mut pictures: Vec<(String, Lanes)> = Vec::new();
    for (n, line) in (1..).zip(written.lines()) {
        match serde_json::from_str(line) {
            Ok(Line::Picture { picture, threads }) => {
                let lanes = threads.into_iter().map(|thread| (thread, Vec::new()));
                let lanes = Lanes { title: title.into(), lanes: lanes.collect() };
                pictures.push((picture, lanes));
            }
            Ok(Line::Span { thread, from, to, state }) => {
                let picture = pictures.last_mut();
                let lane = picture.and_then(|(_, picture)| picture.lanes.get_mut(thread));
                let (_, spans) =
                    lane.ok_or_else(|| format!("its line {n} is of no thread"))?;
                let state = match state {
                    Does::Runs => State::Runs,
                    Does::Waits => State::Waits,
                    Does::Rests => State::Rests,
                };
                spans.push(Span { from: from * 1e3, to: to * 1e3, state });
            }
            Err(error) => return Err(format!("its line {n}: {error}")),
        }
    }
    let found = pictures.iter().position(|(picture, _)| picture == wanted);
    let Some(found) = found else {
        let there: Vec<_> = pictures.into_iter().map(|(picture, _)| picture).collect();
        return Err(format!("it has no picture `{wanted}`; it has {}", there.join(", ")));
    };
    Ok(format!("\n\n{}\n", pictures[found].1.svg()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO: &str = r#"{"picture":"a","threads":["one","two"]}
{"thread":0,"from":0.5,"to":2.0,"state":"runs"}
{"thread":1,"from":0.5,"to":2.0,"state":"waits"}
{"picture":"b","threads":["one"]}
{"thread":0,"from":0,"to":2,"state":"rests"}"#;

    #[test]
    fn a_picture_is_chosen_by_its_name() {
        let svg = html(TWO, "a", "Two threads").expect("it is there");
        assert!(svg.contains("<title>Two threads</title>"), "{svg}");
        assert!(svg.contains("one: runs for 1.5 µs in all"), "{svg}");
        assert!(svg.contains("two: runs for 0 ns in all, waits for 1.5 µs"), "{svg}");
    }

    #[test]
    fn what_is_no_picture_is_refused() {
        for (written, said) in [
            (TWO, "it has no picture `c`; it has a, b"),
            ("{}", "its line 1: "),
            (
                r#"{"thread":0,"from":0,"to":1,"state":"runs"}"#,
                "its line 1 is of no thread",
            ),
            ("", "it has no picture `c`"),
        ] {
            let error = html(written, "c", "").unwrap_err();
            assert!(error.starts_with(said), "{error}");
        }
    }
}
