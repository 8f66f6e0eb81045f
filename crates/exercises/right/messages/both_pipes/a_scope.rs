//! Right: the writer borrows the input in a scope, and owns the stdin.

use std::io::{self, ErrorKind, Read, Write};

use witness::process::{Command, Stdio};
use witness::thread;

pub fn filter(mut command: Command, input: Vec<u8>) -> io::Result<Vec<u8>> {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    let stdin = child.stdin.take().expect("its stdin is a pipe");
    let mut output = Vec::new();
    let input = &input;
    let done = thread::scope(|scope| {
        let writer = scope.spawn(move || {
            let mut stdin = stdin;
            for piece in input.chunks(10_000) {
                match stdin.write_all(piece) {
                    Ok(()) => {}
                    Err(error) if error.kind() == ErrorKind::BrokenPipe => break,
                    Err(error) => return Err(error),
                }
            }
            Ok(())
        });
        let mut stdout = child.stdout.take().expect("its stdout is a pipe");
        let read = stdout.read_to_end(&mut output);
        writer.join().expect("writing doesn't panic").and(read)
    });
    child.wait()?;
    done.map(|_| output)
}
