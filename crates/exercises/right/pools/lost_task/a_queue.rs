//! Right: a queue of pages with their deaths; the first of it is the one that a worker has died of.

use std::collections::VecDeque;

/// How many workers may die of a page.
const TRIES: usize = 3;

pub fn keep(machine: &Machine, pages: &[&str]) -> Vec<Result<usize, GivenUp>> {
    let mut left: VecDeque<(&str, usize)> = pages.iter().map(|page| (*page, 0)).collect();
    let mut results = Vec::with_capacity(pages.len());
    while !left.is_empty() {
        let texts: Vec<&str> = left.iter().map(|(text, _)| *text).collect();
        let (done, died) = match machine.start().ask(&texts) {
            Ok(numbers) => (numbers, false),
            Err(Died { done }) => (done, true),
        };
        left.drain(..done.len());
        results.extend(done.into_iter().map(Ok));
        if died {
            let (_, deaths) = left.front_mut().expect("it died of one");
            *deaths += 1;
            if *deaths == TRIES {
                left.pop_front();
                results.push(Err(GivenUp));
            }
        }
    }
    results
}
