//! Wrong: `fetch_sub` returns what was there before, not what is left. The last one sees
//! a 1.
//! Caught by `the_last_one_frees`: handles are dropped, and nobody has freed the photo

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
        if self.handles.fetch_sub(1, SeqCst) == 0 {
            self.photo.free();
        }
    }
}
