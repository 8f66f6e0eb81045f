//! # Both pipes at once
//!
//! Chapter: messages/streams.md
//!
//! Data is handed to a program on its stdin, and the program prints its result: `sort`,
//! `gzip`, a formatter. The data may have several MiB, and so may the result.
//!
//! `filter` starts the command with a pipe at each end, gives it the whole input, and
//! returns all that it prints, byte for byte. With which exit code it ends doesn't matter
//! here.
//!
//! * Some programs print while they read, as `cat` does. Some print nothing before they
//!   have seen the end of their input, as `sort` does. A pipe ends when its last writer
//!   has closed it: `drop` closes the `ChildStdin`.
//! * Some programs end before they have read all, as `head` does. Then a write fails with
//!   `ErrorKind::BrokenPipe`. That is no error here: return what they have printed.
//! * If the command can't be started, return that error.
//!
//! The constraint: the size of the input doesn't matter. And you leave nothing behind:
//! you have waited for the child, and have joined each thread that you started.
//!
//! You may start a thread: `spawn` and `scope` are in `witness::thread`, which the checks
//! watch, and work as those in `std::thread`. (This exercise needs Unix.)

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
        let sorted = filter(
            witness::process::Command::new("sort"),
            b"pipe\nmessage\nchannel\n".to_vec(),
        );
        String::from_utf8(sorted.expect("sort is there")).expect("it sorts text")
    });
    print!("{}", seen.value);
}

#[cfg(all(test, unix))]
#[allow(clippy::disallowed_types, clippy::disallowed_methods)]
mod checks {
    use super::*;
    use std::io::{self, ErrorKind};
    use witness::process::{Command, Stdio};
    use witness::{Seen, for_real_or_explain};

    /// Far more than any pipe holds.
    const MUCH: usize = 4 << 20;

    fn run(
        words: &'static [&'static str],
        input: Vec<u8>,
        no_end: &str,
    ) -> Seen<io::Result<Vec<u8>>> {
        for_real_or_explain(no_end, move || {
            let mut command = Command::new(words[0]);
            // What it complains about is nobody's here, unless the answer wants it.
            command.args(&words[1..]).stderr(Stdio::null());
            filter(command, input)
        })
    }

    /// A text of many lines that are all different.
    fn text(length: usize) -> Vec<u8> {
        let lines = (0..).flat_map(|number| format!("{number:07}\n").into_bytes());
        lines.take(length).collect()
    }

    #[test]
    fn the_child_sees_the_end_of_its_input() {
        for (input, sorted) in
            [("pipe\nmessage\nchannel\n", "channel\nmessage\npipe\n"), ("", "")]
        {
            let seen = run(
                &["sort"],
                input.into(),
                "`sort` prints nothing before it has seen the end of its input, and waits \
                 for more: has somebody closed its stdin? Or do you wait for its first words \
                 before you have closed it?",
            );
            let output = seen.value.expect("sort is there, and nothing fails");
            assert_eq!(
                String::from_utf8_lossy(&output),
                sorted,
                "what `sort` has printed"
            );
        }
    }

    #[test]
    fn megabytes_go_through() {
        for length in [0, 1, 65_536, 65_537, MUCH] {
            let seen = run(
                &["cat"],
                text(length),
                "`cat` prints 4 MiB while it reads 4 MiB. Both pipes are full: `cat` can't \
                 print and waits until somebody reads, and whoever writes waits for `cat`. \
                 Who reads while the other one writes? (If `sort` waits as well, begin \
                 there.)",
            );
            let copy = seen.value.expect("cat is there, and nothing fails");
            assert_eq!(copy.len(), length, "bytes that `cat` has printed, of {length}");
            assert!(copy == text(length), "`cat` has printed other bytes than it got");
        }
    }

    #[test]
    fn more_may_come_out_than_goes_in() {
        for words in [
            &["sh", "-c", "head -c 4194304 /dev/zero; wc -c"][..],
            &["sh", "-c", "wc -c; head -c 4194304 /dev/zero"],
        ] {
            let no_end = "this child prints 4 MiB before it reads its input, or after that: who \
                          reads what it prints, and who closes its stdin?";
            let output =
                run(words, b"word\n".to_vec(), no_end).value.expect("nothing fails");
            let printed = output.iter().filter(|byte| **byte == 0).count();
            assert_eq!(printed, MUCH, "bytes that came of {MUCH}");
            let count = String::from_utf8_lossy(&output).replace('\0', "");
            assert_eq!(count.trim(), "5", "bytes that the child has read");
        }
    }

    #[test]
    fn bytes_stay_bytes() {
        let all: Vec<u8> = (0..=255).cycle().take(100_000).collect();
        let seen =
            run(&["cat"], all.clone(), "`cat` prints what it reads: who waits for whom?");
        match seen.value {
            Ok(copy) => assert!(
                copy == all,
                "`cat` has got each byte that there is, and others came"
            ),
            Err(error) => {
                panic!("{error}: what a program reads and prints need not be text")
            }
        }
    }

    /// Children that don't read all, and what they print. The last two close their stdin and
    /// go on.
    const EARLY: [(&[&str], &str); 4] = [
        (&["head", "-n", "1"], "0000000\n"),
        (&["true"], ""),
        (&["sh", "-c", "exec <&-; sleep 0.1; echo the end"], "the end\n"),
        (
            &["sh", "-c", "read line; exec <&-; echo $line; sleep 0.1; exit 3"],
            "0000000\n",
        ),
    ];

    #[test]
    fn a_child_may_end_early() {
        let no_end = "this child reads a part of its input, or nothing, and ends";
        for (words, printed) in EARLY {
            match run(words, text(MUCH), no_end).value {
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
    fn a_child_may_read_on_when_it_has_printed_all() {
        let name = format!("both-pipes-{}", std::process::id());
        let file = std::env::temp_dir().join(name);
        let job = format!("echo all; exec >&-; sleep 0.5; wc -c > '{}'", file.display());
        let words: &'static [&'static str] = vec!["sh", "-c", &*job.leak()].leak();
        let no_end = "this child closes its stdout, and then reads all of its input";
        let seen = run(words, text(MUCH), no_end);
        let came = std::fs::read_to_string(&file);
        let _ = std::fs::remove_file(&file);
        let output = seen.value.expect("nothing fails");
        assert_eq!(String::from_utf8_lossy(&output), "all\n", "what it has printed");
        assert_eq!(seen.killed, 0, "children killed: this one still reads");
        let came = came.expect("it counts what comes");
        assert_eq!(
            came.trim(),
            MUCH.to_string(),
            "bytes of its input that came; its stdout had ended before that, and its stdin had not"
        );
    }

    #[test]
    fn its_exit_code_does_not_matter() {
        for words in [
            &["sh", "-c", "cat; exit 3"][..],
            &["sh", "-c", "cat; echo it is not sorted >&2; exit 1"],
            &["sh", "-c", "cat; kill -9 $$"],
        ] {
            let seen =
                run(words, b"one line\n".to_vec(), "this child reads a line and ends");
            let output = seen.value.unwrap_or_else(|error| {
                panic!("{error}: `{}` has printed something", words.join(" "))
            });
            let output = String::from_utf8_lossy(&output);
            assert_eq!(output, "one line\n", "what `{}` has printed", words.join(" "));
        }
    }

    #[test]
    fn a_child_may_complain() {
        let no_end = "this child prints 300 KB to its stderr, then copies a line, and ends. If its \
                      stderr is a pipe, who reads it?";
        const COMPLAINS: &str =
            "head -c 300000 /dev/zero >&2; cat; head -c 300000 /dev/zero >&2";
        let seen = run(&["sh", "-c", COMPLAINS], b"one line\n".to_vec(), no_end);
        let output = seen.value.expect("nothing fails");
        assert_eq!(String::from_utf8_lossy(&output), "one line\n", "what it has printed");
    }

    #[test]
    fn who_cannot_be_started_is_an_error() {
        let seen = run(&["there-is-no-such-program"], text(100), "nothing was started");
        // Which error it is depends on who may look into which folder.
        assert!(
            seen.value.is_err(),
            "there is no such program, and you return its output"
        );
        let why = std::process::Command::new("there-is-no-such-program").spawn();
        assert_eq!(
            seen.value.map_err(|error| error.kind()),
            why.map(|_| Vec::new()).map_err(|error| error.kind()),
            "what `filter` returned (left), and what starting such a program returns"
        );
        assert_eq!(seen.unjoined, 0, "threads that nobody has joined");
    }

    #[test]
    fn nothing_is_left_behind() {
        let no_end = "this child reads a line and ends: what do you wait for?";
        let whole: [(&[&str], &str); 2] =
            [(&["cat"], ""), (&["sh", "-c", "cat > /dev/null; exit 1"], "")];
        for (words, _) in EARLY.into_iter().chain(whole) {
            for length in [9, MUCH] {
                let seen = run(words, text(length), no_end);
                let name = words.join(" ");
                assert_eq!(seen.children, 1, "children for one command, `{name}`");
                assert_eq!(
                    seen.unreaped, 0,
                    "children that nobody has waited for, zombies: `{name}` and {length} bytes"
                );
                assert_eq!(
                    seen.unjoined, 0,
                    "threads that nobody has joined, after `{name}`"
                );
            }
        }
    }
}
