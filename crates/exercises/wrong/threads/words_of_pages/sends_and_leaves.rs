//! Wrong: it has all numbers, in the order in which the threads came, and nobody has
//! waited for the end of the threads.
//! Caught by `counts_in_the_order_of_the_pages`: right: [2, 0, 4]
//! Caught by `joins_every_thread`: threads that nobody has joined

use witness::sync::mpsc;
use witness::thread;

pub fn count_words(pages: Vec<String>) -> Vec<usize> {
    let (sender, receiver) = mpsc::channel();
    for page in pages {
        let sender = sender.clone();
        thread::spawn(move || sender.send(page.split_whitespace().count()));
    }
    drop(sender);
    receiver.into_iter().collect()
}
