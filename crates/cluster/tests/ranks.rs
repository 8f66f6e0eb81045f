//! Ranks that `mpirun` starts: they come to what threads come to, and when one of them fails, one line says why.

use std::env;
use std::path::Path;
use std::process::Command;

use cluster::checkpoint::{Checkpoint, Death};
use cluster::dividing::Way;
use cluster::job::{Job, inside};
use cluster::launching::{Place, launch_program};
use cluster::rank::{Division, Order, Report};

const PROGRAM: &str = env!("CARGO_BIN_EXE_cluster");

fn launch(ranks: &[(usize, &[Order])]) -> Result<Vec<Report>, String> {
    launch_program(Path::new(PROGRAM), &Place::Here, ranks)
}

fn divide(ranks: usize, division: &Division) -> Result<Vec<Report>, String> {
    launch(&[(ranks, &[Order::Divide(division.clone())])])
}

const JOBS: [Job; 4] =
    [Job::Squares(100_003), Job::Primes(20_011), Job::Index(101, 1), Job::Counts(10_007)];

const WAYS: [Way; 4] = [
    Way::Equal,
    Way::Master { piece: 1_009, ahead: 0 },
    Way::Master { piece: 13, ahead: 1 },
    Way::Master { piece: 1_000_000, ahead: 3 },
];

#[test]
fn ranks_come_to_what_threads_come_to() {
    let mut orders = Vec::new();
    for job in JOBS {
        for way in WAYS {
            orders.push(Order::Divide(Division::new(job.clone(), way)));
        }
    }
    for ranks in [1, 2, 3, 6] {
        let reports = launch(&[(ranks, &orders)]).unwrap();
        assert_eq!(reports.len(), orders.len());
        for (order, report) in orders.iter().zip(reports) {
            let Order::Divide(Division { job, .. }) = order else { unreachable!() };
            let expected = inside(job, 0..job.tasks(), 2);
            assert!(
                matches!(&report, Report::Done(part, _) if Some(part) == expected.as_ref()),
                "{ranks} ranks: {order:?}: {report:?}"
            );
        }
    }
}

#[test]
fn threads_inside_ranks_come_to_the_same() {
    for job in JOBS {
        let expected = inside(&job, 0..job.tasks(), 1);
        for way in WAYS {
            let division = Division { threads: 3, ..Division::new(job.clone(), way) };
            let reports = divide(2, &division).unwrap();
            let [Report::Done(part, _)] = &reports[..] else { panic!("{reports:?}") };
            assert_eq!(Some(part), expected.as_ref(), "{job:?} {way:?}");
        }
    }
}

#[test]
fn times_are_of_what_was_asked() {
    let orders = [
        Order::RoundTrips { bytes: 3, times: 7 },
        Order::Bursts { messages: 5, times: 4 },
        Order::AllReduce { times: 6 },
        Order::Nothing,
    ];
    let reports = launch(&[(3, &orders)]).unwrap();
    let numbers: Vec<_> = reports
        .iter()
        .map(|report| match report {
            Report::Took(seconds) if seconds.iter().all(|&second| second > 0.0) => {
                seconds.len()
            }
            Report::Nothing => 0,
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(numbers, [7, 8, 6, 0]);
}

/// A script in place of the program says how many cores its process may use.
#[cfg(target_os = "linux")]
#[test]
fn threads_inside_a_rank_may_use_all_cores_unless_it_is_bound() {
    let folder = tempfile::tempdir().unwrap();
    let script = folder.path().join("script");
    let says = "#!/bin/sh\necho \"{\\\"Took\\\":[$(nproc)]}\"\n";
    tour::manners::write_program(&script, says);
    let cores = workloads::parts::cores() as f64;
    for (place, expected) in [(Place::Here, cores), (Place::HereOnCores, 1.0)] {
        for ranks in [1, 2, 3] {
            let reports = launch_program(&script, &place, &[(ranks, &[])]).unwrap();
            assert_eq!(reports, vec![Report::Took(vec![expected]); ranks], "{place:?}");
        }
    }
}

#[test]
fn ranks_with_other_arguments_are_refused() {
    let two = [Order::Nothing, Order::Nothing];
    for (same, other) in [(1, 2), (3, 1)] {
        assert_eq!(
            launch(&[(same, &two[..1]), (other, &two)]),
            Err(format!(
                "rank 0: rank {same} was started with other arguments; start all ranks with \
                 the same"
            ))
        );
    }
}

#[test]
fn a_call_of_mpi_that_fails_is_a_line() {
    let problem = launch(&[(3, &[Order::Mistake])]).unwrap_err();
    // Each rank makes the mistake, and one is the first to say so.
    let (rank, rest) = problem.split_once(": ").unwrap();
    assert!(["rank 0", "rank 1", "rank 2"].contains(&rank), "{problem}");
    assert_eq!(rest, "MPI failed: MPI_ERR_RANK: invalid rank");
}

#[test]
fn without_mpirun_a_line_says_what_to_install() {
    let nowhere = tempfile::tempdir().unwrap();
    let output =
        Command::new(PROGRAM).arg("trips").env("PATH", nowhere.path()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert_eq!(said.lines().count(), 1, "{said}");
    assert!(
        said.contains("there is no mpirun; install one, such as Debian's openmpi-bin")
    );
}

/// What looks for an MPI is compiled by itself, and asked on systems that lack something.
#[test]
fn without_what_it_is_compiled_with_a_line_says_what_to_install() {
    let folder = tempfile::tempdir().unwrap();
    let (source, probe) = (folder.path().join("main.rs"), folder.path().join("probe"));
    let lib = Path::new(env!("CARGO_MANIFEST_DIR")).join("probe/src/lib.rs");
    let main = "fn main() { assert!(lib::probe().is_ok()) }";
    std::fs::write(&source, format!("#[path = {lib:?}] mod lib; {main}")).unwrap();
    let compiled = Command::new(env::var("RUSTC").unwrap_or("rustc".into()))
        .args(["--edition", "2024", "-A", "warnings", "-o"])
        .args([&probe, &source])
        .status()
        .unwrap();
    assert!(compiled.success());

    let missing = Command::new(&probe).env("MPICC", "no-such-mpicc").output().unwrap();
    let said = String::from_utf8(missing.stderr).unwrap();
    assert_eq!((missing.status.code(), said.lines().count()), (Some(1), 1), "{said}");
    assert!(
        said.starts_with("there is no MPI to compile with")
            && said.ends_with("apt-get install libopenmpi-dev libclang-dev\n"),
        "{said}"
    );
    let here = Command::new(&probe).output().unwrap();
    assert!(here.status.success(), "this one was compiled");
}

/// A program is compiled with a library that is gone when the ranks start.
#[test]
fn ranks_whose_library_is_missing_say_so_in_a_line() {
    let folder = tempfile::tempdir().unwrap();
    let compile = |name: &str, source: &str, arguments: &[&str]| {
        let file = folder.path().join(name).with_extension("rs");
        std::fs::write(&file, source).unwrap();
        let compiled = Command::new(env::var("RUSTC").unwrap_or("rustc".into()))
            .current_dir(folder.path())
            .args(["--edition", "2024", "-A", "warnings", "-L", "."])
            .args(arguments)
            .arg(file)
            .status();
        assert!(compiled.unwrap().success());
    };
    let library = "#[unsafe(no_mangle)] extern \"C\" fn here() {}";
    compile("gone", library, &["--crate-type", "cdylib"]);
    let program = "#[link(name = \"gone\")] unsafe extern \"C\" { fn here(); }
        fn main() { unsafe { here() } }";
    compile("needy", program, &[]);
    let (prefix, suffix) = (env::consts::DLL_PREFIX, env::consts::DLL_SUFFIX);
    std::fs::remove_file(folder.path().join(format!("{prefix}gone{suffix}"))).unwrap();
    let orders: &[Order] = &[Order::Nothing];
    let program = folder.path().join("needy");
    let problem = launch_program(&program, &Place::Here, &[(2, orders)]).unwrap_err();
    assert_eq!(problem.lines().count(), 1, "{problem}");
    assert!(problem.contains("gone"), "{problem}");
}

#[test]
fn a_rank_that_mpirun_did_not_tell_what_to_do_says_so() {
    let output = Command::new(PROGRAM).arg("rank").output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(String::from_utf8_lossy(&output.stderr).lines().count(), 1);
}

/// A job that keeps what is done in `folder`.
fn kept(job: Job, folder: &Path) -> Division {
    Division {
        checkpoint: Some(Checkpoint { folder: folder.into(), piece: 10 }),
        ..Division::new(job, Way::Equal)
    }
}

#[test]
fn a_job_whose_rank_was_killed_is_completed_by_others() {
    let job = Job::Index(400, 4);
    let expected = inside(&job, 0..400, 2);
    for _ in 0..4 {
        let folder = tempfile::tempdir().unwrap();
        let mut division = kept(job.clone(), folder.path());
        let checkpoint = division.checkpoint.clone().unwrap();
        // Of 40 pieces, each of four ranks has ten. It dies somewhere in a piece, or as it writes one.
        let (rank, pieces) = (fastrand::i32(0..4), fastrand::u64(0..9));
        let death = Death { rank, pieces, micros: fastrand::u64(0..300) };
        division.death = Some(death);
        assert_eq!(
            divide(4, &division),
            Err("a rank was ended by SIGKILL, and mpirun ended all others".into()),
            "{death:?}"
        );
        let done = checkpoint.done().unwrap();
        assert!((pieces as usize..40).contains(&done), "{done} done, {death:?}");
        division.death = None;
        // By another number of ranks than before.
        let reports = divide(3, &division).unwrap();
        let [Report::Done(part, _)] = &reports[..] else { panic!("{reports:?}") };
        assert_eq!(Some(part), expected.as_ref(), "{death:?}");
        assert_eq!(checkpoint.done().unwrap(), 40);
    }
}

#[test]
fn what_is_done_is_not_done_again() {
    let folder = tempfile::tempdir().unwrap();
    let division = kept(Job::Squares(100), folder.path());
    divide(2, &division).unwrap();
    // A piece that says something else is believed, since it is there.
    let bytes = postcard::to_stdvec(&cluster::job::Part::Sum(7)).unwrap();
    for n in 0..10 {
        std::fs::write(folder.path().join(format!("piece-{n}")), &bytes).unwrap();
    }
    let reports = divide(2, &division).unwrap();
    assert!(matches!(reports[..], [Report::Done(cluster::job::Part::Sum(70), _)]));
}

#[test]
fn another_job_is_refused_its_checkpoint() {
    let folder = tempfile::tempdir().unwrap();
    divide(2, &kept(Job::Squares(100), folder.path())).unwrap();
    let problem = divide(2, &kept(Job::Squares(101), folder.path())).unwrap_err();
    assert!(
        problem.starts_with("rank 0: ")
            && problem.contains("the checkpoint of another job"),
        "{problem}"
    );
}
