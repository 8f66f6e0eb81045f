//! Peers: whoever is at the other end of a connection, mostly a process.

use std::io::{self, ErrorKind};
use std::os::fd::{AsFd, OwnedFd};
use std::thread;
use std::time::Duration;

use processes::worker::{
    self, Ending, Link, Program, Work, Worker, descriptors, end_with_parent,
};

use crate::connection::{Connection, Settings};
use crate::error::{Error, Problem};
use crate::meeting::Invitation;
use crate::transport::Transport;

/// What a peer does, as a process or as a thread.
#[derive(Clone, Copy)]
pub struct Role {
    /// What a process does.
    pub work: Work,
    /// What a thread does. `work` does the same, by [`serve`].
    pub talk: fn(Connection) -> Result<(), Error>,
}

/// A peer with which we have a connection: a process, or a thread where the transport reaches no
/// process. Dropping it closes the connection, and kills the process.
pub struct Peer {
    /// The connection with the peer.
    pub connection: Connection,
    /// The peer's process. None for a thread.
    process: Option<Worker>,
}

impl Peer {
    /// Starts this program anew as a peer in this role, and connects with the peer.
    ///
    /// # Errors
    ///
    /// When the process can't be started, or doesn't connect in time.
    pub fn start(
        transport: Transport,
        settings: Settings,
        role: &Role,
    ) -> Result<Self, Error> {
        let named = |problem: Problem| problem.with(transport, role.work.name);
        if transport.reaches_processes() {
            let start = || Ok(Program::this()?.start(role.work.name)?);
            return Self::connect(transport, settings, start().map_err(named)?);
        }
        let (connection, theirs) = transport.pair(settings)?;
        let talk = role.talk;
        let thread = thread::Builder::new().name(role.work.name.into());
        thread.spawn(move || talk(theirs)).map_err(|error| named(error.into()))?;
        Ok(Self { connection, process: None })
    }

    /// Connects with a worker that waits for an invitation. When the worker ends, our waiting ends,
    /// too, even if a child that it has forked lives on and holds the connection. With pipes and
    /// the channels of `ipc-channel`, this is so only until the worker has joined: see
    /// [`Connection::end_with`].
    ///
    /// # Errors
    ///
    /// When the worker doesn't connect in time.
    // ANCHOR: connect
    pub fn connect(
        transport: Transport,
        settings: Settings,
        mut worker: Worker,
    ) -> Result<Self, Error> {
        let peer = format!("process {}", worker.id());
        let (invitation, inviting) = transport.open(settings)?.invite();
        let handed_over = hand_over(invitation, &mut worker, settings.patience);
        let ends = handed_over.map_err(|problem| problem.with(transport, &peer))?;
        let connection = inviting.accept_while(ends, &peer)?;
        Ok(Self { connection, process: Some(worker) })
    }
    // ANCHOR_END: connect

    /// Takes the peer apart: the connection, and the process if there is one. Dropping the process
    /// kills it.
    pub fn into_parts(self) -> (Connection, Option<Worker>) {
        (self.connection, self.process)
    }

    /// The id of the peer's process, if there is one.
    pub fn id(&self) -> Option<u32> {
        self.process.as_ref().map(Worker::id)
    }

    /// Closes the connection, and waits until the peer's process has ended.
    ///
    /// # Errors
    ///
    /// When the process ended in any other way than by returning from its work.
    pub fn join(self) -> Result<(), worker::Error> {
        drop(self.connection);
        self.process.map_or(Ok(()), Worker::join)
    }
}

/// Sends the worker an invitation, and then the descriptors that belong to it. Returns a descriptor
/// that can be read when the worker has ended.
fn hand_over(
    invitation: Invitation,
    worker: &mut Worker,
    patience: Duration,
) -> Result<OwnedFd, Problem> {
    if !invitation.transport().reaches_processes() {
        return Err(Problem::OnlyHere);
    }
    worker.send(&invitation)?;
    let () = worker.receive_within(patience)?;
    let along: Vec<_> = invitation.descriptors().iter().map(AsFd::as_fd).collect();
    descriptors::send(worker.link(), b"!", &along)?;
    Ok(Ending::of(worker.id())?.descriptor()?)
}

/// On the worker's side: waits for the invitation, and for the descriptors that belong to it.
///
/// # Errors
///
/// When the parent has gone, or sends something else.
pub fn invitation(link: &mut Link) -> io::Result<Invitation> {
    let invitation: Option<Invitation> = link.receive()?;
    let invitation = invitation.ok_or(ErrorKind::BrokenPipe)?;
    // After our answer, the next byte on the link is one with which descriptors travel.
    link.send(&())?;
    match descriptors::receive(&*link, &mut [0]) {
        Ok((1.., along)) => Ok(invitation.with_descriptors(along)),
        // The parent has gone; in the second case, it has not read our answer.
        Ok(_) => Err(ErrorKind::BrokenPipe.into()),
        Err(error) if error.kind() == ErrorKind::ConnectionReset => {
            Err(ErrorKind::BrokenPipe.into())
        }
        Err(error) => Err(error),
    }
}

/// On the worker's side: waits for an invitation, joins, and does `work` through the connection.
/// This process ends when its parent does.
///
/// # Errors
///
/// When there is no connection; `BrokenPipe` when the parent has gone. It is no error if `work`
/// returns because the other side has gone: that is how the parent says that there is no more to
/// do.
pub fn serve(
    mut link: Link,
    work: fn(Connection) -> Result<(), Error>,
) -> io::Result<()> {
    // Before anything else: if this fails, the parent hears that this process has ended, and not
    // that a connection was closed. By then we have said why.
    end_with_parent(&link)?;
    let invitation = invitation(&mut link)?;
    let connection = invitation.join().map_err(|error| match error.problem {
        Problem::Ended => ErrorKind::BrokenPipe.into(),
        _ => io::Error::other(error),
    })?;
    match work(connection) {
        // `Truncated` means that the parent was killed in the middle of a message; we will be, too.
        Ok(()) | Err(Error { problem: Problem::Ended | Problem::Truncated, .. }) => {
            Ok(())
        }
        Err(error) => Err(io::Error::other(error)),
    }
}

/// The role of a peer that sends each message back.
pub const ECHO: Role =
    Role { work: Work::new("ipc: echo", |link| serve(link, echo)), talk: echo };

/// The role of a peer that reads messages up to an empty one, answers with the XOR of their
/// [`digest`]s, and begins again.
pub const READ: Role =
    Role { work: Work::new("ipc: read", |link| serve(link, read)), talk: read };

// ANCHOR: echo
fn echo(mut connection: Connection) -> Result<(), Error> {
    loop {
        connection.echo()?;
    }
}
// ANCHOR_END: echo

fn read(mut connection: Connection) -> Result<(), Error> {
    let mut read = 0;
    loop {
        let message = connection.receive()?;
        if message.is_empty() {
            connection.send(&u64::to_le_bytes(read))?;
            read = 0;
        } else {
            read ^= digest(message);
        }
    }
}

/// A number that depends on every byte of a message, and costs as little as that can.
pub fn digest(message: &[u8]) -> u64 {
    let (words, rest) = message.as_chunks();
    let words = words.iter().map(|&word| u64::from_le_bytes(word));
    let rest = rest.iter().map(|&byte| u64::from(byte));
    words.chain(rest).fold(0, |all, word| all ^ word)
}
