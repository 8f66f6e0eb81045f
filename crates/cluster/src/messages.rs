//! A value as a message: its bytes, as serde and postcard write them. The pool of processes does
//! the same.

use mpi::Tag;
use mpi::point_to_point::Status;
use mpi::topology::SimpleCommunicator;
use mpi::traits::*;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::failing::fail;

/// Sends `value` to the rank `to`; returns when its bytes have been taken, which may be before
/// they arrive.
pub fn send(world: &SimpleCommunicator, to: i32, tag: Tag, value: &impl Serialize) {
    let bytes = postcard::to_stdvec(value)
        .unwrap_or_else(|error| fail(world, &format!("can't be sent: {error}")));
    world.process_at_rank(to).send_with_tag(&bytes[..], tag);
}

/// Receives a value from the rank `from`.
pub fn receive<T: DeserializeOwned>(
    world: &SimpleCommunicator,
    from: i32,
    tag: Tag,
) -> T {
    let (bytes, _): (Vec<u8>, Status) =
        world.process_at_rank(from).receive_vec_with_tag(tag);
    read(world, &bytes)
}

/// Receives a value from whichever rank has sent one first; returns the rank, too.
pub fn receive_any<T: DeserializeOwned>(
    world: &SimpleCommunicator,
    tag: Tag,
) -> (i32, T) {
    let (bytes, status): (Vec<u8>, Status) =
        world.any_process().receive_vec_with_tag(tag);
    (status.source_rank(), read(world, &bytes))
}

fn read<T: DeserializeOwned>(world: &SimpleCommunicator, bytes: &[u8]) -> T {
    postcard::from_bytes(bytes).unwrap_or_else(|error| {
        fail(world, &format!("got a message that it can't read: {error}"))
    })
}

/// Joins what all ranks have, along a binomial tree; rank 0 gets it, and the others get nothing.
///
/// In each round, half of those that still have something send it to a neighbour, and are done:
/// with 1,024 ranks that is ten rounds.
// ANCHOR: tree
pub fn join_all<T: Serialize + DeserializeOwned>(
    world: &SimpleCommunicator,
    mine: T,
    tag: Tag,
    join: impl Fn(T, T) -> T,
) -> Option<T> {
    let (rank, size) = (world.rank(), world.size());
    let mut mine = mine;
    let mut distance = 1;
    while distance < size {
        if rank % (2 * distance) != 0 {
            send(world, rank - distance, tag, &mine);
            return None;
        }
        if rank + distance < size {
            mine = join(mine, receive(world, rank + distance, tag));
        }
        distance *= 2;
    }
    Some(mine)
}
// ANCHOR_END: tree
