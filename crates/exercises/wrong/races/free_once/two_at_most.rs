//! Wrong: whoever sees that there is another handle leaves it to that one, and only one of two finds
//! that out. With three, two leave it to each other.
//! Caught by `frees_once_when_all_close_at_once`: it leaks

use witness::sync::atomic::{AtomicUsize, Ordering::*};

pub struct Shared {
    pub photo: Photo,
    handles: AtomicUsize,
}

impl Shared {
    pub fn new(photo: Photo) -> Self {
        Self { photo, handles: AtomicUsize::new(1) }
    }

    pub fn clone_handle(&self) {
        self.handles.fetch_add(1, SeqCst);
    }

    pub fn drop_handle(&self) {
        let seen = self.handles.load(SeqCst);
        let last = self.handles.compare_exchange(seen, seen - 1, SeqCst, SeqCst);
        let last = last
            .or_else(|now| self.handles.compare_exchange(now, now - 1, SeqCst, SeqCst));
        if last == Ok(1) {
            self.photo.free();
        }
    }
}
