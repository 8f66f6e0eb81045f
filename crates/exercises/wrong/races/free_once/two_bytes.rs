//! Wrong: two bytes count no more than 65,535 handles.
//! Caught by `the_last_one_frees`: and the photo was freed

use witness::sync::atomic::{AtomicU16, Ordering::SeqCst};

pub struct Shared {
    pub photo: Photo,
    handles: AtomicU16,
}

impl Shared {
    pub fn new(photo: Photo) -> Self {
        Self { photo, handles: AtomicU16::new(1) }
    }

    pub fn clone_handle(&self) {
        self.handles.fetch_add(1, SeqCst);
    }

    pub fn drop_handle(&self) {
        if self.handles.fetch_sub(1, SeqCst) == 1 {
            self.photo.free();
        }
    }
}
