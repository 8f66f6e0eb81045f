//! Wrong: it reads into a `String`, and not everything is text.
//! Caught by `bytes_stay_bytes`: need not be text

use std::io::{self, ErrorKind, Read, Write};

use witness::process::{Command, Stdio};
use witness::thread;

pub fn filter(mut command: Command, input: Vec<u8>) -> io::Result<Vec<u8>> {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    let mut stdin = child.stdin.take().unwrap();
    let writer = thread::spawn(move || {
        let _ = stdin.write_all(&input);
    });
    let mut text = String::new();
    let read = child.stdout.take().unwrap().read_to_string(&mut text);
    writer.join().unwrap();
    child.wait()?;
    read?;
    Ok(text.into_bytes())
}
