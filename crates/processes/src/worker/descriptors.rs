//! Descriptors travel over a Unix socket, along with some bytes (`SCM_RIGHTS`).

#![allow(unsafe_code)]

use std::io::{self, ErrorKind, IoSlice};
use std::mem;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, OwnedFd, RawFd};

use nix::errno::Errno;
use nix::libc;
use nix::sys::socket::{ControlMessage, MsgFlags, sendmsg};

/// How many descriptors can travel at once.
pub const MOST: usize = 8;

/// How many Linux lets travel at once, whoever sends them (its `SCM_MAX_FD`).
const ANY: usize = 253;

/// What they take in a message, in bytes.
// SAFETY: it only adds and rounds up.
const ROOM: usize =
    unsafe { libc::CMSG_SPACE((ANY * size_of::<RawFd>()) as u32) } as usize;

/// A socket that nobody reads any more is an error, and not a signal. Where there is no such flag,
/// it is so all the same: Rust's programs ignore SIGPIPE.
#[cfg(target_os = "linux")]
pub(super) const NO_SIGNAL: MsgFlags = MsgFlags::MSG_NOSIGNAL;
#[cfg(not(target_os = "linux"))]
pub(super) const NO_SIGNAL: MsgFlags = MsgFlags::empty();

/// Sends `bytes`, at least one, and `descriptors` along with them. The receiver gets copies
/// of the descriptors; ours stay ours.
///
/// # Errors
///
/// `BrokenPipe` when the other side has gone. `InvalidInput` for more than [`MOST`].
pub fn send(
    socket: impl AsFd,
    bytes: &[u8],
    descriptors: &[BorrowedFd],
) -> io::Result<()> {
    if bytes.is_empty() || descriptors.len() > MOST {
        return Err(ErrorKind::InvalidInput.into());
    }
    let descriptors: Vec<RawFd> = descriptors.iter().map(AsRawFd::as_raw_fd).collect();
    let along = [ControlMessage::ScmRights(&descriptors)];
    let mut along = if descriptors.is_empty() { &along[..0] } else { &along };
    let mut rest = bytes;
    while !rest.is_empty() {
        let socket = socket.as_fd().as_raw_fd();
        match sendmsg::<()>(socket, &[IoSlice::new(rest)], along, NO_SIGNAL, None) {
            // With the first byte, all of them are under way.
            Ok(sent) => (rest, along) = (&rest[sent..], &[]),
            Err(Errno::EINTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

/// Receives bytes, as many as are there and fit, at least one, and the descriptors that come
/// along. No bytes when the other side has gone. The descriptors are closed on exec.
///
/// Whoever reads these bytes in another way loses the descriptors.
///
/// # Errors
///
/// `InvalidInput` when there is no room for a byte. `InvalidData` when more than [`MOST`]
/// descriptors come along, or more than this process may have open; all of them are closed.
/// And whatever the system says.
pub fn receive(socket: impl AsFd, bytes: &mut [u8]) -> io::Result<(usize, Vec<OwnedFd>)> {
    if bytes.is_empty() {
        return Err(ErrorKind::InvalidInput.into());
    }
    let Received { length, descriptors, cut_off } = receive_any(socket.as_fd(), bytes)?;
    #[cfg(not(target_os = "linux"))]
    for descriptor in &descriptors {
        use nix::fcntl::{FcntlArg, FdFlag, fcntl};
        fcntl(descriptor, FcntlArg::F_SETFD(FdFlag::FD_CLOEXEC))?;
    }
    let wrong = match descriptors.len() {
        count if cut_off => format!(
            "of the descriptors that came along, only {count} found room in this process; \
             raise `ulimit -n`"
        ),
        count if count > MOST => {
            format!("{count} descriptors came along, and {MOST} are the most")
        }
        _ => return Ok((length, descriptors)),
    };
    Err(io::Error::new(ErrorKind::InvalidData, wrong))
}

struct Received {
    length: usize,
    descriptors: Vec<OwnedFd>,
    /// Whether there were more descriptors, which are lost.
    cut_off: bool,
}

/// Receives whatever comes. By the time that we hear of the descriptors, the system has opened
/// them here: so all of them are ours at once, before anybody may find something wrong. (nix
/// gives none of a message that was cut off, and they would stay open for ever.)
fn receive_any(socket: BorrowedFd, bytes: &mut [u8]) -> io::Result<Received> {
    // Aligned as the headers in it have to be.
    let mut room = [0_u64; ROOM.div_ceil(size_of::<u64>())];
    let mut into =
        libc::iovec { iov_base: bytes.as_mut_ptr().cast(), iov_len: bytes.len() };
    // SAFETY: a header of zeros is an empty one.
    let mut message: libc::msghdr = unsafe { mem::zeroed() };
    message.msg_iov = &raw mut into;
    message.msg_iovlen = 1;
    message.msg_control = room.as_mut_ptr().cast();
    message.msg_controllen = size_of_val(&room) as _;
    #[cfg(target_os = "linux")]
    let flags = libc::MSG_CMSG_CLOEXEC;
    #[cfg(not(target_os = "linux"))]
    let flags = 0;
    let length = loop {
        // SAFETY: `message` names `bytes` and `room`, with their lengths, and both are ours.
        match unsafe { libc::recvmsg(socket.as_raw_fd(), &raw mut message, flags) } {
            -1 if Errno::last() == Errno::EINTR => {}
            -1 => return Err(io::Error::last_os_error()),
            length => break length.cast_unsigned(),
        }
    };
    let mut descriptors = Vec::new();
    // SAFETY: the system has filled `message` in, so the headers lie in `room` one after the
    // other, and behind a header of this kind as many descriptors as its length says. The
    // system has just made them for us, so nobody else has them.
    unsafe {
        let mut header = libc::CMSG_FIRSTHDR(&raw const message);
        while let Some(&libc::cmsghdr { cmsg_len, cmsg_level, cmsg_type, .. }) =
            header.as_ref()
        {
            if (cmsg_level, cmsg_type) == (libc::SOL_SOCKET, libc::SCM_RIGHTS) {
                // Some systems count in 32 bits.
                #[allow(clippy::unnecessary_cast)]
                let length = cmsg_len as usize - libc::CMSG_LEN(0) as usize;
                let first = libc::CMSG_DATA(header).cast::<RawFd>();
                for number in 0..length / size_of::<RawFd>() {
                    let descriptor = first.add(number).read_unaligned();
                    descriptors.push(OwnedFd::from_raw_fd(descriptor));
                }
            }
            header = libc::CMSG_NXTHDR(&raw const message, header);
        }
    }
    let cut_off = message.msg_flags & libc::MSG_CTRUNC != 0;
    Ok(Received { length, descriptors, cut_off })
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::os::unix::net::UnixStream;

    use super::*;

    #[test]
    fn what_was_sent_is_open_on_the_other_side() {
        let (here, there) = UnixStream::pair().unwrap();
        let (mut reads, writes) = io::pipe().unwrap();
        send(&here, b"a pipe", &[writes.as_fd()]).unwrap();
        drop(writes);
        let mut bytes = [0; 16];
        let (length, mut descriptors) = receive(&there, &mut bytes).unwrap();
        assert_eq!(&bytes[..length], b"a pipe");
        let mut writes = io::PipeWriter::from(descriptors.pop().unwrap());
        writes.write_all(b"through it").unwrap();
        drop(writes);
        assert_eq!(io::read_to_string(&mut reads).unwrap(), "through it");
    }

    #[test]
    fn nothing_comes_from_whoever_has_gone() {
        let (here, there) = UnixStream::pair().unwrap();
        drop(here);
        let (length, descriptors) = receive(&there, &mut [0; 16]).unwrap();
        assert_eq!((length, descriptors.len()), (0, 0));
        assert_eq!(
            send(&there, b"?", &[]).unwrap_err().kind(),
            io::ErrorKind::BrokenPipe
        );
    }

    #[test]
    fn the_extremes_of_both() {
        let (here, there) = UnixStream::pair().unwrap();
        let refused = io::ErrorKind::InvalidInput;
        let own = [there.as_fd(); MOST + 1];
        assert_eq!(send(&here, b"", &[]).unwrap_err().kind(), refused);
        assert_eq!(send(&here, b"?", &own).unwrap_err().kind(), refused);
        send(&here, b"?", &own[..MOST]).unwrap();
        assert_eq!(receive(&there, &mut []).unwrap_err().kind(), refused);
        let (length, descriptors) = receive(&there, &mut [0; 16]).unwrap();
        assert_eq!((length, descriptors.len()), (1, MOST));
        send(&here, b"none", &[]).unwrap();
        let (length, descriptors) = receive(&there, &mut [0; 16]).unwrap();
        assert_eq!((length, descriptors.len()), (4, 0));
    }
}
