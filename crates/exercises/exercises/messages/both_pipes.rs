//! # Both pipes at once
//!
//! Chapter: messages/streams.md
//!
//! A text is handed to a program on its stdin, and the program prints its result: `sort`,
//! `gzip`, a formatter. The text may have several MiB, and so may the result.
//!
//! `filter` starts the command with a pipe at each end, gives it the whole input, and
//! returns all that it prints.
//!
//! * Some programs print while they read, as `cat` does. Some print nothing before they
//!   have seen the end of their input, as `sort` does. A pipe ends when its last writer
//!   has closed it: `drop` closes the `ChildStdin`.
//! * Some programs end before they have read all, as `head` does. Then a write fails with
//!   `ErrorKind::BrokenPipe`. That is no error here: return what they have printed.
//!
//! The constraint: the size of the input doesn't matter. And you leave nothing behind:
//! you have waited for the child, and have joined each thread that you started.
//!
//! You may start a thread: `witness::thread` has `spawn` and `scope`. (This exercise
//! needs Unix.)

use std::io::{self, ErrorKind, Read, Write};

use witness::process::{Command, Stdio};
use witness::thread;

pub fn filter(mut command: Command, input: Vec<u8>) -> io::Result<Vec<u8>> {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    // TODO: A pipe holds 64 KiB or so. What if the child has printed more than that,
    // while you are still writing?
    let mut stdin = child.stdin.take().expect("its stdin is a pipe");
    stdin.write_all(&input)?;
    drop(stdin);
    let output = child.wait_with_output()?;
    Ok(output.stdout)
}

// ---- The checks. Leave them as they are. ----

fn main() {
    if cfg!(not(unix)) {
        println!("This exercise runs child processes of Unix. It needs Linux or macOS.");
        return;
    }
    let seen = witness::for_real(|| {
        let sorted = filter(Command::new("sort"), b"pipe\nmessage\nchannel\n".to_vec());
        String::from_utf8(sorted.expect("sort is there")).expect("it sorts text")
    });
    print!("{}", seen.value);
}

#[cfg(all(test, unix))]
mod checks {
    use super::*;
    use witness::{Seen, for_real_or_explain};

    /// Far more than any pipe holds.
    const MUCH: usize = 4 << 20;

    fn command(words: &[&str]) -> Command {
        let mut command = Command::new(words[0]);
        command.args(&words[1..]);
        command
    }

    fn run(
        words: &'static [&'static str],
        input: Vec<u8>,
        no_end: &str,
    ) -> Seen<io::Result<Vec<u8>>> {
        for_real_or_explain(no_end, move || filter(command(words), input))
    }

    /// A text of many lines that are all different.
    fn much() -> Vec<u8> {
        let lines = (0..).flat_map(|number| format!("{number:07}\n").into_bytes());
        lines.take(MUCH).collect()
    }

    #[test]
    fn the_child_sees_the_end_of_its_input() {
        let seen = run(
            &["sort"],
            b"pipe\nmessage\nchannel\n".to_vec(),
            "`sort` prints nothing before it has seen the end of its input, and waits \
             for more: has somebody closed its stdin? Or do you wait for its first words \
             before you have closed it?",
        );
        let sorted = seen.value.expect("sort is there, and nothing fails");
        assert_eq!(String::from_utf8_lossy(&sorted), "channel\nmessage\npipe\n");
    }

    #[test]
    fn megabytes_go_through() {
        let seen = run(
            &["cat"],
            much(),
            "`cat` prints 4 MiB while it reads 4 MiB. Both pipes are full: `cat` can't \
             print and waits until somebody reads, and whoever writes waits for `cat`. \
             Who reads while the other one writes? (If `sort` waits as well, begin \
             there.)",
        );
        let copy = seen.value.expect("cat is there, and nothing fails");
        assert_eq!(copy.len(), MUCH, "bytes that `cat` has printed, of {MUCH}");
        assert!(copy == much(), "`cat` has printed other bytes than it got");
    }

    #[test]
    fn a_child_may_end_early() {
        let no_end = "this child reads a part of its input, or nothing, and ends";
        for (words, printed) in [(&["head", "-n", "1"][..], "0000000\n"), (&["true"], "")]
        {
            match run(words, much(), no_end).value {
                Ok(output) => assert_eq!(
                    String::from_utf8_lossy(&output),
                    printed,
                    "what `{}` has printed",
                    words.join(" ")
                ),
                Err(error) => panic!(
                    "{error}: `{}` has ended and doesn't need the rest of its input; \
                     that is no error here",
                    words.join(" ")
                ),
            }
        }
    }

    #[test]
    fn nothing_is_left_behind() {
        let no_end = "this child reads a line and ends: what do you wait for?";
        let seen = run(&["head", "-n", "1"], b"one line\n".to_vec(), no_end);
        assert_eq!(seen.children, 1, "children for one command");
        assert_eq!(seen.unreaped, 0, "children that nobody has waited for: zombies");
        assert_eq!(seen.unjoined, 0, "threads that nobody has joined");
    }
}
