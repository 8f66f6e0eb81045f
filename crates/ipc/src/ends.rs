//! An open transport, in the form in which its module hands it over to [`crate::meeting`].

use std::time::Instant;

use crate::connection::Halves;
use crate::descriptor::Descriptor;
use crate::error::Problem;

/// Waits for the other side to connect, as long as [`Until`] says.
pub(crate) type Accept = Box<dyn FnOnce(Until) -> Result<Halves, Problem> + Send>;

/// How long to wait: until the deadline, or until a process has ended.
#[derive(Clone, Copy)]
pub(crate) struct Until<'a> {
    pub(crate) deadline: Instant,
    /// Can be read when the process has ended that should connect.
    #[cfg_attr(not(unix), expect(dead_code, reason = "there is nobody to wait for"))]
    pub(crate) process: Option<&'a Descriptor>,
}

/// What a transport is made of when it has been opened.
pub(crate) struct Ends {
    pub(crate) address: String,
    pub(crate) descriptors: Vec<Descriptor>,
    pub(crate) here: Option<Halves>,
    pub(crate) accept: Accept,
}

impl Ends {
    /// The ends of a transport that is connected from the beginning.
    pub(crate) fn connected(ours: Halves, theirs: Vec<Descriptor>) -> Self {
        let accept = Box::new(move |_: Until| Ok(ours));
        Self { address: String::new(), descriptors: theirs, here: None, accept }
    }

    /// Makes whoever accepts wait first until something can be read from `first`. That is for a
    /// receiver that doesn't watch the process itself.
    #[cfg(unix)]
    pub(crate) fn heard_from(
        self,
        first: impl std::os::fd::AsFd + Send + 'static,
    ) -> Self {
        use nix::poll::PollFlags;

        use crate::ready::ready;

        let accept = move |until: Until| {
            ready(first, PollFlags::POLLIN, Some(until.deadline), until.process)?;
            (self.accept)(until)
        };
        Self { accept: Box::new(accept), ..self }
    }

    /// The ends of a transport whose other side has to connect to an address.
    pub(crate) fn listening(
        address: String,
        accept: impl FnOnce(Until) -> Result<Halves, Problem> + Send + 'static,
    ) -> Self {
        let accept = Box::new(accept);
        Self { address, descriptors: Vec::new(), here: None, accept }
    }

    /// The ends of a transport that stays in this process.
    pub(crate) fn here(ours: Halves, theirs: Halves) -> Self {
        Self { here: Some(theirs), ..Self::connected(ours, Vec::new()) }
    }
}

/// Checks that an invitation has come with exactly `N` descriptors; returns them.
#[cfg(unix)]
pub(crate) fn exactly<const N: usize>(
    descriptors: Vec<Descriptor>,
) -> Result<[Descriptor; N], Problem> {
    let wrong = Problem::Garbage("sent an invitation with the wrong descriptors");
    descriptors.try_into().map_err(|_| wrong)
}
