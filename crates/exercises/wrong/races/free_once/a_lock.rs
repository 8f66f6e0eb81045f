//! Wrong: it is right under every schedule, but each window waits for a lock, which was
//! not asked for.
//! Caught by `takes_no_lock`: one atomic step is enough

use witness::sync::Mutex;

pub struct Shared {
    pub photo: Photo,
    handles: Mutex<usize>,
}

impl Shared {
    pub fn new(photo: Photo) -> Self {
        Self { photo, handles: Mutex::new(1) }
    }

    pub fn clone_handle(&self) {
        *self.handles.lock().unwrap() += 1;
    }

    pub fn drop_handle(&self) {
        let mut handles = self.handles.lock().unwrap();
        *handles -= 1;
        if *handles == 0 {
            self.photo.free();
        }
    }
}
