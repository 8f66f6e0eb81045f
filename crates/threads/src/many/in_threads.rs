//! A thread waits for one page at a time.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::thread::{Builder, ScopedJoinHandle, scope};

use super::{request, words};

/// Asks for the page, waits for it, and counts its words.
///
/// # Errors
///
/// When the page can't be fetched.
// ANCHOR: fetch
fn fetch(site: SocketAddr) -> io::Result<usize> {
    let mut connection = TcpStream::connect(site)?;
    connection.write_all(request().as_bytes())?;
    let mut answer = String::new();
    connection.read_to_string(&mut answer)?;
    words(&answer)
}
// ANCHOR_END: fetch

/// Fetches every page in a thread of its own. Unlike `thread::spawn`, `Builder` doesn't panic when
/// the system refuses a thread.
///
/// # Errors
///
/// When a page can't be fetched, or the system refuses a thread.
// ANCHOR: thread_each
pub fn thread_each(site: SocketAddr, pages: usize) -> io::Result<usize> {
    scope(|scope| {
        let mut threads = Vec::new();
        for _ in 0..pages {
            threads.push(Builder::new().spawn_scoped(scope, || fetch(site))?);
        }
        sum(threads)
    })
}
// ANCHOR_END: thread_each

/// Fetches the pages in `workers` threads, each of which fetches one page after the other until
/// none is left.
///
/// # Errors
///
/// When a page can't be fetched, or the system refuses a thread.
pub fn pool(site: SocketAddr, pages: usize, workers: usize) -> io::Result<usize> {
    let begun = AtomicUsize::new(0);
    let work = || {
        let mut words = 0;
        while begun.fetch_add(1, Relaxed) < pages {
            words += fetch(site)?;
        }
        Ok(words)
    };
    scope(|scope| {
        let mut threads = Vec::new();
        for _ in 0..workers.min(pages) {
            threads.push(Builder::new().spawn_scoped(scope, work)?);
        }
        sum(threads)
    })
}

/// Starts one thread less than `threads`; these fetch nothing and wait until the calling thread has
/// fetched one page. This shows what threads take without pages.
///
/// # Errors
///
/// When the page can't be fetched, or the system refuses a thread.
pub fn without_pages(site: SocketAddr, threads: usize) -> io::Result<usize> {
    let gate = Mutex::new(());
    scope(|scope| {
        let closed = gate.lock();
        for _ in 1..threads {
            Builder::new().spawn_scoped(scope, || drop(gate.lock()))?;
        }
        let words = fetch(site);
        drop(closed);
        words
    })
}

fn sum(threads: Vec<ScopedJoinHandle<io::Result<usize>>>) -> io::Result<usize> {
    threads.into_iter().map(|thread| thread.join().expect("fetching doesn't panic")).sum()
}
