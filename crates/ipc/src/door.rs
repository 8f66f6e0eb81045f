//! A door at which anybody may knock. Only whoever has the token is let in.

use std::collections::VecDeque;
use std::io::{self, ErrorKind, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::time::Instant;

use crate::ends::Until;
use crate::error::Problem;

/// How long the token is, in bytes. In an invitation, each byte is two characters.
const TOKEN: usize = 16;

/// How many connections may wait at the door at once. When another one comes, the first is closed.
const GUESTS: usize = 64;

/// A port on loopback, and the token that only the invitation holds.
pub(crate) struct Door {
    listener: TcpListener,
    token: String,
}

/// A connection that has not sent a whole token yet.
struct Guest {
    stream: TcpStream,
    shown: Vec<u8>,
}

impl Door {
    pub(crate) fn new() -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let token = random()?;
        let token = token.iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(Self { listener, token })
    }

    pub(crate) fn port(&self) -> io::Result<u16> {
        Ok(self.listener.local_addr()?.port())
    }

    pub(crate) fn token(&self) -> &str {
        &self.token
    }

    /// Waits for a connection that sends the token, and returns it. Others may take as long as they
    /// like to send what they have: nobody has to wait for them.
    ///
    /// # Errors
    ///
    /// `TimedOut` after the deadline. `BrokenPipe` when the process that should come has ended.
    pub(crate) fn admit(&self, until: Until) -> io::Result<TcpStream> {
        self.listener.set_nonblocking(true)?;
        let mut guests = VecDeque::new();
        loop {
            let late = until.deadline <= Instant::now();
            match self.listener.accept() {
                Ok((stream, _)) => {
                    stream.set_nonblocking(true)?;
                    guests.push_back(Guest { stream, shown: Vec::new() });
                    if guests.len() > GUESTS {
                        guests.pop_front();
                    }
                    continue;
                }
                Err(error) => match error.kind() {
                    ErrorKind::WouldBlock => {}
                    // A guest has left before we looked, or a signal came.
                    ErrorKind::ConnectionAborted | ErrorKind::Interrupted => continue,
                    _ => return Err(error),
                },
            }
            for _ in 0..guests.len() {
                let Some(mut guest) = guests.pop_front() else { break };
                match guest.shows(&self.token) {
                    Some(true) => {
                        guest.stream.set_nonblocking(false)?;
                        return Ok(guest.stream);
                    }
                    Some(false) => {}
                    None => guests.push_back(guest),
                }
            }
            if late {
                return Err(ErrorKind::TimedOut.into());
            }
            self.wait(&guests, until)?;
        }
    }

    /// Waits until another guest comes, or one of them sends something.
    #[cfg(unix)]
    fn wait(&self, guests: &VecDeque<Guest>, until: Until) -> io::Result<()> {
        use std::os::fd::AsFd;

        use nix::errno::Errno;
        use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

        let guests = guests.iter().map(|guest| guest.stream.as_fd());
        let process = until.process.map(AsFd::as_fd);
        let mut watched: Vec<_> = process
            .into_iter()
            .chain([self.listener.as_fd()])
            .chain(guests)
            .map(|descriptor| PollFd::new(descriptor, PollFlags::POLLIN))
            .collect();
        let left = until.deadline.saturating_duration_since(Instant::now());
        // Rounded up, since poll counts in milliseconds.
        let left_in_ms = left.as_nanos().div_ceil(1_000_000);
        let timeout = PollTimeout::try_from(left_in_ms).unwrap_or(PollTimeout::MAX);
        match poll(&mut watched, timeout) {
            Ok(0) | Err(Errno::EINTR) => Ok(()),
            Ok(1) if process.is_some() && watched[0].any() != Some(false) => {
                Err(ErrorKind::BrokenPipe.into())
            }
            Ok(_) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Waits for a moment. The standard library can't wait for several sockets, so we look now and
    /// then.
    #[cfg(not(unix))]
    fn wait(&self, _: &VecDeque<Guest>, _: Until) -> io::Result<()> {
        std::thread::park_timeout(std::time::Duration::from_millis(1));
        Ok(())
    }
}

/// Bytes that nobody can guess.
#[cfg(unix)]
fn random() -> io::Result<[u8; TOKEN]> {
    let mut bytes = [0; TOKEN];
    std::fs::File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    Ok(bytes)
}

/// Bytes that nobody can guess.
#[cfg(not(unix))]
fn random() -> io::Result<[u8; TOKEN]> {
    let mut bytes = [0; TOKEN];
    getrandom::fill(&mut bytes).map_err(io::Error::other)?;
    Ok(bytes)
}

/// Connects to a door that is described by `words`, a port and the token, and sends the token.
///
/// # Errors
///
/// When `words` describe no door, or nobody is behind the door any more.
pub(crate) fn enter(words: &str) -> Result<TcpStream, Problem> {
    let wrong = Problem::Garbage("sent an invitation without port and token");
    let (port, token) = words.split_once(' ').ok_or(wrong)?;
    let wrong = |_| Problem::Garbage("sent an invitation without a port");
    let port: u16 = port.parse().map_err(wrong)?;
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
    stream.write_all(token.as_bytes())?;
    Ok(stream)
}

impl Guest {
    /// Whether the guest has sent `token`. `None` as long as nobody can tell.
    fn shows(&mut self, token: &str) -> Option<bool> {
        let mut rest = [0; 2 * TOKEN];
        loop {
            let rest = &mut rest[..token.len() - self.shown.len()];
            match self.stream.read(rest) {
                Ok(0) => return Some(false),
                Ok(read) => self.shown.extend_from_slice(&rest[..read]),
                Err(error) => match error.kind() {
                    ErrorKind::WouldBlock => return None,
                    ErrorKind::Interrupted => {}
                    _ => return Some(false),
                },
            }
            // Only a whole token is compared, and every comparison takes the same time: so nobody
            // can find out how much of a guess was right.
            if self.shown.len() == token.len() {
                let differ = |(a, b): (&u8, &u8)| a ^ b;
                let differs = self.shown.iter().zip(token.as_bytes()).map(differ);
                return Some(differs.fold(0, |all, one| all | one) == 0);
            }
        }
    }
}
