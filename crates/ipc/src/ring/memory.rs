//! The memory of a ring: a file without a name that both processes map.
//!
//! The file has no name (`memfd_create`), so nobody can guess it. A process of another user can't
//! open it without a descriptor; a process of the same user can, through `/proc/PID/fd/N`. The
//! system frees the memory when the last descriptor is closed and the last mapping is gone,
//! however the processes end. So nothing can be left over, and there is nothing to tidy up at the
//! next start.
//!
//! The file is *sealed*: nobody can make it shorter. Otherwise one process could shorten it and so
//! get the other killed, since the system sends SIGBUS to a process that reads beyond the end of
//! a file. The seal protects the length, and not what is in the memory.

#![allow(unsafe_code)]

use std::fs::File;
use std::io;
use std::num::NonZero;
use std::os::fd::{AsFd, OwnedFd};
use std::ptr::NonNull;

use nix::errno::Errno;
use nix::fcntl::{FcntlArg, SealFlag, fcntl, posix_fallocate};
use nix::libc;
use nix::sys::memfd::{MFdFlags, memfd_create};
use nix::sys::mman::{MapFlags, ProtFlags, mmap, munmap};
use nix::sys::resource::{Resource, getrlimit};

use super::shared::{self, Mapping, RING, Shared};

/// The memory of a ring, mapped into this process until it is dropped.
#[derive(Debug)]
pub(crate) struct Memfd(NonNull<u8>);

// SAFETY: the memory is shared between processes already; sharing it between threads adds nothing.
unsafe impl Send for Memfd {}
// SAFETY: as above.
unsafe impl Sync for Memfd {}

impl Drop for Memfd {
    fn drop(&mut self) {
        // SAFETY: we have mapped it, and whoever uses it holds an `Arc` of it.
        let _ = unsafe { munmap(self.0.cast(), RING) };
    }
}

// SAFETY: `map` has asked for so many bytes to read and write, and they stay until this is dropped.
unsafe impl Mapping for Memfd {
    fn start(&self) -> NonNull<u8> {
        self.0
    }
}

/// Makes the memory of a new ring; returns its lanes, and a descriptor for the other side.
///
/// # Errors
///
/// When the system has no memory or no descriptor to spare, or allows no file that is so large.
// ANCHOR: create
pub(crate) fn create() -> io::Result<([Shared<Memfd>; 2], OwnedFd)> {
    is_allowed()?;
    let flags = MFdFlags::MFD_CLOEXEC | MFdFlags::MFD_ALLOW_SEALING;
    let file = File::from(memfd_create("ring", flags)?);
    allocate(&file)?;
    fcntl(&file, FcntlArg::F_ADD_SEALS(seals()))?;
    let lanes = map(&file)?;
    shared::begin(&lanes);
    Ok((lanes, file.into()))
}
// ANCHOR_END: create

/// Checks that this process may make a file of a ring's size. Otherwise a signal would tell us,
/// and end us, unless we ignore it.
pub(super) fn is_allowed() -> io::Result<()> {
    if getrlimit(Resource::RLIMIT_FSIZE)?.0 < RING as u64 {
        return Err(Errno::EFBIG.into());
    }
    Ok(())
}

/// How much memory is allocated at once, in bytes: so little that a step is done before the next
/// signal comes.
const STEP: usize = 256 << 10;

/// Gives the file all of its memory, so that we learn here if there is too little. (The system
/// might otherwise only promise the memory.)
pub(super) fn allocate(file: &File) -> io::Result<()> {
    let mut done = 0;
    while done < RING {
        let step = STEP.min(RING - done);
        match posix_fallocate(file, done as libc::off_t, step as libc::off_t) {
            Ok(()) => done += step,
            // A signal came, and this step was taken back.
            Err(Errno::EINTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

/// Maps the memory that the other side has made.
///
/// # Errors
///
/// `InvalidData` when this is no memory of a ring, or could be made shorter, or when another
/// process has joined already: a lane has room for one sender and one receiver.
pub(crate) fn join(memory: OwnedFd) -> io::Result<[Shared<Memfd>; 2]> {
    let file = File::from(memory);
    // A file that can't be sealed has no seals.
    let sealed = fcntl(&file, FcntlArg::F_GET_SEALS).unwrap_or(0);
    let sealed = SealFlag::from_bits_retain(sealed);
    if file.metadata()?.len() != RING as u64 || !sealed.contains(seals()) {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let lanes = map(&file)?;
    if !shared::join(&lanes) {
        return Err(io::ErrorKind::InvalidData.into());
    }
    Ok(lanes)
}

fn seals() -> SealFlag {
    SealFlag::F_SEAL_SHRINK | SealFlag::F_SEAL_GROW | SealFlag::F_SEAL_SEAL
}

fn map(file: &File) -> io::Result<[Shared<Memfd>; 2]> {
    let length = NonZero::new(RING).ok_or(io::ErrorKind::InvalidInput)?;
    let access = ProtFlags::PROT_READ | ProtFlags::PROT_WRITE;
    // Populated, so that later no message has to wait for a page.
    let flags = MapFlags::MAP_SHARED | MapFlags::MAP_POPULATE;
    // SAFETY: a new mapping, at an address that the system chooses.
    let start = unsafe { mmap(None, length, access, flags, file.as_fd(), 0) }?;
    Ok(shared::lanes(Memfd(start.cast())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ring::lane::{Memory, Place};
    use crate::ring::layout::AREA;
    use crate::sync::Ordering;

    #[test]
    fn what_one_side_writes_the_other_reads() {
        let ([lane, _], memory) = create().unwrap();
        let [other, _] = join(memory).unwrap();
        lane.done().store(7, Ordering::Relaxed);
        assert_eq!(other.done().load(Ordering::Relaxed), 7);
        // SAFETY: there is only this thread.
        unsafe { lane.write(Place::Area(AREA - 5), b"hello") };
        // SAFETY: as above.
        assert_eq!(unsafe { other.piece(Place::Area(AREA - 5), 5) }, b"hello");
    }

    #[test]
    fn one_joins_and_no_other() {
        let (_, memory) = create().unwrap();
        let again = memory.try_clone().unwrap();
        join(memory).unwrap();
        assert_eq!(join(again).unwrap_err().kind(), io::ErrorKind::InvalidData);
    }

    #[test]
    fn it_has_no_name_and_cannot_be_made_shorter() {
        let (_, memory) = create().unwrap();
        let file = File::from(memory);
        assert_eq!(file.set_len(1).unwrap_err().kind(), io::ErrorKind::PermissionDenied);
        #[cfg(target_os = "linux")]
        {
            use std::os::unix::fs::MetadataExt;
            assert_eq!(file.metadata().unwrap().nlink(), 0);
        }
    }

    #[test]
    fn other_files_are_refused() {
        let short = memfd_create("short", MFdFlags::MFD_ALLOW_SEALING).unwrap();
        assert_eq!(join(short).unwrap_err().kind(), io::ErrorKind::InvalidData);
        let unsealed = memfd_create("unsealed", MFdFlags::MFD_ALLOW_SEALING).unwrap();
        File::from(unsealed.try_clone().unwrap()).set_len(RING as u64).unwrap();
        assert_eq!(join(unsealed).unwrap_err().kind(), io::ErrorKind::InvalidData);
        let (pipe, _) = io::pipe().unwrap();
        assert_eq!(join(pipe.into()).unwrap_err().kind(), io::ErrorKind::InvalidData);
    }

    #[test]
    #[should_panic(expected = "the area ends")]
    fn nothing_is_written_outside() {
        let ([lane, _], _) = create().unwrap();
        // SAFETY: there is only this thread.
        unsafe { lane.write(Place::Area(AREA - 4), b"hello") };
    }
}
