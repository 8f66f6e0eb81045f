//! Wrong: when the pipe breaks, it has what it needs, and returns. Nobody waits for the child.
//! Caught by `nothing_is_left_behind`: children that nobody has waited for

use std::io::{self, ErrorKind, Read, Write};

use witness::process::{Command, Stdio};
use witness::thread;

pub fn filter(mut command: Command, input: Vec<u8>) -> io::Result<Vec<u8>> {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    let mut stdin = child.stdin.take().unwrap();
    let mut stdout = child.stdout.take().unwrap();
    let reader = thread::spawn(move || {
        let mut output = Vec::new();
        stdout.read_to_end(&mut output).map(|_| output)
    });
    match stdin.write_all(&input) {
        Ok(()) => {}
        Err(error) if error.kind() == ErrorKind::BrokenPipe => {
            return reader.join().unwrap();
        }
        Err(error) => return Err(error),
    }
    drop(stdin);
    child.wait()?;
    reader.join().unwrap()
}
