//! error[E0373]: the thread may run on when the variable has gone.

use std::thread;

fn main() {
    // ANCHOR: refused
    let count = 7;
    thread::spawn(|| println!("{count}"));
    // ANCHOR_END: refused
}
