//! Wrong: when a page is given up, so is all that is left, as in Python's
//! `ProcessPoolExecutor`. The others have done nothing.
//! Caught by `gives_up_a_page_after_three_deaths`: the fourth page kills every worker
//! Caught by `gives_up_two_in_a_row`: Err(GivenUp), Err(GivenUp), Err(GivenUp), Err(GivenUp)]

/// How many workers may die of a page.
const TRIES: usize = 3;

pub fn keep(machine: &Machine, pages: &[&str]) -> Vec<Result<usize, GivenUp>> {
    let mut results = Vec::new();
    // Of the first page that is left.
    let mut deaths = 0;
    while results.len() < pages.len() {
        match machine.start().ask(&pages[results.len()..]) {
            Ok(numbers) => results.extend(numbers.into_iter().map(Ok)),
            Err(Died { done }) => {
                if !done.is_empty() {
                    deaths = 0;
                }
                results.extend(done.into_iter().map(Ok));
                deaths += 1;
                if deaths == TRIES {
                    results.resize(pages.len(), Err(GivenUp));
                }
            }
        }
    }
    results
}
