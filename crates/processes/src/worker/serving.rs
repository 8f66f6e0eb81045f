//! The fork server's side: a worker whose work is to fork other workers. [`crate::fork_server`] is
//! the parent's side.

use std::io;
use std::os::unix::net::UnixStream;

use nix::errno::Errno;

use super::descriptors;
use super::greeting::greet;
use super::link::Link;
use crate::forking::fork_sibling;

/// The name of this work.
pub(crate) const NAME: &str = "fork server";

/// The id of the new process, or the number of an error, if it has one, and its words.
pub(crate) type Answer = Result<i32, (Option<i32>, String)>;

/// Greets the parent and forks a worker for each of its requests, until the parent has gone;
/// returns the code to exit with. Each forked process calls `run`, with the name of its work and
/// its link, and exits with the code that `run` returns.
pub(super) fn serve(mut parent: Link, run: impl Fn(&str, Link) -> i32) -> i32 {
    let ready = greet(&mut parent, Ok(()));
    let mut next = ready.and_then(|()| request(&mut parent));
    while let Ok(Some((work, link))) = next {
        // In options, so that the worker can drop its copy of our link, and we our copy of its.
        let mut ours = Some(parent);
        let forked = link.and_then(|link| {
            let mut its = Some(link);
            fork_sibling(|| {
                ours.take();
                its.take().map_or(1, |link| run(&work, Link::new(link)))
            })
        });
        let Some(link) = ours else { return 1 };
        parent = link;
        let answer: Answer =
            forked.map_err(|error| (error.raw_os_error(), error.to_string()));
        next = parent.send(&answer).and_then(|()| request(&mut parent));
    }
    i32::from(next.is_err())
}

/// Waits for a request: the name of a work, and the worker's end of its link, or why that could
/// not be received. `None` when the parent has gone.
fn request(parent: &mut Link) -> io::Result<Option<(String, io::Result<UnixStream>)>> {
    // The link travels with a single byte. The name of the work follows, in a line.
    let link = match descriptors::receive(&*parent, &mut [0]) {
        Ok((0, _)) => return Ok(None),
        Ok((_, along)) => along.into_iter().next().ok_or(Errno::EBADMSG.into()),
        Err(error) => Err(error),
    };
    let work: Option<String> = parent.receive()?;
    Ok(work.map(|work| (work, link.map(UnixStream::from))))
}
