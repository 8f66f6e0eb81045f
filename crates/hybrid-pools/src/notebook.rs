//! A worker's *notebook*: how many items the worker has begun. This is a number in memory that the
//! worker and the pool share, so the worker's death doesn't erase it. Afterwards the pool knows which
//! jobs were still on their way, or waited: those are not to blame for the death.
//!
//! The memory is a file without a name, which both sides map and then close. So a task that closes or
//! overwrites descriptors, as programs do that go into the background, doesn't get at it. On Linux, the
//! file is in no folder (`memfd_create`), and *sealed*: nobody can make it shorter, not even by way of
//! `/proc/self/map_files`. A process that reads beyond the end of a file that was made shorter is killed
//! by SIGBUS.

#![allow(unsafe_code)]

use std::fs::File;
use std::io;
use std::num::NonZero;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::fs::FileExt;
use std::ptr::NonNull;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use nix::sys::mman::{MapFlags, ProtFlags, mmap, munmap};

/// How much of the file is mapped, in bytes.
const LENGTH: NonZero<usize> = NonZero::new(size_of::<AtomicU64>()).expect("it is 8");

pub(crate) struct Notebook(NonNull<AtomicU64>);

// SAFETY: the number is shared between processes already; another thread changes nothing.
unsafe impl Send for Notebook {}

impl Notebook {
    /// An empty notebook, and the file with which a worker [opens](Self::open) it.
    ///
    /// # Errors
    ///
    /// When the system has no file or no memory to spare.
    pub(crate) fn empty() -> io::Result<(Self, OwnedFd)> {
        let file = new_file()?;
        // Writing, and not only setting the length: if the disk is full, the error comes here, and
        // notes need no more space later.
        file.write_all_at(&[0; LENGTH.get()], 0)?;
        seal(&file)?;
        let theirs = file.try_clone()?.into();
        Ok((Self::open(file.into())?, theirs))
    }

    /// Opens the notebook in this file.
    ///
    /// # Errors
    ///
    /// `InvalidData` when the file is too short.
    pub(crate) fn open(file: OwnedFd) -> io::Result<Self> {
        let file = File::from(file);
        if file.metadata()?.len() < LENGTH.get() as u64 {
            return Err(io::ErrorKind::InvalidData.into());
        }
        let access = ProtFlags::PROT_READ | ProtFlags::PROT_WRITE;
        // SAFETY: a new mapping, at an address that the system chooses.
        let start =
            unsafe { mmap(None, LENGTH, access, MapFlags::MAP_SHARED, file.as_fd(), 0) }?;
        Ok(Self(start.cast()))
    }

    fn number(&self) -> &AtomicU64 {
        // SAFETY: the memory is mapped until `self` is dropped, and begins at a page, so it is
        // aligned. Any bytes make a number, and the other side changes it atomically, as we do.
        // Nobody makes the file shorter: on Linux, its seals see to that; elsewhere, it has no
        // name, and its descriptors are closed.
        unsafe { self.0.as_ref() }
    }

    // ANCHOR: note
    /// Notes that the worker begins with its next item.
    pub(crate) fn note(&self) {
        self.number().fetch_add(1, Relaxed);
    }
    // ANCHOR_END: note

    /// How many items the worker has begun.
    pub(crate) fn begun(&self) -> u64 {
        self.number().load(Relaxed)
    }
}

#[cfg(target_os = "linux")]
fn new_file() -> io::Result<File> {
    use nix::sys::memfd::{MFdFlags, memfd_create};

    let flags = MFdFlags::MFD_CLOEXEC | MFdFlags::MFD_ALLOW_SEALING;
    Ok(memfd_create("notebook", flags)?.into())
}

/// Seals the file: from now on, nobody can change its length.
#[cfg(target_os = "linux")]
fn seal(file: &File) -> io::Result<()> {
    use nix::fcntl::{FcntlArg, SealFlag, fcntl};

    let seals = SealFlag::F_SEAL_SHRINK | SealFlag::F_SEAL_GROW | SealFlag::F_SEAL_SEAL;
    fcntl(file, FcntlArg::F_ADD_SEALS(seals))?;
    Ok(())
}

#[cfg(not(target_os = "linux"))]
fn new_file() -> io::Result<File> {
    tempfile::tempfile().map_err(|error| {
        let folder = std::env::temp_dir();
        let folder = folder.display();
        let why = format!(
            "couldn't make a file in the folder for temporary files, {folder}: {error}; set TMPDIR \
             to another one, such as /tmp"
        );
        io::Error::new(error.kind(), why)
    })
}

/// Other systems have no seals.
#[cfg(not(target_os = "linux"))]
fn seal(_: &File) -> io::Result<()> {
    Ok(())
}

impl Drop for Notebook {
    fn drop(&mut self) {
        // SAFETY: we have mapped it, and nobody borrows what is being dropped.
        let _ = unsafe { munmap(self.0.cast(), LENGTH.get()) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_noted_is_read() {
        let (ours, file) = Notebook::empty().unwrap();
        let theirs = Notebook::open(file).unwrap();
        assert_eq!(ours.begun(), 0);
        theirs.note();
        theirs.note();
        drop(theirs);
        assert_eq!(ours.begun(), 2);
    }

    /// Nobody can make the file shorter or longer, not even with its descriptor.
    #[cfg(target_os = "linux")]
    #[test]
    fn its_length_is_what_it_is() {
        let (ours, file) = Notebook::empty().unwrap();
        let file = File::from(file);
        for length in [0, 1, LENGTH.get() as u64 + 1] {
            let error = file.set_len(length).unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::PermissionDenied, "{length}");
        }
        Notebook::open(file.into()).unwrap().note();
        assert_eq!(ours.begun(), 1);
    }

    #[test]
    fn another_file_is_refused() {
        let empty = tempfile::tempfile().unwrap();
        assert!(Notebook::open(empty.into()).is_err());
    }
}
