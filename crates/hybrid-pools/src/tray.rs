//! Trays: memory that a pool and one of its workers share, for what is too large for a pipe. There are
//! two of them. What the pool puts into one, the worker reads there; what the worker puts into the
//! other, the pool reads there. So a large argument is copied once on its way, and not into the system
//! and out of it again.
//!
//! Both sides take turns, as their messages tell: neither puts anything into a tray before the other has
//! taken out what was there. The pool makes both trays, so it never opens a file that comes from a
//! worker. They are files without a name (`memfd_create`), which are gone with the last of the two
//! processes, however that one ends. And they are *sealed*: nobody can make them shorter. That matters
//! because a process that reads beyond the end of a file that was made shorter is killed by SIGBUS. A
//! worker that writes when it is not its turn spoils a result of its own and no more: the pool makes a
//! copy before it looks at the bytes.
//!
//! Linux has such files. On other systems there are no trays, and everything goes through the
//! connection.

/// From how many bytes on an argument or a result goes into a tray: no pipe holds more, so the sender
/// would have to wait for the receiver.
pub(crate) const FROM: usize = 64 * 1024;

/// The two trays of a worker: for what the pool gives it, and for what it gives back.
pub(crate) struct Trays {
    pub(crate) to_worker: Tray,
    pub(crate) to_pool: Tray,
}

impl Trays {
    /// Whether any of them keeps memory.
    pub(crate) fn have_room(&self) -> bool {
        self.to_worker.room() + self.to_pool.room() > 0
    }

    /// Gives that memory back to the system. Nothing may lie in the trays now.
    pub(crate) fn give_back(&mut self) {
        self.to_worker.give_back();
        self.to_pool.give_back();
    }
}

#[cfg(target_os = "linux")]
pub(crate) use linux::Tray;
#[cfg(not(target_os = "linux"))]
pub(crate) use nothing::Tray;

#[cfg(target_os = "linux")]
mod linux {
    #![allow(unsafe_code)]

    use std::fs::File;
    use std::io;
    use std::num::NonZero;
    use std::os::fd::{AsFd, OwnedFd};
    use std::ptr::{self, NonNull};
    use std::slice;

    use nix::errno::Errno;
    use nix::fcntl::{
        FallocateFlags, FcntlArg, SealFlag, fallocate, fcntl, posix_fallocate,
    };
    use nix::libc;
    use nix::sys::memfd::{MFdFlags, memfd_create};
    use nix::sys::mman::{MapFlags, ProtFlags, mmap, munmap};
    use nix::sys::resource::{Resource, getrlimit};

    use super::Trays;

    /// Trays grow in steps of so many bytes.
    const STEP: usize = 64 * 1024;

    /// One of the two trays of a worker.
    pub(crate) struct Tray {
        file: File,
        /// Where the first `mapped` bytes of the file can be seen in this process.
        start: NonNull<u8>,
        mapped: usize,
        /// For how many bytes the file has memory; only the pool's side counts them.
        room: usize,
    }

    // SAFETY: the memory is shared between processes already; another thread changes nothing.
    unsafe impl Send for Tray {}

    impl Trays {
        /// Two empty trays, and the descriptors with which a worker [opens](Self::open) them.
        ///
        /// # Errors
        ///
        /// When the system has no descriptor to spare.
        pub(crate) fn empty() -> io::Result<(Self, Vec<OwnedFd>)> {
            let [to_worker, to_pool] = [Tray::empty()?, Tray::empty()?];
            let files = [&to_worker, &to_pool].map(|tray| tray.file.try_clone());
            let files = files.into_iter().map(|file| Ok(file?.into()));
            Ok((Self { to_worker, to_pool }, files.collect::<io::Result<_>>()?))
        }

        /// The worker's side of the trays, from the descriptors that the pool has sent.
        ///
        /// # Errors
        ///
        /// When these are not two descriptors.
        pub(crate) fn open(files: Vec<OwnedFd>) -> io::Result<Self> {
            let files = <[OwnedFd; 2]>::try_from(files);
            let [to_worker, to_pool] = files.map_err(|_| io::ErrorKind::BrokenPipe)?;
            let [to_worker, to_pool] = [to_worker, to_pool].map(Tray::of);
            Ok(Self { to_worker, to_pool })
        }
    }

    impl Tray {
        fn empty() -> io::Result<Self> {
            let flags = MFdFlags::MFD_CLOEXEC | MFdFlags::MFD_ALLOW_SEALING;
            let file = memfd_create("tray", flags)?;
            // There is no seal against growing: the pool may still make it longer.
            let seals = SealFlag::F_SEAL_SHRINK | SealFlag::F_SEAL_SEAL;
            fcntl(&file, FcntlArg::F_ADD_SEALS(seals))?;
            Ok(Self::of(file))
        }

        fn of(file: OwnedFd) -> Self {
            Self { file: file.into(), start: NonNull::dangling(), mapped: 0, room: 0 }
        }

        /// For how many bytes there is memory that this process has mapped.
        pub(crate) fn room(&self) -> usize {
            self.room.min(self.mapped)
        }

        /// Makes room for so many bytes; returns whether the system has them and allows it.
        pub(crate) fn make_room(&mut self, bytes: usize) -> bool {
            bytes <= self.room() || self.grow(bytes).is_ok()
        }

        /// Gives the file its memory, so that writing there can't fail because there is none.
        fn grow(&mut self, bytes: usize) -> io::Result<()> {
            let bytes = bytes.next_multiple_of(STEP);
            // Beyond this limit, the system would send SIGXFSZ, and that would end this process.
            if getrlimit(Resource::RLIMIT_FSIZE)?.0 < bytes as u64 {
                return Err(Errno::EFBIG.into());
            }
            while self.room < bytes {
                let step = STEP.min(bytes - self.room) as libc::off_t;
                match posix_fallocate(&self.file, self.room as libc::off_t, step) {
                    Ok(()) => self.room += STEP,
                    // A signal came, and this step was taken back: try it again.
                    Err(Errno::EINTR) => {}
                    Err(error) => return Err(error.into()),
                }
            }
            self.map(bytes)
        }

        /// Gives all memory back to the system, here and on the other side. Nothing may lie here now.
        pub(crate) fn give_back(&mut self) {
            let hole = FallocateFlags::FALLOC_FL_PUNCH_HOLE
                | FallocateFlags::FALLOC_FL_KEEP_SIZE;
            let all = libc::off_t::MAX;
            if self.room > 0 && fallocate(&self.file, hole, 0, all).is_ok() {
                self.room = 0;
                self.unmap();
            }
        }

        fn map(&mut self, bytes: usize) -> io::Result<()> {
            if bytes <= self.mapped {
                return Ok(());
            }
            // Reading beyond the end of the file would kill this process.
            if self.file.metadata()?.len() < bytes as u64 {
                return Err(io::ErrorKind::InvalidData.into());
            }
            let length = NonZero::new(bytes).ok_or(io::ErrorKind::InvalidInput)?;
            let access = ProtFlags::PROT_READ | ProtFlags::PROT_WRITE;
            let (flags, file) = (MapFlags::MAP_SHARED, self.file.as_fd());
            // SAFETY: a new mapping, at an address that the system chooses.
            let start = unsafe { mmap(None, length, access, flags, file, 0) }?;
            self.unmap();
            (self.start, self.mapped) = (start.cast(), bytes);
            Ok(())
        }

        fn unmap(&mut self) {
            if self.mapped > 0 {
                // SAFETY: we have mapped it, and `&mut self` says that nobody has borrowed it.
                let _ = unsafe { munmap(self.start.cast(), self.mapped) };
                (self.start, self.mapped) = (NonNull::dangling(), 0);
            }
        }

        /// The first `bytes` of the tray. It has to be this side's turn.
        ///
        /// # Errors
        ///
        /// When the tray doesn't have so many, or this process has no room to map them.
        pub(crate) fn bytes(&mut self, bytes: usize) -> io::Result<&mut [u8]> {
            self.map(bytes)?;
            // SAFETY: so many bytes are mapped until the tray is borrowed again, and the file is
            // sealed, so they stay. The other side is a pool, or a worker that was told to take turns.
            Ok(unsafe { slice::from_raw_parts_mut(self.start.as_ptr(), bytes) })
        }

        /// Appends a copy of the first `bytes` to `to`, even if the other side writes there meanwhile.
        /// Panics when there is no room for so many in the tray.
        pub(crate) fn take(&mut self, bytes: usize, to: &mut Vec<u8>) {
            assert!(bytes <= self.room(), "the tray has no {bytes} bytes");
            to.reserve(bytes);
            // SAFETY: `to` has room for so many bytes, and they are mapped; any bytes will do. A
            // worker that writes there when it is not its turn garbles its own result.
            unsafe {
                let end = to.as_mut_ptr().add(to.len());
                ptr::copy_nonoverlapping(self.start.as_ptr(), end, bytes);
                to.set_len(to.len() + bytes);
            }
        }
    }

    impl Drop for Tray {
        fn drop(&mut self) {
            self.unmap();
        }
    }

    #[cfg(test)]
    mod tests {
        use std::os::unix::fs::MetadataExt;

        use super::*;

        fn both() -> (Trays, Trays) {
            let (ours, files) = Trays::empty().unwrap();
            (ours, Trays::open(files).unwrap())
        }

        #[test]
        fn what_one_side_puts_there_the_other_takes() {
            let (mut ours, mut theirs) = both();
            for length in [1, STEP, 3 * STEP + 5, 7] {
                assert!(ours.to_pool.make_room(length));
                theirs.to_pool.bytes(length).unwrap().fill(7);
                let mut taken = vec![1];
                ours.to_pool.take(length, &mut taken);
                assert_eq!((taken.len(), taken[0], taken[length]), (length + 1, 1, 7));
                assert!(ours.to_worker.make_room(length));
                ours.to_worker.bytes(length).unwrap().fill(8);
                assert!(theirs.to_worker.bytes(length).unwrap().iter().all(|&b| b == 8));
            }
            assert_eq!(ours.to_pool.room(), 4 * STEP);
        }

        #[test]
        fn nothing_is_there_that_was_not_made() {
            let (mut ours, mut theirs) = both();
            assert!(theirs.to_worker.bytes(1).is_err());
            assert!(ours.to_worker.make_room(STEP));
            assert!(theirs.to_worker.bytes(STEP).is_ok());
            assert!(theirs.to_worker.bytes(STEP + 1).is_err());
        }

        #[test]
        fn nobody_makes_it_shorter() {
            let (mut ours, theirs) = both();
            assert!(ours.to_pool.make_room(STEP));
            for file in [&ours.to_pool.file, &theirs.to_pool.file] {
                let error = file.set_len(1).unwrap_err();
                assert_eq!(error.kind(), io::ErrorKind::PermissionDenied);
            }
        }

        #[test]
        fn memory_is_given_back_and_can_be_had_again() {
            let (mut ours, mut theirs) = both();
            let blocks = |tray: &Tray| tray.file.metadata().unwrap().blocks();
            for _ in 0..2 {
                assert!(ours.to_worker.make_room(4 * STEP));
                assert_eq!(blocks(&ours.to_worker), 4 * STEP as u64 / 512);
                ours.to_worker.bytes(4 * STEP).unwrap().fill(9);
                assert_eq!(theirs.to_worker.bytes(4 * STEP).unwrap()[STEP], 9);
                ours.to_worker.give_back();
                assert_eq!((ours.to_worker.room(), blocks(&theirs.to_worker)), (0, 0));
                // Reading what was given back finds zeros, and kills nobody.
                assert_eq!(theirs.to_worker.bytes(4 * STEP).unwrap()[STEP], 0);
            }
        }

        #[test]
        #[should_panic(expected = "the tray has no")]
        fn nothing_is_taken_from_beyond_the_end() {
            let (mut ours, _theirs) = both();
            assert!(ours.to_pool.make_room(1));
            ours.to_pool.take(STEP + 1, &mut Vec::new());
        }
    }
}

#[cfg(not(target_os = "linux"))]
mod nothing {
    use std::io;
    use std::os::fd::OwnedFd;

    use super::Trays;

    /// A tray where the system has none: nothing ever fits.
    pub(crate) struct Tray;

    impl Trays {
        pub(crate) fn empty() -> io::Result<(Self, Vec<OwnedFd>)> {
            Ok((Self { to_worker: Tray, to_pool: Tray }, Vec::new()))
        }

        pub(crate) fn open(_: Vec<OwnedFd>) -> io::Result<Self> {
            Ok(Self { to_worker: Tray, to_pool: Tray })
        }
    }

    impl Tray {
        pub(crate) fn room(&self) -> usize {
            0
        }

        pub(crate) fn make_room(&mut self, _: usize) -> bool {
            false
        }

        pub(crate) fn give_back(&mut self) {}

        pub(crate) fn bytes(&mut self, bytes: usize) -> io::Result<&mut [u8]> {
            match bytes {
                0 => Ok(&mut []),
                _ => Err(io::ErrorKind::Unsupported.into()),
            }
        }

        pub(crate) fn take(&mut self, _: usize, _: &mut Vec<u8>) {
            unreachable!("nothing was put there")
        }
    }
}
