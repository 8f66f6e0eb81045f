//! A *task* waits for one page. It is a value in memory that says how far it has come, and needs a
//! thread only while it has something to do.

use std::io;
use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::runtime::{Builder, Runtime};

use super::{request, words};

/// Asks for the page, waits for it, and counts its words. Wherever it says `await`, another task
/// may go on.
///
/// # Errors
///
/// When it can't be had.
// ANCHOR: fetch
async fn fetch(site: SocketAddr) -> io::Result<usize> {
    let mut connection = TcpStream::connect(site).await?;
    connection.write_all(request().as_bytes()).await?;
    let mut answer = String::new();
    connection.read_to_string(&mut answer).await?;
    words(&answer)
}
// ANCHOR_END: fetch

/// A task for every page.
// ANCHOR: task_each
async fn task_each(site: SocketAddr, pages: usize) -> io::Result<usize> {
    let mut tasks = Vec::new();
    for _ in 0..pages {
        tasks.push(tokio::spawn(fetch(site)));
    }
    let mut words = 0;
    for task in tasks {
        words += task.await.expect("fetching doesn't panic")?;
    }
    Ok(words)
}
// ANCHOR_END: task_each

/// The thread that calls runs all tasks.
///
/// # Errors
///
/// When a page can't be had, or the system has no descriptors for the runtime itself.
// ANCHOR: one_thread
pub fn one_thread(site: SocketAddr, pages: usize) -> io::Result<usize> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(task_each(site, pages))
}
// ANCHOR_END: one_thread

/// As many threads as there are cores run the tasks; each takes those that have something to do.
///
/// # Errors
///
/// As [`one_thread`].
///
/// # Panics
///
/// When the system has no threads for the runtime.
// ANCHOR: pool
pub fn pool(site: SocketAddr, pages: usize) -> io::Result<usize> {
    let runtime = Builder::new_multi_thread().enable_all().build()?;
    wait_in(&runtime, site, pages)
}
// ANCHOR_END: pool

/// From outside of the pool, so that all tasks are its.
fn wait_in(runtime: &Runtime, site: SocketAddr, pages: usize) -> io::Result<usize> {
    let all = runtime.spawn(task_each(site, pages));
    runtime.block_on(all).expect("waiting doesn't panic")
}
