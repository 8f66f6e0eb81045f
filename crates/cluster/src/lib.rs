//! The book's jobs on several machines. Read the modules in this order:
//!
//! * [`job`]: what there is to do: squares, primes, an index, four counts. Any part of a job can be done anywhere, and
//!   parts are joined in any order.
//! * [`dividing`]: how ranks divide a job: in equal parts, or a master gives it out piece by piece.
//! * [`messages`]: a value as a message, and all values joined along a tree.
//! * [`checkpoint`]: what is done stays done, in files, when the ranks die.
//! * [`rank`]: what a rank does from its start to its end; [`failing`]: how it fails.
//! * [`launching`]: starts ranks with `mpirun`, here or on several hosts.
//! * [`trips`]: what messages take.
//! * [`model`]: foretells from that what a job takes, with a formula and with a simulation.
//! * [`measuring`]: all that the book measures of it.
//!
//! A *rank* is a process of an MPI job, and its number. The program starts `mpirun`, which starts
//! the program again, once for each rank.

pub mod checkpoint;
pub mod dividing;
pub mod failing;
pub mod job;
pub mod launching;
pub mod measuring;
pub mod messages;
pub mod model;
pub mod rank;
pub mod trips;
