//! What the processes at the other end of these tests do.

use std::io;
use std::thread;
use std::time::Duration;

use ipc::peer::{Role, digest, invitation, serve};
use ipc::{Connection, Halves};
use processes::worker::{Link, Work, end_with_parent};

use crate::hostile;

/// Long enough for any machine, short enough for whoever waits for a failure.
pub(crate) const LONG_ENOUGH: Duration = Duration::from_secs(60);

pub(crate) const WORKS: &[Work] = &[
    FLOOD.work,
    CRAWL.work,
    LEAVE.work,
    STAY_AWAY,
    DIE_FIRST,
    LEAVE_A_COPY,
    LEAVE_A_COPY_LATER.work,
    hostile::WORK,
];

/// How many messages each side sends in a flood.
pub(crate) const FLOOD_OF: u32 = 2_000;

/// Sends a flood, and takes one in at the same time.
pub(crate) const FLOOD: Role =
    Role { work: Work::new("flood", |link| serve(link, flood)), talk: flood };

fn flood(connection: Connection) -> Result<(), ipc::Error> {
    both_ways(connection.split());
    Ok(())
}

/// Sends a flood from one thread and takes one in here; returns whether all of both went through.
pub(crate) fn both_ways(halves: Halves) -> (bool, Halves) {
    let Halves { mut sender, mut receiver } = halves;
    let sends = thread::spawn(move || {
        let sent = (0..FLOOD_OF).all(|number| sender.send(&drop_of(number)).is_ok());
        (sent, sender)
    });
    let came = (0..FLOOD_OF)
        .all(|number| receiver.receive(None).is_ok_and(|drop| drop == drop_of(number)));
    let (sent, sender) = sends.join().expect("it doesn't panic");
    (sent && came, Halves { sender, receiver })
}

/// A message for a flood. Its length is hard to foretell, up to 64 KiB; most are short.
pub(crate) fn drop_of(number: u32) -> Vec<u8> {
    let mixed = number.wrapping_mul(2_654_435_761);
    let length = (mixed >> 16) >> (mixed % 17);
    message(number, length as usize)
}

/// A message of this length, whose bytes depend on its number.
pub(crate) fn message(number: u32, length: usize) -> Vec<u8> {
    (0..length)
        .map(|at| (at as u32 ^ number).wrapping_mul(0x9e37_79b9).to_le_bytes()[3])
        .collect()
}

/// Reads each message many times over and then answers. That makes it slower than any sender.
pub(crate) const CRAWL: Role =
    Role { work: Work::new("crawl", |link| serve(link, crawl)), talk: crawl };

fn crawl(mut connection: Connection) -> Result<(), ipc::Error> {
    loop {
        let message = connection.receive()?;
        let read = (0..200).map(|_| digest(std::hint::black_box(message))).max();
        connection.send(&read.unwrap_or_default().to_le_bytes())?;
    }
}

/// Joins, and leaves at once.
pub(crate) const LEAVE: Role =
    Role { work: Work::new("leave", |link| serve(link, |_| Ok(()))), talk: |_| Ok(()) };

/// Takes the invitation and doesn't join, but lives, and holds the descriptors that came along.
pub(crate) const STAY_AWAY: Work = Work::new("stay away", |mut link: Link| {
    let _held = invitation(&mut link)?;
    end_with_parent(&link)?;
    loop {
        thread::park();
    }
});

/// Takes the invitation and ends.
pub(crate) const DIE_FIRST: Work = Work::new("die first", |mut link: Link| {
    invitation(&mut link).map(drop).or(Ok::<_, io::Error>(()))
});

/// Takes the invitation, forks, and ends. The copy lives on, and holds the descriptors that came
/// along.
pub(crate) const LEAVE_A_COPY: Work = Work::new("leave a copy", |mut link: Link| {
    let _held = invitation(&mut link)?;
    copy::leave(&link);
    Ok(())
});

/// Takes the invitation, joins, forks, and ends. The copy lives on, and holds the connection.
pub(crate) const LEAVE_A_COPY_LATER: Role = Role {
    work: Work::new("leave a copy later", |mut link| {
        let connection = invitation(&mut link)?.join().map_err(io::Error::other)?;
        copy::leave(&link);
        drop(connection);
        Ok(())
    }),
    // A thread leaves no copy.
    talk: |_| Ok(()),
};

/// A fork as a careless program might make it: without exec, and with other threads there.
mod copy {
    #![allow(unsafe_code)]

    use std::os::fd::AsFd;

    use nix::libc;
    use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
    use nix::unistd::{ForkResult, fork};
    use processes::worker::Link;

    /// Forks a copy of this process, and ends this process. The copy ends when the parent closes
    /// the link.
    pub(super) fn leave(link: &Link) {
        let mut watched = [PollFd::new(link.as_fd(), PollFlags::POLLIN)];
        // SAFETY: locks that other threads hold stay locked in the copy for ever, but the copy only
        // makes system calls.
        if let ForkResult::Child = unsafe { fork() }.expect("there is a process to spare")
        {
            while poll(&mut watched, PollTimeout::NONE).is_err() {}
        }
        // SAFETY: `_exit` has no preconditions.
        unsafe { libc::_exit(0) }
    }
}
