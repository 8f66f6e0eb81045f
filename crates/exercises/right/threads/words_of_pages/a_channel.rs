//! Right: each thread sends its count with the number of its page, and is joined all the same.

use witness::sync::mpsc;
use witness::thread;

pub fn count_words(pages: Vec<String>) -> Vec<usize> {
    let mut counts = vec![0; pages.len()];
    let (sender, receiver) = mpsc::channel();
    let mut threads = Vec::new();
    for (number, page) in pages.into_iter().enumerate() {
        let sender = sender.clone();
        threads.push(thread::spawn(move || {
            sender.send((number, page.split_whitespace().count())).unwrap();
        }));
    }
    drop(sender);
    for (number, count) in receiver {
        counts[number] = count;
    }
    threads.into_iter().for_each(|thread| thread.join().unwrap());
    counts
}
