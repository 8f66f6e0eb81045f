//! Right: where a part begins and how long it is, as text; and nobody is told of a part without numbers.

pub fn change_all(memory: &Memory, workers: &[Worker]) {
    let (share, longer) = (memory.len() / workers.len(), memory.len() % workers.len());
    let mut begin = 0;
    let mut told = Vec::new();
    for (number, worker) in workers.iter().enumerate() {
        let length = share + usize::from(number < longer);
        if length > 0 {
            worker.send(format!("{begin} {length}").as_bytes());
            told.push(worker);
        }
        begin += length;
    }
    for worker in told {
        worker.receive();
    }
}

pub fn serve(message: &[u8], memory: &Memory) -> Vec<u8> {
    let text = std::str::from_utf8(message).expect("it is text");
    let (begin, length) = text.split_once(' ').expect("it is two numbers");
    let (begin, length): (usize, usize) =
        (begin.parse().unwrap(), length.parse().unwrap());
    let changed: Vec<u64> =
        (begin..begin + length).map(|place| change(memory.get(place))).collect();
    for (place, number) in (begin..).zip(changed) {
        memory.set(place, number);
    }
    vec![1]
}
