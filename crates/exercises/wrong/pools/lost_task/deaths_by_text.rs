//! Wrong: it remembers the deaths by the text of the page. A second page with this text has them from
//! the beginning.
//! Caught by `pages_with_the_same_text_are_two`: three of four pages are alike

use std::collections::HashMap;

/// How many workers may die of a page.
const TRIES: usize = 3;

pub fn keep(machine: &Machine, pages: &[&str]) -> Vec<Result<usize, GivenUp>> {
    let mut results = Vec::new();
    let mut deaths: HashMap<&str, usize> = HashMap::new();
    while results.len() < pages.len() {
        match machine.start().ask(&pages[results.len()..]) {
            Ok(numbers) => results.extend(numbers.into_iter().map(Ok)),
            Err(Died { done }) => {
                results.extend(done.into_iter().map(Ok));
                let deaths = deaths.entry(pages[results.len()]).or_default();
                *deaths += 1;
                if *deaths >= TRIES {
                    results.push(Err(GivenUp));
                }
            }
        }
    }
    results
}
