//! What a worker has begun, noted where its death doesn't erase it: a number in a file without a name
//! that worker and pool share. A job that was on its way to a worker, or waited there, is not to blame
//! for what happens to it.

use std::fs::File;
use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::fs::FileExt;

pub(crate) struct Notebook {
    file: File,
    begun: u64,
}

impl Notebook {
    pub(crate) fn new(file: File) -> Self {
        Self { file, begun: 0 }
    }

    /// An empty one, which has its place: a note needs no more.
    pub(crate) fn empty() -> io::Result<Self> {
        let file = tempfile::tempfile()?;
        file.write_all_at(&[0; 8], 0)?;
        Ok(Self::new(file))
    }

    // ANCHOR: note
    /// The worker begins with its next job.
    pub(crate) fn note(&mut self) {
        self.begun += 1;
        let _ = self.file.write_all_at(&self.begun.to_le_bytes(), 0);
    }
    // ANCHOR_END: note

    /// How many jobs the worker has begun.
    pub(crate) fn begun(&self) -> u64 {
        let mut number = [0; 8];
        let read = self.file.read_exact_at(&mut number, 0);
        read.map_or(0, |()| u64::from_le_bytes(number))
    }
}

impl AsFd for Notebook {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.file.as_fd()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_noted_is_read() {
        let ours = Notebook::empty().unwrap();
        let mut theirs = Notebook::new(ours.file.try_clone().unwrap());
        assert_eq!(ours.begun(), 0);
        theirs.note();
        theirs.note();
        drop(theirs);
        assert_eq!(ours.begun(), 2);
    }
}
