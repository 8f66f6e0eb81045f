//! Wrong: two bytes for a place are enough for 65,536 numbers, and not for one more.
//! Caught by `many_numbers_need_no_more_bytes`: nobody had changed it

use std::ops::Range;

/// A message: where a part begins, and where it ends.
fn message(part: Range<usize>) -> Vec<u8> {
    let place = |place: usize| (place as u16).to_le_bytes();
    [place(part.start), place(part.end)].concat()
}

/// The part that a message names.
fn part(message: &[u8]) -> Range<usize> {
    let place = |bytes: &[u8]| {
        u16::from_le_bytes(bytes.try_into().expect("a place has 2 bytes")) as usize
    };
    place(&message[..2])..place(&message[2..])
}

pub fn change_all(memory: &Memory, workers: &[Worker]) {
    let end = |workers_before: usize| workers_before * memory.len() / workers.len();
    for (number, worker) in workers.iter().enumerate() {
        worker.send(&message(end(number)..end(number + 1)));
    }
    for worker in workers {
        worker.receive();
    }
}

pub fn serve(message: &[u8], memory: &Memory) -> Vec<u8> {
    for place in part(message) {
        memory.set(place, change(memory.get(place)));
    }
    Vec::new()
}
