//! Which kinds of transport bring a message to another process and back, whole.

use std::io::Read;

use benches::{Observer, Unit};
use ipc::Transport;
use ipc::peer::ECHO;

use super::round_trips::meet;

/// The length of the message in bytes.
const LENGTH: usize = 1 << 20;

/// The kinds that Python's articles name, and the transports that stand for them here.
const KINDS: [(&str, Transport); 4] = [
    ("a pipe", Transport::Pipes),
    ("a socket", Transport::SocketPair),
    ("a queue", Transport::TypedChannel),
    ("shared memory", Transport::SleepingRing),
];

pub(crate) fn observe(observer: &mut Observer) {
    for _ in 0..observer.rounds() {
        let mut message = vec![0; LENGTH];
        let random = std::fs::File::open("/dev/urandom");
        random
            .and_then(|mut bytes| bytes.read_exact(&mut message))
            .expect("it has bytes");
        let delivers = KINDS.iter().filter(|(_, transport)| {
            let mut peer = meet(*transport, &ECHO);
            let sent = peer.connection.send(&message);
            sent.is_ok()
                && peer.connection.receive().is_ok_and(|answer| answer == message)
        });
        observer.sample("kinds that deliver", Unit::Count, delivers.count() as f64);
    }
}
