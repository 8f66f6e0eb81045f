//! Descriptors travel over a Unix socket, along with some bytes (`SCM_RIGHTS`).

#![allow(unsafe_code)]

use std::io::{self, IoSlice, IoSliceMut};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, OwnedFd, RawFd};

use nix::errno::Errno;
use nix::sys::socket::{ControlMessage, ControlMessageOwned, MsgFlags, recvmsg, sendmsg};

/// How many descriptors can travel at once.
pub const MOST: usize = 8;

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
        return Err(io::ErrorKind::InvalidInput.into());
    }
    let descriptors: Vec<RawFd> = descriptors.iter().map(AsRawFd::as_raw_fd).collect();
    let along = [ControlMessage::ScmRights(&descriptors)];
    let along = if descriptors.is_empty() { &along[..0] } else { &along };
    let bytes = [IoSlice::new(bytes)];
    // A socket that nobody reads any more is an error, and not a signal. Where there is no such
    // flag, it is so all the same: Rust's programs ignore SIGPIPE.
    #[cfg(target_os = "linux")]
    let flags = MsgFlags::MSG_NOSIGNAL;
    #[cfg(not(target_os = "linux"))]
    let flags = MsgFlags::empty();
    sendmsg::<()>(socket.as_fd().as_raw_fd(), &bytes, along, flags, None)?;
    Ok(())
}

/// Receives bytes, as many as are there and fit, and the descriptors that come along. No
/// bytes when the other side has gone. The descriptors are closed on exec.
///
/// Whoever reads these bytes in another way loses the descriptors.
///
/// # Errors
///
/// Whatever the system says.
pub fn receive(socket: impl AsFd, bytes: &mut [u8]) -> io::Result<(usize, Vec<OwnedFd>)> {
    let mut room = nix::cmsg_space!([RawFd; MOST]);
    let mut into = [IoSliceMut::new(bytes)];
    #[cfg(target_os = "linux")]
    let flags = MsgFlags::MSG_CMSG_CLOEXEC;
    #[cfg(not(target_os = "linux"))]
    let flags = MsgFlags::empty();
    let socket = socket.as_fd().as_raw_fd();
    let message = loop {
        match recvmsg::<()>(socket, &mut into, Some(&mut room), flags) {
            Err(Errno::EINTR) => {}
            message => break message?,
        }
    };
    let mut descriptors = Vec::new();
    for along in message.cmsgs()? {
        if let ControlMessageOwned::ScmRights(received) = along {
            descriptors.extend(received.into_iter().map(adopt));
        }
    }
    #[cfg(not(target_os = "linux"))]
    for descriptor in &descriptors {
        use nix::fcntl::{FcntlArg, FdFlag, fcntl};
        fcntl(descriptor, FcntlArg::F_SETFD(FdFlag::FD_CLOEXEC))?;
    }
    Ok((message.bytes, descriptors))
}

fn adopt(descriptor: RawFd) -> OwnedFd {
    // SAFETY: the system has just made this descriptor for us, so nobody else has it.
    unsafe { OwnedFd::from_raw_fd(descriptor) }
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
}
