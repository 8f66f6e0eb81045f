//! Wrong: stderr is a pipe, too, and nobody reads it before the end.
//! Caught by `a_child_may_complain`: If its stderr is a pipe, who reads it

use std::io::{self, ErrorKind, Read, Write};

use witness::process::{Command, Stdio};
use witness::thread;

pub fn filter(mut command: Command, input: Vec<u8>) -> io::Result<Vec<u8>> {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let mut stdin = child.stdin.take().expect("its stdin is a pipe");
    let writer = thread::spawn(move || stdin.write_all(&input));
    let mut output = Vec::new();
    child.stdout.take().expect("its stdout is a pipe").read_to_end(&mut output)?;
    let written = writer.join().expect("it doesn't panic");
    child.wait()?;
    match written {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(error),
        _ => Ok(output),
    }
}
