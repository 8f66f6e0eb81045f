//! Descriptors travel over a Unix socket, along with some bytes (`SCM_RIGHTS`).

#![allow(unsafe_code)]

use std::io::{self, ErrorKind, IoSlice};
use std::mem;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, OwnedFd, RawFd};

use nix::errno::Errno;
use nix::libc;
use nix::sys::socket::{ControlMessage, MsgFlags, sendmsg};

/// How many descriptors can travel with one message.
pub const MOST: usize = 8;

/// How many descriptors Linux lets travel with one message, whoever sends it (its `SCM_MAX_FD`).
const ANY: usize = 253;

/// The room that so many descriptors take in a message, in bytes.
// SAFETY: `CMSG_SPACE` only adds and rounds up.
const ROOM: usize =
    unsafe { libc::CMSG_SPACE((ANY * size_of::<RawFd>()) as u32) } as usize;

/// Makes sending to a socket that nobody reads any more an error, and not a signal. On systems
/// without this flag it is an error all the same, since Rust's programs ignore SIGPIPE.
#[cfg(target_os = "linux")]
pub(super) const NO_SIGNAL: MsgFlags = MsgFlags::MSG_NOSIGNAL;
#[cfg(not(target_os = "linux"))]
pub(super) const NO_SIGNAL: MsgFlags = MsgFlags::empty();

/// Sends `bytes`, at least one, and `descriptors` along with them. The receiver gets copies
/// of the descriptors; ours stay ours.
///
/// # Errors
///
/// `BrokenPipe` when the other side has gone. `InvalidInput` for no bytes, or for more than
/// [`MOST`] descriptors.
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
            // The descriptors travel with the first byte, so they are under way now.
            Ok(sent) => (rest, along) = (&rest[sent..], &[]),
            Err(Errno::EINTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

/// Receives as many bytes as are there and fit, at least one, and the descriptors that come
/// along with them. Returns the number of bytes, which is 0 when the other side has gone, and
/// the descriptors, which are closed on exec.
///
/// If these bytes are read in another way, the system drops the descriptors.
///
/// # Errors
///
/// `InvalidInput` when `bytes` is empty. `InvalidData` when more than [`MOST`] descriptors come
/// along, or more than this process may have open; all of them are closed then. And whatever the
/// system says.
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

/// Receives whatever comes. When we hear of the descriptors, the system has already opened them
/// in this process. So each becomes an `OwnedFd` at once, before any check can fail. (nix
/// returns no descriptors of a message that was cut off, and they would stay open for ever.)
fn receive_any(socket: BorrowedFd, bytes: &mut [u8]) -> io::Result<Received> {
    // As u64, so that the headers in it are aligned.
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
    // SAFETY: the system has filled in `message`: the headers lie in `room` one after the other,
    // and after a header of this kind come as many descriptors as its length says. The system has
    // just opened them for us, so no other value owns them.
    unsafe {
        let mut header = libc::CMSG_FIRSTHDR(&raw const message);
        while let Some(&libc::cmsghdr { cmsg_len, cmsg_level, cmsg_type, .. }) =
            header.as_ref()
        {
            if (cmsg_level, cmsg_type) == (libc::SOL_SOCKET, libc::SCM_RIGHTS) {
                // Some systems have 32 bits for the length.
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
