//! An open transport, as its module hands it over to [`crate::meeting`].

use std::os::fd::OwnedFd;
use std::time::Instant;

use crate::connection::Halves;
use crate::error::Problem;

/// Waits, until then, for the other side to connect.
pub(crate) type Accept = Box<dyn FnOnce(Instant) -> Result<Halves, Problem> + Send>;

/// What there is when a transport has been opened.
pub(crate) struct Ends {
    pub(crate) address: String,
    pub(crate) descriptors: Vec<OwnedFd>,
    pub(crate) here: Option<Halves>,
    pub(crate) accept: Accept,
}

impl Ends {
    /// Of a transport that is connected from the beginning.
    pub(crate) fn connected(ours: Halves, theirs: Vec<OwnedFd>) -> Self {
        let accept = Box::new(move |_| Ok(ours));
        Self { address: String::new(), descriptors: theirs, here: None, accept }
    }

    /// Of a transport whose other side has to connect to an address.
    pub(crate) fn listening(
        address: String,
        accept: impl FnOnce(Instant) -> Result<Halves, Problem> + Send + 'static,
    ) -> Self {
        let accept = Box::new(accept);
        Self { address, descriptors: Vec::new(), here: None, accept }
    }

    /// Of a transport that stays in this process.
    pub(crate) fn here(ours: Halves, theirs: Halves) -> Self {
        Self { here: Some(theirs), ..Self::connected(ours, Vec::new()) }
    }
}

/// Takes exactly `N` descriptors of an invitation.
pub(crate) fn exactly<const N: usize>(
    descriptors: Vec<OwnedFd>,
) -> Result<[OwnedFd; N], Problem> {
    let wrong = Problem::Garbage("sent an invitation with the wrong descriptors");
    descriptors.try_into().map_err(|_| wrong)
}
