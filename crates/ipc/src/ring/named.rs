//! The memory of a portable ring: a segment with a name, by the crate `shared_memory`.
//!
//! The other side needs the name once, to find the memory. The side that joins removes the name as
//! soon as it has mapped the memory. The side that invites removes it when it has met the other
//! side, or gives up. So there is a name only while two sides meet. If both are killed just then,
//! the name stays (on Linux in `/dev/shm`) until somebody removes it or the system is restarted.
//! (With `RemoveIPC=yes`, logind removes it when its user has logged out for the last time; and
//! a container's `/dev/shm` ends with the container.)
//!
//! The name holds 64 random bits, and only the same user may open it. But on Linux, a process that
//! does can make the segment shorter, since it can't be sealed. Then the system kills, by SIGBUS,
//! every process that touches what is missing. macOS and Windows don't let it do that.

#![allow(unsafe_code)]

use std::io::{self, ErrorKind};
use std::ptr::NonNull;

use shared_memory::{Shmem, ShmemConf, ShmemError};

use super::shared::{self, Mapping, RING, Shared};

/// The smallest page of memory that any of our systems has, in bytes.
const PAGE: usize = 4 << 10;

/// The memory of a ring, mapped into this process until it is dropped. Dropping it leaves the name.
pub(crate) struct Segment(Shmem);

// SAFETY: the memory is shared between processes already; sharing it between threads adds nothing,
// and nobody changes the `Shmem` itself.
unsafe impl Send for Segment {}
// SAFETY: as above.
unsafe impl Sync for Segment {}

impl Segment {
    /// The memory of a ring in this mapping; `None` when that is too short.
    fn new(mut memory: Shmem) -> Option<Self> {
        // An owner would remove the name when it is dropped, but that is for `Name` to do.
        memory.set_owner(false);
        let segment = (memory.len() >= RING).then_some(Self(memory))?;
        segment.touch();
        Some(segment)
    }

    /// Touches all pages, so that later no message has to wait for a page.
    fn touch(&self) {
        for at in (0..RING).step_by(PAGE) {
            // SAFETY: `new` has checked the length. Nobody looks at what is read.
            unsafe { self.start().add(at).read_volatile() };
        }
    }
}

// SAFETY: `new` has checked the length, and a mapping begins at a page.
unsafe impl Mapping for Segment {
    fn start(&self) -> NonNull<u8> {
        // SAFETY: nothing is mapped at 0.
        unsafe { NonNull::new_unchecked(self.0.as_ptr()) }
    }
}

/// The name of a segment. Dropping it removes the name; processes that have the memory keep it.
pub(crate) struct Name(String);

impl Name {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl Drop for Name {
    fn drop(&mut self) {
        // Not by way of the crate, which would have to open the memory first.
        #[cfg(unix)]
        let _ = nix::sys::mman::shm_unlink(self.0.as_str());
        // Elsewhere, the crate removes a name with its owner; so we become one for a moment.
        #[cfg(not(unix))]
        if let Ok(mut memory) = ShmemConf::new().os_id(&self.0).size(RING).open() {
            memory.set_owner(true);
        }
    }
}

/// Makes the memory of a new ring; returns its lanes, and its name.
///
/// # Errors
///
/// When the system has no memory or no descriptor to spare, or allows no file that is so large.
pub(crate) fn create() -> io::Result<([Shared<Segment>; 2], Name)> {
    #[cfg(target_os = "linux")]
    super::memory::is_allowed()?;
    // Since we give no name, the crate takes one that is free and hard to guess.
    let memory = ShmemConf::new().size(RING).create().map_err(io_error)?;
    let name = Name(memory.get_os_id().into());
    #[cfg(target_os = "linux")]
    allocate(&name)?;
    let segment = Segment::new(memory).ok_or(ErrorKind::InvalidData)?;
    let lanes = shared::lanes(segment);
    shared::begin(&lanes);
    Ok((lanes, name))
}

/// Gives the segment all of its memory. The crate only lets the system promise it; if there is too
/// little, we learn that here, and not by a signal later.
#[cfg(target_os = "linux")]
fn allocate(name: &Name) -> io::Result<()> {
    use nix::fcntl::OFlag;
    use nix::sys::mman::shm_open;
    use nix::sys::stat::Mode;

    let file = shm_open(name.as_str(), OFlag::O_RDWR, Mode::empty())?;
    super::memory::allocate(&file.into())
}

/// Maps the memory that the other side has made, and removes its name.
///
/// # Errors
///
/// `BrokenPipe` when the name is gone: the side that invites has given up, or another process has
/// joined already. `InvalidData` when this is no memory of a ring, or its other side is taken.
pub(crate) fn join(name: &str) -> io::Result<[Shared<Segment>; 2]> {
    let memory = ShmemConf::new().os_id(name).size(RING).open().map_err(io_error);
    let memory = memory.map_err(|error| match error.kind() {
        ErrorKind::NotFound => ErrorKind::BrokenPipe.into(),
        _ => error,
    })?;
    let segment = Segment::new(memory).ok_or(ErrorKind::InvalidData)?;
    let lanes = shared::lanes(segment);
    if !shared::join(&lanes) {
        return Err(ErrorKind::InvalidData.into());
    }
    drop(Name(name.into()));
    Ok(lanes)
}

/// The system's error behind an error of the crate, as far as the crate tells.
pub(crate) fn io_error(error: ShmemError) -> io::Error {
    match error {
        ShmemError::MappingIdExists => ErrorKind::AlreadyExists.into(),
        ShmemError::MapCreateFailed(code)
        | ShmemError::MapOpenFailed(code)
        | ShmemError::UnknownOsError(code) => io::Error::from_raw_os_error(code as i32),
        error => io::Error::other(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ring::lane::Memory;
    use crate::sync::Ordering;

    #[test]
    fn what_one_side_writes_the_other_reads() {
        let ([lane, _], name) = create().unwrap();
        let [other, _] = join(name.as_str()).unwrap();
        lane.done().store(7, Ordering::Relaxed);
        assert_eq!(other.done().load(Ordering::Relaxed), 7);
    }

    #[test]
    fn one_joins_and_finds_the_name_and_no_other_does() {
        let (_lanes, name) = create().unwrap();
        join(name.as_str()).unwrap();
        assert_eq!(
            join(name.as_str()).map(drop).unwrap_err().kind(),
            ErrorKind::BrokenPipe
        );
    }

    #[test]
    fn whoever_gives_up_takes_the_name_away() {
        let (_lanes, name) = create().unwrap();
        let kept = name.as_str().to_string();
        drop(name);
        assert_eq!(join(&kept).map(drop).unwrap_err().kind(), ErrorKind::BrokenPipe);
    }

    #[test]
    fn memory_that_is_too_short_is_refused() {
        let short = ShmemConf::new().size(4096).create().unwrap();
        let joined = join(short.get_os_id());
        assert_eq!(joined.map(drop).unwrap_err().kind(), ErrorKind::InvalidData);
    }
}
