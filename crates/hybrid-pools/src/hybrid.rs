//! One job in several ways: pages of a slow site are fetched, and their words are counted. One page
//! after the other; by threads that do both, many of them or those of rayon; by processes that do
//! both; or by threads that fetch, and processes that count.
//!
//! All ways return the same index. Fetching is waiting, which threads are for. Counting needs a core;
//! and one of the pages may kill the program that counts its words.

use std::cell::RefCell;
use std::io;
use std::process;
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::index::{Counts, Index, add, count};
use crate::pool::ProcessPool;
use crate::task::Task;

/// The pages to fetch, and how to count their words.
#[derive(Clone, Debug)]
pub struct Job {
    /// The addresses of the pages.
    pub urls: Vec<String>,
    /// How often the words of each page are counted.
    pub rounds: u32,
    /// A text that kills the process in which a page with that text is counted by [`COUNT_WORDS`].
    pub poison: Option<String>,
}

/// An index, and the numbers of the pages that are not in it, each with the reason.
pub type Outcome = (Index, Vec<(u64, String)>);

/// A page whose words a process is to count.
#[derive(Serialize, Deserialize)]
pub struct Page {
    text: String,
    rounds: u32,
    poison: Option<String>,
}

/// Counts the words of a page. If they contain the poison, its process dies.
pub const COUNT_WORDS: Task<Page, Counts> = Task::new("count words", |page| {
    if page.poison.as_ref().is_some_and(|poison| page.text.contains(poison)) {
        eprintln!("a page is too much for me");
        process::abort();
    }
    count(&page.text, page.rounds)
});

/// Fetches a page, and counts its words so many times; or says why the page couldn't be fetched.
pub const FETCH_AND_COUNT: Task<(String, u32), Result<Counts, String>> =
    Task::new("fetch and count", |(url, rounds)| {
        fetch(&url).map(|text| count(&text, rounds))
    });

/// How long to wait for a page at most, in seconds.
const PATIENCE: u64 = 10;

fn fetch(url: &str) -> Result<String, String> {
    let fetched = minreq::get(url).with_timeout(PATIENCE).send();
    let response = fetched.map_err(|error| format!("couldn't fetch {url}: {error}"))?;
    match response.status_code {
        200 => response.as_str().map(String::from).map_err(|error| error.to_string()),
        other => Err(format!("{url}: the site answered {other}")),
    }
}

/// Makes an index of the pages that were counted, and a list of those that are missing.
fn collect(counted: impl Iterator<Item = (u64, Result<Counts, String>)>) -> Outcome {
    let (mut index, mut missing) = Outcome::default();
    for (page, counts) in counted {
        match counts {
            Ok(counts) => add(&mut index, page, counts),
            Err(why) => missing.push((page, why)),
        }
    }
    (index, missing)
}

/// Fetches and counts one page after the other.
pub fn one_after_the_other(job: &Job) -> Outcome {
    let counted = job.urls.iter().map(|url| Ok(count(&fetch(url)?, job.rounds)));
    collect((0..).zip(counted))
}

/// Does `work` for each page in so many `threads`: each of them takes the next page that nobody has taken.
/// `take` gets the results in the order in which they are done, and makes the outcome of them; at most as
/// many results wait for it as there are threads. There is one thread at least, and there are fewer than
/// asked for where the system has no more to spare. Where it has none, each page is missing for that
/// reason.
fn by_threads<T: Send>(
    job: &Job,
    threads: usize,
    work: impl Fn(&str) -> T + Sync,
    take: impl FnOnce(Receiver<(u64, T)>) -> Outcome,
) -> Outcome {
    let next = Mutex::new((0..).zip(&job.urls));
    let threads = threads.max(1);
    let (done, results) = sync_channel(threads);
    thread::scope(|scope| {
        for number in 0..threads {
            let (done, next, work) = (done.clone(), &next, &work);
            let fetches = thread::Builder::new().name("fetch".into());
            let started = fetches.spawn_scoped(scope, move || {
                loop {
                    let page = next.lock().expect("nobody panics while taking").next();
                    let Some((page, url)) = page else { break };
                    if done.send((page, work(url))).is_err() {
                        break;
                    }
                }
            });
            match started {
                Err(error) if number == 0 => return nothing(job, &error),
                Err(_) => break,
                Ok(_) => {}
            }
        }
        drop(done);
        take(results)
    })
}

/// The outcome when there is no thread to fetch with: every page is missing.
fn nothing(job: &Job, error: &io::Error) -> Outcome {
    let why =
        format!("couldn't start a thread: {error}; raise `ulimit -u` or `ulimit -v`");
    collect((0..).zip(job.urls.iter().map(|_| Err(why.clone()))))
}

/// Threads that fetch and count. There is no GIL here, so they can compute at the same time, too.
pub fn threads_only(job: &Job, threads: usize) -> Outcome {
    let both = |url: &str| fetch(url).map(|text| count(&text, job.rounds));
    by_threads(job, threads, both, |results| collect(results.into_iter()))
}

/// The threads of rayon, one for each core, which fetch and count. They were made for computing: while
/// one of them waits for a page, no other one uses its core.
pub fn rayon_only(job: &Job) -> Outcome {
    let both = |url: &String| Ok(count(&fetch(url)?, job.rounds));
    let counted: Vec<_> = job.urls.par_iter().map(both).collect();
    collect((0..).zip(counted))
}

/// Processes that fetch and count.
pub fn processes_only(job: &Job, pool: &ProcessPool) -> Outcome {
    let pages = job.urls.iter().map(|url| (url.clone(), job.rounds));
    let counted = pool.map(&FETCH_AND_COUNT, pages).as_completed();
    collect(counted.map(|(page, counts)| {
        let counts = counts.map_err(|error| error.to_string());
        (page, counts.and_then(|counts| counts))
    }))
}

/// Threads that fetch, and processes that count. When the processes can't keep up, the pool's queue fills
/// up, and nobody takes pages from the channel. Then the channel fills up, too, and the threads stop
/// fetching: back-pressure from end to end.
// ANCHOR: hybrid
pub fn hybrid(job: &Job, threads: usize, pool: &ProcessPool) -> Outcome {
    by_threads(job, threads, fetch, |fetched| {
        let (numbers, missing) = (RefCell::new(Vec::new()), RefCell::new(Vec::new()));
        let pages = fetched.into_iter().filter_map(|(page, text)| match text {
            Ok(text) => {
                numbers.borrow_mut().push(page);
                Some(Page { text, rounds: job.rounds, poison: job.poison.clone() })
            }
            Err(why) => {
                missing.borrow_mut().push((page, why));
                None
            }
        });
        let number = |at: u64| numbers.borrow()[at as usize];
        let counted = pool.map(&COUNT_WORDS, pages).as_completed();
        let (index, mut failed) =
            collect(counted.map(|(at, counts)| {
                (number(at), counts.map_err(|error| error.to_string()))
            }));
        failed.append(&mut missing.take());
        failed.sort();
        (index, failed)
    })
}
// ANCHOR_END: hybrid
