//! The five programs of the example `deciding`: how long the arithmetic says that each way of each
//! program takes, and how long it takes. The constants are measured in the same pass. Over all five
//! programs: how far off the worst prediction is, and what following the advice costs. And the
//! thumbnails in Python.

use std::time::Duration;

use ::deciding::decision::Way;
use ::deciding::{
    Decision, Failure, Team, crawler, pipeline, service, simulation, thumbnails,
};
use benches::{Observer, Unit, python};
use workloads::parts::cores;

/// Something else may happen in the middle of a pass. So what is said of all five programs comes from
/// the medians over several passes.
const PASSES: usize = 3;

/// How long the slow sites take to answer.
const LATENCY: Duration = Duration::from_millis(3);
const PAGES: u64 = 12;
const PICTURES: u64 = 48;
/// A simulation in which a step takes less time than the threads' wait for each other, and one in which
/// a step takes much more.
const SMALL: simulation::Job = simulation::Job { cells: 1_000, steps: 400 };
const LARGE: simulation::Job = simulation::Job { cells: 100_000, steps: 60 };
/// The size of a heavy request.
const REPORT: u64 = 100_000;
const LIGHT: u64 = 8;
const CHUNKS: u64 = 48;

pub(crate) fn observe(observer: &mut Observer) {
    let team = Team::of(cores()).expect("there are threads and processes");
    let mut passes = Vec::new();
    for _ in 0..observer.times(PASSES) * observer.rounds() {
        let five = five(&team).expect("all ways come to the same");
        for (program, decision) in &five {
            note(observer, program, decision);
        }
        let larger =
            simulation::decide(LARGE, cores()).expect("all ways come to the same");
        note(observer, "a larger simulation", &larger);
        for (program, decision) in [("small", &five[2].1), ("large", &larger)] {
            let against = decision.ways[1].measured / decision.ways[0].measured;
            let id = format!("threads against one/{program}");
            observer.sample(&id, Unit::Ratio, against);
        }
        passes.push(five.map(|(_, decision)| decision));
    }
    all_five(observer, &passes);
    python::observe(observer, "crates/deciding/python/thumbnails.py", &[]);
}

fn five(team: &Team) -> Result<[(&'static str, Decision); 5], Failure> {
    let site = crawler::Job::of(PAGES, LATENCY)?;
    // Twice as many heavy requests as there are cores, so that light ones stand behind them.
    let requests = service::Job::of(2 * cores() as u64, REPORT, LIGHT, LATENCY)?;
    Ok([
        ("crawler", crawler::decide(&site, team)?),
        ("thumbnails", thumbnails::decide(PICTURES, team)?),
        ("simulation", simulation::decide(SMALL, cores())?),
        ("service", service::decide(&requests, team)?),
        ("pipeline", pipeline::decide(CHUNKS, team)?),
    ])
}

fn note(observer: &mut Observer, program: &str, decision: &Decision) {
    for (name, seconds) in &decision.constants {
        let id = format!("constants/{program}/{name}");
        observer.sample(&id, Unit::Ns, seconds * 1e9);
    }
    for Way { name, predicted, measured, .. } in &decision.ways {
        for (what, seconds) in [("predicted", predicted), ("measured", measured)] {
            let id = format!("{program}/{what}/{name}");
            observer.sample(&id, Unit::Ns, seconds * 1e9);
        }
        let id = format!("{program}/measured against predicted/{name}");
        observer.sample(&id, Unit::Ratio, measured / predicted);
    }
}

/// Samples for all five programs together, from the medians over all passes.
fn all_five(observer: &mut Observer, passes: &[[Decision; 5]]) {
    let five = [0, 1, 2, 3, 4].map(|program| {
        middle(&passes.iter().map(|pass| &pass[program]).collect::<Vec<_>>())
    });
    let most = |of: fn(&Decision) -> f64| five.iter().map(of).fold(1.0, f64::max);
    let ratios = [
        ("farthest prediction", most(Decision::farthest)),
        ("farthest by dividing", most(Decision::farthest_by_dividing)),
        ("following the advice", most(Decision::regret)),
        (
            "choosing the slowest",
            five.iter().map(Decision::stake).fold(f64::INFINITY, f64::min),
        ),
    ];
    for (name, ratio) in ratios {
        observer.sample(&format!("all five/{name}"), Unit::Ratio, ratio);
    }
    // Two ways that the arithmetic takes for nearly equal may change places, and it is still good advice.
    let good = five.iter().filter(|decision| decision.regret() <= 1.1).count();
    observer.sample("all five/good advice", Unit::Count, good as f64);
}

/// The median of several decisions: of what they predicted, and of what they measured.
fn middle(decisions: &[&Decision]) -> Decision {
    let middle = |of: &dyn Fn(&Decision) -> f64| {
        let mut all: Vec<_> = decisions.iter().map(|decision| of(decision)).collect();
        all.sort_unstable_by(f64::total_cmp);
        all[all.len() / 2]
    };
    let ways = decisions[0].ways.iter().enumerate().map(|(n, way)| Way {
        predicted: middle(&|decision| decision.ways[n].predicted),
        measured: middle(&|decision| decision.ways[n].measured),
        ..way.clone()
    });
    Decision { ways: ways.collect(), ..Decision::default() }
}
