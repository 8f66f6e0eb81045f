//! A queue with a bound: a thread that puts something in waits for room, and a thread that takes
//! something out waits until there is something.
//!
//! * [`bounded`]: right. It has one condition variable for each of the two things that a thread may
//!   wait for, and a thread that wakes up checks again whether it may go on.
//! * [`once`]: wrong. A thread that wakes up doesn't check again.
//! * [`one_condvar`]: wrong. All threads sleep on one condition variable, and whoever changes the
//!   queue wakes one of them, which may be one that can't go on.
//!
//! The test `schedules` runs all three under very many schedules. The wrong ones go wrong under
//! some of these only.

pub mod bounded;
pub mod once;
pub mod one_condvar;

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    #[test]
    fn what_was_put_comes_out_in_order() {
        let queue = bounded::Queue::new(2);
        assert_eq!([queue.put("a"), queue.put("b")], [1, 2]);
        assert_eq!(queue.take(), "a");
        assert_eq!(queue.put("c"), 2);
        assert_eq!([queue.take(), queue.take()], ["b", "c"]);
    }

    #[test]
    fn each_item_comes_out_once_and_no_more_are_in_it_than_its_bound() {
        let queue = bounded::Queue::new(3);
        let (most, mut taken) = thread::scope(|scope| {
            let queue = &queue;
            let put = |from: usize| (from..from + 500).map(|n| queue.put(n)).max();
            let putting = [0, 500].map(|from| scope.spawn(move || put(from)));
            let take = || (0..500).map(|_| queue.take()).collect::<Vec<_>>();
            let taking = [(); 2].map(|()| scope.spawn(take));
            let most = putting.map(|thread| thread.join().unwrap());
            (most, taking.map(|thread| thread.join().unwrap()).concat())
        });
        assert!(most.iter().all(|most| *most <= Some(3)), "{most:?}");
        taken.sort_unstable();
        assert_eq!(taken, (0..1_000).collect::<Vec<_>>());
    }

    #[test]
    fn alone_the_wrong_ones_do_as_well() {
        let (once, one) = (once::Queue::new(1), one_condvar::Queue::new(1));
        for n in 0..3 {
            assert_eq!((once.put(n), one.put(n)), (1, 1));
            assert_eq!((once.take(), one.take()), (n, n));
        }
    }
}
