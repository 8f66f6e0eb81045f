//! Right: every drop releases, and only the last one acquires, as in `Arc`.

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
        if self.handles.fetch_sub(1, Release) == 1 {
            // It takes over what all others have passed on.
            self.handles.load(Acquire);
            self.photo.free();
        }
    }
}
