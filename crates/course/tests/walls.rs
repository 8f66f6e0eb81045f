//! The walls around an answer: each is put up, and then something throws itself against it.
//!
//! A machine may allow some of them only. A test says on stderr which ones it leaves out, and so
//! does each that needs root.

#![cfg(target_os = "linux")]

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use course::compile::{MACHINE, Order};
use course::supervisor::{End, Ended, PRIVATE, Request, VERB};
use course::walls::{Room, Walls, sysroot};
use nix::sys::memfd::{MFdFlags, memfd_create};
use nix::unistd::geteuid;
use serde_json::Value;

const ROOMS: [Room; 3] = [Room::NamespacesAndUser, Room::Namespaces, Room::User];

fn course() -> Command {
    Command::new(env!("CARGO_BIN_EXE_course"))
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A request for a shell, behind these walls.
fn shell(walls: Walls, script: &str) -> Request {
    Request {
        program: "/bin/sh".into(),
        arguments: vec!["-c".into(), script.into()],
        walls,
        seconds: 20,
        processes: 30,
        memory: PRIVATE,
        ..Request::default()
    }
}

/// How `request` ended, and what it printed. `by` is a command that runs a command.
fn ask_by(mut by: Command, request: &Request) -> Result<(Ended, String), String> {
    let request = serde_json::to_string(request).unwrap();
    by.args([VERB, &request]).stdin(Stdio::piped());
    by.stdout(Stdio::piped()).stderr(Stdio::piped());
    // The supervisor's stdin has to stay open.
    let mut supervisor = by.spawn().unwrap();
    let open = supervisor.stdin.take();
    let output = supervisor.wait_with_output().unwrap();
    drop(open);
    let (said, report) = (text(&output.stdout), text(&output.stderr));
    let ended: Result<Ended, String> =
        serde_json::from_str(&report).map_err(|_| format!("no report: {report}"))?;
    Ok((ended?, said))
}

fn ask(request: &Request) -> Result<(Ended, String), String> {
    ask_by(course(), request)
}

/// The rooms that this machine has.
fn rooms() -> Vec<Walls> {
    let walls = ROOMS.map(|room| Walls { room, ..Walls::default() });
    let stands = |walls: &Walls| match ask(&shell(*walls, "true")) {
        Ok((ended, _)) => {
            assert_eq!(ended.end, End::Exited(0), "{walls:?}");
            true
        }
        Err(why) => {
            eprintln!("left out: {walls:?}, since {why}");
            false
        }
    };
    walls.into_iter().filter(stands).collect()
}

/// These walls, if they stand here.
fn standing(walls: Walls) -> Option<Walls> {
    match ask(&shell(walls, "true")) {
        Ok(_) => Some(walls),
        Err(why) => {
            eprintln!("left out: {walls:?}, since {why}");
            None
        }
    }
}

fn root_or_leave_out(what: &str) -> bool {
    if !geteuid().is_root() {
        eprintln!("left out: {what}, which takes root");
    }
    geteuid().is_root()
}

#[test]
fn whoever_is_in_a_room_harms_nobody_outside() {
    for walls in rooms() {
        let ours = tempfile::tempdir().unwrap();
        let secret = ours.path().join("secret");
        fs::write(&secret, "a secret").unwrap();
        fs::set_permissions(&secret, PermissionsExt::from_mode(0o600)).unwrap();
        let marker = format!("left-by-{}-{:?}", std::process::id(), walls.room);
        let script = format!(
            "cat {secret}; rm -rf {secret} {ours} 2>&1
             for folder in /tmp /var/tmp /dev/shm; do echo x > $folder/{marker}; done
             kill -9 $PPID; kill -9 1; kill -9 -1
             id -u; echo still here",
            secret = secret.display(),
            ours = ours.path().display(),
        );
        let (ended, said) = ask(&shell(walls, &script)).unwrap();
        assert_eq!(ended.end, End::Exited(0), "{walls:?}: {said}");
        assert!(said.contains("still here"), "{walls:?}: {said}");
        assert!(!said.contains("a secret"), "{walls:?}: {said}");
        assert!(!said.lines().any(|line| line == "0"), "{walls:?} is root: {said}");
        assert_eq!(fs::read_to_string(&secret).unwrap(), "a secret", "{walls:?}");
        for folder in ["/tmp", "/var/tmp", "/dev/shm"] {
            let left = Path::new(folder).join(&marker);
            assert!(!left.exists(), "{walls:?}: {} is left", left.display());
        }
    }
}

#[test]
fn namespaces_hide_files_processes_and_networks_and_bound_the_disk() {
    for walls in rooms().into_iter().filter(|walls| walls.room != Room::User) {
        let script = "ls -A / /home /root /work /var /etc 2>&1; echo files
            cat /proc/[0-9]*/comm; echo processes
            tail -n +3 /proc/net/dev; echo networks
            dd if=/dev/zero of=/tmp/large bs=1M count=400 2>&1; dd if=/dev/zero of=/dev/shm/large bs=1M count=400 2>&1
            du -sm /tmp /dev/shm | sort -n | tail -1";
        let (ended, said) = ask(&shell(walls, script)).unwrap();
        assert_eq!(ended.end, End::Exited(0), "{said}");
        let (files, rest) = said.split_once("files\n").unwrap();
        for ours in ["Cargo.toml", ".cargo", "shadow", "lib/dpkg"] {
            assert!(!files.contains(ours), "{walls:?} shows {ours}: {files}");
        }
        let (processes, rest) = rest.split_once("processes\n").unwrap();
        assert!(processes.lines().count() <= 4, "{walls:?} shows processes: {processes}");
        let (networks, disk) = rest.split_once("networks\n").unwrap();
        assert!(
            networks.lines().all(|line| line.trim().starts_with("lo:")),
            "{walls:?} shows networks: {networks}"
        );
        assert_eq!(disk.matches("No space left").count(), 2, "{walls:?}: {disk}");
    }
}

/// A folder that is open would be a way out of any room.
#[test]
fn nothing_that_is_open_outside_is_open_in_a_room() {
    for walls in rooms().into_iter().chain([Walls::default()]) {
        let mut by = Command::new("sh");
        by.args(["-c", "exec 9< /; exec \"$@\"", "sh", env!("CARGO_BIN_EXE_course")]);
        let script = "ls /proc/self/fd/9/ && echo out; echo here";
        let (_, said) = ask_by(by, &shell(walls, script)).unwrap();
        assert!(!said.contains("out") && said.contains("here"), "{walls:?}: {said}");
    }
}

/// `nohup` has them ignore one signal, and a shell's `&` another one.
#[test]
fn a_signal_that_is_ignored_outside_ends_a_command_all_the_same() {
    for walls in rooms().into_iter().chain([Walls::default()]) {
        for signal in ["HUP", "INT"] {
            let mut by = Command::new("sh");
            let ignoring = format!("trap '' {signal}; exec \"$@\"");
            by.args(["-c", &ignoring, "sh", env!("CARGO_BIN_EXE_course")]);
            let script = format!("echo here; kill -{signal} $$; echo alive");
            let (_, said) = ask_by(by, &shell(walls, &script)).unwrap();
            assert_eq!(said, "here\n", "{walls:?}: {signal}");
        }
    }
}

/// The programs of the system belong to whoever grades, perhaps.
#[test]
fn what_a_room_shows_is_there_to_read_only() {
    for walls in rooms().into_iter().filter(|walls| walls.room != Room::User) {
        let ours = tempfile::tempdir().unwrap();
        let shown = ours.path().canonicalize().unwrap().join("shown");
        fs::create_dir(&shown).unwrap();
        fs::write(shown.join("here"), "to read").unwrap();
        fs::set_permissions(&shown, PermissionsExt::from_mode(0o777)).unwrap();
        let script = format!(
            "cat {0}/here; echo x > {0}/more; rm -f {0}/here; mount -o remount,rw {0}; echo x > {0}/more",
            shown.display()
        );
        let request = Request { see: vec![shown.clone()], ..shell(walls, &script) };
        let (_, said) = ask(&request).unwrap();
        assert!(
            said.contains("to read") && said.contains("Read-only"),
            "{walls:?}: {said}"
        );
        assert!(shown.join("here").exists() && !shown.join("more").exists(), "{said}");
        // There lies the memory of each process, its code included.
        let (_, said) = ask(&shell(walls, "echo x > /proc/self/mem")).unwrap();
        assert!(said.contains("Read-only file system"), "{walls:?}: {said}");
    }
}

#[test]
fn a_program_that_was_brought_cannot_change_its_own_memory() {
    let program = std::env::split_paths(&std::env::var_os("PATH").unwrap())
        .map(|folder| folder.join("dd"))
        .find(|program| program.is_file())
        .expect("there is a program that writes to where it is told");
    // Who is root and has no room may do all that root may.
    let shared = (!geteuid().is_root()).then(Walls::default);
    for walls in rooms().into_iter().chain(shared) {
        let request = Request {
            program: "./program".into(),
            arguments: ["if=/dev/zero", "of=/proc/self/mem", "count=1", "conv=notrunc"]
                .map(String::from)
                .to_vec(),
            bring: vec![(program.clone(), "program".into())],
            ..shell(walls, "")
        };
        let (_, said) = ask(&request).unwrap();
        assert!(
            said.contains("Permission denied") || said.contains("Read-only file system"),
            "{walls:?}: {said}"
        );
    }
}

#[test]
fn what_is_brought_is_there_and_only_files_are_kept() {
    for walls in rooms().into_iter().chain([Walls::default()]) {
        let ours = tempfile::tempdir().unwrap();
        let (source, kept) = (ours.path().join("source"), ours.path().join("kept"));
        fs::write(&source, "brought").unwrap();
        fs::create_dir(&kept).unwrap();
        let script = "cat in/here > out/copy; chmod 755 out/copy
            ln -s /etc/passwd out/link; mkfifo out/pipe; mkdir out/folder";
        let request = Request {
            bring: vec![(source, "in/here".into())],
            keep: Some(kept.clone()),
            ..shell(walls, script)
        };
        let (ended, said) = ask(&request).unwrap();
        assert_eq!(ended.end, End::Exited(0), "{walls:?}: {said}");
        let names: Vec<_> = fs::read_dir(&kept)
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        assert_eq!(names, ["copy"], "{walls:?}");
        assert_eq!(fs::read_to_string(kept.join("copy")).unwrap(), "brought");
    }
}

/// What some tests run behind walls: memory that no process has.
#[test]
#[ignore = "it is run by other tests, behind walls"]
fn hides_memory() {
    const PIECE: usize = 1 << 20;
    match memfd_create("hidden", MFdFlags::empty()) {
        Ok(hidden) => {
            let mut hidden = File::from(hidden);
            for _ in 0..200 {
                hidden.write_all(&vec![1; PIECE]).unwrap();
            }
            println!("hidden");
        }
        Err(error) => println!("refused: {error}"),
    }
}

/// What some tests run behind walls: asks its parent to trace it, which nobody may refuse without a filter.
#[test]
#[ignore = "it is run by other tests, behind walls"]
#[allow(unsafe_code)]
fn is_traced() {
    // SAFETY: the call takes no pointer.
    let asked = unsafe { nix::libc::ptrace(nix::libc::PTRACE_TRACEME, 0, 0, 0) };
    println!("traced: {:?}", nix::errno::Errno::result(asked));
}

fn hiding(walls: Walls) -> Request {
    this_test("hides_memory", walls)
}

fn this_test(name: &str, walls: Walls) -> Request {
    let itself = std::env::current_exe().unwrap();
    Request {
        program: "./itself".into(),
        arguments: ["--exact", name, "--ignored", "--nocapture"].map(String::from).into(),
        bring: vec![(itself, "itself".into())],
        memory: 100 << 20,
        ..shell(walls, "")
    }
}

#[test]
fn a_filter_refuses_memory_that_no_process_has_and_other_rooms() {
    let calls = |room| standing(Walls { room, calls: true, group: false });
    for walls in ROOMS.into_iter().chain([Room::Shared]).filter_map(calls) {
        let (ended, said) = ask(&hiding(walls)).unwrap();
        assert_eq!(ended.end, End::Exited(0), "{walls:?}: {said}");
        assert!(said.contains("refused: EPERM"), "{walls:?}: {said}");
        let (_, said) = ask(&this_test("is_traced", walls)).unwrap();
        assert!(said.contains("traced: Err(EPERM)"), "{walls:?}: {said}");
        let script = "unshare --user true && echo another user; unshare --mount true && echo another mount
            ipcmk --shmem 1000 && echo a segment; ipcmk --queue && echo a queue; (exit 7); echo $?";
        let (_, said) = ask(&shell(walls, script)).unwrap();
        for harm in ["another", "a segment", "a queue"] {
            assert!(!said.contains(harm), "{walls:?}: {said}");
        }
        // What programs do all the time is not refused.
        assert!(said.contains('7'), "{walls:?}: {said}");
    }
}

#[test]
fn a_group_counts_memory_that_no_process_has() {
    let group = |room| standing(Walls { room, calls: false, group: true });
    for walls in ROOMS.into_iter().chain([Room::Shared]).filter_map(group) {
        let (ended, said) = ask(&hiding(walls)).unwrap();
        assert_eq!(ended.end, End::TooMuchMemory(100 << 20), "{walls:?}: {said}");
        // It takes nothing that is given back.
        let modest = Request { memory: 400 << 20, ..hiding(walls) };
        let (ended, said) = ask(&modest).unwrap();
        assert_eq!(ended.end, End::Exited(0), "{walls:?}: {said}");
        assert!(said.contains("hidden"), "{walls:?}: {said}");
    }
}

/// Whoever interrupts a compilation ends the supervisors that cargo has started, and they can't tidy up.
#[test]
fn no_group_is_left_when_whoever_asked_has_gone() {
    let group = Walls { group: true, ..Walls::default() };
    let Some(walls) = standing(group) else { return };
    let inner = serde_json::to_string(&shell(walls, "echo begun; sleep 1000")).unwrap();
    // It stands between them, as cargo does, and its stdin stays open.
    let script =
        format!("sleep 1000 | exec {} {VERB} '{inner}'", env!("CARGO_BIN_EXE_course"));
    let outer = Request {
        folder: Some(std::env::temp_dir()),
        seconds: 100,
        memory: u64::MAX,
        ..shell(Walls::default(), &script)
    };
    let mut by = course();
    by.args([VERB, &serde_json::to_string(&outer).unwrap()]).stdin(Stdio::piped());
    let mut supervisor = by.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut stdout = BufReader::new(supervisor.stdout.take().unwrap());
    let mut line = String::new();
    stdout.read_line(&mut line).unwrap();
    assert_eq!(line, "begun\n");
    // Of those whose supervisor was killed, nobody tidies up.
    let groups: Vec<_> = groups().into_iter().filter(|group| !is_orphan(group)).collect();
    assert!(!groups.is_empty());
    drop(supervisor.stdin.take());
    supervisor.wait().unwrap();
    let left: Vec<_> = groups.into_iter().filter(|group| is_orphan(group)).collect();
    assert_eq!(left, Vec::<PathBuf>::new());
}

/// All groups that supervisors have made, here and in other tests.
fn groups() -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut within = vec![PathBuf::from("/sys/fs/cgroup")];
    while let Some(folder) = within.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                let ours = entry.file_name().to_string_lossy().starts_with("course-");
                if ours { found.push(entry.path()) } else { within.push(entry.path()) }
            }
        }
    }
    found
}

/// Whether a group is there, and its supervisor isn't.
fn is_orphan(group: &Path) -> bool {
    let name = group.file_name().unwrap().to_str().unwrap();
    let supervisor = name.trim_start_matches("course-");
    // In this order: a supervisor removes its group before it ends.
    !Path::new("/proc").join(supervisor).exists() && group.exists()
}

/// Runs `course` as the root of a container: it has the ids from 0 to `ids` only, and can't give
/// namespaces to anybody. `by` is a command that takes more from it. Returns the exit code, what it
/// printed, and its complaints.
fn contained(ids: u32, by: &[&str], arguments: &[&str]) -> Option<(i32, String, String)> {
    if !root_or_leave_out("the root of a container") {
        return None;
    }
    let no_namespaces = "for what in user mnt pid ipc net uts; do
            echo 0 > /proc/sys/user/max_${what}_namespaces || exit 99
        done
        exec \"$@\"";
    let mut command = Command::new("unshare");
    // Whoever is mapped becomes root by running a program.
    command.args(["--user", "sh", "-c", "echo $$; read mapped; exec \"$@\"", "sh"]);
    command.args(["sh", "-c", no_namespaces, "sh"]).args(by);
    command.arg(env!("CARGO_BIN_EXE_course")).args(arguments);
    command.env("CARGO_TARGET_DIR", env!("CARGO_TARGET_TMPDIR"));
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let (mut id, mut said) = (String::new(), String::new());
    stdout.read_line(&mut id).unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mapped = ["uid_map", "gid_map"].iter().all(|map| {
        fs::write(format!("/proc/{}/{map}", id.trim()), format!("0 0 {ids}")).is_ok()
    });
    if !mapped {
        eprintln!("left out: a container, which this machine doesn't allow");
        let _ = child.kill();
        let _ = child.wait();
        return None;
    }
    writeln!(stdin, "mapped").unwrap();
    stdout.read_to_string(&mut said).unwrap();
    let output = child.wait_with_output().unwrap();
    drop(stdin);
    Some((output.status.code().unwrap_or(-1), said, text(&output.stderr)))
}

/// The root of a container may make up a user only among those that it has; and root may lack
/// the right to give files away.
#[test]
fn a_user_of_its_own_is_found_in_a_container() {
    let walls = Walls { room: Room::User, ..Walls::default() };
    let script = "id -u; echo here > file && cat file; cat in/here";
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
    let request =
        Request { bring: vec![(source, "in/here".into())], ..shell(walls, script) };
    let request = serde_json::to_string(&request).unwrap();
    let without = ["setpriv", "--bounding-set=-chown", "--inh-caps=-chown"];
    for by in [&[][..], &without] {
        let ran = contained(65_536, by, &[VERB, &request]);
        let Some((_, said, report)) = ran else { return };
        let ended: Result<Ended, String> = serde_json::from_str(&report).unwrap();
        assert_eq!(ended.map(|ended| ended.end), Ok(End::Exited(0)), "{by:?}: {said}");
        let user: u32 = said.lines().next().unwrap().parse().unwrap();
        assert!((1..65_536).contains(&user), "{said}");
        assert!(said.contains("here\n") && said.contains("[package]"), "{said}");
    }
}

/// A folder with one right answer.
fn student() -> tempfile::TempDir {
    let student = tempfile::tempdir().unwrap();
    let answer = "threads/words_of_pages.rs";
    let solution = exercises().join("solutions").join(answer);
    fs::create_dir(student.path().join("threads")).unwrap();
    fs::copy(solution, student.path().join(answer)).unwrap();
    student
}

fn exercises() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../exercises")
}

#[test]
fn without_any_walls_grade_refuses_unless_it_is_told_to_trust() {
    let student = student();
    let exercises = exercises();
    let arguments = [
        "--exercises",
        exercises.to_str().unwrap(),
        "grade",
        student.path().to_str().unwrap(),
    ];
    // Root, but nobody else, and no namespaces.
    let Some((code, said, complaint)) = contained(1, &[], &arguments) else { return };
    assert_eq!((code, said.as_str()), (2, ""), "{complaint}");
    assert!(complaint.contains("an answer could delete your files"), "{complaint}");
    assert!(complaint.contains("--trust"), "{complaint}");
    // Another test may work in the same folder meanwhile.
    let lines = complaint.lines().filter(|line| !line.contains("waiting for another"));
    assert_eq!(lines.count(), 1, "{complaint}");

    let trusting = [&arguments[..], &["--trust", "--json"]].concat();
    let (_, said, complaint) = contained(1, &[], &trusting).unwrap();
    let report: Value = serde_json::from_str(&said).expect(&complaint);
    assert_eq!(report["passed"], 1, "{said}");
    assert_eq!(report["walls"]["running"]["room"], "shared", "{said}");

    // With others than root, each answer is one of them. Its compiler may lie where only root gets.
    let (_, said, complaint) = contained(65_536, &[], &trusting).unwrap();
    let report: Value = serde_json::from_str(&said).expect(&complaint);
    assert_eq!(report["passed"], 1, "{said}");
    assert_eq!(report["walls"]["running"]["room"], "user", "{said}");
}

/// Compiles `answer` as cargo has it compiled; `lib` stands for the libraries. Returns the level
/// and the text of what is said against it.
fn compile(order: &Order, answer: &str) -> Option<(String, String)> {
    let package = tempfile::tempdir().unwrap();
    let out = package.path().join("deps");
    fs::create_dir_all(package.path().join("src")).unwrap();
    fs::write(package.path().join("src/answer.rs"), answer).unwrap();
    let json = "--json=diagnostic-rendered-ansi,artifacts,future-incompat";
    let arguments = ["--crate-name", "answer", "--edition=2024", "src/answer.rs", json];
    let mut compiler = course();
    compiler.arg("rustc").args(arguments).arg("--emit=dep-info,link");
    compiler.args(["--error-format=json", "--out-dir"]);
    compiler.arg(&out).envs([order.variable()]).env("CARGO_PRIMARY_PACKAGE", "1");
    let output = compiler.current_dir(package.path()).output().unwrap();
    assert_eq!(output.status.success(), out.join("answer").is_file(), "{output:?}");
    if output.status.success() {
        return None;
    }
    let said: Value = serde_json::from_slice(&output.stderr).expect("one line of JSON");
    let field = |name: &str| said[name].as_str().unwrap().to_owned();
    Some((field("level"), field("rendered")))
}

fn order(walls: Walls) -> Order {
    Order { walls, sysroot: sysroot().unwrap(), seconds: 20, memory: 600 << 20 }
}

/// The walls behind which the compiler runs here.
fn around_the_compiler() -> Vec<Walls> {
    let compiles = |walls: &Walls| match compile(&order(*walls), "fn main() {}") {
        None => true,
        Some((level, said)) => {
            assert_eq!(level, MACHINE, "{walls:?}: {said}");
            eprintln!("left out: compiling within {walls:?}, since {said}");
            false
        }
    };
    let walls = ROOMS.map(|room| Walls { room, ..Walls::default() });
    walls.into_iter().chain([Walls::default()]).filter(compiles).collect()
}

#[test]
fn an_answer_is_compiled_with_the_walls_and_limits_of_its_checks() {
    let mut ours = tempfile::NamedTempFile::new().unwrap();
    writeln!(ours, "a secret").unwrap();
    let secret = format!("{:?}", ours.path());
    for walls in around_the_compiler() {
        let order = order(walls);
        let (level, said) = compile(&order, "fn main() { 1 }").unwrap();
        assert!(level == "error" && said.contains("error[E0308]: mismatched"), "{said}");
        if walls.room != Room::Shared {
            let answer = format!(
                "const SECRET: &str = include_str!({secret});
                 const SHOWN: () = panic!(\"{{}}\", SECRET);
                 fn main() {{ SHOWN }}"
            );
            let (level, said) = compile(&order, &answer).unwrap();
            assert!(level == "error" && !said.contains("a secret"), "{walls:?}: {said}");
        }
        let user = "const USER: Option<&str> = option_env!(\"COURSE_COMPILES\");
            const _: () = assert!(USER.is_none());
            fn main() {}";
        assert_eq!(compile(&order, user), None, "{walls:?}");
        let large = "const ALL: &[u8] = include_bytes!(\"/dev/zero\"); fn main() {}";
        let (level, said) = compile(&order, large).unwrap();
        assert!(level == "error" && said.contains("MiB of memory"), "{walls:?}: {said}");
        let endless = "#![allow(long_running_const_eval)]
            const NEVER: () = loop {}; fn main() { NEVER }";
        let (level, said) = compile(&Order { seconds: 2, ..order }, endless).unwrap();
        assert!(level == "error" && said.contains("for 2 s"), "{walls:?}: {said}");
    }
}

#[test]
fn a_compiler_that_crashes_says_so_of_its_answer_alone() {
    let ours = tempfile::tempdir().unwrap();
    let compiler = ours.path().join("bin/rustc");
    fs::create_dir(ours.path().join("bin")).unwrap();
    let walls = Walls::default();
    for (script, words) in [
        (
            "echo \"thread 'rustc' panicked\" >&2; exit 101",
            "crashed, with exit code 101\nthread 'rustc' panicked",
        ),
        ("kill -SEGV $$", "was ended by SIGSEGV"),
    ] {
        tour::manners::write_program(&compiler, format!("#!/bin/sh\n{script}\n"));
        let sysroot = ours.path().to_owned();
        let order = Order { sysroot, ..order(walls) };
        let (level, said) = compile(&order, "fn main() {}").unwrap();
        assert_eq!(level, "error", "{said}");
        assert!(said.contains("the compiler") && said.contains(words), "{said}");
    }
    // A compiler that isn't there is nobody's fault who handed in.
    fs::remove_file(&compiler).unwrap();
    let order = Order { sysroot: ours.path().to_owned(), ..order(walls) };
    assert_eq!(compile(&order, "fn main() {}").unwrap().0, MACHINE);
}
