//! The portable ring as a program on any system uses it, without anything of Unix and without our
//! workers. The other side is this test program once more, with the invitation in its environment.

use std::env;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use ipc::meeting::Invitation;
use ipc::{Connection, Problem, Settings, Transport};

const INVITATION: &str = "IPC_TEST_INVITATION";

/// Long enough for any machine, short enough for whoever waits for a failure.
const LONG_ENOUGH: Duration = Duration::from_secs(60);

/// The other side. When it runs as a test, without an invitation, it has nothing to do.
#[test]
fn echo() {
    let Ok(invitation) = env::var(INVITATION) else { return };
    let invitation: Invitation = serde_json::from_str(&invitation).unwrap();
    let mut connection = invitation.join().unwrap();
    while connection.echo().is_ok() {}
}

/// A child that echoes. Dropping this kills the child, even when a test fails.
struct Echo {
    connection: Connection,
    child: Child,
}

impl Drop for Echo {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn meet() -> Echo {
    let settings = Settings { patience: LONG_ENOUGH, ..Settings::default() };
    let (invitation, inviting) = Transport::PortableRing.open(settings).unwrap().invite();
    let child = Command::new(env::current_exe().unwrap())
        .args(["--exact", "echo"])
        .env(INVITATION, serde_json::to_string(&invitation).unwrap())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    Echo { connection: inviting.accept("the echo").unwrap(), child }
}

#[test]
fn messages_of_all_lengths_come_back() {
    let mut echo = meet();
    for length in [0, 1, 48, 49, 1 << 10, 1 << 20, 5 << 20] {
        let message: Vec<_> = (0..length).map(|at| (at * 7) as u8).collect();
        echo.connection.send(&message).unwrap();
        let answer = echo.connection.receive_within(LONG_ENOUGH).unwrap();
        assert!(answer == message, "{length} bytes came back as others");
    }
}

#[test]
fn whoever_waits_for_the_killed_is_told() {
    let mut echo = meet();
    echo.connection.send(b"are you there?").unwrap();
    echo.connection.receive_within(LONG_ENOUGH).unwrap();
    echo.child.kill().unwrap();
    let error = echo.connection.receive_within(LONG_ENOUGH).map(|_| ()).unwrap_err();
    assert!(matches!(error.problem, Problem::Ended), "{error}");
}
