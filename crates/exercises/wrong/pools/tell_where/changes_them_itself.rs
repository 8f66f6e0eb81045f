//! Wrong: nothing goes through the pipes, since this process does all of it. The workers sleep.
//! Caught by `this_process_touches_no_number`: numbers that this process has read and written

pub fn change_all(memory: &Memory, workers: &[Worker]) {
    for place in 0..memory.len() {
        memory.set(place, change(memory.get(place)));
    }
}

pub fn serve(_message: &[u8], _memory: &Memory) -> Vec<u8> {
    Vec::new()
}
