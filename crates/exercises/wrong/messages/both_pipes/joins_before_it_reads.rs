//! Wrong: there is a thread that writes, but nobody reads before it has ended.
//! Caught by `megabytes_go_through`: waits for the end of thread 1
//! Caught by `megabytes_go_through`: Who reads while the other one writes?

use std::io::{self, ErrorKind, Read, Write};

use witness::process::{Command, Stdio};
use witness::thread;

pub fn filter(mut command: Command, input: Vec<u8>) -> io::Result<Vec<u8>> {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    let mut stdin = child.stdin.take().unwrap();
    let written = thread::spawn(move || stdin.write_all(&input)).join().unwrap();
    match written {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => return Err(error),
        _ => {}
    }
    Ok(child.wait_with_output()?.stdout)
}
