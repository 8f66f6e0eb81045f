//! Right: whoever sees a 1 has the only handle, and nobody can make another one. It need not count
//! down.

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
        if self.handles.load(Acquire) == 1 || self.handles.fetch_sub(1, AcqRel) == 1 {
            self.photo.free();
        }
    }
}
