//! Wrong: it reads and writes in turn, a piece each. A child that prints more than it reads, or
//! nothing before the end, is none for that.
//! Caught by `the_child_sees_the_end_of_its_input`: has somebody closed its stdin?
//! Caught by `more_may_come_out_than_goes_in`: who closes its stdin?

use std::io::{self, ErrorKind, Read, Write};

use witness::process::{Command, Stdio};
use witness::thread;

pub fn filter(mut command: Command, input: Vec<u8>) -> io::Result<Vec<u8>> {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    let (mut stdin, mut stdout) =
        (child.stdin.take().unwrap(), child.stdout.take().unwrap());
    let mut output = Vec::new();
    for piece in input.chunks(4096) {
        match stdin.write_all(piece) {
            Err(error) if error.kind() != ErrorKind::BrokenPipe => return Err(error),
            _ => {}
        }
        let mut buffer = [0; 4096];
        let length = stdout.read(&mut buffer)?;
        output.extend(&buffer[..length]);
    }
    drop(stdin);
    child.wait()?;
    stdout.read_to_end(&mut output)?;
    Ok(output)
}
