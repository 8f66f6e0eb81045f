//! A number that one thread owns; the others send it what to add.

use crate::sync::mpsc::sync_channel;
use crate::sync::thread;

/// What `threads` threads count to that add one `times` times each.
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
        // The channel closes when its last sender is gone. This one never sends.
        drop(send);
        receive.iter().sum()
    })
}
// ANCHOR_END: count
