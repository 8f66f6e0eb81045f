//! The same job with more and more computing in it and less and less waiting: pages of a slow site are
//! fetched, and their words counted, by threads, by processes, and by both; and by Python's. When
//! computing and waiting take half of the time each, the job is also done by more processes than there
//! are cores, up to as many as there are threads.

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
const PAGE: Duration = Duration::from_millis(10);
const PAGES: usize = 24;
/// How much of that is computing, in percent.
const SHARES: [u32; 5] = [0, 25, 50, 75, 100];
/// The shares for a first look.
const FEW_SHARES: [u32; 3] = [0, 50, 100];
/// As much computing as waiting: there the ways are compared with each other, so often in a round.
const EVEN: u32 = 50;
const PASSES: usize = 3;
const FETCHERS: usize = 12;
/// The smallest and the largest number of processes: as many as cores in the smallest machine, and as
/// many as fetchers.
const FEWEST: usize = 2;
const MOST: usize = FETCHERS;
/// The numbers of processes that are compared: these two, and some between.
const PROCESSES: [usize; 4] = [FEWEST, 4, 6, MOST];

type Way<'a> = (String, Box<dyn Fn(&Job) -> Outcome + 'a>);

pub(crate) fn observe(observer: &mut Observer) {
    let pages: Vec<String> = chapters().expect("the book is here");
    // All pages are alike, so that the share of computing is the same for each.
    let pages = vec![pages.concat().chars().take(10_000).collect(); PAGES];
    let pools = PROCESSES.map(|processes| (processes, pool(processes)));
    for round in 0..observer.rounds() {
        for &share in shares(observer, round) {
            let site = SlowSite::of(pages.clone(), PAGE * (100 - share) / 100);
            let site = site.expect("loopback has a free port");
            let computing = PAGE * share / 100;
            let job = Job {
                urls: site.urls(PAGES as u64),
                rounds: rounds_for(computing, &pages[0]),
                poison: None,
            };
            let sizes = if share == EVEN { &PROCESSES[..] } else { &[FEWEST, MOST] };
            let passes = if share == EVEN { observer.times(PASSES) } else { 1 };
            for _ in 0..passes {
                let times = pass(observer, &job, computing, &pools, sizes);
                for (name, ns) in &times {
                    observer.sample(&format!("time/{name}/{share}"), Unit::Ns, *ns);
                }
                if share == EVEN {
                    half_of_each(observer, &times);
                }
            }
        }
    }
}

fn pool(workers: usize) -> ProcessPool {
    let options = ProcessPool::of(&WORK).expect("we know where we are");
    let options = options.workers(workers).capacity(2 * workers);
    options.start().expect("workers can be started")
}

/// A first look takes its time for the share at which ways are compared, and looks at others once.
fn shares(observer: &Observer, round: usize) -> &'static [u32] {
    match (observer.is_quick(), round) {
        (false, _) => &SHARES,
        (true, 0) => &FEW_SHARES,
        (true, _) => &[EVEN],
    }
}

/// The name of each way, and how long it takes, in nanoseconds.
fn pass(
    observer: &Observer,
    job: &Job,
    computing: Duration,
    pools: &[(usize, ProcessPool)],
    sizes: &[usize],
) -> Vec<(String, f64)> {
    let both = &pools[0].1;
    let mut ways: Vec<Way> = vec![
        ("one after the other".into(), Box::new(one_after_the_other)),
        ("threads only".into(), Box::new(|job| threads_only(job, FETCHERS))),
        ("rayon only".into(), Box::new(rayon_only)),
        ("threads and processes".into(), Box::new(|job| hybrid(job, FETCHERS, both))),
    ];
    for (size, pool) in pools.iter().filter(|(size, _)| sizes.contains(size)) {
        let way = move |job: &Job| processes_only(job, pool);
        ways.push((format!("{size} processes"), Box::new(way)));
    }
    let mut times = Vec::new();
    for (name, way) in ways {
        let ((index, missing), time) = clock::time(|| way(job));
        assert!(missing.is_empty() && !index.is_empty(), "{missing:?}");
        times.push((name, time.as_nanos() as f64));
    }
    let sizes: Vec<_> = sizes.iter().map(ToString::to_string).collect();
    let mut arguments = vec![computing.as_nanos().to_string(), sizes.join(",")];
    arguments.extend(job.urls.iter().cloned());
    let python =
        python::times(observer, "crates/hybrid-pools/python/hybrid.py", &arguments);
    let named = |(name, ns): (String, _)| (name.replace("Python: ", "Python, "), ns);
    times.extend(python.into_iter().map(named));
    times
}

/// From the times of one pass: how long each way takes, by the number of processes; and threads and
/// processes together against each of the others.
fn half_of_each(observer: &mut Observer, times: &[(String, f64)]) {
    for language in ["", "Python, "] {
        let time = |way: &str| {
            let name = format!("{language}{way}");
            times.iter().find(|(known, _)| *known == name).map(|(_, time)| *time)
        };
        let Some(both) = time("threads and processes") else { continue };
        let threads = time("threads only").map(|time| ("threads only".into(), time));
        let processes = PROCESSES.iter().filter_map(|size| {
            let way = format!("{size} processes");
            time(&way).map(|time| (way, time))
        });
        let id = format!("half of each/{language}threads and processes");
        observer.sample(&id, Unit::Ns, both);
        for (way, alone) in threads.into_iter().chain(processes) {
            let id = format!("together against/{language}{way}");
            observer.sample(&id, Unit::Ratio, both / alone);
            let id = match way.strip_suffix(" processes") {
                Some(size) => format!("half of each/{language}processes only/{size}"),
                None => format!("half of each/{language}{way}"),
            };
            observer.sample(&id, Unit::Ns, alone);
        }
    }
}

/// How often the words of a page can be counted in this time, going by how fast that is just now.
fn rounds_for(time: Duration, page: &str) -> u32 {
    const TRIES: u32 = 20;
    let (_, taken) = clock::time(|| count(page, TRIES));
    (time.as_secs_f64() / taken.as_secs_f64() * f64::from(TRIES)).round() as u32
}
