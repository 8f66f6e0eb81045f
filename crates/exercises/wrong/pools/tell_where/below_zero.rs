//! Wrong: the length of a part is below zero where the parts before have all.
//! Caught by `each_number_is_changed_once`: overflow

pub fn change_all(memory: &Memory, workers: &[Worker]) {
    let share = memory.len().div_ceil(workers.len());
    for (number, worker) in workers.iter().enumerate() {
        let begin = number * share;
        let length = share.min(memory.len() - begin);
        worker.send(
            &[(begin as u64).to_le_bytes(), (length as u64).to_le_bytes()].concat(),
        );
    }
    for worker in workers {
        worker.receive();
    }
}

pub fn serve(message: &[u8], memory: &Memory) -> Vec<u8> {
    let number =
        |bytes: &[u8]| u64::from_le_bytes(bytes.try_into().expect("8 bytes")) as usize;
    let (begin, length) = (number(&message[..8]), number(&message[8..]));
    for place in begin..begin + length {
        memory.set(place, change(memory.get(place)));
    }
    Vec::new()
}
