//! What messages take, as MPI's own functions send them.

use std::time::Instant;

use mpi::collective::SystemOperation;
use mpi::ffi;
use mpi::topology::SimpleCommunicator;
use mpi::traits::*;

/// How many seconds it takes to send so many bytes from the first rank to the last and back; so
/// often, at rank 0. The others return nothing.
pub fn round_trips(world: &SimpleCommunicator, bytes: usize, times: usize) -> Vec<f64> {
    let (first, last) = (0, world.size() - 1);
    let mut buffer = vec![7_u8; bytes];
    let mut took = Vec::new();
    // The first ones find buffers and connections that are not there yet.
    for n in 0..times + 10 {
        if world.rank() == first {
            let start = Instant::now();
            world.process_at_rank(last).send(&buffer[..]);
            world.process_at_rank(last).receive_into(&mut buffer[..]);
            if n >= 10 {
                took.push(start.elapsed().as_secs_f64());
            }
        } else if world.rank() == last {
            world.process_at_rank(first).receive_into(&mut buffer[..]);
            world.process_at_rank(first).send(&buffer[..]);
        }
    }
    took
}

/// How many seconds each of so many messages of a byte takes that are sent one after the other,
/// from the first rank to the last; so often, at rank 0. Two numbers each time: until the last
/// one is sent, and until the answer to it is there.
pub fn bursts(world: &SimpleCommunicator, messages: usize, times: usize) -> Vec<f64> {
    let (first, last) = (0, world.size() - 1);
    let mut byte = [7_u8];
    let mut took = Vec::new();
    for n in 0..times + 2 {
        if world.rank() == first {
            let start = Instant::now();
            for _ in 0..messages {
                world.process_at_rank(last).send(&byte[..]);
            }
            let sent = start.elapsed().as_secs_f64();
            world.process_at_rank(last).receive_into(&mut byte[..]);
            if n >= 2 {
                let answered = start.elapsed().as_secs_f64();
                took.extend([sent, answered].map(|seconds| seconds / messages as f64));
            }
        } else if world.rank() == last {
            for _ in 0..messages {
                world.process_at_rank(first).receive_into(&mut byte[..]);
            }
            world.process_at_rank(first).send(&byte[..]);
        }
    }
    took
}

/// How many seconds it takes until all ranks have the sum of a number of each; so often, at rank 0.
pub fn all_reduce(world: &SimpleCommunicator, times: usize) -> Vec<f64> {
    let mut took = Vec::new();
    for n in 0..times + 10 {
        world.barrier();
        let start = Instant::now();
        let (mine, mut sum) = (world.rank() as u64, 0_u64);
        world.all_reduce_into(&mine, &mut sum, SystemOperation::sum());
        let seconds = start.elapsed().as_secs_f64();
        let ranks = world.size() as u64;
        assert_eq!(sum, ranks * (ranks - 1) / 2, "the sum of all ranks");
        if n >= 10 && world.rank() == 0 {
            took.push(seconds);
        }
    }
    took
}

/// Sends a byte to a rank that may not be there.
#[allow(unsafe_code)]
pub(crate) fn send_to(world: &SimpleCommunicator, to: i32) {
    let byte = 7_u8;
    // SAFETY: the buffer has the one byte that is said to be in it.
    unsafe {
        ffi::MPI_Send(
            (&raw const byte).cast(),
            1,
            u8::equivalent_datatype().as_raw(),
            to,
            0,
            world.as_raw(),
        );
    }
}
