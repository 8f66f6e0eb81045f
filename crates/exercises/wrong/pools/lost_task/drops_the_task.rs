//! Wrong: the new worker begins behind the page that its predecessor died of, as in Python's
//! `Pool`. Nobody hears of that page again.
//! Caught by `asks_again_for_what_was_lost`: the next one can count it
//! Caught by `gives_up_a_page_after_three_deaths`: the fourth page kills every worker

/// How many workers may die of a page.
const TRIES: usize = 3;

pub fn keep(machine: &Machine, pages: &[&str]) -> Vec<Result<usize, GivenUp>> {
    let mut results = Vec::new();
    let mut next = 0;
    while next < pages.len() {
        match machine.start().ask(&pages[next..]) {
            Ok(numbers) => {
                next += numbers.len();
                results.extend(numbers.into_iter().map(Ok));
            }
            Err(Died { done }) => {
                next += done.len() + 1;
                results.extend(done.into_iter().map(Ok));
            }
        }
    }
    results
}
