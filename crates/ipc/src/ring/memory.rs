//! The memory of a ring: a file without a name that both processes map.
//!
//! It has no name (`memfd_create`), so nobody can guess it, and nobody can open it who was
//! not given a descriptor. The system frees it when the last of them is closed and the last
//! mapping gone, however the processes end. So nothing can be left over, and there is nothing
//! to tidy up at the next start.
//!
//! It is *sealed*: nobody can make it shorter. Whoever reads beyond the end of a file that
//! was made shorter is killed by SIGBUS.

#![allow(unsafe_code)]

use std::fs::File;
use std::io;
use std::num::NonZero;
use std::os::fd::{AsFd, OwnedFd};
use std::ptr::{self, NonNull};
use std::slice;
use std::sync::Arc;

use nix::errno::Errno;
use nix::fcntl::{FcntlArg, SealFlag, fcntl, posix_fallocate};
use nix::libc;
use nix::sys::memfd::{MFdFlags, memfd_create};
use nix::sys::mman::{MapFlags, ProtFlags, mmap, munmap};
use nix::sys::resource::{Resource, getrlimit};

use super::lane::{Memory, Place};
use super::layout::{AREA, Bell, IN_SLOT, Lane, SLOTS, Slot};
use crate::sync::{AtomicU32, Ordering};

/// What a lane takes, area included.
const LANE: usize = size_of::<Lane>() + AREA as usize;

/// What a ring takes: two lanes.
const RING: usize = 2 * LANE;

/// The memory of a ring, mapped into this process until it is dropped.
#[derive(Debug)]
struct Mapping(NonNull<u8>);

// SAFETY: it is shared between processes already; that between threads changes nothing.
unsafe impl Send for Mapping {}
// SAFETY: the same.
unsafe impl Sync for Mapping {}

impl Drop for Mapping {
    fn drop(&mut self) {
        // SAFETY: we have mapped it, and whoever uses it holds an `Arc` of it.
        let _ = unsafe { munmap(self.0.cast(), RING) };
    }
}

/// One of the lanes of a ring.
#[derive(Clone, Debug)]
pub(crate) struct Shared {
    mapping: Arc<Mapping>,
    /// Where in the mapping it begins.
    from: usize,
}

/// Makes the memory of a new ring; returns its lanes, and a descriptor for the other side.
///
/// # Errors
///
/// When the system has no memory or no descriptor to spare, or allows no file that is so large.
pub(crate) fn create() -> io::Result<([Shared; 2], OwnedFd)> {
    // Otherwise a signal would tell, and end us, unless somebody ignores it.
    if getrlimit(Resource::RLIMIT_FSIZE)?.0 < RING as u64 {
        return Err(Errno::EFBIG.into());
    }
    let flags = MFdFlags::MFD_CLOEXEC | MFdFlags::MFD_ALLOW_SEALING;
    let file = File::from(memfd_create("ring", flags)?);
    allocate(&file)?;
    fcntl(&file, FcntlArg::F_ADD_SEALS(seals()))?;
    let lanes = map(&file)?;
    for lane in &lanes {
        for number in 0..SLOTS {
            // As if the lap before this one were done.
            let stale = (number + 1).wrapping_sub(SLOTS);
            lane.slot(number).number.store(stale, Ordering::Relaxed);
        }
    }
    Ok((lanes, file.into()))
}

/// How much is allocated at once, in bytes: so little that it is done before the next signal.
const STEP: usize = 256 << 10;

/// Gives the file all of its memory. That is not only promised: where there is too little, we
/// learn it here.
fn allocate(file: &File) -> io::Result<()> {
    let mut done = 0;
    while done < RING {
        let step = STEP.min(RING - done);
        match posix_fallocate(file, done as libc::off_t, step as libc::off_t) {
            Ok(()) => done += step,
            // A signal; this step was taken back.
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
/// `InvalidData` when it is no memory of a ring, or could be made shorter, or somebody has
/// joined it already: a lane has room for one sender and one receiver.
pub(crate) fn join(memory: OwnedFd) -> io::Result<[Shared; 2]> {
    let file = File::from(memory);
    // What can't be sealed has no seals.
    let sealed = fcntl(&file, FcntlArg::F_GET_SEALS).unwrap_or(0);
    let sealed = SealFlag::from_bits_retain(sealed);
    if file.metadata()?.len() != RING as u64 || !sealed.contains(seals()) {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let lanes = map(&file)?;
    if lanes[0].bell().joined.swap(1, Ordering::Relaxed) != 0 {
        return Err(io::ErrorKind::InvalidData.into());
    }
    Ok(lanes)
}

fn seals() -> SealFlag {
    SealFlag::F_SEAL_SHRINK | SealFlag::F_SEAL_GROW | SealFlag::F_SEAL_SEAL
}

fn map(file: &File) -> io::Result<[Shared; 2]> {
    let length = NonZero::new(RING).ok_or(io::ErrorKind::InvalidInput)?;
    let access = ProtFlags::PROT_READ | ProtFlags::PROT_WRITE;
    // All of it is there from the beginning, so that no message has to wait for a page.
    let flags = MapFlags::MAP_SHARED | MapFlags::MAP_POPULATE;
    // SAFETY: a new mapping, at an address that the system chooses.
    let start = unsafe { mmap(None, length, access, flags, file.as_fd(), 0) }?;
    let mapping = Arc::new(Mapping(start.cast()));
    Ok([0, LANE].map(|from| Shared { mapping: Arc::clone(&mapping), from }))
}

impl Shared {
    fn lane(&self) -> &Lane {
        // SAFETY: the mapping is `RING` bytes long and begins at a page, `from` is a multiple
        // of 128 (a test watches), so a lane is there, and aligned. Any bytes make a valid
        // one: all of its fields are atomic numbers, or behind an UnsafeCell.
        unsafe { self.mapping.0.add(self.from).cast::<Lane>().as_ref() }
    }

    /// Where `place` begins. Panics when there are no `length` bytes.
    fn at(&self, place: Place, length: u32) -> *mut u8 {
        match place {
            Place::Slot(number) => {
                assert!(length <= IN_SLOT, "a slot holds {IN_SLOT} bytes");
                self.slot(number).piece.get().cast()
            }
            Place::Area(at) => {
                assert!(at <= AREA && length <= AREA - at, "the area ends at {AREA}");
                let area = self.from + size_of::<Lane>();
                // SAFETY: the area begins after its lane and has `AREA` bytes.
                unsafe { self.mapping.0.add(area + at as usize).as_ptr() }
            }
        }
    }
}

impl Memory for Shared {
    fn slots(&self) -> u32 {
        SLOTS
    }

    fn area(&self) -> u32 {
        AREA
    }

    fn done(&self) -> &AtomicU32 {
        &self.lane().done.0
    }

    fn bell(&self) -> &Bell {
        &self.lane().bell.0
    }

    fn slot(&self, number: u32) -> &Slot {
        &self.lane().slots[(number % SLOTS) as usize]
    }

    unsafe fn write(&self, place: Place, piece: &[u8]) {
        let to = self.at(place, piece.len() as u32);
        // SAFETY: `at` has checked that there is room; that nobody else is there is for our
        // caller to say.
        unsafe { ptr::copy_nonoverlapping(piece.as_ptr(), to, piece.len()) };
    }

    unsafe fn piece(&self, place: Place, length: u32) -> &[u8] {
        let from = self.at(place, length);
        // SAFETY: as in `write`; and that the other process doesn't write there, either, in spite
        // of the protocol, is what `crate::ring` asks of whoever invites it.
        unsafe { slice::from_raw_parts(from, length as usize) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lanes_are_aligned() {
        assert_eq!(LANE % align_of::<Lane>(), 0);
    }

    #[test]
    fn what_one_side_writes_the_other_reads() {
        let ([lane, _], memory) = create().unwrap();
        let [other, _] = join(memory).unwrap();
        lane.done().store(7, Ordering::Relaxed);
        assert_eq!(other.done().load(Ordering::Relaxed), 7);
        // SAFETY: there is one thread.
        unsafe { lane.write(Place::Area(AREA - 5), b"hello") };
        // SAFETY: the same.
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
        // SAFETY: there is one thread.
        unsafe { lane.write(Place::Area(AREA - 4), b"hello") };
    }
}
