//! error[E0499]: two threads would write to the same variable.

use std::thread;

fn main() {
    // ANCHOR: refused
    let mut count = 0;
    thread::scope(|scope| {
        scope.spawn(|| count += 1);
        scope.spawn(|| count += 1);
    });
    // ANCHOR_END: refused
    println!("{count}");
}
