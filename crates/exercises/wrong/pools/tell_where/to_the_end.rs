//! Wrong: it says where a part begins, and each worker goes on to the end of the memory. The parts of
//! those behind it are changed once more, at the same time.
//! Caught by `each_number_is_changed_once`: should have been changed once

pub fn change_all(memory: &Memory, workers: &[Worker]) {
    for (number, worker) in workers.iter().enumerate() {
        let begin = number * memory.len() / workers.len();
        worker.send(&(begin as u64).to_le_bytes());
    }
    for worker in workers {
        worker.receive();
    }
}

pub fn serve(message: &[u8], memory: &Memory) -> Vec<u8> {
    let begin = u64::from_le_bytes(message.try_into().unwrap()) as usize;
    for place in begin..memory.len() {
        memory.set(place, change(memory.get(place)));
    }
    Vec::new()
}
