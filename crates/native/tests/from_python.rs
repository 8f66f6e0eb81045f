//! Called from Python, the function returns what it returns in Rust.

use std::process::Command;

use native::{library, native_hash};

const ROUNDS: [u64; 4] = [0, 1, 1_000, 1_000_000];

const CALLS: &str = "
import ctypes, sys
library, rounds = sys.argv[1], [int(n) for n in sys.argv[2:]]
for load in ctypes.CDLL, ctypes.PyDLL:
    function = load(library).native_hash
    function.argtypes, function.restype = [ctypes.c_uint64], ctypes.c_uint64
    print(*[function(n) for n in rounds])
";

/// Whether there is a Python that can load libraries at all.
fn is_there() -> bool {
    let there = Command::new("python3").args(["-c", "import ctypes"]).output();
    there.is_ok_and(|output| output.status.success())
}

#[test]
fn returns_the_same_whether_the_gil_is_let_go_or_held() {
    let library = library().expect("Cargo has built it for this test");
    if !is_there() {
        eprintln!("not tested: there is no python3 with ctypes");
        return;
    }
    let mut python = Command::new("python3");
    let python = python.args(["-c", CALLS]).arg(library);
    let output = python.args(ROUNDS.map(|n| n.to_string())).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let hashes = ROUNDS.map(|n| native_hash(n).to_string()).join(" ");
    let problem = String::from_utf8_lossy(&output.stderr);
    assert_eq!(said.lines().collect::<Vec<_>>(), [&*hashes, &*hashes], "{problem}");
}
