//! Wrong: a loop that waits for its turn is a lock.
//! Caught by `frees_once_when_all_close_at_once`: it spins

use witness::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};

pub struct Shared {
    pub photo: Photo,
    handles: AtomicUsize,
    busy: AtomicBool,
}

impl Shared {
    pub fn new(photo: Photo) -> Self {
        Self { photo, handles: AtomicUsize::new(1), busy: AtomicBool::new(false) }
    }

    fn change(&self, by: isize) -> usize {
        while self.busy.compare_exchange(false, true, SeqCst, SeqCst).is_err() {}
        let handles = self.handles.load(SeqCst).wrapping_add_signed(by);
        self.handles.store(handles, SeqCst);
        self.busy.store(false, SeqCst);
        handles
    }

    pub fn clone_handle(&self) {
        self.change(1);
    }

    pub fn drop_handle(&self) {
        if self.change(-1) == 0 {
            self.photo.free();
        }
    }
}
