//! Memory whose only purpose is to make a process large: resident, and in pages of a known size.
//!
//! Linux may combine many small pages into a huge one whenever it likes. A fork then copies
//! one entry of the page table where there were 512, which hides what it costs. So we ask
//! for one kind of page or the other with madvise(2).

#![allow(unsafe_code)]

use std::ffi::c_void;
use std::num::NonZeroUsize;
use std::ops::{Deref, DerefMut, Range};
use std::ptr::NonNull;
use std::{io, slice};

use nix::sys::mman::{MapFlags, MmapAdvise, ProtFlags, madvise, mmap_anonymous, munmap};

use crate::proc;

/// The size of a small page, in bytes, on most systems.
pub(crate) const PAGE: usize = 4096;

/// Which pages to use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pages {
    /// Small ones only.
    Small,
    /// Huge ones as far as the system has them.
    Huge,
}

/// Resident memory that belongs to this process alone. Dropping it gives it back.
pub struct Ballast {
    start: NonNull<c_void>,
    length: usize,
}

impl Ballast {
    /// Takes `length` bytes of memory in `pages` and writes to each page, so that it is
    /// resident. A last page that is not whole is left alone.
    ///
    /// # Errors
    ///
    /// When `length` is 0, or more than half of what the machine has to spare: the machine
    /// should stay usable.
    // ANCHOR: take
    pub fn take(length: usize, pages: Pages) -> io::Result<Self> {
        afford(length)?;
        let bytes = NonZeroUsize::new(length).ok_or(io::ErrorKind::InvalidInput)?;
        let access = ProtFlags::PROT_READ | ProtFlags::PROT_WRITE;
        let advice = match pages {
            Pages::Small => MmapAdvise::MADV_NOHUGEPAGE,
            Pages::Huge => MmapAdvise::MADV_HUGEPAGE,
        };
        // SAFETY: the system chooses a place that nobody uses. Advice on which pages to
        // use there changes nothing that a program can see.
        let start = unsafe {
            let start = mmap_anonymous(None, bytes, access, MapFlags::MAP_PRIVATE)?;
            // A system built without huge pages refuses; it has only small ones anyway.
            let _ = madvise(start, length, advice);
            start
        };
        let mut ballast = Self { start, length };
        ballast.write(0..length / PAGE, 1);
        Ok(ballast)
    }
    // ANCHOR_END: take

    /// Writes `byte` to the first byte of each of these pages, which are counted from 0.
    ///
    /// # Panics
    ///
    /// When the memory has fewer pages.
    pub fn write(&mut self, pages: Range<usize>, byte: u8) {
        for page in self[pages.start * PAGE..pages.end * PAGE].chunks_mut(PAGE) {
            // SAFETY: `page` is a place to write to. Volatile, since nobody reads the byte
            // and the optimizer would leave the write out.
            unsafe { page.as_mut_ptr().write_volatile(byte) };
        }
    }

    /// Reads the first byte of each page; returns their sum.
    pub fn read(&self) -> u64 {
        // SAFETY: `page` is a place to read from.
        self.chunks(PAGE)
            .map(|page| u64::from(unsafe { page.as_ptr().read_volatile() }))
            .sum()
    }
}

impl Deref for Ballast {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        // SAFETY: the memory is ours, it is initialized (the system zeroes it), and the
        // borrow of `self` keeps it from being written to or unmapped meanwhile.
        unsafe { slice::from_raw_parts(self.start.as_ptr().cast(), self.length) }
    }
}

impl DerefMut for Ballast {
    fn deref_mut(&mut self) -> &mut [u8] {
        // SAFETY: as above, and nobody else borrows it.
        unsafe { slice::from_raw_parts_mut(self.start.as_ptr().cast(), self.length) }
    }
}

impl Drop for Ballast {
    fn drop(&mut self) {
        // SAFETY: nobody borrows it any more. If it can't be unmapped, it just stays.
        let _ = unsafe { munmap(self.start, self.length) };
    }
}

/// Checks that this machine can spare so many bytes of memory.
///
/// # Errors
///
/// When `bytes` is more than half of what the machine has to spare: it should stay usable.
pub(crate) fn afford(bytes: usize) -> io::Result<()> {
    let spare = proc::available()? / 2;
    if bytes as u64 <= spare {
        return Ok(());
    }
    Err(io::Error::other(format!(
        "this machine has no more than {} to spare for us",
        tour::format::bytes(spare as f64)
    )))
}

/// How many bytes of this process's memory are in huge pages.
///
/// # Errors
///
/// When the system won't say.
pub(crate) fn in_huge_pages() -> io::Result<u64> {
    proc::memory(std::process::id(), "AnonHugePages")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_pages_are_not_huge() {
        let ballast = Ballast::take(16 << 20, Pages::Small).unwrap();
        assert_eq!(ballast.read(), 16 << 20 >> 12);
        let resident = proc::memory(std::process::id(), "Rss").unwrap();
        assert!(resident >= 16 << 20, "{resident}");
        assert!(in_huge_pages().unwrap() < 16 << 20);
    }

    #[test]
    fn what_is_written_is_read() {
        let mut ballast = Ballast::take(3 * PAGE, Pages::Small).unwrap();
        ballast.write(0..1, 5);
        ballast.write(1..3, 7);
        assert_eq!(ballast.read(), 5 + 7 + 7);
        assert!(Ballast::take(0, Pages::Small).is_err());
    }
}
