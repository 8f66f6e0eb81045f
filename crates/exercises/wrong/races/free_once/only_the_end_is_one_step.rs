//! Wrong: it takes care of the end only. An addition is lost, so there are more handles
//! than the count says, and the photo is freed too early.
//! Caught by `never_frees_while_a_window_is_open`: a window has a handle, and its photo was freed
//! Caught by `one_opens_while_another_one_closes`: Did one write over the count of another?

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
        let handles = self.handles.load(SeqCst);
        self.handles.store(handles + 1, SeqCst);
    }

    pub fn drop_handle(&self) {
        if self.handles.fetch_sub(1, SeqCst) == 1 {
            self.photo.free();
        }
    }
}
