//! The functions that are not written in bytecode. Those that may take long release the lock of the
//! interpreter meanwhile; only [`Native::Hash`] holds it on purpose.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;
use std::{hint, mem, thread};

use super::state::{State, lock};
use crate::heap::Trap;
use crate::policy::Policy;
use crate::program::Native;
use crate::reference::{Kind, Ref};
use crate::thread::Thread;

/// Calls a native function, and returns the object that it makes. Inlined, since short calls are
/// frequent.
#[inline]
pub(super) fn call<P: Policy>(
    state: &State<P>,
    thread: &mut Thread,
    native: Native,
    arguments: &[Ref],
) -> Result<Ref, Trap> {
    let argument = arguments[0];
    let number = match native {
        Native::Acquire => {
            let (held, released) = lock_of(state, argument)?;
            if mem::replace(&mut *lock(held), true) {
                state.without_the_lock(thread, || {
                    let mut held = lock(held);
                    while mem::replace(&mut *held, true) {
                        held =
                            released.wait(held).unwrap_or_else(PoisonError::into_inner);
                    }
                });
            }
            0
        }
        Native::Release => {
            let (held, released) = lock_of(state, argument)?;
            *lock(held) = false;
            released.notify_one();
            0
        }
        Native::Receive => return receive(state, thread, argument),
        Native::Send => {
            let text = state.heap().text(arguments[1])?;
            let mut connection = connection(state, argument)?;
            let sent =
                state.without_the_lock(thread, || connection.write_all(text.as_bytes()));
            sent.is_ok().into()
        }
        Native::Truth => match state.heap().kind(argument)? {
            Kind::None => 0,
            Kind::Int => i64::from(state.heap().number(argument)? != 0),
            _ => 1,
        },
        Native::Len => state.heap().with_list(argument, |items| items.len() as i64)?,
        // ANCHOR: native
        Native::Hash => hash(state.heap().number(argument)?),
        Native::HashReleased => {
            let rounds = state.heap().number(argument)?;
            state.without_the_lock(thread, || hash(rounds))
        }
        // ANCHOR_END: native
        Native::Sleep => {
            let micros = state.heap().number(argument)?.max(0).cast_unsigned();
            state.without_the_lock(thread, || {
                thread::sleep(Duration::from_micros(micros))
            });
            0
        }
    };
    state.heap().int(number, thread)
}

/// Waits for a text from the connection with this number; `None` when the connection is closed or
/// broken.
fn receive<P: Policy>(
    state: &State<P>,
    thread: &mut Thread,
    number: Ref,
) -> Result<Ref, Trap> {
    let mut connection = connection(state, number)?;
    let mut bytes = [0; 256];
    let read = state.without_the_lock(thread, || connection.read(&mut bytes));
    match read {
        Ok(length @ 1..) => {
            let text = String::from_utf8_lossy(&bytes[..length]).into_owned();
            state.heap().str(text, thread)
        }
        _ => {
            state.heap().incref(state.nothing, thread)?;
            Ok(state.nothing)
        }
    }
}

/// The connection with this number.
fn connection<P: Policy>(state: &State<P>, number: Ref) -> Result<&TcpStream, Trap> {
    let number = usize::try_from(state.heap().number(number)?).ok();
    number.and_then(|number| state.connections.get(number)).ok_or(Trap::IndexError)
}

/// The lock with this number.
fn lock_of<P: Policy>(
    state: &State<P>,
    number: Ref,
) -> Result<&(Mutex<bool>, Condvar), Trap> {
    let number = usize::try_from(state.heap().number(number)?).ok();
    number.and_then(|number| state.locks.get(number)).ok_or(Trap::IndexError)
}

/// Computes so many `rounds` of a hash (FNV-1a). Each round needs the result of the one before, so
/// there is no shorter way.
pub fn hash(rounds: i64) -> i64 {
    let step =
        |hash: u64, n: i64| (hash ^ n.cast_unsigned()).wrapping_mul(0x0100_0000_01b3);
    hint::black_box((0..rounds).fold(0xcbf2_9ce4_8422_2325, step)).cast_signed()
}
