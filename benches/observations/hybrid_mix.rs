//! The same job with more and more computing in it and less and less waiting: pages of a slow site are
//! fetched, and their words counted, by threads, by processes, and by both. And by Python's.

use std::time::Duration;

use benches::{Observer, Unit, python};
use hybrid_pools::hybrid::{
    Job, Outcome, hybrid, one_after_the_other, processes_only, rayon_only, threads_only,
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
/// For a first look.
const FEW_SHARES: [u32; 3] = [0, 50, 100];
/// As much of the one as of the other: there they are compared, so often in a round.
const EVEN: u32 = 50;
const PASSES: usize = 3;
const FETCHERS: usize = 12;

type Way<'a> = (&'a str, &'a dyn Fn(&Job) -> Outcome);

pub(crate) fn observe(observer: &mut Observer) {
    let pages: Vec<String> = chapters().expect("the book is here");
    // All alike, so that the share is the same for each.
    let pages = vec![pages.concat().chars().take(10_000).collect(); PAGES];
    let options = ProcessPool::of(&WORK).expect("we know where we are");
    let pool = options.workers(2).capacity(4).start().expect("workers can be started");
    let shares = if observer.is_quick() { &FEW_SHARES[..] } else { &SHARES };
    for _ in 0..observer.rounds() {
        for &share in shares {
            let site = SlowSite::of(pages.clone(), PAGE * (100 - share) / 100);
            let site = site.expect("loopback has a free port");
            let computing = PAGE * share / 100;
            let job = Job {
                urls: site.urls(PAGES as u64),
                rounds: rounds_for(computing, &pages[0]),
                poison: None,
            };
            let ways: [Way; 5] = [
                ("one after the other", &one_after_the_other),
                ("threads only", &|job| threads_only(job, FETCHERS)),
                ("rayon only", &rayon_only),
                ("processes only", &|job| processes_only(job, &pool)),
                ("threads and processes", &|job| hybrid(job, FETCHERS, &pool)),
            ];
            let mut arguments = vec![computing.as_nanos().to_string()];
            arguments.extend(job.urls.iter().cloned());
            let passes = if share == EVEN { observer.times(PASSES) } else { 1 };
            for _ in 0..passes {
                let mut times: Vec<(String, f64)> = Vec::new();
                for (name, way) in &ways {
                    let ((index, missing), time) = clock::time(|| way(&job));
                    assert!(missing.is_empty() && !index.is_empty(), "{missing:?}");
                    times.push(((*name).into(), time.as_nanos() as f64));
                }
                let python = python::times(
                    observer,
                    "crates/hybrid-pools/python/hybrid.py",
                    &arguments,
                );
                let named =
                    |(name, ns): (String, _)| (name.replace("Python: ", "Python, "), ns);
                times.extend(python.into_iter().map(named));
                for (name, ns) in &times {
                    observer.sample(&format!("time/{name}/{share}"), Unit::Ns, *ns);
                }
                if share == EVEN {
                    against(observer, &times);
                }
            }
        }
    }
}

/// Threads and processes together, against each of them alone, of one pass.
fn against(observer: &mut Observer, times: &[(String, f64)]) {
    for language in ["", "Python, "] {
        let time = |way: &str| {
            let name = format!("{language}{way}");
            times.iter().find(|(known, _)| *known == name).map(|(_, time)| *time)
        };
        for way in ["threads only", "processes only"] {
            if let (Some(both), Some(alone)) = (time("threads and processes"), time(way))
            {
                let id = format!("together against/{language}{way}");
                observer.sample(&id, Unit::Ratio, both / alone);
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
