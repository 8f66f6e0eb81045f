//! # Freed once
//!
//! Chapter: races/refcounts.md
//!
//! A photo viewer shows the same photo in several windows. Each window has a handle to
//! it, and closes on its own, in a thread of its own. A photo takes much memory. So it is
//! freed when the last handle is gone. `Shared` counts the handles, as `Arc` does:
//!
//! * `Shared::new(photo)` begins with one handle, which belongs to the caller.
//! * `clone_handle` makes one more. Only who has a handle calls it.
//! * `drop_handle` gives one up. Whoever gives up the last one calls `self.photo.free()`.
//!
//! The photo is freed exactly once, and not before the last handle is gone, under every
//! schedule. Whatever a window has done with the photo is over before it is freed: the
//! orderings of the atomic have to say so. (With `SeqCst`, they do.)
//!
//! The constraint: without a lock, also without one made of an atomic and a loop that waits.
//! An atomic number is enough, with the right ordering in each access to it. (Should you look
//! for a `fence`: `witness`, from which these exercises take threads and atomics, has none.)

use witness::sync::atomic::{AtomicUsize, Ordering::SeqCst};

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
        // TODO: Other windows may do the same now.
        let handles = self.handles.load(SeqCst);
        self.handles.store(handles + 1, SeqCst);
    }

    /// One handle less. Frees the photo if it was the last one.
    pub fn drop_handle(&self) {
        // TODO: Which of two windows that close now was the last one?
        let handles = self.handles.load(SeqCst);
        self.handles.store(handles - 1, SeqCst);
        if handles == 1 {
            self.photo.free();
        }
    }
}

// ---- The checks. Leave them as they are. ----

pub use photo::Photo;

mod photo {
    use witness::Plain;
    use witness::sync::atomic::{AtomicBool, Ordering};

    /// A photo that notices what happens to it.
    pub struct Photo {
        freed: AtomicBool,
        pixels: Plain<u8>,
    }

    impl Default for Photo {
        fn default() -> Self {
            Self { freed: AtomicBool::new(false), pixels: Plain::new(255) }
        }
    }

    impl Photo {
        /// Shows it in a window.
        pub fn show(&self) {
            let freed = self.freed.load(Ordering::SeqCst);
            assert!(
                !freed,
                "a window has a handle, and its photo was freed: is the count right?"
            );
            self.pixels.read();
        }

        /// Gives its memory back.
        pub fn free(&self) {
            let freed = self.freed.swap(true, Ordering::SeqCst);
            assert!(
                !freed,
                "the photo was freed twice: do two find out that they are the last?"
            );
            self.pixels.write(0);
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
    use witness::{explore, sample, thread, watch};

    #[test]
    fn the_last_one_frees() {
        for more in [0, 1, 2, 3, 300, 70_000] {
            let shared = Shared::new(Photo::default());
            (0..more).for_each(|_| shared.clone_handle());
            for left in (1..=more).rev() {
                shared.drop_handle();
                assert!(
                    !shared.photo.is_freed(),
                    "of {} handles, {left} are left, and the photo was freed",
                    more + 1
                );
            }
            shared.drop_handle();
            assert!(
                shared.photo.is_freed(),
                "all {} handles are dropped, and nobody has freed the photo",
                more + 1
            );
        }
    }

    /// So many windows show the photo and close, all at once.
    fn close(windows: usize) {
        let shared = Shared::new(Photo::default());
        (1..windows).for_each(|_| shared.clone_handle());
        thread::scope(|scope| {
            for _ in 0..windows {
                scope.spawn(|| {
                    shared.photo.show();
                    shared.drop_handle();
                });
            }
        });
        assert!(
            shared.photo.is_freed(),
            "{windows} windows closed at once, and nobody has freed the photo: it leaks. Did \
             each think that another one was still there?"
        );
    }

    #[test]
    fn frees_once_when_all_close_at_once() {
        explore(|| close(2));
        explore(|| close(3));
        sample(|| close(30));
    }

    /// So many windows open at once, and then all close one by one.
    fn open(windows: usize) {
        let shared = Shared::new(Photo::default());
        thread::scope(|scope| {
            for _ in 0..windows {
                scope.spawn(|| shared.clone_handle());
            }
        });
        for _ in 0..=windows {
            shared.photo.show();
            shared.drop_handle();
        }
        assert!(
            shared.photo.is_freed(),
            "{} windows have closed one by one, and nobody has freed the photo",
            windows + 1
        );
    }

    #[test]
    fn never_frees_while_a_window_is_open() {
        explore(|| open(2));
        explore(|| open(3));
        sample(|| open(150));
    }

    /// So many windows open and close so many times, all at once.
    fn open_and_close(windows: usize, times: usize) {
        let shared = Shared::new(Photo::default());
        thread::scope(|scope| {
            for _ in 0..windows {
                scope.spawn(|| {
                    for _ in 0..times {
                        shared.clone_handle();
                        shared.photo.show();
                        shared.drop_handle();
                    }
                });
            }
        });
        shared.photo.show();
        shared.drop_handle();
        assert!(
            shared.photo.is_freed(),
            "all windows have closed, and nobody has freed the photo: it leaks. Did one write \
             over the count of another?"
        );
    }

    #[test]
    fn one_opens_while_another_one_closes() {
        explore(|| open_and_close(2, 1));
        sample(|| open_and_close(2, 20));
        sample(|| open_and_close(20, 1));
    }

    #[test]
    fn takes_no_lock() {
        explore(|| {
            let locks = watch(|| close(2)).locks;
            assert!(
                locks == 0,
                "a lock was taken {locks} times: one atomic step is enough"
            );
        });
    }
}
