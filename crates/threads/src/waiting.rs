//! Slow web pages: waiting for one after the other, or for all at once.
//!
//! Each function fetches all of `urls` and returns how many words the pages have
//! altogether. When some can't be fetched, it returns the error of the first of them, in
//! the order of the urls (in a pool, of the workers), once all of its threads have ended.

use std::error::Error;
use std::sync::Mutex;
use std::thread::{self, ScopedJoinHandle};

use workloads::pages;

/// How long a visitor waits for a page at most, in seconds.
const PATIENCE: u64 = 10;

/// Fetches one page and counts its words.
///
/// # Errors
///
/// When the page can't be fetched; the error names its url.
// ANCHOR: fetch
pub fn fetch(url: &str) -> Result<usize, String> {
    let text =
        get(url, PATIENCE).map_err(|error| format!("couldn't fetch {url}: {error}"))?;
    Ok(pages::words(&text))
}
// ANCHOR_END: fetch

fn get(url: &str, patience: u64) -> Result<String, Box<dyn Error>> {
    let response = minreq::get(url).with_timeout(patience).send()?;
    match response.status_code {
        200 => Ok(response.as_str()?.to_string()),
        other => Err(format!("the site answered {other}").into()),
    }
}

/// Fetches one page after the other, in the calling thread.
///
/// # Errors
///
/// When a page can't be fetched.
// ANCHOR: one_by_one
pub fn one_after_the_other(urls: &[String]) -> Result<usize, String> {
    urls.iter().map(|url| fetch(url)).sum()
}
// ANCHOR_END: one_by_one

/// Fetches every page in a thread of its own.
///
/// # Errors
///
/// When a page can't be fetched.
///
/// # Panics
///
/// When the system has no thread to spare.
// ANCHOR: thread_each
pub fn thread_each(urls: &[String]) -> Result<usize, String> {
    thread::scope(|scope| {
        let mut threads = Vec::new();
        for url in urls {
            threads.push(scope.spawn(|| fetch(url)));
        }
        sum(threads)
    })
}
// ANCHOR_END: thread_each

/// Fetches the pages in `workers` threads; each takes the next page that no thread has taken
/// yet, until none is left.
///
/// # Errors
///
/// When a page can't be fetched; the worker that met this error takes no more pages.
///
/// # Panics
///
/// When the system has no thread to spare.
// ANCHOR: pool
pub fn pool(urls: &[String], workers: usize) -> Result<usize, String> {
    let queue = Mutex::new(urls.iter());
    let next = || queue.lock().expect("nobody panics while taking").next();
    let work = || {
        let mut words = 0;
        while let Some(url) = next() {
            words += fetch(url)?;
        }
        Ok(words)
    };
    thread::scope(|scope| {
        let mut threads = Vec::new();
        for _ in 0..workers {
            threads.push(scope.spawn(work));
        }
        sum(threads)
    })
}
// ANCHOR_END: pool

/// Joins all threads; returns the sum of their results, or the first error.
fn sum(threads: Vec<ScopedJoinHandle<Result<usize, String>>>) -> Result<usize, String> {
    threads.into_iter().map(|thread| thread.join().expect("fetching doesn't panic")).sum()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use workloads::slow_site::SlowSite;

    use super::*;

    #[test]
    fn every_way_reads_every_page() {
        let site = SlowSite::open(Duration::from_millis(1)).unwrap();
        for n in [0, 1, 12] {
            let urls = site.urls(n);
            let words = Ok(n as usize * pages::WORDS);
            assert_eq!(one_after_the_other(&urls), words);
            assert_eq!(thread_each(&urls), words);
            assert_eq!(pool(&urls, 5), words);
        }
    }

    #[test]
    fn a_page_that_is_missing_is_named() {
        let site = SlowSite::open(Duration::ZERO).unwrap();
        let urls = [site.url(0), site.url(1) + "x"];
        let error = Err(format!("couldn't fetch {}: the site answered 404", urls[1]));
        assert_eq!(one_after_the_other(&urls), error);
        assert_eq!(thread_each(&urls), error);
        assert_eq!(pool(&urls, 2), error);
    }

    #[test]
    fn nobody_waits_for_ever() {
        // This site accepts connections and never answers.
        let site = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/0", site.local_addr().unwrap());
        let error = get(&url, 1).unwrap_err().to_string();
        assert!(error.contains("timeout"), "{error}");
    }

    #[test]
    fn a_site_that_is_gone_is_named() {
        // Only the superuser may listen on port 1, and nobody does.
        let url = "http://127.0.0.1:1/0";
        let error = fetch(url).unwrap_err();
        assert!(error.starts_with(&format!("couldn't fetch {url}: ")), "{error}");
    }
}
