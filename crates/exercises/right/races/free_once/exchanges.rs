//! Right: an exchange in a loop, which knows what it has replaced.

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
        let mut seen = self.handles.load(SeqCst);
        while let Err(now) = self.handles.compare_exchange(seen, seen - 1, SeqCst, SeqCst)
        {
            seen = now;
        }
        if seen == 1 {
            self.photo.free();
        }
    }
}
