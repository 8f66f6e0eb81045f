//! What is left when everybody who has met has been killed: nothing.

use std::path::Path;
use std::process::Command;
use std::time::Duration;
use std::{env, fs};

use ipc::peer::ECHO;
use ipc::{Peer, Settings, Transport, transport};
use libtest_mimic::Failed;

const ARGUMENT: &str = "--leave-nothing-behind";

/// The process that is killed, with all that it has open.
pub(crate) fn entry() {
    if env::args().nth(1).is_none_or(|argument| argument != ARGUMENT) {
        return;
    }
    // Nobody joins, and nobody waits for long.
    let settings = Settings { patience: Duration::ZERO, ..Settings::default() };
    let (invitation, inviting) =
        Transport::TypedChannel.open(settings).expect("it opens").invite();
    assert!(inviting.accept("nobody").is_err());
    drop(invitation);

    let reaches = transport::ALL.iter().filter(|transport| transport.reaches_processes());
    let mut peers = Vec::new();
    for &transport in reaches {
        let mut peer =
            Peer::start(transport, Settings::default(), &ECHO).expect("it starts");
        peer.connection.send(&[7; 100_000]).expect("it lives");
        assert_eq!(peer.connection.receive().expect("it answers"), [7; 100_000]);
        // One peer in two goes first, without a word.
        if peers.len() % 2 == 0 {
            peers.push(peer);
        } else {
            drop(peer);
        }
    }
    println!("{}", shared().join(" "));
    std::process::abort();
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
    let during = String::from_utf8(output.stdout)?;
    // Not even while they lived did anything of theirs have a name.
    let ours = |name: &str| name.contains("ring") || name.contains("ipc");
    let named: Vec<_> = during.split_whitespace().filter(|name| ours(name)).collect();
    assert!(named.is_empty(), "{named:?} were there");
    let after: Vec<_> =
        shared().into_iter().filter(|name| !before.contains(name)).collect();
    assert!(!after.iter().any(|name| ours(name)), "{after:?} are left");
    assert_eq!(names(folder.path()), Vec::<String>::new(), "in the temporary folder");
    Ok(())
}
