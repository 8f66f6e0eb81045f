//! error[E0277]: a `Cell` is changed without a lock, so threads may not share it.

use std::cell::Cell;
use std::thread;

fn main() {
    // ANCHOR: refused
    let count = Cell::new(0);
    thread::scope(|scope| {
        scope.spawn(|| count.set(count.get() + 1));
        scope.spawn(|| count.set(count.get() + 1));
    });
    // ANCHOR_END: refused
    println!("{}", count.get());
}
