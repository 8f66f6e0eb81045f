//! Which thread held the lock when: the events that threads record while they run.

use std::time::{Duration, Instant};

/// Something that happened to a thread, and when.
#[derive(Clone, Copy, Debug)]
pub struct Event {
    /// When.
    pub at: Instant,
    /// What the thread does from then on.
    pub state: State,
}

/// What a thread does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It wants the lock, and doesn't have it yet.
    Waits,
    /// It has the lock.
    Runs,
    /// It has no use for the lock: it sleeps, reads, or computes outside of the interpreter.
    Rests,
}

/// A stretch of time in which a thread did one thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// When it begins, counted from the beginning of the excerpt.
    pub from: Duration,
    /// When it ends, counted likewise.
    pub to: Duration,
    /// What the thread did.
    pub state: State,
}

/// Takes about `most` events from the middle of all `records`, and returns for each record what its
/// thread did from the first of these events to the last. Empty when there are no events.
pub fn excerpt(records: &[&[Event]], most: usize) -> Vec<Vec<Span>> {
    let mut times: Vec<_> =
        records.iter().flat_map(|record| record.iter().map(|event| event.at)).collect();
    times.sort_unstable();
    let left_out = times.len().saturating_sub(most) / 2;
    let times = &times[left_out..times.len() - left_out];
    let (Some(start), Some(end)) = (times.first(), times.last()) else {
        return Vec::new();
    };
    let spans = |record: &&[Event]| {
        let pairs = record.iter().zip(record.iter().skip(1));
        let spans = pairs.map(|(event, next)| Span {
            from: event.at.clamp(*start, *end) - *start,
            to: next.at.clamp(*start, *end) - *start,
            state: event.state,
        });
        spans.filter(|span| span.from < span.to).collect()
    };
    records.iter().map(spans).collect()
}

/// How many threads had the lock at once, at most. Without a lock: how many ran at once.
pub fn at_once<'a>(records: impl Iterator<Item = &'a [Event]>) -> usize {
    let mut changes: Vec<_> = records
        .flat_map(|record| record.iter().zip(record.iter().skip(1)))
        .filter(|(event, _)| event.state == State::Runs)
        // Of two changes at the same moment, sorting puts the thread that stops before the one that
        // begins.
        .flat_map(|(event, next)| [(event.at, 1), (next.at, -1)])
        .collect();
    changes.sort_unstable();
    let mut running = 0_i64;
    let counts = changes.into_iter().map(|(_, change)| {
        running += change;
        running
    });
    counts.max().unwrap_or(0).cast_unsigned() as usize
}

/// How often one of the `others` began to run while the thread of the record `waiting` waited for
/// the lock.
pub fn passed_over(waiting: &[Event], others: &[&[Event]]) -> usize {
    let runs = |event: &&Event| event.state == State::Runs;
    let others: Vec<_> =
        others.iter().flat_map(|record| record.iter().filter(runs)).collect();
    let waits = waiting.iter().zip(waiting.iter().skip(1));
    let waits = waits.filter(|(event, _)| event.state == State::Waits);
    waits
        .map(|(from, to)| {
            let meanwhile = |other: &&&Event| from.at < other.at && other.at < to.at;
            others.iter().filter(meanwhile).count()
        })
        .sum()
}

impl Event {
    fn now(state: State) -> Self {
        Self { at: Instant::now(), state }
    }

    pub(crate) fn waits() -> Self {
        Self::now(State::Waits)
    }

    pub(crate) fn runs() -> Self {
        Self::now(State::Runs)
    }

    pub(crate) fn rests() -> Self {
        Self::now(State::Rests)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_begins_while_another_waits_passes_it_over() {
        let start = Instant::now();
        let at =
            |micros, state| Event { at: start + Duration::from_micros(micros), state };
        let waiting = [
            at(0, State::Runs),
            at(10, State::Rests),
            at(20, State::Waits),
            at(60, State::Runs),
            at(70, State::Waits),
            at(80, State::Runs),
        ];
        // The others begin to run before the first wait, twice during it, and between the two
        // waits.
        let [one, other] = [
            [at(15, State::Runs), at(30, State::Waits), at(40, State::Runs)],
            [at(30, State::Runs), at(40, State::Waits), at(65, State::Runs)],
        ];
        assert_eq!(passed_over(&waiting, &[&one, &other]), 2);
        assert_eq!(passed_over(&waiting, &[]), 0);
    }

    #[test]
    fn an_excerpt_is_from_the_middle() {
        let start = Instant::now();
        let at =
            |micros, state| Event { at: start + Duration::from_micros(micros), state };
        let span = |from, to, state| Span {
            from: Duration::from_micros(from),
            to: Duration::from_micros(to),
            state,
        };
        use State::{Rests, Runs, Waits};
        let (a, b) = (
            [at(0, Waits), at(1, Runs), at(5, Rests), at(9, Runs), at(20, Rests)],
            [at(0, Waits), at(5, Runs), at(9, Rests)],
        );
        // Of the times 0 0 1 5 5 9 9 20 the first two and the last two are left out.
        assert_eq!(
            excerpt(&[&a, &b], 4),
            [
                vec![span(0, 4, Runs), span(4, 8, Rests)],
                vec![span(0, 4, Waits), span(4, 8, Runs)]
            ]
        );
        assert_eq!(excerpt(&[&a, &b], 100)[1].len(), 2);
        assert!(excerpt(&[&[], &[]], 100).is_empty());
        assert_eq!(at_once([&a[..], &b[..]].into_iter()), 1);
    }
}
