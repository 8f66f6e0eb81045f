//! Wrong: it returns an error when the child ends with another exit code than 0. What was printed is
//! lost, and `grep` and `diff` end with 1 when all is well.
//! Caught by `its_exit_code_does_not_matter`: has printed something

use std::io::{self, ErrorKind, Read, Write};

use witness::process::{Command, Stdio};
use witness::thread;

pub fn filter(mut command: Command, input: Vec<u8>) -> io::Result<Vec<u8>> {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    let mut stdin = child.stdin.take().unwrap();
    let writer = thread::spawn(move || stdin.write_all(&input));
    let output = child.wait_with_output();
    let _ = writer.join().unwrap();
    let output = output?;
    if !output.status.success() {
        return Err(io::Error::other(format!("it ended with {}", output.status)));
    }
    Ok(output.stdout)
}
