//! The five programs with processes: every way comes to the same result, which `decide` checks.
//!
//! This test has a `main` of its own: it has to be a worker when it is started as one.

use std::process::ExitCode;

#[cfg(not(unix))]
fn main() -> ExitCode {
    eprintln!("not tested: processes need Unix");
    ExitCode::SUCCESS
}

#[cfg(unix)]
fn main() -> ExitCode {
    processes::worker::entry(deciding::WORKS);
    programs::main()
}

#[cfg(unix)]
mod programs {
    use std::process::ExitCode;
    use std::time::Duration;

    use deciding::{Decision, Failure, Team};
    use deciding::{crawler, pipeline, service, simulation, thumbnails};
    use libtest_mimic::{Arguments, Failed, Trial};
    use processes::worker::Program;

    pub(super) fn main() -> ExitCode {
        let tests = [
            ("crawler", crawl as fn()),
            ("thumbnails", shrink),
            ("simulation", simulate),
            ("a_ring_in_processes", a_ring_in_processes),
            ("service", serve),
            ("a_report_in_a_process", a_report_in_a_process),
            ("pipeline", pipe),
        ];
        let tests = tests.map(|(name, test)| {
            Trial::test(name, move || {
                test();
                Ok::<(), Failed>(())
            })
        });
        libtest_mimic::run(&Arguments::from_args(), tests.into()).exit_code()
    }

    /// Tries each program with one hand and with more; all of its ways come to the same.
    fn holds(ways: usize, decide: impl Fn(&Team) -> Result<Decision, Failure>) {
        for hands in [1, 2, 3] {
            let decision = decide(&Team::of(hands).unwrap()).unwrap();
            assert_eq!(decision.ways.len(), ways);
            for way in &decision.ways {
                let is_time = |seconds: f64| seconds.is_finite() && seconds > 0.0;
                assert!(is_time(way.predicted) && is_time(way.measured), "{way:?}");
            }
        }
    }

    fn crawl() {
        let job = crawler::Job::of(3, Duration::from_millis(1)).unwrap();
        holds(3, |team| crawler::decide(&job, team));
    }

    fn shrink() {
        holds(4, |team| thumbnails::decide(3, team));
    }

    fn simulate() {
        for cells in [1, 2, 100] {
            holds(3, |team| {
                simulation::decide(simulation::Job { cells, steps: 100 }, team.hands)
            });
        }
    }

    fn a_ring_in_processes() {
        let job = simulation::Job { cells: 50, steps: 200 };
        for hands in [1, 2, 5] {
            let mut workers = Program::this()
                .unwrap()
                .start_all(simulation::STRIP.name, hands)
                .unwrap();
            let sum = simulation::in_processes(job, &mut workers).unwrap();
            assert_eq!(sum, simulation::one_thread(job), "{hands} processes");
        }
    }

    fn serve() {
        let job = service::Job::of(2, 1_000, 3, Duration::from_millis(1)).unwrap();
        holds(4, |team| service::decide(&job, team));
    }

    fn a_report_in_a_process() {
        let team = Team::of(2).unwrap();
        let job = service::Job::of(1, 1_000, 0, Duration::ZERO).unwrap();
        let served = service::with_processes(&job, &team.processes).unwrap();
        // There are 168 primes below 1,000 (OEIS A006880).
        assert_eq!(served.answers, [168]);
    }

    fn pipe() {
        holds(4, |team| pipeline::decide(3, team));
    }
}
