//! Wrong: after each death it starts a new worker, so that there is one. If nothing is left to
//! do, that one was started for nothing.
//! Caught by `starts_nobody_for_nothing`: workers, for no pages at all
//! Caught by `starts_nobody_after_the_last_page_is_given_up`: of which all three have died

/// How many workers may die of a page.
const TRIES: usize = 3;

pub fn keep(machine: &Machine, pages: &[&str]) -> Vec<Result<usize, GivenUp>> {
    let mut results = Vec::new();
    // Of the first page that is left.
    let mut deaths = 0;
    let mut worker = machine.start();
    loop {
        match worker.ask(&pages[results.len()..]) {
            Ok(numbers) => {
                results.extend(numbers.into_iter().map(Ok));
                return results;
            }
            Err(Died { done }) => {
                if !done.is_empty() {
                    deaths = 0;
                }
                results.extend(done.into_iter().map(Ok));
                deaths += 1;
                if deaths == TRIES {
                    results.push(Err(GivenUp));
                    deaths = 0;
                }
                worker = machine.start();
            }
        }
    }
}
