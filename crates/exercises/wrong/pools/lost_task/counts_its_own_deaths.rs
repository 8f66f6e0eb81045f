//! Wrong: it counts the deaths of all its workers, and not those of the page. The third death
//! is blamed on whoever is there.
//! Caught by `counts_the_deaths_of_each_page`: but no more than two of the same page

/// How many workers may die of a page.
const TRIES: usize = 3;

pub fn keep(machine: &Machine, pages: &[&str]) -> Vec<Result<usize, GivenUp>> {
    let mut results = Vec::new();
    let mut deaths = 0;
    while results.len() < pages.len() {
        match machine.start().ask(&pages[results.len()..]) {
            Ok(numbers) => results.extend(numbers.into_iter().map(Ok)),
            Err(Died { done }) => {
                results.extend(done.into_iter().map(Ok));
                deaths += 1;
                if deaths == TRIES {
                    results.push(Err(GivenUp));
                    deaths = 0;
                }
            }
        }
    }
    results
}
