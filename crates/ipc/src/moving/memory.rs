//! Memory for numbers that two processes see: a file that both have mapped. Either the file has
//! no name and lies in memory alone (`memfd_create`), or it is a file on a disk, to which the
//! system may write its pages.
//!
//! The processes take turns, by messages. If one of them breaks that rule, the other sees numbers
//! change while it reads them.

#![allow(unsafe_code)]

use std::fs::File;
use std::io;
use std::num::NonZero;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::ptr::NonNull;
use std::slice;

use nix::errno::Errno;
use nix::fcntl::{FcntlArg, SealFlag, fcntl, posix_fallocate};
use nix::libc;
use nix::sys::memfd::{MFdFlags, memfd_create};
use nix::sys::mman::{MapFlags, ProtFlags, mmap, munmap};
use nix::sys::resource::{Resource, getrlimit};

/// Such memory, mapped into this process until it is dropped.
pub struct Memory {
    file: File,
    start: NonNull<f64>,
    numbers: usize,
}

// SAFETY: the memory is shared between processes already; sharing it between threads adds nothing.
unsafe impl Send for Memory {}

impl Memory {
    /// Makes memory for so many numbers. It is sealed, so nobody can make it shorter.
    ///
    /// # Errors
    ///
    /// When the system has no memory to spare.
    pub fn without_a_name(numbers: usize) -> io::Result<Self> {
        let flags = MFdFlags::MFD_CLOEXEC | MFdFlags::MFD_ALLOW_SEALING;
        let file = File::from(memfd_create("numbers", flags)?);
        allocate(&file, numbers)?;
        let seals = SealFlag::F_SEAL_SHRINK | SealFlag::F_SEAL_GROW;
        fcntl(&file, FcntlArg::F_ADD_SEALS(seals))?;
        Self::map(file)
    }

    /// Makes memory for so many numbers in a file, which has lost its name already.
    ///
    /// # Errors
    ///
    /// When the disk has no room for it.
    pub fn in_a_file(numbers: usize) -> io::Result<Self> {
        let file = tempfile::tempfile()?;
        allocate(&file, numbers)?;
        Self::map(file)
    }

    /// Maps memory that the other process has made.
    ///
    /// # Errors
    ///
    /// When it can't be mapped.
    pub fn open(file: OwnedFd) -> io::Result<Self> {
        Self::map(file.into())
    }

    fn map(file: File) -> io::Result<Self> {
        let length = usize::try_from(file.metadata()?.len()).unwrap_or(usize::MAX);
        let bytes = NonZero::new(length).ok_or(io::ErrorKind::InvalidData)?;
        let access = ProtFlags::PROT_READ | ProtFlags::PROT_WRITE;
        // Populated, so that later no number has to wait for its page.
        let flags = MapFlags::MAP_SHARED | MapFlags::MAP_POPULATE;
        // SAFETY: a new mapping, at an address that the system chooses.
        let start = unsafe { mmap(None, bytes, access, flags, file.as_fd(), 0) }?;
        Ok(Self { file, start: start.cast(), numbers: length / size_of::<f64>() })
    }

    /// All of the numbers. Call this only when it is our turn.
    pub fn numbers(&mut self) -> &mut [f64] {
        // SAFETY: so many numbers are mapped, from the beginning of a page on, until we are
        // dropped. Any bytes are a valid number. The file doesn't become shorter: it is sealed,
        // or it has no name, and then only we and the process to which we gave it could make it
        // shorter. The messages see to it that the other process doesn't write meanwhile.
        unsafe { slice::from_raw_parts_mut(self.start.as_ptr(), self.numbers) }
    }
}

/// Gives the file all of its memory now, so that we learn here if there is too little.
fn allocate(file: &File, numbers: usize) -> io::Result<()> {
    // One number at least, since a mapping can't be empty.
    let length = numbers.max(1) * size_of::<f64>();
    // Otherwise a signal would tell us, and end us.
    if getrlimit(Resource::RLIMIT_FSIZE)?.0 < length as u64 {
        return Err(Errno::EFBIG.into());
    }
    loop {
        match posix_fallocate(file, 0, length as libc::off_t) {
            Err(Errno::EINTR) => {}
            allocated => return Ok(allocated?),
        }
    }
}

impl AsFd for Memory {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.file.as_fd()
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        let length = self.numbers * size_of::<f64>();
        // SAFETY: we have mapped it, and nobody borrows it any more.
        let _ = unsafe { munmap(self.start.cast(), length) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_one_side_writes_the_other_reads() {
        for make in [Memory::without_a_name, Memory::in_a_file] {
            let mut ours = make(1_000).unwrap();
            let theirs = ours.as_fd().try_clone_to_owned().unwrap();
            let mut theirs = Memory::open(theirs).unwrap();
            assert_eq!(theirs.numbers(), vec![0.0; 1_000]);
            theirs.numbers()[999] = 1.5;
            assert_eq!(ours.numbers()[999], 1.5);
        }
    }

    #[test]
    fn it_cannot_be_made_shorter() {
        let memory = Memory::without_a_name(1_000).unwrap();
        let error = memory.file.set_len(8).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::PermissionDenied);
    }
}
