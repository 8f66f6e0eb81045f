//! The same job with more and more computing in it and less and less waiting: pages of a slow site are
//! fetched, and their words counted, by threads, by processes, and by both. And by Python's.

use std::time::Duration;

use benches::{Observer, Unit, python};
use hybrid_pools::hybrid::{
    Job, Outcome, hybrid, one_after_the_other, processes_only, threads_only,
};
use hybrid_pools::index::{chapters, count};
use hybrid_pools::{ProcessPool, WORK};
use tour::clock;
use workloads::slow_site::SlowSite;

/// What a page takes, waiting and computing together.
const PAGE: Duration = Duration::from_millis(20);
const PAGES: usize = 24;
/// How much of that is computing, in percent.
const SHARES: [u32; 5] = [0, 25, 50, 75, 100];
const FETCHERS: usize = 12;

type Way<'a> = (&'a str, &'a dyn Fn(&Job) -> Outcome);

pub(crate) fn observe(observer: &mut Observer) {
    let pages: Vec<String> = chapters().expect("the book is here");
    // All alike, so that the share is the same for each.
    let pages = vec![pages.concat().chars().take(10_000).collect(); PAGES];
    let options = ProcessPool::of(&WORK).expect("we know where we are");
    let pool = options.workers(2).start().expect("workers can be started");
    for _ in 0..observer.rounds() {
        for share in SHARES {
            let site = SlowSite::of(pages.clone(), PAGE * (100 - share) / 100);
            let site = site.expect("loopback has a free port");
            let computing = PAGE * share / 100;
            let job = Job {
                urls: site.urls(PAGES as u64),
                rounds: rounds_for(computing, &pages[0]),
                poison: None,
            };
            let ways: [Way; 4] = [
                ("one after the other", &one_after_the_other),
                ("threads only", &|job| threads_only(job, FETCHERS)),
                ("processes only", &|job| processes_only(job, &pool)),
                ("threads and processes", &|job| hybrid(job, FETCHERS, &pool)),
            ];
            for (name, way) in ways {
                let ((index, missing), time) = clock::time(|| way(&job));
                assert!(missing.is_empty() && !index.is_empty(), "{missing:?}");
                let id = format!("time/{name}/{share}");
                observer.sample(&id, Unit::Ns, time.as_nanos() as f64);
            }
            let mut arguments = vec![computing.as_nanos().to_string()];
            arguments.extend(job.urls);
            for (name, ns) in
                python::times("crates/hybrid-pools/python/hybrid.py", &arguments)
            {
                let name = name.replace("Python: ", "Python, ");
                observer.sample(&format!("time/{name}/{share}"), Unit::Ns, ns);
            }
        }
    }
}

/// How often the words of a page can be counted in this time, at this moment.
fn rounds_for(time: Duration, page: &str) -> u32 {
    const TRIES: u32 = 20;
    let (_, taken) = clock::time(|| count(page, TRIES));
    (time.as_secs_f64() / taken.as_secs_f64() * f64::from(TRIES)).round() as u32
}
