//! # Freed once
//!
//! Chapter: races/refcounts.md
//!
//! Why: `fetch_sub` takes one away and returns what was there before, in one step. So
//! exactly one thread gets to see the 1: that was the last handle, and nobody is left who
//! could make more of them. Who subtracts and looks afterwards, in a second step, may see
//! the 0 of somebody else; then both free. Who reads and writes in two steps loses
//! updates: a lost addition frees too early, a lost subtraction never. `AcqRel`, because
//! whatever others did with the photo has to be over before it is freed. For the
//! addition, `Relaxed` will do: who clones has a handle, so nobody frees meanwhile.

use witness::sync::atomic::{
    AtomicUsize,
    Ordering::{AcqRel, Relaxed},
};

pub struct Shared {
    pub photo: Photo,
    handles: AtomicUsize,
}

impl Shared {
    /// A photo, and one handle to it.
    pub fn new(photo: Photo) -> Self {
        Self { photo, handles: AtomicUsize::new(1) }
    }

    /// One handle more.
    pub fn clone_handle(&self) {
        self.handles.fetch_add(1, Relaxed);
    }

    /// One handle less. Frees the photo if it was the last one.
    pub fn drop_handle(&self) {
        if self.handles.fetch_sub(1, AcqRel) == 1 {
            self.photo.free();
        }
    }
}

// ---- The checks. Leave them as they are. ----

pub use photo::Photo;

mod photo {
    use witness::sync::atomic::{AtomicBool, Ordering};

    /// A photo that notices what happens to it.
    #[derive(Default)]
    pub struct Photo {
        freed: AtomicBool,
    }

    impl Photo {
        /// Shows it in a window.
        pub fn show(&self) {
            let freed = self.freed.load(Ordering::SeqCst);
            assert!(
                !freed,
                "a window has a handle, and its photo was freed: is the count right?"
            );
        }

        /// Gives its memory back.
        pub fn free(&self) {
            let freed = self.freed.swap(true, Ordering::SeqCst);
            assert!(
                !freed,
                "the photo was freed twice: do two find out that they are the last?"
            );
        }

        pub fn is_freed(&self) -> bool {
            self.freed.load(Ordering::SeqCst)
        }
    }
}

fn main() {
    let shared = Shared::new(Photo::default());
    witness::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..10_000 {
                    shared.clone_handle();
                    shared.photo.show();
                    shared.drop_handle();
                }
            });
        }
    });
    println!("While we have a handle: freed? {}", shared.photo.is_freed());
    shared.drop_handle();
    println!("When we have dropped it: freed? {}", shared.photo.is_freed());
}

#[cfg(test)]
mod checks {
    use super::*;
    use witness::{explore, thread, watch};

    #[test]
    fn the_last_one_frees() {
        let shared = Shared::new(Photo::default());
        shared.clone_handle();
        shared.drop_handle();
        assert!(
            !shared.photo.is_freed(),
            "one of two handles was dropped, and the photo was freed"
        );
        shared.drop_handle();
        assert!(
            shared.photo.is_freed(),
            "both handles are dropped, and nobody has freed the photo"
        );
    }

    #[test]
    fn frees_once_when_two_close_at_once() {
        explore(|| {
            let shared = Shared::new(Photo::default());
            shared.clone_handle();
            thread::scope(|scope| {
                for _ in 0..2 {
                    scope.spawn(|| {
                        shared.photo.show();
                        shared.drop_handle();
                    });
                }
            });
            assert!(
                shared.photo.is_freed(),
                "two windows closed at once, and nobody has freed the photo: it leaks. Did \
                 each think that the other one was still there?"
            );
        });
    }

    #[test]
    fn never_frees_while_a_window_is_open() {
        explore(|| {
            let shared = Shared::new(Photo::default());
            thread::scope(|scope| {
                for _ in 0..2 {
                    scope.spawn(|| shared.clone_handle());
                }
            });
            // One window was there, and two have opened at once. They close one by one.
            for _ in 0..3 {
                shared.photo.show();
                shared.drop_handle();
            }
            assert!(
                shared.photo.is_freed(),
                "three windows have closed one by one, and nobody has freed the photo"
            );
        });
    }

    #[test]
    fn one_opens_while_another_one_closes() {
        explore(|| {
            let shared = Shared::new(Photo::default());
            thread::scope(|scope| {
                for _ in 0..2 {
                    scope.spawn(|| {
                        shared.clone_handle();
                        shared.photo.show();
                        shared.drop_handle();
                    });
                }
            });
            shared.photo.show();
            shared.drop_handle();
            assert!(
                shared.photo.is_freed(),
                "all windows have closed, and nobody has freed the photo: it leaks. Did \
                 one write over the count of another?"
            );
        });
    }

    #[test]
    fn takes_no_lock() {
        let seen = watch(|| {
            let shared = Shared::new(Photo::default());
            shared.clone_handle();
            shared.drop_handle();
            shared.drop_handle();
        });
        let locks = seen.locks;
        assert!(locks == 0, "a lock was taken {locks} times: one atomic step is enough");
    }
}
