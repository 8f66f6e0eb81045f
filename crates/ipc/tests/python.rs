//! The script that does the same in Python: every process that it starts ends with it.

#![cfg(target_os = "linux")]

use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

/// Long enough for any machine, short enough for whoever waits for a failure.
const LONG_ENOUGH: Duration = Duration::from_secs(60);

/// The ways of the script to start a child, as Python expressions.
const WAYS: &[(&str, &str)] = &[
    ("Pipe", "r.pipe(context)"),
    ("Queue", "r.queue(context.Queue(), context.Queue())"),
    ("shared_memory", "r.memory(block)"),
];

fn script(way: &str) -> String {
    format!(
        "import multiprocessing, sys, round_trips as r\n\
         from multiprocessing import shared_memory\n\
         context = multiprocessing.get_context('fork')\n\
         block = shared_memory.SharedMemory(create=True, size=100)\n\
         _, serving, _ = {way}\n\
         child = context.Process(target=r.serve, args=serving)\n\
         child.start()\n\
         print(child.pid, flush=True)\n\
         sys.stdin.read()\n"
    )
}

fn python() -> Command {
    let mut python = Command::new("python3");
    python.current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/python"));
    python.env("PYTHONDONTWRITEBYTECODE", "1").stderr(Stdio::null());
    python
}

#[test]
fn children_end_with_their_parent() {
    let there = python().args(["-c", "import multiprocessing.shared_memory"]).status();
    if !there.is_ok_and(|status| status.success()) {
        eprintln!("not tested: there is no python3 with shared memory");
        return;
    }
    for (name, way) in WAYS {
        let script = script(way);
        let mut parent = python();
        parent.args(["-c", &script]).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut parent = parent.spawn().unwrap();
        let mut said = BufReader::new(parent.stdout.take().unwrap());
        let mut child = String::new();
        said.read_line(&mut child).unwrap();
        let child: i32 = child.trim().parse().expect("the child has started");
        parent.kill().unwrap();
        parent.wait().unwrap();
        // The child has the same stdout, and the system closes that when it ends.
        let (say, ended) = mpsc::channel();
        thread::spawn(move || say.send(said.read_to_end(&mut Vec::new()).is_ok()));
        let ended = ended.recv_timeout(LONG_ENOUGH);
        if ended.is_err() {
            let child = nix::unistd::Pid::from_raw(child);
            let _ = nix::sys::signal::kill(child, nix::sys::signal::Signal::SIGKILL);
        }
        assert_eq!(ended, Ok(true), "{name}: the child lives on");
    }
}
