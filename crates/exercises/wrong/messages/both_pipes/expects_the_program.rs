//! Wrong: it expects that every command can be started.
//! Caught by `who_cannot_be_started_is_an_error`: called `Result::unwrap()` on an `Err` value

use std::io::{self, ErrorKind, Read, Write};

use witness::process::{Command, Stdio};
use witness::thread;

pub fn filter(mut command: Command, input: Vec<u8>) -> io::Result<Vec<u8>> {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let writer = thread::spawn(move || stdin.write_all(&input));
    let output = child.wait_with_output();
    match writer.join().unwrap() {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(error),
        _ => Ok(output?.stdout),
    }
}
