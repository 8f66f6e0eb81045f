use std::io::Write;
use std::time::Duration;

use ipc::peer::ECHO;
use ipc::{Connection, Error, Problem, transport};
use tour::{Outcome, Stage, Table, clock, format};

use super::meet;

/// How long we wait for a message before we say that we were not told.
const PATIENCE: Duration = Duration::from_secs(10);

pub(crate) fn run(stage: &mut Stage) -> Outcome {
    let mut table = Table::of_words(["the other side", "we learn", "after"]);
    let reaches = transport::ALL.iter().filter(|transport| transport.reaches_processes());
    for &transport in reaches {
        let mut peer = meet(transport, &ECHO)?;
        peer.connection.send(b"are you there?")?;
        peer.connection.receive()?;
        let (connection, process) = peer.into_parts();
        let (said, time) = clock::time(|| {
            drop(process);
            says(connection)
        });
        table.row([&format!("{transport}: killed"), &said?, &format::time(time)]);
    }
    write!(stage, "{table}")?;
    Ok(())
}

/// What we learn about the other side when we wait for a message, in words.
fn says(mut connection: Connection) -> Result<String, String> {
    match connection.receive_within(PATIENCE) {
        Ok(_) => Err("a message came from somebody who was killed".into()),
        Err(Error { problem: Problem::Late, .. }) => {
            Err("nobody told us that the other side was killed".into())
        }
        Err(error) => Ok(error.problem.to_string()),
    }
}
