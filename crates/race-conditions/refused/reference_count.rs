//! error[E0277]: `Rc` counts its references by load and store, so it may not leave its thread.

use std::rc::Rc;
use std::thread;

fn main() {
    // ANCHOR: refused
    let shared = Rc::new(7);
    let mine = Rc::clone(&shared);
    thread::spawn(move || println!("{mine}"));
    // ANCHOR_END: refused
    println!("{shared}");
}
