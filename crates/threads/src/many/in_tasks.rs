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
/// When the page can't be fetched.
// ANCHOR: fetch
async fn fetch(site: SocketAddr) -> io::Result<usize> {
    let mut connection = TcpStream::connect(site).await?;
    connection.write_all(request().as_bytes()).await?;
    let mut answer = String::new();
    connection.read_to_string(&mut answer).await?;
    words(&answer)
}
// ANCHOR_END: fetch

/// Fetches every page in a task of its own.
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

/// Fetches the pages in a task each; the thread that calls runs all tasks.
///
/// # Errors
///
/// When a page can't be fetched, or the system has no descriptors for the runtime itself.
// ANCHOR: one_thread
pub fn one_thread(site: SocketAddr, pages: usize) -> io::Result<usize> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(task_each(site, pages))
}
// ANCHOR_END: one_thread

/// Fetches the pages in a task each; a pool of as many threads as there are cores runs the tasks
/// that have something to do.
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

/// Spawns `task_each` in the pool, too: `block_on` alone would run it in the thread that calls.
fn wait_in(runtime: &Runtime, site: SocketAddr, pages: usize) -> io::Result<usize> {
    let all = runtime.spawn(task_each(site, pages));
    runtime.block_on(all).expect("waiting doesn't panic")
}
