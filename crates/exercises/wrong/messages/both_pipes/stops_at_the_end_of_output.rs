//! Wrong: when the child has closed its stdout, it isn't given the rest of its input, which
//! it may still read.
//! Caught by `a_child_may_read_on_when_it_has_printed_all`: bytes of its input

use std::io::{self, ErrorKind, Read, Write};

use witness::process::{Command, Stdio};
use witness::sync::atomic::{AtomicBool, Ordering::SeqCst};
use witness::thread;

pub fn filter(mut command: Command, input: Vec<u8>) -> io::Result<Vec<u8>> {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    let mut stdin = child.stdin.take().expect("its stdin is a pipe");
    let mut stdout = child.stdout.take().expect("its stdout is a pipe");
    let ended = AtomicBool::new(false);
    let mut output = Vec::new();
    let (read, written) = thread::scope(|scope| {
        let writer = scope.spawn(|| {
            let mut left = &input[..];
            let mut written = Ok(());
            while !left.is_empty() && !ended.load(SeqCst) {
                match stdin.write(left) {
                    Ok(bytes) => left = &left[bytes..],
                    Err(error) => {
                        written = Err(error);
                        break;
                    }
                }
            }
            drop(stdin);
            written
        });
        let read = stdout.read_to_end(&mut output);
        // It has ended.
        ended.store(true, SeqCst);
        (read, writer.join().expect("writing doesn't panic"))
    });
    child.wait()?;
    read?;
    match written {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(error),
        _ => Ok(output),
    }
}
