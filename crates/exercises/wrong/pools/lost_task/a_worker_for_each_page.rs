//! Wrong: a new worker for each page. Nothing is ever lost that way, but to start a process
//! takes longer than most tasks.
//! Caught by `counts_when_nobody_dies`: workers, for six harmless pages
//! Caught by `starts_a_worker_only_after_a_death`: workers, of which two have died
//! Caught by `gives_up_a_page_after_three_deaths`: workers, of which three have died
//! Caught by `starts_nobody_after_the_last_page_is_given_up`: of which all three have died

/// How many workers may die of a page.
const TRIES: usize = 3;

pub fn keep(machine: &Machine, pages: &[&str]) -> Vec<Result<usize, GivenUp>> {
    let count = |page: &&str| {
        let tries = (0..TRIES).find_map(|_| machine.start().ask(&[page]).ok());
        tries.map(|numbers| numbers[0]).ok_or(GivenUp)
    };
    pages.iter().map(count).collect()
}
