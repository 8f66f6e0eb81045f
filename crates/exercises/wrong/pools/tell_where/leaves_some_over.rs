//! Wrong: the numbers ÷ the workers, rounded down. What is left over stays as it was.
//! Caught by `each_number_is_changed_once`: nobody had changed it

use std::ops::Range;

/// A message: where a part begins, and where it ends.
fn message(part: Range<usize>) -> Vec<u8> {
    let place = |place: usize| (place as u64).to_le_bytes();
    [place(part.start), place(part.end)].concat()
}

/// The part that a message names.
fn part(message: &[u8]) -> Range<usize> {
    let place = |bytes: &[u8]| {
        u64::from_le_bytes(bytes.try_into().expect("a place has 8 bytes")) as usize
    };
    place(&message[..8])..place(&message[8..])
}

pub fn change_all(memory: &Memory, workers: &[Worker]) {
    let end = |workers_before: usize| workers_before * (memory.len() / workers.len());
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
