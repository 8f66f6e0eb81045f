//! Wrong: whatever a dead worker had is blamed for its death, also what only waited behind.
//! Caught by `counts_the_deaths_of_each_page`: but no more than two of the same page
//! Caught by `gives_up_a_page_after_three_deaths`: the fourth page kills every worker

/// How many workers may die of a page.
const TRIES: usize = 3;

pub fn keep(machine: &Machine, pages: &[&str]) -> Vec<Result<usize, GivenUp>> {
    let mut results = Vec::new();
    let mut deaths = vec![0; pages.len()];
    while results.len() < pages.len() {
        match machine.start().ask(&pages[results.len()..]) {
            Ok(numbers) => results.extend(numbers.into_iter().map(Ok)),
            Err(Died { done }) => {
                results.extend(done.into_iter().map(Ok));
                for deaths in &mut deaths[results.len()..] {
                    *deaths += 1;
                }
                while deaths.get(results.len()).is_some_and(|deaths| *deaths == TRIES) {
                    results.push(Err(GivenUp));
                }
            }
        }
    }
    results
}
