//! What `cargo cluster` prints.

use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process;
use std::time::Duration;

use cluster::checkpoint::{Checkpoint, Death};
use cluster::dividing::Way;
use cluster::job::{Job, Part, inside};
use cluster::launching::{self, Place};
use cluster::measuring::{self, Foretold};
use cluster::model::{Cores, LogGp, formula, simulation};
use cluster::rank::{Division, Order};
use hybrid_pools::ProcessPool;
use hybrid_pools::counting::COUNT;
use tour::{Outcome, Stage, Table, clock, format};
use workloads::parts::cores;

/// Divides `job` in each of these ways, and shows how long each takes; all have to come to what
/// threads come to.
fn compare(stage: &mut Stage, job: Job, ways: Vec<(String, usize, Division)>) -> Outcome {
    let place = Place::from_environment();
    let tasks = job.tasks();
    let (alone, one) = clock::time(|| inside(&job, 0..tasks, 1));
    let (together, threads) = clock::time(|| inside(&job, 0..tasks, cores()));
    let same = |part: Option<&Part>, who: &str| {
        (part == alone.as_ref())
            .then_some(())
            .ok_or(format!("{who} came to another result than one thread"))
    };
    same(together.as_ref(), "threads")?;
    let mut table =
        Table::new([&format!("on {}", hosts(&place)), "time", "with its start"]);
    table.row(["one thread", &format::time(one), ""]);
    let name = format!("{}, nothing else", format::counted(cores() as u64, "thread"));
    table.row([name.as_str(), &format::time(threads), ""]);
    for (name, ranks, division) in ways {
        let (done, all) = clock::time(|| launching::divide(&place, ranks, division));
        let (part, seconds) = done?;
        same(Some(&part), &name)?;
        let took = format::time(Duration::from_secs_f64(seconds));
        table.row([name.as_str(), &took, &format::time(all)]);
    }
    write!(stage, "{table}")?;
    Ok(())
}

fn hosts(place: &Place) -> String {
    match place {
        Place::Here | Place::HereOnCores => "this host".into(),
        Place::Hosts { .. } => format::counted(place.hosts() as u64, "host"),
    }
}

/// Equal parts among `ranks`, and among one rank for each host with threads inside.
fn equal_ways(job: &Job, ranks: usize) -> Vec<(String, usize, Division)> {
    let hosts = Place::from_environment().hosts();
    let division =
        |threads| Division { threads, ..Division::new(job.clone(), Way::Equal) };
    let per_host = format!("a rank for each host, {} inside", cores());
    vec![
        (format!("{ranks} ranks"), ranks, division(1)),
        (per_host, hosts, division(cores())),
    ]
}

pub(crate) fn squares(stage: &mut Stage) -> Outcome {
    let job = Job::Squares(stage.size());
    let ways = equal_ways(&job, stage.workers());
    compare(stage, job, ways)
}

pub(crate) fn primes(stage: &mut Stage) -> Outcome {
    let job = Job::Primes(stage.size());
    let mut ways = equal_ways(&job, stage.workers());
    for (says, ahead) in [("asks for each piece", 0), ("has one ahead", 1)] {
        let way = Way::Master { piece: (stage.size() / 200).max(1), ahead };
        let mut division = ways[0].2.clone();
        division.way = way;
        ways.push((
            format!("{} ranks, a master; each {says}", stage.workers()),
            stage.workers(),
            division,
        ));
    }
    compare(stage, job, ways)
}

/// How often each page is read.
const ROUNDS: u32 = 4;

pub(crate) fn index(stage: &mut Stage) -> Outcome {
    let job = Job::Index(stage.size(), ROUNDS);
    let ways = equal_ways(&job, stage.workers());
    compare(stage, job, ways)
}

pub(crate) fn counts(stage: &mut Stage) -> Outcome {
    let to = stage.size();
    let job = Job::Counts(to);
    let ways = equal_ways(&job, stage.workers());
    compare(stage, job, ways)?;
    let pool = ProcessPool::of(&hybrid_pools::WORK)?.workers(cores()).start()?;
    let (sum, took) =
        clock::time(|| pool.map(&COUNT, vec![to; 4]).sum::<Result<u64, _>>());
    if sum? != 4 * to {
        return Err("the pool came to another result than the ranks".into());
    }
    writeln!(
        stage,
        "  the pool of processes, {}: {}",
        format::counted(cores() as u64, "worker"),
        format::time(took)
    )?;
    Ok(())
}

pub(crate) fn trips(stage: &mut Stage) -> Outcome {
    let place = Place::from_environment();
    let times = stage.size() as usize;
    let heading = format!("two ranks on {}", hosts(&place));
    let mut table = Table::new([heading.as_str(), "there and back"]);
    let sizes = [("a byte", 1), ("a mebibyte", 1 << 20)];
    let orders = sizes.map(|(_, bytes)| Order::RoundTrips { bytes, times });
    let reports = launching::launch(&place, 2, &orders)?;
    for (i, (name, _)) in sizes.iter().enumerate() {
        let mut seconds = launching::took(reports.get(i))?.to_vec();
        seconds.sort_by(f64::total_cmp);
        let median = Duration::from_secs_f64(seconds[seconds.len() / 2]);
        table.row([name, &format::time(median)]);
    }
    write!(stage, "{table}")?;
    Ok(())
}

/// A folder that is gone when this is.
struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        // What can't be removed is in the folder for temporary files, where the system removes it.
        let _ = fs::remove_dir_all(&self.0);
    }
}

pub(crate) fn dying(stage: &mut Stage) -> Outcome {
    let place = Place::from_environment();
    let ranks = stage.workers();
    let job = Job::Index(stage.size(), ROUNDS);
    let whole = inside(&job, 0..job.tasks(), 1);
    let folder = std::env::temp_dir().join(format!("cluster-{}", process::id()));
    let folder = Folder(folder);
    let checkpoint =
        Checkpoint { folder: folder.0.clone(), piece: (stage.size() / 40).max(1) };
    let mut division = Division {
        checkpoint: Some(checkpoint.clone()),
        death: Some(Death { rank: ranks as i32 - 1, pieces: 3, micros: 200 }),
        ..Division::new(job, Way::Equal)
    };
    match launching::divide(&place, ranks, division.clone()) {
        Ok(_) => writeln!(stage, "  the job was done before a rank could be killed")?,
        Err(problem) => writeln!(stage, "  {problem}")?,
    }
    let pieces = stage.size().div_ceil(checkpoint.piece);
    let done = checkpoint.done()?;
    writeln!(stage, "  {done} of {pieces} pieces are done, and in files")?;
    division.death = None;
    let (again, _) = launching::divide(&place, ranks, division)?;
    if Some(again) != whole {
        return Err("the second start came to another index than one thread".into());
    }
    writeln!(stage, "  started again: the same index as one thread's")?;
    Ok(())
}

pub(crate) fn model(stage: &mut Stage) -> Outcome {
    let place = Place::from_environment();
    let net = LogGp::of(measuring::trips(&place, 2, true)?);
    writeln!(
        stage,
        "  on {}, a message has a latency of {},\n  an overhead of {} and a gap of {}; a mebibyte takes {}",
        hosts(&place),
        format::nanoseconds(net.latency * 1e9),
        format::nanoseconds(net.overhead * 1e9),
        format::nanoseconds(net.gap * 1e9),
        format::nanoseconds(net.per_byte * f64::from(1 << 20) * 1e9)
    )?;
    let mut table = Table::new([
        "speed-up by machines",
        "4",
        "16",
        "64",
        "256",
        "1,024",
        "simulated",
    ]);
    for Foretold { name, way, work, .. } in &measuring::jobs(true) {
        let speed_up = |seconds: f64| format::ratio(work.whole() / seconds);
        let foretold =
            |machines| speed_up(formula::time(work, *way, machines, &net, Cores::Own));
        let simulated = speed_up(simulation::time(work, *way, 1_024, &net));
        let [a, b, c, d, e] = [4, 16, 64, 256, 1_024].map(foretold);
        table.row([*name, &a, &b, &c, &d, &e, &simulated]);
    }
    write!(stage, "{table}")?;
    Ok(())
}
