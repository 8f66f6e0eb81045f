//! Several hosts on this machine: the script makes them where it may, all jobs come to the same there, and nothing is left.

#![cfg(target_os = "linux")]

use std::io::{BufRead, BufReader};
use std::process::{Command, Output, Stdio};
use std::sync::{Mutex, PoisonError};

use nix::sys::signal::{Signal, kill};
use nix::unistd::{Pid, Uid};

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/hosts.sh");
const PROGRAM: &str = env!("CARGO_BIN_EXE_cluster");

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Whether hosts can be made; if not, says so.
fn can_make_hosts() -> bool {
    let output = Command::new(SCRIPT).args(["2", "true"]).output().unwrap();
    let said = text(&output.stderr);
    if !said.is_empty() {
        eprintln!("not tested: {said}");
    }
    said.is_empty()
}

/// What the system has of the hosts with the addresses in `hosts`: namespaces, bridges, folders, processes.
fn left(hosts: &str) -> Vec<String> {
    let net = hosts.split('.').nth(2).unwrap();
    let (bridge, host) = (format!("cluster-{net}"), format!("cluster-{net}-"));
    let listed = |arguments: &[&str]| {
        text(&Command::new("ip").args(arguments).output().unwrap().stdout)
    };
    let mut left: Vec<_> = [listed(&["netns", "list"]), listed(&["-o", "link"])]
        .concat()
        .lines()
        .filter(|line| {
            let parts = line.split(|c: char| c != '-' && !c.is_ascii_alphanumeric());
            parts.into_iter().any(|part| part == bridge || part.starts_with(&host))
        })
        .map(str::to_string)
        .collect();
    for host in 1..4 {
        let folder = std::env::temp_dir().join(format!("cluster-{net}-{host}"));
        left.extend(folder.exists().then(|| folder.display().to_string()));
    }
    left
}

/// The tests below make hosts, one after the other: each start takes the cores that there are.
static ONE_BY_ONE: Mutex<()> = Mutex::new(());

#[test]
fn every_job_comes_to_the_same_on_three_hosts() {
    let _alone = ONE_BY_ONE.lock().unwrap_or_else(PoisonError::into_inner);
    if !can_make_hosts() {
        return;
    }
    for demo in [
        "squares --size 1000000",
        "primes --size 50000",
        "index --size 300",
        "counts --size 100000",
        "trips --size 20",
        "dying --size 800",
    ] {
        let Output { status, stdout, stderr } = Command::new(SCRIPT)
            .args(["3", PROGRAM])
            .args(demo.split(' '))
            .args((!demo.starts_with("trips")).then_some("--workers=3"))
            .output()
            .unwrap();
        assert!(status.success() && stderr.is_empty(), "{demo}: {}", text(&stderr));
        let said = text(&stdout);
        match demo.starts_with("dying") {
            true => assert!(
                said.contains("ended by SIGKILL") && said.contains("the same index")
            ),
            false => assert!(said.contains("3 hosts"), "{said}"),
        }
    }
}

#[test]
fn hosts_are_gone_when_the_command_ends_or_is_interrupted() {
    let _alone = ONE_BY_ONE.lock().unwrap_or_else(PoisonError::into_inner);
    if !can_make_hosts() {
        return;
    }
    for interrupted in [false, true] {
        let command = "echo $CLUSTER_HOSTS; exec cat";
        let mut script = Command::new(SCRIPT);
        tour::manners::heed(&mut script);
        let mut script = script
            .args(["3", "sh", "-c", command])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut hosts = String::new();
        let mut stdout = BufReader::new(script.stdout.take().unwrap());
        stdout.read_line(&mut hosts).unwrap();
        assert!(!left(&hosts).is_empty(), "hosts are there: {hosts}");
        if interrupted {
            kill(Pid::from_raw(script.id() as i32), Signal::SIGINT).unwrap();
        }
        // The command sees the end of its input, and ends.
        drop(script.stdin.take());
        let ended = script.wait().unwrap();
        assert!(interrupted || ended.success());
        assert_eq!(left(&hosts), [""; 0]);
    }
}

#[test]
fn without_root_everything_runs_here() {
    let mut command = match Uid::effective().is_root() {
        // Nobody has the number of nobody.
        true => {
            let mut command = Command::new("setpriv");
            command.args(["--reuid", "65534", "--clear-groups", SCRIPT]);
            command
        }
        false => Command::new(SCRIPT),
    };
    let output =
        command.args(["2", "sh", "-c", "echo hosts: $CLUSTER_HOSTS"]).output().unwrap();
    assert_eq!(text(&output.stdout), "hosts:\n");
    assert_eq!(
        text(&output.stderr),
        "hosts.sh: several hosts on one machine need root; everything runs on this one\n"
    );
}

#[test]
fn a_mistake_gets_one_line() {
    for arguments in [&[][..], &["3"], &["0", "true"], &["many", "true"]] {
        let output = Command::new(SCRIPT).args(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(2));
        assert_eq!(text(&output.stderr).lines().count(), 1);
    }
}
