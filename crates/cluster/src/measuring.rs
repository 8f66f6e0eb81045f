//! All that the book measures of ranks: groups of numbers, as JSON, in the form that the book's
//! scripts report them in.

use std::hint::black_box;
use std::ops::Range;
use std::time::Instant;
use std::{fs, process};

use hybrid_pools::ProcessPool;
use hybrid_pools::counting::COUNT;
use workloads::parts;
use workloads::parts::cores;

use crate::checkpoint::{Checkpoint, Death};
use crate::dividing::{Way, pieces};
use crate::job::{Job, Part, inside};
use crate::launching::{Place, divide, launch, launch_script, took};
use crate::model::{Cores, LogGp, Trips, Work, formula, simulation};
use crate::rank::{Division, Order, Report};

/// The first argument of a program that is to measure; the second one is a group.
pub const ARGUMENT: &str = "measure";

/// So many ranks are tried.
pub const RANKS: [usize; 4] = [2, 4, 8, 16];

/// A number: its name, what it counts, and how much.
type Number = (String, &'static str, f64);

/// Adds the numbers of a group.
type Measure = fn(&mut Numbers) -> Result<(), String>;

/// What is measured, and for whom.
struct Numbers {
    all: Vec<Number>,
    quick: bool,
}

/// Measures one group and returns its numbers as JSON: a list of a name, a unit (`ns`, `count` or
/// `ratio`) and a number each.
///
/// # Errors
///
/// One line, when there is no such group, or ranks can't be started or fail.
pub fn measure(group: &str, quick: bool) -> Result<String, String> {
    let groups: [(&str, Measure); 6] = [
        ("trips", messages),
        ("starting", starting),
        ("totals", totals),
        ("tasks", tasks),
        ("dying", dying),
        ("far", far),
    ];
    let (_, measure) =
        groups.iter().find(|(name, _)| *name == group).ok_or_else(|| {
            let names: Vec<_> = groups.iter().map(|(name, _)| *name).collect();
            format!("no group `{group}`; there are {}", names.join(", "))
        })?;
    let mut numbers = Numbers { all: Vec::new(), quick };
    measure(&mut numbers)?;
    serde_json::to_string(&numbers.all).map_err(|error| error.to_string())
}

impl Numbers {
    fn time(&mut self, name: impl Into<String>, seconds: f64) {
        self.all.push((name.into(), "ns", seconds * 1e9));
    }

    fn count(&mut self, name: impl Into<String>, number: usize) {
        self.all.push((name.into(), "count", number as f64));
    }

    fn ratio(&mut self, name: impl Into<String>, ratio: f64) {
        self.all.push((name.into(), "ratio", ratio));
    }

    /// How often to do what is usually done `usual` times.
    fn times(&self, usual: usize) -> usize {
        if self.quick { usual.div_ceil(4) } else { usual }
    }
}

/// Where ranks are started, and what the book calls that.
fn places() -> Vec<(&'static str, Place)> {
    let here = ("in a host", Place::Here);
    match Place::from_environment() {
        Place::Here => vec![here],
        hosts => vec![here, ("across hosts", hosts)],
    }
}

fn median(seconds: &[f64]) -> f64 {
    let mut seconds = seconds.to_vec();
    seconds.sort_unstable_by(f64::total_cmp);
    seconds[seconds.len() / 2]
}

/// What messages take between the first and the last of so many ranks.
///
/// # Errors
///
/// One line, when ranks can't be started or fail.
pub fn trips(place: &Place, ranks: usize, quick: bool) -> Result<Trips, String> {
    parameters(&launch(place, ranks, &trip_orders(quick))?)
}

/// What [`parameters`] are found from.
fn trip_orders(quick: bool) -> [Order; 4] {
    let times = |usual: usize| if quick { usual.div_ceil(4) } else { usual };
    [
        Order::RoundTrips { bytes: 1, times: times(4_000) },
        Order::RoundTrips { bytes: 1 << 20, times: times(200) },
        // So few fit into what the system keeps for the other side: none waits for the one before.
        Order::Bursts { messages: 16, times: times(400) },
        Order::Bursts { messages: 2_000, times: times(20) },
    ]
}

fn parameters(reports: &[Report]) -> Result<Trips, String> {
    let every_second = |of: &[f64], first| {
        median(&of.iter().skip(first).step_by(2).copied().collect::<Vec<_>>())
    };
    Ok(Trips {
        byte: median(took(reports.first())?),
        mebibyte: median(took(reports.get(1))?),
        sent: every_second(took(reports.get(2))?, 0),
        answered: every_second(took(reports.get(3))?, 1),
    })
}

/// A byte and a mebibyte there and back, the model's parameters, and a sum of all ranks that all
/// get.
fn messages(numbers: &mut Numbers) -> Result<(), String> {
    for (name, place) in places() {
        let trips = trips(&place, 2, numbers.quick)?;
        let net = LogGp::of(trips);
        numbers.time(format!("there and back/{name}/1"), trips.byte);
        numbers.time(format!("there and back/{name}/1048576"), trips.mebibyte);
        let a_mebibyte = net.per_byte * f64::from(1 << 20);
        for (parameter, seconds) in [
            ("latency", net.latency),
            ("overhead", net.overhead),
            ("gap", net.gap),
            ("each mebibyte", a_mebibyte),
        ] {
            numbers.time(format!("parameters/{name}/{parameter}"), seconds);
        }
    }
    for (name, place) in places() {
        let times = numbers.times(4_000);
        let reports = launch_script(&place, 2, "python/trips.py", times)?;
        for (bytes, report) in [1, 1 << 20].iter().zip(&reports) {
            let seconds = median(took(Some(report))?);
            numbers.time(format!("there and back/{name}, mpi4py/{bytes}"), seconds);
        }
    }
    for (name, place) in places() {
        for ranks in RANKS {
            let orders = [Order::AllReduce { times: numbers.times(200) }];
            let reports = launch(&place, ranks, &orders)?;
            numbers.time(
                format!("all-reduce/{name}/{ranks}"),
                median(took(reports.first())?),
            );
        }
    }
    Ok(())
}

/// From the start of `mpirun` until it has ended, with ranks that have nothing to do.
fn starting(numbers: &mut Numbers) -> Result<(), String> {
    for (name, place) in places() {
        for ranks in RANKS {
            let start = Instant::now();
            launch(&place, ranks, &[Order::Nothing])?;
            numbers.time(format!("{name}/{ranks}"), start.elapsed().as_secs_f64());
        }
    }
    Ok(())
}

/// Four counts, by whoever may do them; all have to count the same.
fn totals(numbers: &mut Numbers) -> Result<(), String> {
    let to = if numbers.quick { 20_000_000 } else { 80_000_000 };
    let job = Job::Counts(to);
    let whole = Part::Sum(4 * to);
    let check = |part: Option<Part>, who: &str| match part {
        Some(part) if part == whole => Ok(()),
        other => Err(format!("{who} counted {other:?}, and not {whole:?}")),
    };
    for (name, threads) in [("one thread", 1), ("threads", cores())] {
        let start = Instant::now();
        let part = inside(&job, 0..job.tasks(), threads);
        numbers.time(name, start.elapsed().as_secs_f64());
        check(part, name)?;
    }
    let pool = ProcessPool::of(&hybrid_pools::WORK).map_err(|error| error.to_string())?;
    let pool = pool.workers(cores()).start().map_err(|error| error.to_string())?;
    let start = Instant::now();
    let sum = pool.map(&COUNT, vec![to; 4]).sum::<Result<u64, _>>();
    numbers.time("a pool of processes", start.elapsed().as_secs_f64());
    check(sum.ok().map(Part::Sum), "the pool")?;
    drop(pool);
    for (place_name, place) in places() {
        for (name, ranks, threads) in [
            ("a rank for each core", cores(), 1),
            ("four ranks", 4, 1),
            ("a rank for each host, threads inside", place.hosts(), cores()),
        ] {
            let division = Division { threads, ..Division::new(job.clone(), Way::Equal) };
            let start = Instant::now();
            let (part, seconds) = divide(&place, ranks, division)?;
            let with_start = start.elapsed().as_secs_f64();
            numbers.time(format!("{name}, {place_name}"), seconds);
            numbers.time(format!("{name}, {place_name}, with their start"), with_start);
            check(Some(part), name)?;
        }
    }
    Ok(())
}

/// So many pieces are given out.
const PIECES: u64 = 200;

/// A piece of so many squares, by one thread, and given out by a master to two others.
fn tasks(numbers: &mut Numbers) -> Result<(), String> {
    let sizes = [100_u64, 1_000, 10_000, 100_000, 1_000_000];
    let jobs = sizes.map(|size| Job::Squares(size * PIECES));
    let repeat = numbers.times(5);
    for (size, job) in sizes.iter().zip(&jobs) {
        let mut seconds = Vec::new();
        for _ in 0..repeat {
            let start = Instant::now();
            for piece in pieces(job.tasks(), *size) {
                black_box(job.part(piece));
            }
            seconds.push(start.elapsed().as_secs_f64());
        }
        numbers.time(format!("one thread/{size}"), median(&seconds) / PIECES as f64);
    }
    for (name, place) in places() {
        for (says, ahead) in [("asked for", 0), ("one ahead", 1)] {
            let mut orders = Vec::new();
            for (size, job) in sizes.iter().zip(&jobs) {
                let division =
                    Division::new(job.clone(), Way::Master { piece: *size, ahead });
                orders.extend(vec![Order::Divide(division); repeat]);
            }
            let reports = launch(&place, 3, &orders)?;
            for (i, (size, job)) in sizes.iter().zip(&jobs).enumerate() {
                let whole = inside(job, 0..job.tasks(), cores());
                let seconds = done(&reports[i * repeat..][..repeat], whole.as_ref())?;
                let piece = seconds / PIECES as f64;
                numbers.time(format!("two ranks {name}, {says}/{size}"), piece);
            }
        }
    }
    Ok(())
}

/// The median of what the same job took several times; each time, `whole` has to come of it.
fn done<'a>(
    reports: impl IntoIterator<Item = &'a Report>,
    whole: Option<&Part>,
) -> Result<f64, String> {
    let mut took = Vec::new();
    for report in reports {
        match report {
            Report::Done(part, seconds) if Some(part) == whole => took.push(*seconds),
            Report::Done(..) => {
                return Err("ranks came to another result than threads".into());
            }
            other => return Err(format!("rank 0 reported {other:?}")),
        }
    }
    Ok(median(&took))
}

/// A rank of four is killed, each time after another number of pieces, and the job is started
/// again.
fn dying(numbers: &mut Numbers) -> Result<(), String> {
    let tries = numbers.times(3);
    let (pages, piece) = (2_000, 25);
    let job = Job::Index(pages, 4);
    let whole = inside(&job, 0..pages, cores());
    let (mut ended, mut kept, mut right) = (0, 0, 0);
    for n in 0..tries {
        let name = format!("cluster-{}-{n}", process::id());
        let folder = std::env::temp_dir().join(name);
        let checkpoint = Checkpoint { folder: folder.clone(), piece };
        let mut division = Division::new(job.clone(), Way::Equal);
        division.checkpoint = Some(checkpoint.clone());
        // Another moment in each process that measures.
        let pieces = (u64::from(process::id()) + 7 * n as u64) % 18;
        division.death = Some(Death { rank: 2, pieces, micros: 300 });
        ended += usize::from(divide(&Place::Here, 4, division.clone()).is_err());
        kept += checkpoint.done().map_err(|error| error.to_string())?;
        division.death = None;
        let (part, _) = divide(&Place::Here, 4, division)?;
        right += usize::from(Some(&part) == whole.as_ref());
        fs::remove_dir_all(folder).map_err(|error| error.to_string())?;
    }
    let all = pages as usize / piece as usize * tries;
    numbers.ratio("jobs that ended with the rank", ended as f64 / tries as f64);
    numbers.ratio("pieces that were kept", kept as f64 / all as f64);
    numbers.ratio("right after the second start", right as f64 / tries as f64);
    Ok(())
}

/// A job, how it is divided, and what of it was measured in one thread.
pub struct Foretold {
    /// What the book calls it.
    pub name: &'static str,
    /// The job.
    pub job: Job,
    /// Which rank does what.
    pub way: Way,
    /// What the model knows of it.
    pub work: Work,
}

impl Foretold {
    fn order(&self) -> Order {
        Order::Divide(Division::new(self.job.clone(), self.way))
    }

    /// How many seconds it takes so many ranks on the cores of this machine.
    fn foretold_here(&self, ranks: usize, net: &LogGp) -> f64 {
        formula::time(&self.work, self.way, ranks, net, Cores::Shared(cores()))
    }
}

/// The jobs that the model foretells, each measured in one thread; or an eighth of each, to be
/// quick.
pub fn jobs(quick: bool) -> [Foretold; 5] {
    let smaller = if quick { 8 } else { 1 };
    let primes = Job::Primes(1_000_000 / smaller);
    let piece = primes.tasks().div_ceil(TIMED);
    let jobs = [
        ("squares", Job::Squares(200_000_000 / smaller), Way::Equal),
        ("primes in equal parts", primes.clone(), Way::Equal),
        ("primes by a master", primes, Way::Master { piece, ahead: 1 }),
        ("index", Job::Index(4_096 / smaller, 4), Way::Equal),
        ("four counts", Job::Counts(50_000_000 / smaller), Way::Equal),
    ];
    jobs.map(|(name, job, way)| {
        let work = work(&job);
        Foretold { name, job, way, work }
    })
}

/// So many pieces of a job are timed, each by itself.
const TIMED: u64 = 4_096;

/// Does a job in one thread, as a whole and in pieces, and measures what the model has to know of
/// it.
fn work(job: &Job) -> Work {
    let tasks = job.tasks();
    let timed = |tasks: Range<u64>| {
        let start = Instant::now();
        black_box(job.part(tasks));
        start.elapsed().as_secs_f64()
    };
    let number = TIMED.min(tasks);
    let (mut pieces, mut wholes) = (vec![Vec::new(); number as usize], Vec::new());
    // What interrupts a piece once or twice in five times doesn't count.
    for _ in 0..5 {
        wholes.push(timed(0..tasks));
        for (piece, seconds) in parts::equal(0..tasks, number as usize).zip(&mut pieces) {
            seconds.push(timed(piece));
        }
    }
    let mut pieces: Vec<_> = pieces.iter().map(|seconds| median(seconds)).collect();
    // All pieces together are the whole: an index, for example, meets most of its words for the
    // first time only once.
    let of_whole = median(&wholes) / pieces.iter().sum::<f64>();
    pieces.iter_mut().for_each(|seconds| *seconds *= of_whole);

    let written = |part: &Part| postcard::to_stdvec(part).unwrap_or_default();
    let least = written(&job.part(0..tasks.div_ceil(number))).len() as f64;
    let (left, right) = (job.part(0..tasks / 2), job.part(tasks / 2..tasks));
    let join = (0..5).map(|_| {
        let (left, start) = (left.clone(), Instant::now());
        let read = postcard::from_bytes(&written(&right)).ok();
        black_box(read.map(|read| left.join(read)));
        start.elapsed().as_secs_f64()
    });
    let join = median(&join.collect::<Vec<_>>());
    let of_right = written(&right).len() as f64;
    Work {
        pieces,
        least_bytes: least.min(of_right),
        bytes_of_piece: 2.0 * (of_right - least).max(0.0) / number as f64,
        join: join / of_right,
    }
}

/// Every job by 2 to 16 ranks on the cores of this machine, foretold and measured; and foretold
/// by as many as 1,024 machines.
fn far(numbers: &mut Numbers) -> Result<(), String> {
    let jobs = jobs(numbers.quick);
    near(numbers, &jobs)?;
    // Without hosts, nobody knows what messages between them take.
    if let Place::Hosts { .. } = Place::from_environment() {
        let hosts = Place::from_environment();
        let net = LogGp::of(trips(&hosts, 2, numbers.quick)?);
        beyond(numbers, &jobs, &net);
    }
    Ok(())
}

/// What can be foretold and measured.
fn near(numbers: &mut Numbers, jobs: &[Foretold]) -> Result<(), String> {
    for Foretold { name, work, .. } in jobs {
        numbers.time(format!("{name}/measured here/1"), work.whole());
    }
    let (mut farthest, mut by_cores): (f64, f64) = (1.0, 1.0);
    for ranks in RANKS {
        let (net, measured) = by_ranks(&Place::HereOnCores, ranks, jobs, numbers.quick)?;
        for (one, measured) in jobs.iter().zip(measured) {
            let name = one.name;
            let foretold = one.foretold_here(ranks, &net);
            numbers.time(format!("{name}/measured here/{ranks}"), measured);
            numbers.time(format!("{name}/foretold here/{ranks}"), foretold);
            numbers.ratio(format!("error/{name}/{ranks}"), measured / foretold);
            farthest = farthest.max(measured / foretold).max(foretold / measured);
            let divided = one.work.whole() / ranks.min(cores()) as f64;
            by_cores = by_cores.max(measured / divided).max(divided / measured);
        }
    }
    numbers.ratio("error/farthest", farthest);
    numbers.ratio("error/farthest, dividing by the cores", by_cores);
    // Of few long pieces, the system may leave several to one core.
    let [.., few] = jobs else { return Ok(()) };
    let few = std::slice::from_ref(few);
    for ranks in RANKS {
        let (net, measured) = by_ranks(&Place::Here, ranks, few, numbers.quick)?;
        let error = measured[0] / few[0].foretold_here(ranks, &net);
        numbers.ratio(format!("left to the system/{}/{ranks}", few[0].name), error);
    }
    Ok(())
}

/// What messages take among so many ranks, and how many seconds each job takes them.
fn by_ranks(
    place: &Place,
    ranks: usize,
    jobs: &[Foretold],
    quick: bool,
) -> Result<(LogGp, Vec<f64>), String> {
    // Where ranks take turns on a core, messages do, too: they are measured among as many.
    let trips = trip_orders(quick);
    let number = trips.len();
    // What else the machine does in a moment meets each job once.
    let times = if quick { 2 } else { 7 };
    let round: Vec<_> = jobs.iter().map(Foretold::order).collect();
    let orders: Vec<_> = trips.into_iter().chain(vec![round; times].concat()).collect();
    let reports = launch(place, ranks, &orders)?;
    let (of_trips, of_jobs) = reports.split_at(number.min(reports.len()));
    let of_job = |(n, Foretold { job, .. }): (usize, &Foretold)| {
        let whole = inside(job, 0..job.tasks(), cores());
        done(of_jobs.iter().skip(n).step_by(jobs.len()), whole.as_ref())
    };
    let seconds = jobs.iter().enumerate().map(of_job).collect::<Result<_, _>>()?;
    Ok((LogGp::of(parameters(of_trips)?), seconds))
}

/// What is only foretold: a machine for each rank, with such messages between them.
fn beyond(numbers: &mut Numbers, jobs: &[Foretold], net: &LogGp) {
    let mut apart: f64 = 1.0;
    for Foretold { name, way, work, .. } in jobs {
        for (size, factor) in [("", 1.0), (", a hundred times as large", 100.0)] {
            let work = work.times(factor);
            let mut best = (f64::INFINITY, 1);
            for machines in (0..=10).map(|n| 1 << n) {
                let foretold = formula::time(&work, *way, machines, net, Cores::Own);
                let simulated = simulation::time(&work, *way, machines, net);
                apart = apart.max(foretold / simulated).max(simulated / foretold);
                best = if foretold < best.0 { (foretold, machines) } else { best };
                if factor == 1.0 {
                    for (who, seconds) in
                        [("foretold", foretold), ("simulated", simulated)]
                    {
                        let id = format!("{name}/{who}, a machine each/{machines}");
                        numbers.time(id, seconds);
                    }
                }
            }
            numbers.count(format!("{name}/best number of machines{size}"), best.1);
            numbers.ratio(format!("{name}/speed-up there{size}"), work.whole() / best.0);
        }
    }
    numbers.ratio("error/formula against simulation", apart);
}
