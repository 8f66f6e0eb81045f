//! A web service with a heavy endpoint. Most requests are light: they wait for another service. A few are
//! heavy: they compute. When the heavy ones have come first, how long does it take until the last light
//! one has its answer?
//!
//! Reading requests from connections and writing answers to them is left out: it is the same for all ways.

use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use hybrid_pools::{ProcessPool, Task};
use workloads::primes;
use workloads::slow_site::SlowSite;

use crate::crawler::{closed, page, words};
use crate::decision::{Decision, Failure, Trial, seconds};
use crate::team::Team;

/// A request.
#[derive(Clone, Debug)]
pub enum Request {
    /// Counts the words of this page of another service.
    Light(String),
    /// Counts the primes below this number.
    Heavy(u64),
}

/// What there is to serve.
pub struct Job {
    /// The service that the light requests ask.
    site: SlowSite,
    /// How many requests are heavy, and the size of each.
    heavy: u64,
    size: u64,
    /// How many requests are light.
    light: u64,
}

impl Job {
    /// So many `heavy` requests of this `size`, and so many `light` ones, for which the other service takes
    /// `latency` to answer.
    ///
    /// # Errors
    ///
    /// When the other service can't be opened.
    pub fn of(
        heavy: u64,
        size: u64,
        light: u64,
        latency: Duration,
    ) -> Result<Self, Failure> {
        let site = SlowSite::open(latency).map_err(closed)?;
        Ok(Self { site, heavy, size, light })
    }

    fn heavy(&self) -> Vec<Request> {
        vec![Request::Heavy(self.size); self.heavy as usize]
    }

    fn light(&self) -> Vec<Request> {
        self.site.urls(self.light).into_iter().map(Request::Light).collect()
    }
}

/// What was answered.
pub struct Served {
    /// The answers, in the order of the requests.
    pub answers: Vec<u64>,
    /// How long it took until the last light request had its answer.
    pub last_light: Duration,
}

/// Computes the answer to a heavy request.
fn report(size: &u64) -> u64 {
    primes::count(0..*size)
}

/// Computes the answer to a heavy request in a process.
pub const REPORT: Task<u64, u64> = Task::new("report", |size| report(&size));

/// Serves the requests in so many threads; each takes the next request that nobody has taken.
pub fn in_threads(requests: &[Request], hands: usize) -> Result<Served, Failure> {
    let (start, queue) = (Instant::now(), Mutex::new(requests.iter().enumerate()));
    let next = || queue.lock().expect("nobody panics while taking").next();
    let serve = || {
        let answer = |(n, request): (usize, &Request)| {
            let answer = match request {
                Request::Light(url) => words(url)?,
                Request::Heavy(size) => report(size),
            };
            Ok((n, answer, start.elapsed()))
        };
        std::iter::from_fn(&next).map(answer).collect::<Result<Vec<_>, String>>()
    };
    thread::scope(|scope| {
        let threads: Vec<_> = (0..hands).map(|_| scope.spawn(serve)).collect();
        let served = threads.into_iter().map(|thread| thread.join().expect("no panic"));
        let mut served = served.collect::<Result<Vec<_>, _>>()?.concat();
        served.sort_unstable();
        let light =
            served.iter().filter(|(n, ..)| matches!(requests[*n], Request::Light(_)));
        Ok(Served {
            last_light: light.map(|(.., at)| *at).max().unwrap_or_default(),
            answers: served.into_iter().map(|(_, answer, _)| answer).collect(),
        })
    })
}

/// Serves each light request in a thread of its own, and the heavy ones in the processes of a pool.
pub fn with_processes(job: &Job, pool: &ProcessPool) -> Result<Served, Failure> {
    let start = Instant::now();
    let heavy = (0..job.heavy).map(|_| pool.submit(&REPORT, &job.size));
    let heavy = heavy.collect::<Result<Vec<_>, _>>()?;
    let sent = start.elapsed();
    let light = in_threads(&job.light(), job.light as usize)?;
    let mut answers = Vec::new();
    for report in heavy {
        answers.push(report.wait()?);
    }
    answers.extend(light.answers);
    Ok(Served { answers, last_light: sent + light.last_light })
}

/// What is measured first, in seconds.
struct Constants {
    /// A heavy request.
    report: f64,
    /// A light one.
    light: f64,
    /// What a light request takes of the cores, when many others come at the same time.
    own: f64,
}

// ANCHOR: arithmetic
impl Constants {
    /// First, all hands are at the heavy requests, and the light ones stand in the
    /// queue behind them. Then the light ones come, as many at a time as there are
    /// hands, and the last of them has to wait in line behind the others.
    fn predict_behind(&self, job: &Job, hands: u64, cores: u64) -> f64 {
        let ahead = job.heavy as f64 * self.report / hands.min(cores) as f64;
        let rounds = job.light.div_ceil(hands) as f64;
        ahead + rounds * (self.light + (hands - 1) as f64 * self.own)
    }

    /// Each light request has a hand of its own, beside the `running` heavy ones.
    /// All of them take turns on the cores, so each light request takes `turns` times as long to
    /// compute as it would with a core to itself.
    fn predict_beside(&self, job: &Job, running: u64, cores: u64) -> f64 {
        let turns = 1.0 + running as f64 / cores as f64;
        self.light + job.light as f64 * self.own * turns
    }
}
// ANCHOR_END: arithmetic

/// Measures the constants, predicts from them how long each way takes until the last light request has its
/// answer, and tries it.
///
/// # Errors
///
/// When the other service fails or a process ends, or two ways come to different results.
pub fn decide(job: &Job, team: &Team) -> Result<Decision, Failure> {
    let (light, own) = page(&job.site)?;
    let message = team.message()?;
    let constants =
        Constants { report: seconds(3, || Ok(report(&job.size)))?, light, own };
    let mut trial = Trial::new(&[
        ("a heavy request", constants.report),
        ("a light request", light),
        ("what it takes of the cores", own),
        ("a message to a process", message),
    ]);
    let requests = [job.heavy(), job.light()].concat();
    let all = requests.len();
    let (hands, cores) = (team.hands as u64, team.cores as u64);
    // A pool runs no more heavy requests at a time than it has workers.
    let messages = job.heavy as f64 * message;
    let ways = [
        ("one thread", 1, constants.predict_behind(job, 1, 1)),
        ("threads, one a core", team.hands, constants.predict_behind(job, hands, cores)),
        ("a thread for each", all, constants.predict_beside(job, job.heavy, cores)),
    ];
    for (name, hands, predicted) in ways {
        let Served { answers, last_light } = in_threads(&requests, hands)?;
        trial.note(name, hands, predicted, answers, last_light.as_secs_f64())?;
    }
    let predicted = constants.predict_beside(job, hands.min(job.heavy), cores) + messages;
    let Served { answers, last_light } = with_processes(job, &team.processes)?;
    let name = "threads, heavy in processes";
    trial.note(name, all, predicted, answers, last_light.as_secs_f64())?;
    Ok(trial.decision())
}

#[cfg(test)]
mod tests {
    use workloads::pages;

    use super::*;

    fn job() -> Job {
        Job::of(4, 1_000, 8, Duration::ZERO).unwrap()
    }

    #[test]
    fn every_request_has_its_answer_in_its_place() {
        let job = Job::of(4, 1_000, 8, Duration::from_millis(1)).unwrap();
        // Light requests first: while a thread waits for one, the others can take some, too.
        let requests = [job.light(), job.heavy()].concat();
        // There are 168 primes below 1,000 (OEIS A006880).
        let expected = [vec![pages::WORDS as u64; 8], vec![168; 4]].concat();
        for hands in [1, 3, 12] {
            assert_eq!(in_threads(&requests, hands).unwrap().answers, expected);
        }
    }

    #[test]
    fn light_requests_stand_behind_heavy_ones_or_beside_them() {
        let (job, constants) = (job(), Constants { report: 10.0, light: 5.0, own: 0.5 });
        // The job has four heavy requests and eight light ones.
        assert_eq!(constants.predict_behind(&job, 1, 2), 40.0 + 40.0);
        assert_eq!(constants.predict_behind(&job, 2, 2), 20.0 + 4.0 * 5.5);
        assert_eq!(constants.predict_beside(&job, 4, 2), 5.0 + 4.0 * 3.0);
        assert_eq!(constants.predict_beside(&job, 2, 2), 5.0 + 4.0 * 2.0);
    }
}
