//! Wrong: when the command can't be started, the writer's thread is left behind and nobody joins
//! it.
//! Caught by `who_cannot_be_started_is_an_error`: threads that nobody has joined

use std::io::{self, ErrorKind, Read, Write};

use witness::process::{ChildStdin, Command, Stdio};
use witness::sync::mpsc;
use witness::thread;

pub fn filter(mut command: Command, input: Vec<u8>) -> io::Result<Vec<u8>> {
    let (hand_over, pipe) = mpsc::channel::<ChildStdin>();
    let writer = thread::spawn(move || match pipe.recv() {
        Ok(mut stdin) => stdin.write_all(&input),
        Err(_) => Ok(()),
    });
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    hand_over.send(child.stdin.take().expect("its stdin is a pipe")).expect("it waits");
    let output = child.wait_with_output();
    match writer.join().expect("writing doesn't panic") {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(error),
        _ => Ok(output?.stdout),
    }
}
