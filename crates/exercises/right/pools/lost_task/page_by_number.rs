//! Right: the deaths of each page, by its number; and it calls itself for the rest.

/// How many workers may die of a page.
const TRIES: usize = 3;

pub fn keep(machine: &Machine, pages: &[&str]) -> Vec<Result<usize, GivenUp>> {
    let mut results = vec![None; pages.len()];
    keep_from(0, machine, pages, &mut vec![0; pages.len()], &mut results);
    results.into_iter().map(|result| result.expect("each has a result")).collect()
}

fn keep_from(
    first: usize,
    machine: &Machine,
    pages: &[&str],
    deaths: &mut Vec<usize>,
    results: &mut Vec<Option<Result<usize, GivenUp>>>,
) {
    if first == pages.len() {
        return;
    }
    let (done, died) = match machine.start().ask(&pages[first..]) {
        Ok(numbers) => (numbers, false),
        Err(died) => (died.done, true),
    };
    let mut next = first;
    for number in done {
        results[next] = Some(Ok(number));
        next += 1;
    }
    if died {
        deaths[next] += 1;
        if deaths[next] >= TRIES {
            results[next] = Some(Err(GivenUp));
            next += 1;
        }
    }
    keep_from(next, machine, pages, deaths, results);
}
