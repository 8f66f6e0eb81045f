//! Ranks: what messages between them take, inside a host and across; the start of a job; a total, by threads, processes and
//! ranks; pieces that a master gives out; a rank that dies; and what a model foretells, against what was measured.
//!
//! The program has a workspace of its own, since it needs an MPI. Where there is none, it is not measured. The hosts are
//! namespaces of this machine, where the system allows that.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use benches::{Observer, Unit};
use pythons::running::{self, Reported};

/// How long each part may take.
const PATIENCE: Duration = Duration::from_secs(180);
/// How long compiling may take.
const PATIENCE_WITH_CARGO: Duration = Duration::from_secs(600);

const MANIFEST: &str = "crates/cluster/Cargo.toml";
const PROGRAM: &str = "crates/cluster/target/debug/cluster";
const HOSTS: &str = "crates/cluster/hosts.sh";

const PARTS: [&str; 6] = ["trips", "starting", "totals", "tasks", "dying", "far"];

pub(crate) fn observe(observer: &mut Observer) {
    if let Err(problem) = try_to(observer) {
        eprintln!("not measured: cluster: {problem}");
    }
}

fn try_to(observer: &mut Observer) -> Result<(), String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    if Command::new("mpirun").arg("--version").output().is_err() {
        return Err("there is no mpirun".into());
    }
    let mut build = Command::new(env!("CARGO"));
    build.args(["build", "--quiet", "--manifest-path"]).arg(root.join(MANIFEST));
    running::said(&mut build, PATIENCE_WITH_CARGO)?;
    for part in PARTS {
        let mut measure = Command::new(root.join(HOSTS));
        measure.arg("3").arg(root.join(PROGRAM)).args(["measure", part]);
        measure.args(observer.is_quick().then_some("--quick"));
        let said = running::said(&mut measure, PATIENCE)
            .map_err(|problem| format!("{part}: {problem}"))?;
        let reported: Vec<Reported> =
            serde_json::from_str(said.lines().last().unwrap_or_default())
                .map_err(|error| format!("{part}: {error}"))?;
        for Reported(name, unit, value) in reported {
            observer.sample(&format!("{part}/{name}"), counted(unit), value);
        }
    }
    Ok(())
}

fn counted(unit: running::Unit) -> Unit {
    match unit {
        running::Unit::Ns => Unit::Ns,
        running::Unit::Bytes => Unit::Bytes,
        running::Unit::Count => Unit::Count,
        running::Unit::Ratio => Unit::Ratio,
    }
}
