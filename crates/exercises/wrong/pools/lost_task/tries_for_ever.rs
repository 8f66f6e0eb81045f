//! Wrong: patience without an end. One bad page keeps the pool busy for ever.
//! Caught by `gives_up_a_page_after_three_deaths`: does it try for ever?

/// How many workers may die of a page.
const TRIES: usize = 3;

pub fn keep(machine: &Machine, pages: &[&str]) -> Vec<Result<usize, GivenUp>> {
    let mut results = Vec::new();
    while results.len() < pages.len() {
        match machine.start().ask(&pages[results.len()..]) {
            Ok(numbers) => results.extend(numbers.into_iter().map(Ok)),
            Err(Died { done }) => {
                results.extend(done.into_iter().map(Ok));
            }
        }
    }
    results
}
