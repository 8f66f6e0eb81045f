//! Starts ranks with `mpirun`, on this host, or on those that the script `hosts.sh` has made.
//!
//! The variables [`HOSTS`] and [`AGENT`] say where: addresses with commas between them, and the
//! program by which `mpirun` reaches them in place of `ssh`.

use std::env;
use std::io::ErrorKind;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use nix::sys::signal::Signal;
use nix::unistd::Uid;
use workloads::parts::cores;

use crate::job::Part;
use crate::rank::{ARGUMENT, Division, Order, Report};

/// The variable with the addresses of the hosts.
pub const HOSTS: &str = "CLUSTER_HOSTS";
/// The variable with the program that reaches a host.
pub const AGENT: &str = "CLUSTER_AGENT";

/// Where ranks are started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// On this host, with as many ranks at once as there are cores, or more that take turns.
    Here,
    /// On this host, where each rank stays on the core of its number, and begins again with the
    /// first core after the last.
    HereOnCores,
    /// On these hosts, one rank after the other on each in turn.
    Hosts {
        /// Their addresses.
        addresses: Vec<String>,
        /// What reaches them.
        agent: String,
    },
}

impl Place {
    /// The hosts that the variables name, or this one.
    pub fn from_environment() -> Self {
        let set = |name| env::var(name).ok().filter(|value| !value.is_empty());
        match (set(HOSTS), set(AGENT)) {
            (Some(hosts), Some(agent)) => Self::Hosts {
                addresses: hosts.split(',').map(str::to_string).collect(),
                agent,
            },
            _ => Self::Here,
        }
    }

    /// How many hosts there are.
    pub fn hosts(&self) -> usize {
        match self {
            Self::Here | Self::HereOnCores => 1,
            Self::Hosts { addresses, .. } => addresses.len(),
        }
    }
}

/// `mpirun` with so many ranks at `place`, before it is told what they run.
fn mpirun(place: &Place) -> Result<Command, String> {
    let version = Command::new("mpirun").arg("--version").stdin(Stdio::null()).output();
    let version = version.map_err(|error| match error.kind() {
        ErrorKind::NotFound => {
            "there is no mpirun; install one, such as Debian's openmpi-bin".to_string()
        }
        _ => format!("mpirun can't be started: {error}"),
    })?;
    let mut command = Command::new("mpirun");
    command.stdin(Stdio::null());
    if !String::from_utf8_lossy(&version.stdout).contains("Open MPI") {
        return match place {
            Place::Here => Ok(command),
            Place::HereOnCores | Place::Hosts { .. } => Err(
                "hosts of our own, and ranks that stay on a core, need the mpirun of Open MPI"
                    .into(),
            ),
        };
    }
    // `-q`: one line of ours says what is wrong, and not ten of theirs. More ranks than cores
    // take turns.
    command.args([
        "-q",
        "--oversubscribe",
        "--mca",
        "btl_base_warn_component_unused",
        "0",
    ]);
    command.args(["--mca", "orte_base_help_aggregate", "1"]);
    if Uid::effective().is_root() {
        // In a container everybody is root.
        command.arg("--allow-run-as-root");
    }
    match place {
        Place::Here | Place::HereOnCores => {
            // Memory that both map; nothing is asked of a network.
            command.args(["--mca", "btl", "self,vader"]);
            command.args(["--host", &format!("localhost:{}", cores())]);
            match place {
                Place::HereOnCores => {
                    command.args(["--map-by", "core"]);
                    command.args(["--bind-to", "core:overload-allowed"])
                }
                // By itself, mpirun binds a few ranks to a core each, with all threads inside.
                _ => command.args(["--bind-to", "none"]),
            };
        }
        Place::Hosts { addresses, agent } => {
            let subnet = format!("{}/24", addresses[0]);
            command.args(["--mca", "plm_rsh_agent", agent]);
            command.args(["--mca", "btl", "self,vader,tcp"]);
            command.args(["--mca", "btl_tcp_if_include", &subnet]);
            command.args(["--mca", "oob_tcp_if_include", &subnet]);
            command.args(["--map-by", "node", "--bind-to", "none"]);
            // The hosts share the cores of one machine, which mpirun can't know: who waits lets
            // others run.
            command.args(["--mca", "mpi_yield_when_idle", "1"]);
            command.args(["--host", &addresses.join(",")]);
        }
    }
    Ok(command)
}

/// Starts so many ranks, which all obey `orders`; returns what rank 0 reports of each.
///
/// # Errors
///
/// One line: what is missing, or what a rank said when it failed.
pub fn launch(
    place: &Place,
    ranks: usize,
    orders: &[Order],
) -> Result<Vec<Report>, String> {
    launch_each(place, &[(ranks, orders)])
}

/// Starts ranks that are told different things, so many of each; they will refuse that.
///
/// # Errors
///
/// As [`launch`].
pub fn launch_each(
    place: &Place,
    ranks: &[(usize, &[Order])],
) -> Result<Vec<Report>, String> {
    let program = env::current_exe().map_err(|error| format!("who am I? {error}"))?;
    launch_program(&program, place, ranks)
}

/// As [`launch_each`], of a program that becomes a rank as this one does: a test is another.
///
/// # Errors
///
/// As [`launch`].
pub fn launch_program(
    program: &Path,
    place: &Place,
    ranks: &[(usize, &[Order])],
) -> Result<Vec<Report>, String> {
    let mut command = mpirun(place)?;
    for (i, (ranks, orders)) in ranks.iter().enumerate() {
        if i > 0 {
            command.arg(":");
        }
        let orders = serde_json::to_string(orders).map_err(|error| error.to_string())?;
        command.args(["-n", &ranks.to_string()]);
        command.arg(program).args([ARGUMENT, &orders]);
    }
    reports(&mut command)
}

/// Starts so many ranks of a script of this crate, by a Python that has mpi4py; nothing, where
/// none has.
///
/// # Errors
///
/// As [`launch`].
pub fn launch_script(
    place: &Place,
    ranks: usize,
    script: &str,
    argument: usize,
) -> Result<Vec<Report>, String> {
    let has_it = |python: &&str| {
        let mut asked = Command::new(python);
        asked.args(["-c", "import mpi4py"]).stdin(Stdio::null()).stderr(Stdio::null());
        asked.status().is_ok_and(|status| status.success())
    };
    // A distribution's packages are for the Python of the system.
    let Some(python) = ["python3", "/usr/bin/python3"].into_iter().find(has_it) else {
        return Ok(Vec::new());
    };
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join(script);
    let mut command = mpirun(place)?;
    command
        .args(["-n", &ranks.to_string(), python])
        .arg(script)
        .arg(argument.to_string());
    reports(&mut command)
}

/// What rank 0 reports, in a line for each.
fn reports(command: &mut Command) -> Result<Vec<Report>, String> {
    let output = command.output().map_err(|error| format!("mpirun: {error}"))?;
    if !output.status.success() {
        return Err(complaint(&output));
    }
    let said = String::from_utf8_lossy(&output.stdout);
    let report = |line| {
        serde_json::from_str(line)
            .map_err(|error| format!("rank 0 said something else: {error}: {line}"))
    };
    said.lines().map(report).collect()
}

/// Divides a job among so many ranks; returns what came of it, and how many seconds it took from
/// when all ranks were there.
///
/// # Errors
///
/// As [`launch`].
pub fn divide(
    place: &Place,
    ranks: usize,
    division: Division,
) -> Result<(Part, f64), String> {
    match &launch(place, ranks, &[Order::Divide(division)])?[..] {
        [Report::Done(part, seconds)] => Ok((part.clone(), *seconds)),
        other => Err(format!("rank 0 reported {other:?}")),
    }
}

/// What took so many seconds, of the reports of one start.
///
/// # Errors
///
/// When there is no such report.
pub fn took(report: Option<&Report>) -> Result<&[f64], String> {
    match report {
        Some(Report::Took(seconds)) if !seconds.is_empty() => Ok(seconds),
        other => Err(format!("rank 0 reported {other:?} in place of times")),
    }
}

/// The line that says best what went wrong: ours, or one of `mpirun`'s.
fn complaint(output: &Output) -> String {
    let said = String::from_utf8_lossy(&output.stderr);
    let ours = said.lines().find_map(|line| line.strip_prefix("cluster: "));
    let is_theirs = |line: &&str| {
        ["exited on signal", "error while loading", "not found", "No such file"]
            .iter()
            .any(|part| line.contains(part))
    };
    let theirs =
        || said.lines().find(is_theirs).or(said.lines().find(|line| !line.is_empty()));
    // `mpirun` ends as a shell does: by a signal, that is 128 and the signal.
    let signal = output.status.code().and_then(|code| Signal::try_from(code - 128).ok());
    match (ours.or_else(theirs), signal) {
        (Some(line), _) => line.to_string(),
        (None, Some(signal)) => {
            format!("a rank was ended by {signal}, and mpirun ended all others")
        }
        (None, None) => format!("mpirun ended with {}, and said nothing", output.status),
    }
}
