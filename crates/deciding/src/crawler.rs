//! A crawler: the front page of a slow site names the others, and all their words are counted.
//!
//! Nearly all of the work is waiting. So what counts is how many pages are waited for at the same time,
//! and hardly how many cores there are.

use std::io;
use std::sync::Mutex;
use std::thread;
use std::time::Duration;

use hybrid_pools::{ProcessPool, Task};
use workloads::pages;
use workloads::slow_site::SlowSite;

use crate::decision::{Decision, Failure, Trial, seconds};
use crate::team::{RUNS, Team};

/// How long to wait for a page at most, in seconds.
const PATIENCE: u64 = 10;

/// How many threads wait for pages at the same time.
pub const VISITORS: usize = 12;

/// A site to crawl: a front page, and the pages that it names.
pub struct Job {
    site: SlowSite,
    pages: u64,
}

impl Job {
    /// A site with a front page and so many others. It takes `latency` to answer for each of them.
    ///
    /// # Errors
    ///
    /// When the site can't be opened.
    pub fn of(pages: u64, latency: Duration) -> Result<Self, Failure> {
        let front: Vec<_> = (1..=pages).map(|n| format!("/{n}")).collect();
        let others = (1..=pages).map(pages::page);
        let texts = std::iter::once(front.join(" ")).chain(others).collect();
        let site = SlowSite::of(texts, latency).map_err(closed)?;
        Ok(Self { site, pages })
    }
}

pub(crate) fn closed(error: io::Error) -> String {
    format!("couldn't open the slow site on loopback: {error}")
}

/// Fetches a page and returns its text, or why there is none.
pub(crate) fn fetch(url: &str) -> Result<String, String> {
    let fetched = minreq::get(url).with_timeout(PATIENCE).send();
    let response = fetched.map_err(|error| format!("couldn't fetch {url}: {error}"))?;
    match response.status_code {
        200 => response.as_str().map(String::from).map_err(|error| error.to_string()),
        other => Err(format!("{url}: the site answered {other}")),
    }
}

/// Fetches a page and returns how many words it has.
pub(crate) fn words(url: &str) -> Result<u64, String> {
    Ok(pages::words(&fetch(url)?) as u64)
}

/// Fetches a page in a process, and returns how many words it has.
pub const WORDS: Task<String, Result<u64, String>> =
    Task::new("words", |url| words(&url));

/// Reads the front page, lets `count` count the words of all pages that it names, and adds them up.
pub fn crawl(
    job: &Job,
    count: impl FnOnce(&[String]) -> Result<u64, Failure>,
) -> Result<u64, Failure> {
    let front = fetch(&job.site.url(0))?;
    let numbers = front.split_whitespace().filter_map(|link| link[1..].parse().ok());
    let urls: Vec<_> = numbers.map(|number| job.site.url(number)).collect();
    Ok(pages::words(&front) as u64 + count(&urls)?)
}

/// Counts the words of one page after the other.
pub fn one_after_the_other(urls: &[String]) -> Result<u64, Failure> {
    Ok(urls.iter().map(|url| words(url)).sum::<Result<u64, _>>()?)
}

/// Counts the words of the pages in threads; each takes the next page that nobody has taken.
pub fn in_threads(urls: &[String], hands: usize) -> Result<u64, Failure> {
    let queue = Mutex::new(urls.iter());
    let next = || queue.lock().expect("nobody panics while taking").next();
    let count =
        || std::iter::from_fn(&next).map(|url| words(url)).sum::<Result<u64, _>>();
    thread::scope(|scope| {
        let threads: Vec<_> = (0..hands).map(|_| scope.spawn(count)).collect();
        let counts = threads.into_iter().map(|thread| thread.join().expect("no panic"));
        Ok(counts.sum::<Result<u64, _>>()?)
    })
}

/// Counts the words of the pages in the processes of a pool.
pub fn in_processes(urls: &[String], pool: &ProcessPool) -> Result<u64, Failure> {
    let mut sum = 0;
    for count in pool.map(&WORDS, urls.iter().cloned()) {
        sum += count??;
    }
    Ok(sum)
}

/// How long a page takes, in seconds; and how much of that is work for the cores and no waiting. This
/// second number is found by fetching many pages at once from a site that answers immediately.
pub(crate) fn page(site: &SlowSite) -> Result<(f64, f64), Failure> {
    let prompt = SlowSite::open(Duration::ZERO).map_err(closed)?;
    let urls = prompt.urls(2 * VISITORS as u64);
    let page = seconds(RUNS.div_ceil(2), || Ok(words(&site.url(1))?))?;
    let many = seconds(3, || in_threads(&urls, VISITORS))?;
    Ok((page, many / urls.len() as f64))
}

/// What is measured first, in seconds.
struct Constants {
    /// A page, from the request to the count of its words.
    page: f64,
    /// What a page takes of the cores, when many others come at the same time.
    own: f64,
}

// ANCHOR: arithmetic
impl Constants {
    /// The front page comes first. Then as many pages at a time are fetched as there
    /// are hands. They arrive together, so the last of them has to wait until the
    /// cores are done with the others.
    fn predict(&self, pages: u64, hands: u64) -> f64 {
        let rounds = pages.div_ceil(hands) as f64;
        self.page + rounds * (self.page + (hands - 1) as f64 * self.own)
    }
}
// ANCHOR_END: arithmetic

/// Measures the constants, predicts from them how long each way takes, and tries it.
///
/// # Errors
///
/// When a page can't be had, or two ways come to different results.
pub fn decide(job: &Job, team: &Team) -> Result<Decision, Failure> {
    let (page, own) = page(&job.site)?;
    let message = team.message()?;
    let constants = Constants { page, own };
    let predict = |hands: usize| constants.predict(job.pages, hands as u64);
    let mut trial = Trial::new(&[
        ("a page", page),
        ("what it takes of the cores", own),
        ("a message to a process", message),
    ]);
    trial
        .way("one after the other", 1, predict(1), || crawl(job, one_after_the_other))?;
    trial.way("threads, 12", VISITORS, predict(VISITORS), || {
        crawl(job, |urls| in_threads(urls, VISITORS))
    })?;
    let messages = job.pages as f64 * message;
    trial.way(
        "processes, one a core",
        team.hands,
        predict(team.hands) + messages,
        || crawl(job, |urls| in_processes(urls, &team.processes)),
    )?;
    Ok(trial.decision())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_pages_that_the_front_page_names_are_counted() {
        for pages in [0, 1, 13] {
            let job = Job::of(pages, Duration::ZERO).unwrap();
            // The front page has a word for each of the others.
            let expected = pages + pages * pages::WORDS as u64;
            assert_eq!(crawl(&job, one_after_the_other).unwrap(), expected);
            assert_eq!(crawl(&job, |urls| in_threads(urls, 5)).unwrap(), expected);
        }
    }

    #[test]
    fn a_page_that_is_missing_is_named() {
        let job = Job::of(1, Duration::ZERO).unwrap();
        let missing = [job.site.url(1), job.site.url(2)];
        let expected = format!("{}: the site answered 404", missing[1]);
        for result in [one_after_the_other(&missing), in_threads(&missing, 2)] {
            assert_eq!(result.unwrap_err().to_string(), expected);
        }
    }

    #[test]
    fn more_hands_wait_fewer_times_and_stand_in_line() {
        let constants = Constants { page: 10.0, own: 0.5 };
        assert_eq!(constants.predict(12, 1), 130.0);
        assert_eq!(constants.predict(12, 12), 20.0 + 5.5);
        assert_eq!(constants.predict(13, 12), 30.0 + 11.0);
    }
}
