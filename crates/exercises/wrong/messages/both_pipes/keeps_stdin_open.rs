//! Wrong: the thread only borrows the stdin, so it stays open when the thread has ended.
//! The child waits for more.
//! Caught by `the_child_sees_the_end_of_its_input`: has somebody closed its stdin?

use std::io::{self, ErrorKind, Read, Write};

use witness::process::{Command, Stdio};
use witness::thread;

pub fn filter(mut command: Command, input: Vec<u8>) -> io::Result<Vec<u8>> {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    let mut stdin = child.stdin.take().unwrap();
    let mut stdout = child.stdout.take().unwrap();
    let mut output = Vec::new();
    thread::scope(|scope| {
        scope.spawn(|| {
            let _ = stdin.write_all(&input);
        });
        stdout.read_to_end(&mut output)
    })?;
    child.wait()?;
    Ok(output)
}
