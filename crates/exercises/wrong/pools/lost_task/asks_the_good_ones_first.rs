//! Wrong: it asks for the page that somebody has died of last, when all others are done. They don't
//! come in their order then.
//! Caught by `asks_for_all_that_is_left`: what each worker was asked for
//! Caught by `counts_no_page_twice`: what was counted, in the order

/// How many workers may die of a page.
const TRIES: usize = 3;

pub fn keep(machine: &Machine, pages: &[&str]) -> Vec<Result<usize, GivenUp>> {
    let mut results = vec![Err(GivenUp); pages.len()];
    let mut deaths = vec![0; pages.len()];
    let mut left: Vec<usize> = (0..pages.len()).collect();
    while !left.is_empty() {
        let texts: Vec<&str> = left.iter().map(|page| pages[*page]).collect();
        let (done, died) = match machine.start().ask(&texts) {
            Ok(numbers) => (numbers, false),
            Err(Died { done }) => (done, true),
        };
        for (page, count) in left.drain(..done.len()).zip(done) {
            results[page] = Ok(count);
        }
        if died {
            let page = left.remove(0);
            deaths[page] += 1;
            if deaths[page] < TRIES {
                left.push(page);
            }
        }
    }
    results
}
