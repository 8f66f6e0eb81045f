use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

/// The system's allocator, which remembers the largest request of each thread.
struct Remembering;

#[global_allocator]
static ALLOCATOR: Remembering = Remembering;

thread_local! {
    // Needs no destructor and no memory of its own, so the allocator may use it at any time.
    static LARGEST: Cell<usize> = const { Cell::new(0) };
    static MEASURED: Cell<bool> = const { Cell::new(false) };
}

fn remember(bytes: usize) {
    LARGEST.set(LARGEST.get().max(bytes));
}

#[expect(unsafe_code, reason = "an allocator is unsafe to write")]
// SAFETY: each call is passed on unchanged to the system's allocator.
unsafe impl GlobalAlloc for Remembering {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        remember(layout.size());
        // SAFETY: the caller keeps the promises that `System` asks for.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        remember(layout.size());
        // SAFETY: as above.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        remember(size);
        // SAFETY: as above.
        unsafe { System.realloc(memory, layout, size) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        // SAFETY: as above.
        unsafe { System.dealloc(memory, layout) }
    }
}

/// Runs `answer` on this thread. Returns what `answer` returned, and the size in bytes of the
/// largest piece of memory that this thread asked for meanwhile.
///
/// # Panics
///
/// When `answer` does, and when it is measured already.
#[track_caller]
pub fn largest_allocation<T>(answer: impl FnOnce() -> T) -> (T, usize) {
    let nested = MEASURED.replace(true);
    assert!(!nested, "an answer that is measured calls `largest_allocation` itself");
    let measured = Measured;
    LARGEST.set(0);
    let value = answer();
    drop(measured);
    (value, LARGEST.get())
}

/// Ends the measurement when dropped, also by a panic.
struct Measured;

impl Drop for Measured {
    fn drop(&mut self) {
        MEASURED.set(false);
    }
}
