//! The parent of a worker is killed while the two meet. The worker ends and prints nothing, since
//! nobody is left who would want to know.

use std::env;
use std::os::fd::AsFd;
use std::process::Command;

use ipc::peer::ECHO;
use ipc::{Settings, Transport};
use libtest_mimic::Failed;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use processes::worker::Worker;

const ARGUMENT: &str = "--killed-while-meeting";

/// Makes this process a parent that is killed after so many steps, if its arguments say so.
pub(crate) fn entry() {
    let arguments: Vec<_> = env::args().collect();
    let [_, argument, steps] = &arguments[..] else { return };
    if argument != ARGUMENT {
        return;
    }
    let mut worker = Worker::start(&ECHO.work).expect("it starts");
    let (invitation, _inviting) =
        Transport::Pipes.open(Settings::default()).expect("it opens").invite();
    worker.send(&invitation).expect("it is there");
    match steps.as_str() {
        // The worker's answer has come, and nobody has read it.
        "1" => {
            let mut watched = [PollFd::new(worker.link().as_fd(), PollFlags::POLLIN)];
            while poll(&mut watched, PollTimeout::NONE).is_err() {}
        }
        _ => worker.receive::<()>().expect("it answers"),
    }
    std::process::abort();
}

pub(crate) fn workers_say_nothing() -> Result<(), Failed> {
    for steps in ["1", "2"] {
        let mut parent = Command::new(env::current_exe()?);
        let output = parent.args([ARGUMENT, steps]).output()?;
        assert!(output.status.code().is_none(), "it was to be killed");
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(said, "", "after {steps} steps");
    }
    Ok(())
}
