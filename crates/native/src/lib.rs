//! A function that other languages call: in Python, `ctypes` needs nothing but the path of the
//! library in which it is.
//!
//! ```python
//! library = ctypes.CDLL("libnative.so")  # lets the GIL go while it calls
//! library = ctypes.PyDLL("libnative.so")  # holds it
//! library.native_hash.argtypes = [ctypes.c_uint64]
//! library.native_hash.restype = ctypes.c_uint64
//! ```
//!
//! The function knows nothing of Python, of its GIL or of its objects. That makes it safe to call
//! without the GIL, and from several threads at once.

use std::env::{self, consts};
use std::hint;
use std::path::PathBuf;

/// Computes so many `rounds` of a hash (FNV-1a), for Python. Each round needs the result of the one
/// before, so there is no shorter way.
///
/// The function touches no memory that other threads see, and never panics.
// ANCHOR: hash
#[expect(unsafe_code, reason = "no other function in the program may have this name")]
#[unsafe(no_mangle)]
pub extern "C" fn native_hash(rounds: u64) -> u64 {
    let step = |hash: u64, n: u64| (hash ^ n).wrapping_mul(0x0100_0000_01b3);
    hint::black_box((0..rounds).fold(0xcbf2_9ce4_8422_2325, step))
}
// ANCHOR_END: hash

/// The path of the library that Cargo has built along with the running program; `None` when the
/// library isn't there, as for a program that was moved elsewhere.
///
/// Cargo puts libraries into `target/PROFILE/deps`. Tests and benches run in that folder, programs
/// in the one above it, and examples beside it.
pub fn library() -> Option<PathBuf> {
    let program = env::current_exe().ok()?;
    let name = format!("{}native{}", consts::DLL_PREFIX, consts::DLL_SUFFIX);
    let folders = program.ancestors().skip(1).take(2);
    let found = folders.flat_map(|folder| ["deps", "."].map(|place| folder.join(place)));
    found.map(|folder| folder.join(&name)).find(|library| library.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Against the test vectors of FNV's authors, for no byte and for the byte 0.
    #[test]
    fn a_round_is_one_of_fnv_1a() {
        assert_eq!(native_hash(0), 0xcbf2_9ce4_8422_2325);
        assert_eq!(native_hash(1), 0xaf63_bd4c_8601_b7df);
    }
}
