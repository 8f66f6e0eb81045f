//! Right: the other way round. A thread reads, and the caller writes.

use std::io::{self, ErrorKind, Read, Write};

use witness::process::{Command, Stdio};
use witness::thread;

pub fn filter(mut command: Command, input: Vec<u8>) -> io::Result<Vec<u8>> {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    let mut stdout = child.stdout.take().expect("its stdout is a pipe");
    let reader = thread::spawn(move || {
        let mut output = Vec::new();
        stdout.read_to_end(&mut output)?;
        Ok::<_, io::Error>(output)
    });
    let mut stdin = child.stdin.take().expect("its stdin is a pipe");
    let written = match stdin.write_all(&input) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        written => written,
    };
    drop(stdin);
    let output = reader.join().expect("reading doesn't panic");
    child.wait()?;
    written.and(output)
}
