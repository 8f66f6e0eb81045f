//! error[E0502]: one thread would read what another one writes.

use std::thread;

fn main() {
    // ANCHOR: refused
    let mut count = 0;
    thread::scope(|scope| {
        scope.spawn(|| count += 1);
        scope.spawn(|| println!("{count}"));
    });
    // ANCHOR_END: refused
}
