//! Right: it counts the others, so the last one sees none, and the number wraps around.

use witness::sync::atomic::{AtomicUsize, Ordering::*};

pub struct Shared {
    pub photo: Photo,
    others: AtomicUsize,
}

impl Shared {
    pub fn new(photo: Photo) -> Self {
        Self { photo, others: AtomicUsize::new(0) }
    }

    pub fn clone_handle(&self) {
        self.others.fetch_add(1, Relaxed);
    }

    pub fn drop_handle(&self) {
        if self.others.fetch_sub(1, AcqRel) == 0 {
            self.photo.free();
        }
    }
}
