//! What is left when all processes that have met have been killed: nothing.

use std::path::Path;
use std::process::Command;
use std::time::Duration;
use std::{env, fs};

use ipc::meeting::Invitation;
use ipc::peer::ECHO;
use ipc::{Peer, Problem, Settings, Transport, segment, transport};
use libtest_mimic::Failed;

const ARGUMENT: &str = "--leave-nothing-behind";
const UNMET: &str = "--leave-a-name-behind";

/// Makes this process the one that is killed, with all that it has open, if its arguments say so.
pub(crate) fn entry() {
    match env::args().nth(1).as_deref() {
        Some(ARGUMENT) => meet_all(),
        Some(UNMET) => meet_nobody(),
        _ => return,
    }
    std::process::abort();
}

/// Opens a portable ring that nobody joins, and prints the invitation.
fn meet_nobody() {
    let opened = Transport::PortableRing.open(Settings::default()).expect("it opens");
    let (invitation, inviting) = opened.invite();
    println!("{}", serde_json::to_string(&invitation).expect("it can be written down"));
    // Keeps the name, as if the process were killed here.
    std::mem::forget(inviting);
}

fn meet_all() {
    // Nobody joins this one, and `accept` gives up at once.
    let settings = Settings { patience: Duration::ZERO, ..Settings::default() };
    let (invitation, inviting) =
        Transport::TypedChannel.open(settings).expect("it opens").invite();
    assert!(inviting.accept("nobody").is_err());
    drop(invitation);

    let reaches = transport::ALL.iter().filter(|transport| transport.reaches_processes());
    let mut peers = Vec::new();
    for (number, &transport) in reaches.enumerate() {
        let mut peer =
            Peer::start(transport, Settings::default(), &ECHO).expect("it starts");
        peer.connection.send(&[7; 100_000]).expect("it lives");
        assert_eq!(peer.connection.receive().expect("it answers"), [7; 100_000]);
        // Every other peer is dropped right away, before this process is killed.
        if number % 2 == 0 {
            peers.push(peer);
        } else {
            drop(peer);
        }
    }
    println!("{}\n{}", shared().join(" "), mapped().join("\n"));
    std::mem::forget(peers);
}

/// What this process has mapped of the system's shared memory: a name, with ` (deleted)` after it
/// if it has been removed.
fn mapped() -> Vec<String> {
    let maps = fs::read_to_string("/proc/self/maps").unwrap_or_default();
    let named = |line: &str| Some(line.split_once(" /dev/shm/")?.1.to_string());
    maps.lines().filter_map(named).collect()
}

/// The names in the system's shared memory.
fn shared() -> Vec<String> {
    names("/dev/shm")
}

fn names(folder: impl AsRef<Path>) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<_> =
        entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

pub(crate) fn nothing_is_left_behind() -> Result<(), Failed> {
    let folder = tempfile::tempdir()?;
    let before = shared();
    let output = Command::new(env::current_exe()?)
        .arg(ARGUMENT)
        .env("TMPDIR", folder.path())
        .output()?;
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.code().is_none(), "it was to be killed: {complaint}");
    let said = String::from_utf8(output.stdout)?;
    let (during, mapped) = said.split_once('\n').ok_or("it said nothing")?;
    // The two sides of the portable ring had met, so its name must be gone.
    let mapped: Vec<_> = mapped.lines().collect();
    let seen = !cfg!(target_os = "linux") || !mapped.is_empty();
    assert!(seen && mapped.iter().all(|name| name.ends_with(" (deleted)")), "{mapped:?}");
    // Even while they lived, nothing of theirs may have had a name: neither those of portable
    // rings, nor any that say whose they are. Other tests have names there, too.
    let known: Vec<_> =
        mapped.iter().map(|name| name.trim_end_matches(" (deleted)")).collect();
    let ours = |name: &str| {
        known.contains(&name) || name.contains("ring") || name.contains("ipc")
    };
    let named: Vec<_> = during.split_whitespace().filter(|name| ours(name)).collect();
    assert!(named.is_empty(), "{named:?} were there");
    let after: Vec<_> =
        shared().into_iter().filter(|name| !before.contains(name)).collect();
    assert!(!after.iter().any(|name| ours(name)), "{after:?} are left");
    assert_eq!(names(folder.path()), Vec::<String>::new(), "in the temporary folder");
    Ok(())
}

/// The one thing that can stay: the name of a portable ring whose two sides have not met. The side
/// that comes too late removes it.
pub(crate) fn a_name_stays_until_somebody_comes() -> Result<(), Failed> {
    let output = Command::new(env::current_exe()?).arg(UNMET).output()?;
    assert!(output.status.code().is_none(), "it was to be killed");
    let invitation: Invitation = serde_json::from_slice(&output.stdout)?;
    let name = invitation.address().rsplit(' ').next().unwrap_or_default().to_string();
    assert!(segment::is_there(&name), "{name} has gone by itself");
    let error = invitation.join().err().ok_or("whom did it meet?")?;
    assert!(matches!(error.problem, Problem::Ended), "{error}");
    assert!(!segment::is_there(&name), "{name} is left");
    Ok(())
}
