//! Wrong: it takes one away in one step, but looks in a second one. Two who both subtract
//! first both see 0, and both free.
//! Caught by `frees_once_when_all_close_at_once`: the photo was freed twice

use witness::sync::atomic::{AtomicUsize, Ordering::SeqCst};

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
        self.handles.fetch_sub(1, SeqCst);
        if self.handles.load(SeqCst) == 0 {
            self.photo.free();
        }
    }
}
