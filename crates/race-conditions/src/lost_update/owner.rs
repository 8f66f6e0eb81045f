//! A number that one thread owns; the others send it what to add.

use crate::sync::mpsc::sync_channel;
use crate::sync::thread;

/// Lets `threads` threads add one `times` times each; returns what they have counted to.
// ANCHOR: count
pub fn count(threads: usize, times: u64) -> u64 {
    let (send, receive) = sync_channel(1_024);
    thread::scope(|scope| {
        for _ in 0..threads {
            let send = send.clone();
            scope.spawn(move || {
                for _ in 0..times {
                    send.send(1).expect("the owner stays to the end");
                }
            });
        }
        // `receive.iter()` ends when the last sender is gone, and this one never sends.
        drop(send);
        receive.iter().sum()
    })
}
// ANCHOR_END: count
