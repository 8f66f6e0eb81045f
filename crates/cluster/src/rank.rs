//! What a rank does from its start to its end.

use std::process;
use std::time::Instant;

use mpi::Threading;
use mpi::topology::SimpleCommunicator;
use mpi::traits::*;
use serde::{Deserialize, Serialize};

use crate::checkpoint::{self, Checkpoint, Death};
use crate::dividing::{self, Way};
use crate::failing::{catch_errors, fail};
use crate::job::{Job, Part};
use crate::trips;

/// The first argument of a program that is a rank; the second one is a list of [`Order`]s as JSON.
pub const ARGUMENT: &str = "rank";

/// What all ranks of a program are to do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Order {
    /// Nothing: start, meet, and end.
    Nothing,
    /// Divide a job.
    Divide(Division),
    /// Send so many bytes there and back so often, between the first rank and the last.
    RoundTrips {
        /// How many bytes.
        bytes: usize,
        /// How often.
        times: usize,
    },
    /// Send so many messages of a byte one after the other, and have the last one answered; so
    /// often.
    Bursts {
        /// How many messages.
        messages: usize,
        /// How often.
        times: usize,
    },
    /// Add up a number of each rank, so that all get the sum; so often.
    AllReduce {
        /// How often.
        times: usize,
    },
    /// Call MPI with a rank that isn't there, to see how that fails.
    Mistake,
}

/// A job, and how to divide it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Division {
    /// The job.
    pub job: Job,
    /// Which rank does what.
    pub way: Way,
    /// How many threads there are inside each rank.
    pub threads: usize,
    /// Where the job keeps what is done; then it is divided in equal parts.
    pub checkpoint: Option<Checkpoint>,
    /// Who dies.
    pub death: Option<Death>,
}

/// What rank 0 says of an order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Report {
    /// Nothing, but that it is done.
    Nothing,
    /// What came of a job, and how many seconds it took from when all ranks were there.
    Done(Part, f64),
    /// How many seconds each took.
    Took(Vec<f64>),
}

impl Division {
    /// A job that is divided in this way, by one thread in each rank.
    pub fn new(job: Job, way: Way) -> Self {
        Self { job, way, threads: 1, checkpoint: None, death: None }
    }
}

/// Becomes a rank and doesn't return, if that is what this program was started for.
pub fn entry() {
    let mut arguments = std::env::args().skip(1);
    if arguments.next().as_deref() != Some(ARGUMENT) {
        return;
    }
    let Some(order) = arguments.next() else {
        eprintln!("cluster: `{ARGUMENT}` is for mpirun; --help shows what there is");
        process::exit(2);
    };
    run(&order);
    process::exit(0);
}

fn run(order: &str) {
    let Some((universe, level)) = mpi::initialize_with_threading(Threading::Funneled)
    else {
        eprintln!("cluster: MPI was initialized before");
        process::exit(1);
    };
    let world = universe.world();
    catch_errors(&world);
    if level < Threading::Funneled {
        fail(&world, "this MPI was built without threads; install one that has them");
    }
    agree(&world, order);
    let orders: Vec<Order> = serde_json::from_str(order)
        .unwrap_or_else(|error| fail(&world, &format!("can't read its orders: {error}")));
    for order in orders {
        let report = obey(&world, order);
        if world.rank() == 0 {
            println!("{}", serde_json::json!(report));
        }
    }
}

fn obey(world: &SimpleCommunicator, order: Order) -> Report {
    match order {
        Order::Nothing => world.barrier(),
        Order::Divide(division) => {
            if let Some((part, seconds)) = divide(world, &division) {
                return Report::Done(part, seconds);
            }
        }
        Order::RoundTrips { bytes, times } => {
            return Report::Took(trips::round_trips(world, bytes, times));
        }
        Order::Bursts { messages, times } => {
            return Report::Took(trips::bursts(world, messages, times));
        }
        Order::AllReduce { times } => {
            return Report::Took(trips::all_reduce(world, times));
        }
        Order::Mistake => {
            // `process_at_rank` would panic before MPI is asked.
            trips::send_to(world, world.size());
        }
    }
    Report::Nothing
}

fn divide(world: &SimpleCommunicator, division: &Division) -> Option<(Part, f64)> {
    let Division { job, way, threads, checkpoint, death } = division;
    world.barrier();
    let start = Instant::now();
    // With fewer cores than ranks, others would have done some of their work by the time that
    // rank 0 looks at its clock.
    world.barrier();
    let done = match checkpoint {
        None => dividing::divide(world, job, *way, *threads),
        Some(at) => checkpoint::divide(world, job, at, *threads, *death)
            .unwrap_or_else(|problem| fail(world, &problem)),
    };
    done.map(|part| (part, start.elapsed().as_secs_f64()))
}

/// Ends all ranks when they weren't started with the same order: they would wait for each other
/// for ever.
fn agree(world: &SimpleCommunicator, order: &str) {
    let mine = fingerprint(order);
    let mut all = vec![0_u64; world.size() as usize];
    world.all_gather_into(&mine, &mut all[..]);
    if let Some(other) = all.iter().position(|&one| one != all[0])
        && world.rank() == 0
    {
        fail(
            world,
            &format!(
                "rank {other} was started with other arguments; start all ranks with the same"
            ),
        );
    }
    world.barrier();
}

/// A number for each text, the same in every process (FNV-1a, 64 bits).
fn fingerprint(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
