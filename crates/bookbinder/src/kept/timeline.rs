//! What an example wrote about its threads: who did what when.
//!
//! The example writes a JSON object in each line. One begins a picture and names its threads. Those
//! that follow are stretches of time: which of these threads, from when to when in microseconds, and
//! what it did (`runs`, `waits` or `rests`).

use serde::Deserialize;
use surveyor::say::nearest;

/// Nobody sees more in a picture.
const MOST_THREADS: usize = 200;
const MOST_SPANS: usize = 20_000;

/// Threads, and what they did over time.
#[derive(Clone, Debug, PartialEq)]
pub struct Timeline {
    /// From top to bottom: a name, and what that thread did.
    pub threads: Vec<(String, Vec<Span>)>,
}

/// A stretch of time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Span {
    /// Its beginning, in nanoseconds.
    pub from: f64,
    /// Its end, in nanoseconds.
    pub to: f64,
    /// What the thread did then.
    pub state: State,
}

/// What a thread can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// It computes.
    Runs,
    /// It would, if it could.
    Waits,
    /// It has nothing to do.
    Rests,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Line {
    Picture { picture: String, threads: Vec<String> },
    Span { thread: usize, from: f64, to: f64, state: State },
}

impl Timeline {
    /// The picture called `wanted`, from what an example wrote.
    ///
    /// # Errors
    ///
    /// One line, when it wrote something else, or no such picture.
    pub fn read(written: &str, wanted: &str) -> Result<Self, String> {
        let mut pictures: Vec<(String, Self)> = Vec::new();
        for (n, line) in (1..).zip(written.lines()) {
            match serde_json::from_str(line) {
                Ok(Line::Picture { picture, threads }) => {
                    let threads = threads.into_iter().map(|thread| (thread, Vec::new()));
                    pictures.push((picture, Self { threads: threads.collect() }));
                }
                Ok(Line::Span { thread, from, to, state }) => {
                    let picture = pictures.last_mut();
                    let lane =
                        picture.and_then(|(_, picture)| picture.threads.get_mut(thread));
                    let (_, spans) =
                        lane.ok_or_else(|| format!("its line {n} is of no thread"))?;
                    spans.push(Span { from: from * 1e3, to: to * 1e3, state });
                }
                Err(error) => return Err(format!("its line {n}: {error}")),
            }
        }
        let found = pictures.iter().position(|(picture, _)| picture == wanted);
        let Some(found) = found else {
            let there = pictures.iter().map(|(picture, _)| picture);
            let there = nearest(wanted, there);
            return Err(format!("it has no picture `{wanted}`; it has {there}"));
        };
        let Self { threads } = pictures.swap_remove(found).1;
        let spans: usize = threads.iter().map(|(_, spans)| spans.len()).sum();
        if threads.len() > MOST_THREADS || spans > MOST_SPANS {
            return Err(format!(
                "its picture `{wanted}` has {} threads and {spans} stretches of time; {MOST_THREADS} and \
                 {MOST_SPANS} can be drawn",
                threads.len()
            ));
        }
        Ok(Self { threads })
    }
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
        let Timeline { threads } = Timeline::read(TWO, "a").expect("it is there");
        let span = |state| vec![Span { from: 500.0, to: 2000.0, state }];
        let expected =
            [("one".to_string(), span(State::Runs)), ("two".into(), span(State::Waits))];
        assert_eq!(threads, expected);
    }

    #[test]
    fn more_than_can_be_drawn_is_refused() {
        let threads = vec!["one"; MOST_THREADS + 1];
        let picture = serde_json::json!({ "picture": "a", "threads": threads });
        let error = Timeline::read(&picture.to_string(), "a").unwrap_err();
        assert!(error.contains("201 threads"), "{error}");
        let span = "\n{\"thread\":0,\"from\":0,\"to\":1,\"state\":\"runs\"}";
        let one = "{\"picture\":\"a\",\"threads\":[\"one\"]}".to_string();
        let error =
            Timeline::read(&(one + &span.repeat(MOST_SPANS + 1)), "a").unwrap_err();
        assert!(error.contains("20001 stretches"), "{error}");
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
            ("", "it has no picture `c`; it has none"),
        ] {
            let error = Timeline::read(written, "c").unwrap_err();
            assert!(error.starts_with(said), "{error}");
        }
    }
}
