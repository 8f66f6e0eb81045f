//! A list of numbers goes to another process, which answers with their sum. The list travels as plain
//! bytes, or by serde and postcard; through a pair of sockets, or through a ring in shared memory.

use std::hint::black_box;
use std::time::Instant;

use benches::samples::median;
use benches::{Observer, Unit};
use ipc::numbers::{SUM_BYTES, SUM_POSTCARD, as_bytes, as_postcard};
use ipc::peer::Role;
use ipc::{Connection, Transport};

use super::round_trips::meet;

/// How many numbers there are in a list.
const NUMBERS: [u32; 4] = [10, 1_000, 100_000, 1_000_000];
/// How many batches of each are timed; their median is a sample.
const BATCHES: usize = 11;

type Way = fn(&[u32], &mut Connection, &mut Vec<u8>) -> u64;

pub(crate) fn observe(observer: &mut Observer) {
    let bytes: Way = |numbers, connection, buffer| {
        as_bytes(numbers, connection, buffer).expect("it answers")
    };
    let by_postcard: Way =
        |numbers, connection, _| as_postcard(numbers, connection).expect("it answers");
    let ways: [(&str, Transport, &Role, Way); 4] = [
        ("postcard, socket pair", Transport::SocketPair, &SUM_POSTCARD, by_postcard),
        ("bytes, socket pair", Transport::SocketPair, &SUM_BYTES, bytes),
        ("postcard, ring", Transport::SleepingRing, &SUM_POSTCARD, by_postcard),
        ("bytes, ring", Transport::SleepingRing, &SUM_BYTES, bytes),
    ];
    for _ in 0..observer.rounds() {
        for (name, transport, role, way) in ways {
            let mut peer = meet(transport, role);
            for count in NUMBERS {
                let time = time(&mut peer.connection, count, way);
                observer.sample(&format!("{name}/{count}"), Unit::Ns, time);
            }
        }
    }
}

/// The median time for a list and its sum, in nanoseconds.
fn time(connection: &mut Connection, count: u32, way: Way) -> f64 {
    // Numbers of all lengths that postcard knows, in an order that no processor could learn.
    let numbers: Vec<u32> =
        (0..count).map(|n| n.wrapping_mul(0x9e37_79b9) >> (n % 32)).collect();
    let expected: u64 = numbers.iter().copied().map(u64::from).sum();
    let (mut buffer, turns) = (Vec::new(), (200_000 / count).clamp(3, 200));
    let mut batch = || {
        let start = Instant::now();
        for _ in 0..turns {
            let sum = way(black_box(&numbers), connection, &mut buffer);
            assert_eq!(sum, expected, "the other side adds up what we sent");
        }
        start.elapsed().as_nanos() as f64 / f64::from(turns)
    };
    batch();
    median((0..BATCHES).map(|_| batch()).collect())
}
