//! Wrong: 0 stands for a page that was not counted yet. A page without words is asked for again and
//! again.
//! Caught by `counts_when_nobody_dies`: does it try for ever?

/// How many workers may die of a page.
const TRIES: usize = 3;

pub fn keep(machine: &Machine, pages: &[&str]) -> Vec<Result<usize, GivenUp>> {
    let mut counts = vec![0; pages.len()];
    let mut deaths = vec![0; pages.len()];
    loop {
        let left = |page: &usize| counts[*page] == 0 && deaths[*page] < TRIES;
        let Some(first) = (0..pages.len()).find(left) else { break };
        match machine.start().ask(&pages[first..]) {
            Ok(numbers) => counts[first..].copy_from_slice(&numbers),
            Err(Died { done }) => {
                counts[first..first + done.len()].copy_from_slice(&done);
                deaths[first + done.len()] += 1;
            }
        }
    }
    let result = |(count, deaths): (usize, usize)| {
        if deaths == TRIES { Err(GivenUp) } else { Ok(count) }
    };
    counts.into_iter().zip(deaths).map(result).collect()
}
