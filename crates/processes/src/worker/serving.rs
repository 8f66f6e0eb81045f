//! The fork server's side: a worker whose work is to fork others. [`crate::fork_server`] is the
//! parent's side.

use std::io;
use std::os::unix::net::UnixStream;

use nix::errno::Errno;

use super::descriptors;
use super::greeting::GREETING;
use super::link::Link;
use crate::forking::fork_sibling;

/// What this work is called.
pub(crate) const NAME: &str = "fork server";

/// The longest name of a work, in bytes.
const LONGEST_NAME: usize = 256;

/// Serves until the parent has gone; returns the code to exit with. Answers each request
/// with the id of the new process, or the number of an error. What is forked becomes a worker by
/// `run`, which gets the name of its work and returns the code to exit with.
pub(super) fn serve(mut parent: Link, run: impl Fn(&str, Link) -> i32) -> i32 {
    let ready = parent.send(&(GREETING, Ok::<_, String>(std::process::id())));
    let mut next = ready.and_then(|()| receive(parent.stream()));
    while let Ok(Some((work, link))) = next {
        // For the worker to drop its copy of ours, and we ours of its.
        let mut ours = Some(parent);
        let mut its = Some(link);
        let forked = fork_sibling(|| {
            ours.take();
            its.take().map_or(1, |link| run(&work, Link::new(link)))
        });
        drop(its);
        let Some(link) = ours else { return 1 };
        parent = link;
        let answer = forked.map_err(|error| error.raw_os_error().unwrap_or(0));
        next = parent.send(&answer).and_then(|()| receive(parent.stream()));
    }
    i32::from(next.is_err())
}

/// Receives a request: the name of a work, and the worker's end of its link. Nothing when
/// the parent has gone.
fn receive(parent: &UnixStream) -> io::Result<Option<(String, UnixStream)>> {
    let mut name = [0; LONGEST_NAME];
    let (length, along) = descriptors::receive(parent, &mut name)?;
    if length == 0 {
        return Ok(None);
    }
    let link = along.into_iter().next().ok_or(Errno::EBADMSG)?;
    let name = String::from_utf8_lossy(&name[..length]).into_owned();
    Ok(Some((name, UnixStream::from(link))))
}
