//! How a rank fails: with one line, and all ranks with it.
//!
//! MPI's functions return codes that `mpi` doesn't pass on, so a handler of ours is called in
//! their place.

use std::fmt::Display;
use std::io::{self, Write};
use std::os::raw::c_int;
use std::process;

use mpi::ffi;
use mpi::topology::SimpleCommunicator;
use mpi::traits::*;

/// Ends all ranks, with a line that says why.
pub fn fail(world: &SimpleCommunicator, problem: &str) -> ! {
    say(world.rank(), problem);
    world.abort(1)
}

/// Writes a line at once: what several ranks write piece by piece comes mixed.
fn say(rank: i32, problem: impl Display) {
    let line = format!("cluster: rank {rank}: {problem}\n");
    // Without stderr there is nobody to tell.
    let _ = io::stderr().write_all(line.as_bytes());
}

type Fixed = unsafe extern "C" fn(*mut ffi::MPI_Comm, *mut c_int);
type Variadic = unsafe extern "C" fn(*mut ffi::MPI_Comm, *mut c_int, ...);

/// Has every failure of MPI end with a line of ours.
#[allow(unsafe_code)]
pub fn catch_errors(world: &SimpleCommunicator) {
    // SAFETY: MPI calls the handler with a communicator and a code, which is all that ours takes.
    // In the calling conventions of the systems that MPI runs on, named arguments of a variadic
    // function come where they would without the others.
    let handler = unsafe { std::mem::transmute::<Fixed, Variadic>(on_error) };
    // SAFETY: `made` is a place for a handler, and both calls happen after the start of MPI.
    unsafe {
        let mut made = ffi::RSMPI_ERRORS_ARE_FATAL;
        ffi::MPI_Comm_create_errhandler(Some(handler), &mut made);
        ffi::MPI_Comm_set_errhandler(world.as_raw(), made);
    }
}

/// Called by MPI in place of returning an error.
#[allow(unsafe_code)]
unsafe extern "C" fn on_error(world: *mut ffi::MPI_Comm, code: *mut c_int) {
    let mut text = [0_u8; ffi::MPI_MAX_ERROR_STRING as usize];
    let (mut length, mut rank) = (0, -1);
    // SAFETY: MPI hands in a communicator and a code that live as long as this call, and writes
    // no more than the longest text that it knows of.
    unsafe {
        ffi::MPI_Error_string(*code, text.as_mut_ptr().cast(), &mut length);
        ffi::MPI_Comm_rank(*world, &mut rank);
        let text = &text[..usize::try_from(length).unwrap_or(0).min(text.len())];
        say(rank, format_args!("MPI failed: {}", String::from_utf8_lossy(text)));
        ffi::MPI_Abort(*world, 1);
    }
    process::exit(1);
}
