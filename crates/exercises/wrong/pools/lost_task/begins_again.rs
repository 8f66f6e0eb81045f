//! Wrong: it is simple to ask a new worker for everything. But some of it is done, and a task
//! that changes something would have done it twice.
//! Caught by `counts_no_page_twice`: what was counted, in the order

/// How many workers may die of a page.
const TRIES: usize = 3;

pub fn keep(machine: &Machine, pages: &[&str]) -> Vec<Result<usize, GivenUp>> {
    let mut deaths = vec![0; pages.len()];
    loop {
        let left: Vec<usize> =
            (0..pages.len()).filter(|page| deaths[*page] < TRIES).collect();
        let texts: Vec<&str> = left.iter().map(|page| pages[*page]).collect();
        match machine.start().ask(&texts) {
            Ok(numbers) => {
                let mut results = vec![Err(GivenUp); pages.len()];
                for (page, number) in left.into_iter().zip(numbers) {
                    results[page] = Ok(number);
                }
                return results;
            }
            Err(Died { done }) => {
                deaths[left[done.len()]] += 1;
            }
        }
    }
}
