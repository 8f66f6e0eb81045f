//! The worker's side of the pool: takes jobs, runs them one after the other, sends results.

use std::io;
use std::os::fd::OwnedFd;

use ipc::{Connection, Error, Problem, peer};
use nix::unistd::dup2_stderr;
use processes::worker::{Link, descriptors, end_with_parent};

use crate::message::{HEADERS, Order, put_result, take, take_bytes};
use crate::notebook::Notebook;
use crate::task::{Failed, Run};

/// Serves a pool: does the `tasks` that it is sent, until the pool has no more or is gone. It is the
/// work of a worker; see [`crate::pool::ProcessPool`] for how a program offers it.
///
/// When the pool's process vanishes, so does this one, at once, even in the middle of a task.
///
/// # Errors
///
/// When there is no connection, or something comes through it that no pool sends.
pub fn serve(mut link: Link, tasks: &[&dyn Run]) -> io::Result<()> {
    // First of all, so that nothing is lost of what this process complains about.
    let (_, given) = descriptors::receive(&link, &mut [0])?;
    let given: Result<[OwnedFd; 2], _> = given.try_into();
    let [stderr, notebook] = given.map_err(|_| io::ErrorKind::BrokenPipe)?;
    dup2_stderr(&stderr)?;
    drop(stderr);
    let notebook = Notebook::new(notebook.into());
    let invitation = peer::invitation(&mut link)?;
    end_with_parent(&link)?;
    let connection = invitation.join().map_err(io::Error::other)?;
    match work(connection, tasks, notebook) {
        Ok(()) | Err(Error { problem: Problem::Ended, .. }) => Ok(()),
        Err(error) => Err(io::Error::other(error)),
    }
}

/// How many bytes of results may wait for those of the same job.
const MOST_BYTES: usize = 64 * 1024;

/// Results are sent before the next job begins: so the pool knows which one a worker was at when it
/// died.
fn work(
    mut connection: Connection,
    tasks: &[&dyn Run],
    mut notebook: Notebook,
) -> Result<(), Error> {
    let mut message = Vec::new();
    loop {
        message.clear();
        message.extend_from_slice(connection.receive()?);
        let mut jobs = &message[..];
        while !jobs.is_empty() {
            notebook.note();
            run(&mut jobs, tasks, &mut connection)?;
        }
    }
}

/// Takes a job from the front of `jobs` and runs it.
fn run(
    jobs: &mut &[u8],
    tasks: &[&dyn Run],
    connection: &mut Connection,
) -> Result<(), Error> {
    // Closing the connection would tell the pool no more than a panic does.
    let garbled = "the pool sends jobs, and nothing else";
    let order: Order = take(jobs).expect(garbled);
    let task = tasks.iter().find(|task| task.name() == order.task);
    let mut results = Vec::new();
    for _ in 0..order.items {
        let argument = take_bytes(jobs).expect(garbled);
        let result = match task {
            Some(task) => task.run(argument),
            None => Err(unknown(order.task, tasks)),
        };
        let before = results.len();
        put_result(&result, &mut results);
        if results.len() > MOST_BYTES && before > 0 {
            let last = results.split_off(before);
            connection.send(&results)?;
            results = last;
        }
        if results.len() > MOST_BYTES {
            send(&mut results, connection)?;
        }
    }
    if results.is_empty() { Ok(()) } else { send(&mut results, connection) }
}

/// Sends results. When it is one that is too long, it sends that instead.
fn send(results: &mut Vec<u8>, connection: &mut Connection) -> Result<(), Error> {
    match connection.send(results) {
        Err(Error { problem: Problem::TooLong { length, longest }, .. }) => {
            results.clear();
            let longest = longest.saturating_sub(HEADERS);
            let why = format!(
                "the result has {length} bytes, and the pool takes {longest} at most"
            );
            put_result(&Err(Failed::Unfit(why)), results);
            connection.send(results)?;
        }
        sent => sent?,
    }
    results.clear();
    Ok(())
}

fn unknown(task: &str, tasks: &[&dyn Run]) -> Failed {
    let names: Vec<_> = tasks.iter().map(|task| task.name()).collect();
    let there = names.join(", ");
    Failed::Unfit(format!("the worker knows no task `{task}`; it knows {there}"))
}
