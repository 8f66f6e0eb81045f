//! Wrong: when its stdout has ended, the child is killed. So one that closes it and goes on
//! is cut off.
//! Caught by `a_child_may_read_on_when_it_has_printed_all`: this one still reads

use std::io::{self, ErrorKind, Read, Write};

use witness::process::{Command, Stdio};
use witness::thread;

pub fn filter(mut command: Command, input: Vec<u8>) -> io::Result<Vec<u8>> {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    let mut stdin = child.stdin.take().expect("its stdin is a pipe");
    let mut stdout = child.stdout.take().expect("its stdout is a pipe");
    let mut output = Vec::new();
    let (read, written) = thread::scope(|scope| {
        let writer = scope.spawn(move || stdin.write_all(&input));
        let read = stdout.read_to_end(&mut output);
        // It has printed all that it will.
        let _ = child.kill();
        let _ = child.wait();
        (read, writer.join().expect("writing doesn't panic"))
    });
    read?;
    match written {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(error),
        _ => Ok(output),
    }
}
