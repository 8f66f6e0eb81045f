//! What every transport has to do: one function for each rule.

use std::fs;
use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use ipc::meeting::Invitation;
use ipc::peer::{ECHO, READ, Role, digest};
use ipc::{Connection, Halves, Peer, Problem, Settings, Transport};
use libtest_mimic::Failed;
use processes::worker::{Ending, Program, Work, Worker};

use crate::peers::{
    self, CRAWL, DIE_FIRST, FLOOD, LEAVE, LEAVE_A_COPY, LEAVE_A_COPY_LATER, LONG_ENOUGH,
    STAY_AWAY, message,
};

type Outcome = Result<(), Failed>;
type Case = (&'static str, fn(Transport) -> Outcome);

pub(crate) const ALL: &[Case] = &[
    ("every_length_comes_back", every_length_comes_back),
    ("order_is_kept", order_is_kept),
    ("many_messages", many_messages),
    ("both_ways_at_once", both_ways_at_once),
    ("what_was_sent_before_leaving_comes", what_was_sent_before_leaving_comes),
    ("a_slow_reader_holds_the_sender_back", a_slow_reader_holds_the_sender_back),
    ("too_long_is_refused", too_long_is_refused),
    ("extremes_of_the_longest", extremes_of_the_longest),
    ("extremes_of_patience", extremes_of_patience),
    ("a_peer_that_leaves", a_peer_that_leaves),
    ("a_peer_that_never_joins", a_peer_that_never_joins),
    ("a_peer_that_ends_before_it_joins", a_peer_that_ends_before_it_joins),
    (
        "a_peer_that_leaves_a_copy_before_it_joins",
        a_peer_that_leaves_a_copy_before_it_joins,
    ),
    ("a_peer_that_leaves_a_copy", a_peer_that_leaves_a_copy),
    ("a_peer_that_says_nothing", a_peer_that_says_nothing),
    ("nobody_is_late_too_early", nobody_is_late_too_early),
    ("a_peer_that_reads_no_more", a_peer_that_reads_no_more),
    ("killed_at_any_moment", killed_at_any_moment),
];

const SHORT: Duration = Duration::from_millis(200);

/// How often to kill a peer of each transport: more than two hundred times in all.
const KILLS: u64 = 26;

/// Starts a peer in this role with a lot of patience, since this machine may have other things to
/// do.
fn meet(transport: Transport, role: &Role) -> Result<Peer, Failed> {
    let settings = Settings { patience: LONG_ENOUGH, ..Settings::default() };
    if !transport.reaches_processes() {
        return Ok(Peer::start(transport, settings, role)?);
    }
    let program = Program::this()?.patience(LONG_ENOUGH);
    Ok(Peer::connect(transport, settings, program.start(role.work.name)?)?)
}

/// The halves of a connection, and the process that must not be dropped meanwhile.
fn split(peer: Peer) -> (Halves, Option<Worker>) {
    let (connection, process) = peer.into_parts();
    (connection.split(), process)
}

fn every_length_comes_back(transport: Transport) -> Outcome {
    let mut peer = meet(transport, &ECHO)?;
    let borders = [0, 48, 64, 4 << 10, 64 << 10, 128 << 10, 208 << 10, 1 << 20, 4 << 20];
    let around = borders.iter().flat_map(|&border: &usize| {
        [border.saturating_sub(9), border.saturating_sub(8), border.saturating_sub(1)]
            .into_iter()
            .chain([border, border + 1])
    });
    let lengths = around.chain([16 << 20, 0, 1, 16 << 20]);
    for (number, length) in lengths.enumerate() {
        let message = message(number as u32, length);
        let connection = &mut peer.connection;
        connection.send(&message)?;
        if connection.receive()? != message {
            return Err(format!("{length} bytes came back as others").into());
        }
    }
    Ok(peer.join()?)
}

fn order_is_kept(transport: Transport) -> Outcome {
    let mut peer = meet(transport, &ECHO)?;
    let connection = &mut peer.connection;
    for hundred in 0..100_u32 {
        // Ten messages are under way at a time, so that a wrong order would show.
        for number in 0..10 {
            connection.send(&(hundred * 10 + number).to_le_bytes())?;
        }
        for number in 0..10 {
            let expected = (hundred * 10 + number).to_le_bytes();
            if connection.receive()? != expected {
                return Err(
                    format!("message {hundred}{number} is not where it was").into()
                );
            }
        }
    }
    Ok(peer.join()?)
}

fn many_messages(transport: Transport) -> Outcome {
    let mut peer = meet(transport, &READ)?;
    let sent = send_many(&mut peer.connection)?;
    peer.connection.send(&[])?;
    if peer.connection.receive()? != sent.to_le_bytes() {
        return Err("others came".into());
    }
    Ok(peer.join()?)
}

fn send_many(connection: &mut Connection) -> Result<u64, ipc::Error> {
    (0..100_000_u64).try_fold(0, |all, number| {
        let message = (number * number).to_le_bytes();
        connection.send(&message)?;
        Ok(all ^ digest(&message))
    })
}

fn both_ways_at_once(transport: Transport) -> Outcome {
    let (halves, process) = split(meet(transport, &FLOOD)?);
    let (all_came, _) = peers::both_ways(halves);
    if !all_came {
        return Err("the flood is not what was sent".into());
    }
    process.map_or(Ok(()), |process| Ok(process.join()?))
}

/// The other side answers, leaves some questions unread, and is gone before the answers are read.
/// All answers must come.
fn what_was_sent_before_leaving_comes(transport: Transport) -> Outcome {
    const ANSWERS: u32 = 100;
    let answer = |number| message(number, 64 << 10);
    for _ in 0..10 {
        let (mut ours, mut theirs) = transport.pair(Settings::default())?;
        for _ in 0..10 {
            ours.send(b"a question")?;
        }
        let leaves = thread::spawn(move || {
            (0..ANSWERS).try_for_each(|number| theirs.send(&answer(number)))
        });
        for number in 0..ANSWERS {
            let received = ours.receive()?;
            assert!(received == answer(number), "answer {number} is another");
            // Makes reading slower than sending.
            let _ = (0..10).map(|_| digest(std::hint::black_box(received))).max();
        }
        let error = ours.receive().map(|_| ()).unwrap_err();
        assert!(matches!(error.problem, Problem::Ended), "{error}");
        leaves.join().expect("it doesn't panic")?;
    }
    Ok(())
}

/// The messages for a slow reader: how long each is, and how many there are. In all, more than
/// 128 MiB.
const DROPS: [(usize, usize); 2] = [(64 << 10, 2_000), (2 << 20, 100)];
/// How many bytes any transport may hold under way.
const HELD: usize = 16 << 20;

/// How many bytes this transport may hold under way. The system lets the buffers of TCP grow while
/// they are full, and says how far; see tcp(7).
fn held(transport: Transport) -> usize {
    let most = |file: &str| {
        let three = fs::read_to_string(format!("/proc/sys/net/ipv4/{file}")).ok()?;
        three.split_whitespace().last()?.parse::<usize>().ok()
    };
    let buffers = ["tcp_rmem", "tcp_wmem"].into_iter().filter_map(most).sum::<usize>();
    HELD + if transport == Transport::Tcp { buffers } else { 0 }
}

fn a_slow_reader_holds_the_sender_back(transport: Transport) -> Outcome {
    for (length, count) in DROPS {
        let (halves, _process) = split(meet(transport, &CRAWL)?);
        let most = most_under_way(halves, length, count)?;
        if most > held(transport) {
            return Err(format!("{most} bytes were under way of {length} each").into());
        }
    }
    Ok(())
}

/// Sends to a slow reader; returns the most bytes that were under way at once.
fn most_under_way(halves: Halves, length: usize, count: usize) -> Result<usize, Failed> {
    let Halves { mut sender, mut receiver } = halves;
    let sent = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&sent);
    let sends = thread::spawn(move || -> Result<(), Problem> {
        let drop = message(0, length);
        for _ in 0..count {
            sender.send(&drop)?;
            counted.fetch_add(1, Ordering::Relaxed);
        }
        thread::park();
        Ok(())
    });
    let mut most = 0;
    for read in 1..=count / 10 {
        receiver.receive(None).map_err(|problem| format!("{problem}"))?;
        most = most.max(sent.load(Ordering::Relaxed).saturating_sub(read));
    }
    sends.thread().unpark();
    Ok(most * length)
}

/// Checks that the test above can fail.
pub(crate) fn unbounded_is_noticed() -> Outcome {
    struct Unbounded(mpsc::Sender<Vec<u8>>);
    impl ipc::Sender for Unbounded {
        fn send(&mut self, message: &[u8]) -> Result<(), Problem> {
            self.0.send(message.to_vec()).map_err(|_| Problem::Ended)
        }
    }
    let (sender, messages) = mpsc::channel::<Vec<u8>>();
    let (ours, mut theirs) = Transport::ThreadChannel.pair(Settings::default())?;
    let halves = Halves { sender: Box::new(Unbounded(sender)), ..ours.split() };
    thread::spawn(move || {
        for message in messages {
            let read = (0..200).map(|_| digest(std::hint::black_box(&message))).max();
            if theirs.send(&read.unwrap_or_default().to_le_bytes()).is_err() {
                return;
            }
        }
    });
    let [(length, count), _] = DROPS;
    let most = most_under_way(halves, length, count)?;
    if most > HELD { Ok(()) } else { Err(format!("only {most} bytes under way").into()) }
}

fn too_long_is_refused(transport: Transport) -> Outcome {
    let settings = Settings { longest: 1_000, ..Settings::default() };
    let (mut ours, mut theirs) = transport.pair(settings)?;
    for length in [1_001, 100_000] {
        match ours.send(&vec![0; length]).map_err(|error| error.problem) {
            Err(Problem::TooLong { length: said, longest: 1_000 }) if said == length => {}
            other => return Err(format!("{length} bytes: {other:?}").into()),
        }
    }
    // No part of that message went through, and the connection still works.
    ours.send(b"short")?;
    assert_eq!(theirs.receive()?, b"short");
    Ok(())
}

/// The longest message may be shorter than the greeting, just as long, or longer than any message.
fn extremes_of_the_longest(transport: Transport) -> Outcome {
    for longest in [0, 1, 10, 20, 21, 22, usize::MAX] {
        let settings = Settings { longest, ..Settings::default() };
        let (mut ours, mut theirs) = transport.pair(settings)?;
        for length in [0, longest.min(100)] {
            let message = message(7, length);
            ours.send(&message)?;
            assert_eq!(theirs.receive()?, message, "{longest}");
        }
        if longest <= 100 {
            for side in [&mut ours, &mut theirs] {
                let error = side.send(&vec![0; longest + 1]).unwrap_err();
                assert!(matches!(error.problem, Problem::TooLong { .. }), "{error}");
            }
        }
        // The two sides still understand each other.
        theirs.send(&[])?;
        assert_eq!(ours.receive()?, b"");
    }
    Ok(())
}

fn extremes_of_patience(transport: Transport) -> Outcome {
    let settings = |patience| Settings { patience, ..Settings::default() };
    let mut peer = Peer::start(transport, settings(Duration::MAX), &ECHO)?;
    for patience in [Duration::MAX, LONG_ENOUGH] {
        peer.connection.send(b"hello")?;
        assert_eq!(peer.connection.receive_within(patience)?, b"hello", "{patience:?}");
    }
    // With no patience, nothing comes that was not sent.
    let error = peer.connection.receive_within(Duration::ZERO).map(|_| ()).unwrap_err();
    assert!(matches!(error.problem, Problem::Late), "{error}");
    // But what has arrived comes. (With TCP, nobody knows when that is.)
    if transport != Transport::Tcp {
        let (mut ours, mut theirs) = transport.pair(Settings::default())?;
        ours.send(b"hello")?;
        assert_eq!(theirs.receive_within(Duration::ZERO)?, b"hello");
    }
    // Hardly any peer is there so soon.
    match Peer::start(transport, settings(Duration::ZERO), &ECHO) {
        Ok(_) => Ok(()),
        Err(error) if matches!(error.problem, Problem::Late) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

fn a_peer_that_leaves(transport: Transport) -> Outcome {
    let mut peer = meet(transport, &LEAVE)?;
    let connection = &mut peer.connection;
    let name = connection.peer().to_string();
    let error = connection.receive_within(LONG_ENOUGH).map(|_| ()).unwrap_err();
    assert!(matches!(error.problem, Problem::Ended), "{error}");
    let said = error.to_string();
    assert!(said.contains(&name) && said.contains(&transport.to_string()), "{said}");
    // The sender finds out as well, sooner or later, and before it has sent too much to nobody.
    let sent = (0..100_000).find_map(|_| connection.send(&[0; 1_000]).err());
    let error = sent.ok_or("nobody is there, and all was sent")?;
    assert!(matches!(error.problem, Problem::Ended), "{error}");
    Ok(())
}

/// Starts a worker with this work, and connects with it; the worker does as it likes with the
/// invitation.
fn join(
    transport: Transport,
    settings: Settings,
    work: &Work,
) -> Result<Result<Peer, ipc::Error>, Failed> {
    let program = Program::this()?.patience(LONG_ENOUGH);
    Ok(Peer::connect(transport, settings, program.start(work.name)?))
}

fn a_peer_that_never_joins(transport: Transport) -> Outcome {
    let settings = Settings { patience: SHORT, ..Settings::default() };
    let error = if transport.reaches_processes() {
        join(transport, settings, &STAY_AWAY)?.err()
    } else {
        let (invitation, inviting) = transport.open(settings)?.invite();
        let error = inviting.accept("nobody").err();
        drop(invitation);
        error
    };
    let error = error.ok_or("who is there?")?;
    assert!(matches!(error.problem, Problem::Late), "{error}");
    Ok(())
}

fn a_peer_that_ends_before_it_joins(transport: Transport) -> Outcome {
    let patience = if transport.reaches_processes() { LONG_ENOUGH } else { SHORT };
    let settings = Settings { patience, ..Settings::default() };
    let error = if transport.reaches_processes() {
        join(transport, settings, &DIE_FIRST)?.err()
    } else {
        let (invitation, inviting) = transport.open(settings)?.invite();
        drop(invitation);
        inviting.accept("nobody").err()
    };
    let error = error.ok_or("who is there?")?;
    // If the other side is a thread that has to connect, nobody can know that it won't.
    let late = !transport.reaches_processes() && matches!(error.problem, Problem::Late);
    assert!(late || matches!(error.problem, Problem::Ended), "{error}");
    Ok(())
}

fn a_peer_that_leaves_a_copy_before_it_joins(transport: Transport) -> Outcome {
    if !transport.reaches_processes() {
        return Ok(());
    }
    let settings = Settings { patience: LONG_ENOUGH, ..Settings::default() };
    let error = join(transport, settings, &LEAVE_A_COPY)?.err();
    let error = error.ok_or("who is there?")?;
    assert!(matches!(error.problem, Problem::Ended), "{error}");
    Ok(())
}

fn a_peer_that_leaves_a_copy(transport: Transport) -> Outcome {
    let mut peer = meet(transport, &LEAVE_A_COPY_LATER)?;
    let (say, said) = mpsc::channel();
    // With pipes this costs something, so it has to be asked for.
    if let (Transport::Pipes, Some(id)) = (transport, peer.id()) {
        peer.connection.end_with(Ending::of(id)?.descriptor()?);
    }
    if [Transport::TypedChannel, Transport::BytesChannel, Transport::SharedMemoryChannel]
        .contains(&transport)
    {
        // The channels of ipc-channel can't wait for a process.
        return Ok(());
    }
    thread::spawn(move || {
        let error = peer.connection.receive().map(|_| ()).err();
        let _ = say.send((error.map(|error| error.problem), peer));
    });
    match said.recv_timeout(LONG_ENOUGH)? {
        (Some(Problem::Ended), _) => Ok(()),
        // With TCP, nobody knows whether that was all.
        (Some(Problem::Truncated), _) if transport == Transport::Tcp => Ok(()),
        (other, _) => Err(format!("{other:?}").into()),
    }
}

fn nobody_is_late_too_early(transport: Transport) -> Outcome {
    for patience in (100..2_500).step_by(300).map(Duration::from_micros) {
        let (mut ours, _theirs) = transport.pair(Settings::default())?;
        let start = Instant::now();
        let error = ours.receive_within(patience).map(|_| ()).unwrap_err();
        let waited = start.elapsed();
        assert!(matches!(error.problem, Problem::Late), "{error}");
        assert!(waited >= patience, "{waited:?} instead of {patience:?}");
    }
    Ok(())
}

fn a_peer_that_says_nothing(transport: Transport) -> Outcome {
    let mut peer = meet(transport, &ECHO)?;
    let error = peer.connection.receive_within(SHORT).map(|_| ()).unwrap_err();
    assert!(matches!(error.problem, Problem::Late), "{error}");
    Ok(())
}

/// The other side still sends, but has dropped its receiving half.
fn a_peer_that_reads_no_more(transport: Transport) -> Outcome {
    if transport == Transport::Tcp {
        // TCP can't tell that to the other side.
        return Ok(());
    }
    let (ours, theirs) = transport.pair(Settings::default())?;
    let Halves { sender: _still_there, receiver } = theirs.split();
    drop(receiver);
    let Halves { mut sender, .. } = ours.split();
    let problem = (0..100_000).find_map(|_| sender.send(&[0; 1_000]).err());
    let problem = problem.ok_or("nobody reads, and all was sent")?;
    assert!(matches!(problem, Problem::Ended), "{problem}");
    Ok(())
}

/// Both directions are full of messages, and then the other side is killed.
fn killed_at_any_moment(transport: Transport) -> Outcome {
    for kill in 0..KILLS {
        let (halves, process) = split(meet(transport, &FLOOD)?);
        let Some(process) = process else {
            // A thread can't be killed, but it can leave while messages are under way.
            return a_thread_leaves(transport);
        };
        let Halves { mut sender, mut receiver } = halves;
        // A moment that is hard to foretell: after so many messages, and some more work.
        let mut random = fastrand::Rng::with_seed(kill);
        let wanted = random.u32(0..peers::FLOOD_OF / 2);
        let (say, said) = mpsc::channel();
        let (also_say, (flows, flowed)) = (say.clone(), mpsc::channel());
        thread::spawn(move || {
            let problem =
                (0..).find_map(|number| sender.send(&peers::drop_of(number)).err());
            let _ = say.send(problem);
        });
        thread::spawn(move || {
            let problem = (0..).find_map(|number| {
                if number == wanted {
                    let _ = flows.send(());
                }
                match receiver.receive(None) {
                    // A message comes as a whole, or not at all.
                    Ok(message) if message == peers::drop_of(number) => None,
                    Ok(_) => Some(Problem::Garbage("sent something else")),
                    Err(problem) => Some(problem),
                }
            });
            let _ = also_say.send(problem);
        });
        // Waits without taking a core from the other threads.
        let flowed = flowed.recv_timeout(LONG_ENOUGH);
        flowed.map_err(|_| format!("kill {kill}: no flood comes"))?;
        for _ in 0..random.u32(0..10_000) {
            std::hint::spin_loop();
        }
        process.kill()?;
        for _ in 0..2 {
            match said.recv_timeout(LONG_ENOUGH) {
                Ok(Some(Problem::Ended | Problem::Truncated)) => {}
                other => return Err(format!("kill {kill}: {other:?}").into()),
            }
        }
    }
    Ok(())
}

fn a_thread_leaves(transport: Transport) -> Outcome {
    let (mut ours, mut theirs) = transport.pair(Settings::default())?;
    let leaves = thread::spawn(move || theirs.receive().map(|_| ()));
    let error = (0..).find_map(|number| ours.send(&peers::drop_of(number)).err());
    assert!(matches!(error.map(|error| error.problem), Some(Problem::Ended)));
    leaves.join().expect("it doesn't panic")?;
    Ok(())
}

/// Another user of this machine finds the port, but has no token.
pub(crate) fn strangers_have_no_token() -> Outcome {
    let (invitation, inviting) = Transport::Tcp.open(Settings::default())?.invite();
    let (port, _) = place(&invitation);
    // One stranger says nothing and leaves; another sends a wrong token.
    drop(TcpStream::connect(port)?);
    let mut guess = TcpStream::connect(port)?;
    guess.write_all(&[b'0'; 32])?;
    // Both came first, but only the side that is invited gets in.
    let mut invited = invitation.join()?;
    let mut ours = inviting.accept("the other side")?;
    invited.send(b"let me in")?;
    assert_eq!(ours.receive()?, b"let me in");
    Ok(())
}

/// The address of the door, and the token.
fn place(invitation: &Invitation) -> ((&'static str, u16), &str) {
    let (port, token) = invitation.address().split_once(' ').unwrap_or_default();
    (("127.0.0.1", port.parse().unwrap_or_default()), token)
}

/// Strangers stand at the door, but nobody has to wait for them.
pub(crate) fn strangers_keep_nobody_waiting() -> Outcome {
    let settings = Settings { patience: LONG_ENOUGH, ..Settings::default() };
    let (invitation, inviting) = Transport::Tcp.open(settings)?.invite();
    let accepts = thread::spawn(move || inviting.accept("the other side"));
    let (port, _) = place(&invitation);
    let silent = (0..50).map(|_| TcpStream::connect(port));
    let mut silent: Vec<_> = silent.collect::<Result<_, _>>()?;
    let mut guess = TcpStream::connect(port)?;
    guess.write_all(b"0, or anything else than hexadecimal")?;
    guess.set_read_timeout(Some(LONG_ENOUGH))?;
    // The guess is turned away: the stream ends, or fails because what was sent was not read.
    assert!(
        !matches!(guess.read(&mut [0]), Err(error) if error.kind() == ErrorKind::WouldBlock)
    );
    // As long as a token isn't whole, nobody learns whether its beginning is right. So the silent
    // strangers send a wrong beginning, and are not turned away.
    for stranger in &mut silent {
        stranger.write_all(b"not hexadecimal")?;
    }
    // There was room for all of them, so the first one was not turned away, either.
    silent[0].set_nonblocking(true)?;
    let first = silent[0].read(&mut [0]).map_err(|error| error.kind());
    assert_eq!(first, Err(ErrorKind::WouldBlock));
    let mut invited = invitation.join()?;
    let mut ours = accepts.join().expect("it doesn't panic")?;
    invited.send(b"let me in")?;
    assert_eq!(ours.receive()?, b"let me in");
    Ok(())
}

/// A peer that is invited may take a while to send its token.
pub(crate) fn slow_guests_get_in() -> Outcome {
    let settings = Settings { patience: LONG_ENOUGH, ..Settings::default() };
    let (invitation, inviting) = Transport::Tcp.open(settings)?.invite();
    let accepts = thread::spawn(move || inviting.accept("the other side"));
    let (port, token) = place(&invitation);
    let (first, rest) = token.split_at(token.len() / 2);
    let mut invited = TcpStream::connect(port)?;
    invited.write_all(first.as_bytes())?;
    // Meanwhile, strangers come and are turned away.
    for _ in 0..3 {
        let mut stranger = TcpStream::connect(port)?;
        stranger.write_all(b"0, or anything else than hexadecimal")?;
        stranger.set_read_timeout(Some(LONG_ENOUGH))?;
        // Reads the end of the stream, or an error, since what was sent was not read.
        let _ = stranger.read(&mut [0]);
    }
    invited.write_all(rest.as_bytes())?;
    invited.write_all(b"book\x15\0\0\0a peer of the book, 1")?;
    let _connection = accepts.join().expect("it doesn't panic")?;
    Ok(())
}
