//! Right: it tells each worker which one of how many it is. Each knows its places from that: every third
//! one, if there are three.

pub fn change_all(memory: &Memory, workers: &[Worker]) {
    for (number, worker) in workers.iter().enumerate() {
        worker.send(
            &[(number as u32).to_le_bytes(), (workers.len() as u32).to_le_bytes()]
                .concat(),
        );
    }
    workers.iter().for_each(|worker| assert_eq!(worker.receive(), b"done"));
}

pub fn serve(message: &[u8], memory: &Memory) -> Vec<u8> {
    let (number, workers) = message.split_at(4);
    let word = |bytes: &[u8]| u32::from_le_bytes(bytes.try_into().unwrap()) as usize;
    for place in (word(number)..memory.len()).step_by(word(workers)) {
        memory.set(place, change(memory.get(place)));
    }
    b"done".to_vec()
}
