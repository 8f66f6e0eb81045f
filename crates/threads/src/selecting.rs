//! Waiting for whichever of several channels has a message first, but not for ever: crossbeam's
//! `select!`.

use std::time::Duration;

use crossbeam_channel::{Receiver, select};

/// Why a worker has stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// All senders of jobs are gone, and all jobs are done.
    NoMoreJobs,
    /// The worker was told to stop, or nobody is left who could tell it.
    Told,
    /// No job came within the time limit.
    NothingCame,
}

/// Does `work` on each job that comes, until there are no more jobs, a stop is sent, or nothing
/// has come for as long as `patience`. Returns the results, and why it has stopped.
// ANCHOR: serve
pub fn serve<T, R>(
    jobs: &Receiver<T>,
    stop: &Receiver<()>,
    patience: Duration,
    work: impl Fn(T) -> R,
) -> (Vec<R>, Ended) {
    let mut results = Vec::new();
    loop {
        select! {
            recv(jobs) -> job => match job {
                Ok(job) => results.push(work(job)),
                Err(_) => return (results, Ended::NoMoreJobs),
            },
            recv(stop) -> _ => return (results, Ended::Told),
            default(patience) => return (results, Ended::NothingCame),
        }
    }
}
// ANCHOR_END: serve

#[cfg(test)]
mod tests {
    use crossbeam_channel::{bounded, never, unbounded};

    use super::*;

    const LONG: Duration = Duration::from_secs(3_600);
    const SHORT: Duration = Duration::from_millis(1);

    #[test]
    fn it_does_all_jobs_before_it_says_that_there_are_no_more() {
        let (send, jobs) = unbounded();
        (1..=3).for_each(|n| send.send(n).unwrap());
        drop(send);
        let served = serve(&jobs, &never(), LONG, |n| 10 * n);
        assert_eq!(served, (vec![10, 20, 30], Ended::NoMoreJobs));
    }

    #[test]
    fn it_stops_when_told_although_jobs_may_come() {
        let (_send, jobs) = unbounded::<u32>();
        let (tell, stop) = bounded(1);
        tell.send(()).unwrap();
        assert_eq!(serve(&jobs, &stop, LONG, |n| n), (vec![], Ended::Told));
    }

    #[test]
    fn it_stops_when_nothing_comes() {
        let (send, jobs) = unbounded();
        send.send(1).unwrap();
        assert_eq!(serve(&jobs, &never(), SHORT, |n| n), (vec![1], Ended::NothingCame));
    }

    /// Of several channels that are ready, `select!` picks one at random: none has priority, not
    /// even `stop`.
    #[test]
    fn no_channel_goes_first() {
        let done = |_| {
            let (send, jobs) = unbounded();
            (0..1_000).for_each(|n| send.send(n).unwrap());
            let (tell, stop) = bounded(1);
            tell.send(()).unwrap();
            serve(&jobs, &stop, LONG, |n| n).0.len()
        };
        let done: Vec<_> = (0..100).map(done).collect();
        assert!(done.contains(&0), "{done:?}");
        assert!(done.iter().any(|&done| done > 0), "{done:?}");
    }
}
