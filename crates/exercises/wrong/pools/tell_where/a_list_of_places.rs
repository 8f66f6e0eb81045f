//! Wrong: it sends the place of each number. These are as many bytes as the numbers themselves.
//! Caught by `many_numbers_need_no_more_bytes`: Do you send the numbers, or where they lie?

pub fn change_all(memory: &Memory, workers: &[Worker]) {
    for (number, worker) in workers.iter().enumerate() {
        let places = (number..memory.len()).step_by(workers.len());
        worker.send(
            &places.flat_map(|place| (place as u64).to_le_bytes()).collect::<Vec<_>>(),
        );
    }
    for worker in workers {
        worker.receive();
    }
}

pub fn serve(message: &[u8], memory: &Memory) -> Vec<u8> {
    for bytes in message.chunks(8) {
        let place = u64::from_le_bytes(bytes.try_into().unwrap()) as usize;
        memory.set(place, change(memory.get(place)));
    }
    Vec::new()
}
