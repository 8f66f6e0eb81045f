//! Wrong: one write, which need not write all.
//! Caught by `megabytes_go_through`: bytes that `cat` has printed

use std::io::{self, ErrorKind, Read, Write};

use witness::process::{Command, Stdio};
use witness::thread;

pub fn filter(mut command: Command, input: Vec<u8>) -> io::Result<Vec<u8>> {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    let mut stdin = child.stdin.take().expect("its stdin is a pipe");
    let writer = thread::spawn(move || stdin.write(&input));
    let output = child.wait_with_output();
    match writer.join().expect("it only writes") {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(error),
        _ => Ok(output?.stdout),
    }
}
