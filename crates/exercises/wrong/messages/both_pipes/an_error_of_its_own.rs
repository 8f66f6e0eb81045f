//! Wrong: when the command can't be started, it returns an error of its own, of the kind
//! `Other`, and not that error.
//! Caught by `who_cannot_be_started_is_an_error`: what starting such a program returns

use std::io::{self, ErrorKind, Read, Write};

use witness::process::{Command, Stdio};
use witness::thread;

pub fn filter(mut command: Command, input: Vec<u8>) -> io::Result<Vec<u8>> {
    let Ok(mut child) = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()
    else {
        return Err(io::Error::other("the command can't be started"));
    };
    let mut stdin = child.stdin.take().expect("its stdin is a pipe");
    let writer = thread::spawn(move || stdin.write_all(&input));
    let output = child.wait_with_output();
    match writer.join().expect("writing doesn't panic") {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(error),
        _ => Ok(output?.stdout),
    }
}
