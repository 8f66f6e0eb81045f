//! Wrong: a handle isn't counted after 64 tries. When many windows open at once, the photo
//! is freed too early.
//! Caught by `never_frees_while_a_window_is_open`: its photo was freed

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
        for _ in 0..64 {
            let handles = self.handles.load(SeqCst);
            if self.handles.compare_exchange(handles, handles + 1, SeqCst, SeqCst).is_ok()
            {
                return;
            }
        }
    }

    pub fn drop_handle(&self) {
        if self.handles.fetch_sub(1, SeqCst) == 1 {
            self.photo.free();
        }
    }
}
