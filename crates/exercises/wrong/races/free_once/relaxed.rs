//! Wrong: it counts right, and nothing says that what other windows did with the photo is over
//! before it is freed.
//! Caught by `frees_once_when_all_close_at_once`: data race

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
        self.handles.fetch_add(1, Relaxed);
    }

    pub fn drop_handle(&self) {
        if self.handles.fetch_sub(1, Relaxed) == 1 {
            self.photo.free();
        }
    }
}
