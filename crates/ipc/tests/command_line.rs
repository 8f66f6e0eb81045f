//! The example as its readers meet it: from a shell.

#![cfg(unix)]

use std::fs;
use std::process::Command;

use tour::manners::Example;

const IPC: Example = Example::new("ipc", env!("CARGO_BIN_EXE_ipc"));

#[test]
fn it_fits_the_screen() {
    IPC.fits_the_screen();
}

#[test]
fn every_mistake_gets_one_line() {
    for (arguments, complaint) in [
        (
            "pipes",
            "no demo `pipes`; there are round-trips, stream, numbers, moving, segment, stays, ends",
        ),
        ("stream --size 0", "--size wants a whole number from 1"),
        ("ends --workers 2", "`ends` takes no --workers"),
    ] {
        IPC.complains(arguments, complaint);
    }
}

#[test]
fn a_closed_pipe_is_success() {
    IPC.takes_a_closed_pipe_for_success("ends");
}

#[test]
fn an_interrupt_ends_it_at_once() {
    // So many round trips take far longer than the test does.
    IPC.ends_when_interrupted("round-trips --size 10000000");
}

/// A process that is interrupted can't remove a name, so the demo removes it before the work
/// begins.
#[cfg(target_os = "linux")]
#[test]
fn an_interrupt_leaves_no_name() {
    use std::process::Stdio;
    use std::time::{Duration, Instant};

    // So many additions take long enough to look for the name while they are made.
    let mut adding = Command::new(env!("CARGO_BIN_EXE_ipc"))
        .args(["segment", "--size", "1000000000"])
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let begin = Instant::now();
    let mapped = || fs::read_to_string(format!("/proc/{}/maps", adding.id())).unwrap();
    while !mapped().contains("/dev/shm/shmem_") && begin.elapsed().as_secs() < 60 {
        std::thread::yield_now();
    }
    let is_gone = |line: &str| line.ends_with(" (deleted)");
    let all_gone =
        || mapped().lines().filter(|line| line.contains("/shmem_")).all(is_gone);
    while !all_gone() && begin.elapsed() < Duration::from_secs(60) {
        std::thread::yield_now();
    }
    let (seen, gone) = (mapped().contains("/dev/shm/shmem_"), all_gone());
    adding.kill().unwrap();
    adding.wait().unwrap();
    assert!(seen && gone, "the name was there while they added");
}

/// No name is left, whichever is there when Ctrl-C comes. Both demos have a name now and then in
/// this process, and in others that they show it to.
#[cfg(target_os = "linux")]
#[test]
fn an_interrupt_waits_until_no_name_is_left() {
    use std::collections::BTreeSet;
    use std::os::unix::process::ExitStatusExt;
    use std::process::Stdio;
    use std::time::{Duration, Instant};

    use nix::sys::signal::{Signal, kill};
    use nix::unistd::Pid;

    /// How often the test looks for names, once one has been seen, before it sends the signal.
    const MOMENTS: [usize; 4] = [0, 1, 10, 100];

    for demo in ["segment", "stays"] {
        let (mut seen, mut interrupted) = (BTreeSet::new(), 0);
        for moment in MOMENTS.iter().cycle().take(20) {
            let mut ipc = Command::new(env!("CARGO_BIN_EXE_ipc"));
            tour::manners::heed(&mut ipc);
            let mut ipc = ipc.arg(demo).stdout(Stdio::null()).spawn().unwrap();
            let begin = Instant::now();
            let named = || -> BTreeSet<String> {
                let maps = fs::read_to_string(format!("/proc/{}/maps", ipc.id()));
                let maps = maps.unwrap_or_default();
                let lines = maps.lines().filter(|line| !line.ends_with(" (deleted)"));
                let names = lines.filter_map(|line| line.split_once("/dev/shm/shmem_"));
                names.map(|(_, name)| format!("/dev/shm/shmem_{name}")).collect()
            };
            while named().is_empty() && begin.elapsed() < Duration::from_secs(60) {
                std::thread::yield_now();
            }
            for _ in 0..*moment {
                seen.extend(named());
            }
            seen.extend(named());
            kill(Pid::from_raw(ipc.id() as i32), Signal::SIGINT).unwrap();
            let ended = ipc.wait().unwrap();
            // On a busy machine it may have finished before the signal came, but not every time.
            if !ended.success() {
                assert_eq!(
                    ended.signal(),
                    Some(Signal::SIGINT as i32),
                    "{demo}: {ended:?}"
                );
                interrupted += 1;
            }
        }
        assert!(interrupted > 0, "{demo} was never interrupted");
        let left: Vec<_> = seen.iter().filter(|name| fs::exists(name).unwrap()).collect();
        assert!(!seen.is_empty() && left.is_empty(), "{demo}: {left:?}");
    }
}

#[test]
fn small_limits_get_one_line_or_less_work() {
    IPC.bears_small_limits(&[]);
}

/// A file that isn't ours stays, even if its name looks like one that we could have given.
#[test]
fn files_of_others_stay() {
    let folder = tempfile::tempdir().unwrap();
    let mut shell = Command::new("sh");
    // `exec` makes the shell's process the example's, so the file's name has the example's id in
    // it.
    let script = "echo mine >\"$TMPDIR/ipc-$$\" && exec \"$0\" stream --size 1";
    shell.args(["-c", script, env!("CARGO_BIN_EXE_ipc")]);
    let output = shell.env("TMPDIR", folder.path()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn too_small_files_get_a_line() {
    let mut shell = Command::new("sh");
    shell.args(["-c", "ulimit -f 200; exec \"$0\" stream", env!("CARGO_BIN_EXE_ipc")]);
    let output = shell.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.ends_with("raise `ulimit -f`\n"), "{said}");
    assert_eq!(said.lines().count(), 1, "{said}");
}

/// On Linux, ipc-channel has its sockets in the folder for temporary files.
#[cfg(target_os = "linux")]
mod sockets {
    use std::ffi::OsString;
    use std::fs;
    use std::os::unix::ffi::OsStringExt;
    use std::path::Path;
    use std::process::{Command, Output};

    fn ends_with_temporary_files_in(folder: &Path) -> Output {
        let mut ipc = Command::new(env!("CARGO_BIN_EXE_ipc"));
        ipc.arg("ends").env("TMPDIR", folder).output().unwrap()
    }

    /// The longest path that a folder for temporary files may have, in bytes, if a socket of
    /// ipc-channel is to fit into it. A socket's path has 107 bytes on Linux, and
    /// `/.tmpXXXXXX/socket` takes 18.
    const LONGEST: usize = 107 - 18;

    #[test]
    fn sockets_have_their_place_or_a_line_says_why_not() {
        let parent = tempfile::tempdir().unwrap();
        let of_length = |length: usize| {
            let length = length - parent.path().as_os_str().len() - 1;
            let folder = parent.path().join("x".repeat(length));
            fs::create_dir(&folder).unwrap();
            folder
        };
        let (fits, too_long, longer) =
            (of_length(LONGEST), of_length(LONGEST + 1), of_length(150));
        let no_utf8 = parent.path().join(OsString::from_vec(vec![0xff]));
        fs::create_dir(&no_utf8).unwrap();
        let file = parent.path().join("file");
        fs::write(&file, "").unwrap();

        let output = ends_with_temporary_files_in(&fits);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        for (folder, why) in [
            (&fits.join("missing"), "No such file or directory"),
            (&file, "Not a directory"),
            (&too_long, "its path is too long for a socket in it"),
            (&longer, "its path is too long for a socket in it"),
            (&no_utf8, "its path is no UTF-8"),
        ] {
            let output = ends_with_temporary_files_in(folder);
            let said = String::from_utf8_lossy(&output.stderr);
            assert_eq!(output.status.code(), Some(1), "{said}");
            let expected = format!(
                "ipc: ipc-channel, typed: the other side can't be met by a socket in the folder \
                 for temporary files, {}: {why}",
                folder.display()
            );
            assert!(said.starts_with(&expected), "{said}");
            assert!(
                said.ends_with("; set TMPDIR to another one, such as /tmp\n"),
                "{said}"
            );
            assert_eq!(said.lines().count(), 1, "{said}");
        }
        for folder in [fits, too_long, longer, no_utf8] {
            assert_eq!(fs::read_dir(&folder).unwrap().count(), 0, "{}", folder.display());
        }
    }
}

#[cfg(target_os = "linux")]
#[test]
fn ctrl_c_leaves_nothing_of_any_demo() {
    use processes::manners::{demos, leaves_nothing_when_interrupted};

    for demo in demos(&IPC.run("--list").stdout) {
        let program = env!("CARGO_BIN_EXE_ipc");
        leaves_nothing_when_interrupted(program, &demo, &[1, 2, 3]);
    }
}
