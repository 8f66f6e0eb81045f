//! Tests of workers, seen by their parents and by themselves. This program is the tests, their
//! workers, and whatever else has to be started: its own `main` decides which.

#[cfg(not(unix))]
fn main() {
    eprintln!("not tested: workers need Unix");
}

#[cfg(unix)]
fn main() {
    unix::main();
}

#[cfg(unix)]
mod unix {
    use std::io::{self, BufRead, BufReader, Read, Write};
    use std::os::fd::{AsFd, AsRawFd};
    use std::os::unix::net::UnixStream;
    use std::os::unix::process::ExitStatusExt;
    use std::path::PathBuf;
    use std::process::Command;
    use std::sync::mpsc;
    use std::time::Duration;
    use std::{env, fs, process, thread};

    use libtest_mimic::{Arguments, Failed, Trial};
    use nix::sys::resource::{Resource, getrlimit, setrlimit};
    use processes::crashing::{FAILURES, PLACES, Seen, observe};
    use processes::dividing::{PRIMES, SQUARES, kept, started};
    use processes::starting::{IDLE, WAYS};
    use processes::stopping::BUSY;
    use processes::worker::{self, Error, Program, Work, Worker};
    use processes::{orphans, stopping};
    use workloads::{primes, squares};

    type Outcome = Result<(), Failed>;
    type Test = (&'static str, fn() -> Outcome);

    /// Long enough for any machine, short enough for whoever waits for a failure.
    const LONG: Duration = Duration::from_secs(60);
    const SHORT: Duration = Duration::from_millis(300);

    /// Works that only these tests need.
    const TESTED: &[Work] = &[
        #[cfg(target_os = "linux")]
        Work::new("fork", |link| {
            let mut children = Vec::new();
            worker::answer_with_one_thread(link, move |(): ()| {
                let child = processes::forking::fork(|| {
                    loop {
                        thread::park();
                    }
                });
                children.extend(child);
                !children.is_empty()
            })
        }),
        Work::new("double", |link| worker::answer(link, |n: u64| n * 2)),
        Work::new("talk", |link| {
            worker::answer(link, |word: String| {
                println!("{word}");
                word
            })
        }),
        Work::new("panic", |link| {
            worker::answer(link, |(): ()| -> u64 { panic!("out of ink") })
        }),
        Work::new("long answer", |link| {
            worker::answer(link, |length: usize| "x".repeat(length))
        }),
        Work::new("descriptors", |link| worker::answer(link, |(): ()| descriptors())),
        Work::new("take descriptors", |link| {
            worker::answer_with_one_thread(link, |case| {
                take_descriptors(case).map_err(|error| error.to_string())
            })
        }),
        #[cfg(target_os = "linux")]
        Work::new("have a copy", |link| {
            worker::answer_with_one_thread(link, |(): ()| linux::copies::copy())
        }),
        #[cfg(target_os = "linux")]
        linux::families::HEAD,
        #[cfg(target_os = "linux")]
        linux::families::SINGLE_HEAD,
        #[cfg(target_os = "linux")]
        Work::new("signal the first thread", |link| {
            worker::answer(link, |(): ()| linux::signals::first_thread_hears())
        }),
        Work::new("have a child", |link| {
            worker::answer(link, |(): ()| {
                // The shell waits for a line from our stdout, and inherits our stdin.
                Command::new("sh").args(["-c", "read line <&1"]).spawn().is_ok()
            })
        }),
    ];

    /// How many descriptors each of these processes may have. If something goes wrong, they start
    /// no more workers than that.
    const DESCRIPTORS: u64 = 256;

    pub(super) fn main() {
        setrlimit(Resource::RLIMIT_NOFILE, DESCRIPTORS, DESCRIPTORS).unwrap();
        #[cfg(target_os = "linux")]
        linux::signals::entry();
        let arguments: Vec<String> = env::args().skip(1).collect();
        match arguments.first().map(String::as_str) {
            Some("--silent") => loop {
                thread::park();
            },
            // Never calls `entry`. If it were allowed to go on, it would still start nothing.
            Some("--forgetful") => {
                let error = Program::at("/no/such/program").start("double").unwrap_err();
                eprintln!("{error}");
                process::exit(7);
            }
            #[cfg(target_os = "linux")]
            Some("--copy-and-end") => {
                linux::copies::copy();
                process::exit(7);
            }
            Some("--end-at-once") => process::exit(7),
            Some("--garbage") => return greet(b"Hello, world!\n"),
            Some("--half-a-greeting") => return greet(b"[\"a worker"),
            Some("--noise") => loop {
                greet(&[b'x'; 4096]);
            },
            _ => {}
        }
        worker::entry(&[processes::WORKS, TESTED].concat());
        match arguments.as_slice() {
            [thousand, way] if thousand == "--thousand" => self::thousand(way),
            #[cfg(target_os = "linux")]
            [case, mark] if case == "--have-families" => linux::families::have_some(mark),
            #[cfg(target_os = "linux")]
            [case, mark] if case == "--ignore-children" => linux::families::ignore(mark),
            #[cfg(target_os = "linux")]
            [case] if case == "--ask" => linux::families::ask(),
            #[cfg(target_os = "linux")]
            [case] if case == "--close-and-ask" => linux::families::close_and_ask(),
            #[cfg(target_os = "linux")]
            [kill] if kill == "--kill-servers" => linux::kill_servers(),
            #[cfg(target_os = "linux")]
            [kill] if kill == "--kill-the-kept-server" => linux::kill_the_kept_server(),
            _ => run(),
        }
    }

    /// Sends `said` over the link instead of a greeting.
    fn greet(said: &[u8]) {
        let link = io::stdin().as_fd().try_clone_to_owned().unwrap();
        let mut link = UnixStream::from(link);
        if link.write_all(said).is_err() {
            process::exit(1);
        }
    }

    fn run() {
        let tests: [Test; 26] = [
            ("a_worker_answers", a_worker_answers),
            ("what_work_prints_is_no_message", what_work_prints_is_no_message),
            ("unknown_work_is_refused", unknown_work_is_refused),
            ("a_missing_program_is_named", a_missing_program_is_named),
            ("silence_ends_with_our_patience", silence_ends_with_our_patience),
            ("a_program_that_ends_at_once", a_program_that_ends_at_once),
            ("a_main_that_forgets_entry_starts_nothing", a_main_that_forgets_entry),
            ("garbage_is_no_greeting", garbage_is_no_greeting),
            ("half_a_greeting_is_no_greeting", half_a_greeting_is_no_greeting),
            ("endless_garbage_is_no_greeting", endless_garbage_is_no_greeting),
            ("no_descriptor_stays_that_nobody_gets", no_descriptor_stays),
            ("extremes_of_programs_and_workers", extremes_of_programs_and_workers),
            ("extremes_of_what_the_book_shows", extremes_of_what_the_book_shows),
            ("a_worker_that_panics_is_lost", a_worker_that_panics_is_lost),
            ("a_worker_that_is_killed_is_lost", a_worker_that_is_killed_is_lost),
            ("a_late_answer_is_an_error", a_late_answer_is_an_error),
            ("join_tells_who_was_killed", join_tells_who_was_killed),
            (
                "join_waits_for_nobody_who_waits_for_us",
                join_waits_for_nobody_who_waits_for_us,
            ),
            ("a_lost_part_leaves_no_answer_behind", a_lost_part_leaves_no_answer_behind),
            ("a_childs_child_holds_no_link", a_childs_child_holds_no_link),
            ("every_way_starts_and_ends", every_way_starts_and_ends),
            ("processes_find_the_same_total", processes_find_the_same_total),
            ("children_end_with_their_parent", children_end_with_their_parent),
            ("children_without_a_link_live_on", children_without_a_link_live_on),
            ("every_cell_of_the_crash_matrix", every_cell_of_the_crash_matrix),
            ("what_stops_and_what_does_not", what_stops_and_what_does_not),
        ];
        #[cfg(target_os = "linux")]
        let on_linux = linux::trials();
        #[cfg(not(target_os = "linux"))]
        let on_linux = Vec::new();
        let trials = tests.into_iter().map(|(name, test)| Trial::test(name, test));
        let trials = trials.chain(on_linux).collect();
        let conclusion = libtest_mimic::run(&Arguments::from_args(), trials);
        #[cfg(target_os = "linux")]
        if let Some(heard) = linux::signals::heard() {
            println!("signals: {heard}");
        }
        conclusion.exit();
    }

    fn this() -> Program {
        Program::this().unwrap()
    }

    fn a_worker_answers() -> Outcome {
        let mut worker = this().start("double")?;
        for n in [1_u64, 21, 1 << 40] {
            assert_eq!(worker.ask::<u64>(&n)?, 2 * n);
        }
        Ok(worker.join()?)
    }

    fn what_work_prints_is_no_message() -> Outcome {
        let (mut printed, stdout) = io::pipe()?;
        let program = this().stdout(stdout);
        let mut worker = program.start("talk")?;
        drop(program);
        assert_eq!(worker.ask::<String>(&"hello")?, "hello");
        worker.join()?;
        let mut said = String::new();
        printed.read_to_string(&mut said)?;
        assert_eq!(said, "hello\n");
        Ok(())
    }

    fn unknown_work_is_refused() -> Outcome {
        let error = this().start("tidy up").unwrap_err().to_string();
        assert!(
            error.starts_with("a worker refused: there is no work `tidy up`"),
            "{error}"
        );
        assert!(error.contains("squares"), "{error}");
        Ok(())
    }

    fn a_missing_program_is_named() -> Outcome {
        let error = Program::at("/no/such/program").start("double").unwrap_err();
        assert!(matches!(error, Error::Start { .. }));
        let error = error.to_string();
        assert!(
            error.starts_with("couldn't start a worker, /no/such/program: "),
            "{error}"
        );
        Ok(())
    }

    fn faulty(fault: &str) -> Error {
        let program = this().argument(fault).patience(LONG);
        let error = program.start("double").unwrap_err();
        assert_eq!(error.to_string().lines().count(), 1);
        error
    }

    fn silence_ends_with_our_patience() -> Outcome {
        let program = this().argument("--silent").patience(SHORT);
        let error = program.start("double").unwrap_err();
        assert!(matches!(error, Error::Silent { patience: SHORT, .. }), "{error}");
        Ok(())
    }

    fn a_program_that_ends_at_once() -> Outcome {
        match faulty("--end-at-once") {
            Error::Unready { status, .. } => assert_eq!(status.code(), Some(7)),
            error => return Err(error.into()),
        }
        Ok(())
    }

    /// Without the check, such a program would start itself as a worker, and so on without end.
    fn a_main_that_forgets_entry() -> Outcome {
        let said = |arguments: &[&str]| -> io::Result<String> {
            let output = Command::new(env::current_exe()?).args(arguments).output()?;
            Ok(String::from_utf8_lossy(&output.stderr).into_owned())
        };
        let as_worker = said(&["--forgetful", "--worker", "double"])?;
        assert_eq!(as_worker.lines().count(), 1, "{as_worker}");
        assert!(as_worker.contains("begin its `main` with that"), "{as_worker}");
        // A program that is no worker may start another one.
        let alone = said(&["--forgetful"])?;
        assert!(alone.contains("was it moved"), "{alone}");
        match faulty("--forgetful") {
            Error::Unready { status, .. } => assert_eq!(status.code(), Some(7)),
            error => return Err(error.into()),
        }
        Ok(())
    }

    fn garbage_is_no_greeting() -> Outcome {
        match faulty("--garbage") {
            Error::Garbage { said, .. } => assert_eq!(said, "Hello, world!\\n"),
            error => return Err(error.into()),
        }
        Ok(())
    }

    fn half_a_greeting_is_no_greeting() -> Outcome {
        match faulty("--half-a-greeting") {
            Error::Garbage { said, .. } => assert_eq!(said, "[\\\"a worker"),
            error => return Err(error.into()),
        }
        Ok(())
    }

    fn endless_garbage_is_no_greeting() -> Outcome {
        let error = faulty("--noise");
        assert!(matches!(error, Error::Garbage { .. }), "{error}");
        Ok(())
    }

    /// Sends ten messages, each with `count` descriptors, and receives them in this process, which
    /// may open only `room` more descriptors if that is given. Returns how many were open before
    /// and afterwards, and what came of each message.
    fn take_descriptors(
        (count, room): (usize, Option<usize>),
    ) -> io::Result<(usize, usize, Vec<String>)> {
        use nix::sys::socket::{ControlMessage, MsgFlags, sendmsg};

        let (here, there) = UnixStream::pair()?;
        let before = descriptors().len();
        let (usual, most) = getrlimit(Resource::RLIMIT_NOFILE)?;
        if let Some(room) = room {
            let open = fs::read_dir("/dev/fd")?
                .map(|entry| entry.map(|entry| entry.file_name()))
                .collect::<Result<Vec<_>, _>>()?;
            let is_free = |number: &u64| !open.contains(&number.to_string().into());
            // The descriptor with which we list them is in the list, and closed by now.
            let limit = (0..).filter(is_free).nth(room - 1).unwrap();
            setrlimit(Resource::RLIMIT_NOFILE, limit, most)?;
        }
        let mut said = Vec::new();
        for _ in 0..10 {
            let own = vec![here.as_raw_fd(); count];
            let along = [ControlMessage::ScmRights(&own)];
            let bytes = [io::IoSlice::new(b"!")];
            sendmsg::<()>(here.as_raw_fd(), &bytes, &along, MsgFlags::empty(), None)?;
            let received = worker::descriptors::receive(&there, &mut [0]);
            said.push(received.map_or_else(
                |error| error.to_string(),
                |(_, descriptors)| format!("{} came", descriptors.len()),
            ));
        }
        setrlimit(Resource::RLIMIT_NOFILE, usual, most)?;
        Ok((before, descriptors().len(), said))
    }

    fn no_descriptor_stays() -> Outcome {
        let most = worker::descriptors::MOST;
        let found_room = |count: usize| {
            format!(
                "of the descriptors that came along, only {count} found room in this process; \
                 raise `ulimit -n`"
            )
        };
        for (case, expected) in [
            ((20, None), "20 descriptors came along, and 8 are the most".into()),
            ((most, Some(3)), found_room(3)),
            ((most, Some(1)), found_room(1)),
            ((most, Some(most)), "8 came".into()),
        ] {
            let mut worker = this().start("take descriptors")?;
            let taken: Result<(usize, usize, Vec<String>), String> = worker.ask(&case)?;
            let (before, after, said) = taken?;
            assert_eq!(said, vec![expected; 10], "{case:?}");
            assert_eq!(before, after, "{case:?}: open before and afterwards");
        }
        Ok(())
    }

    /// Names that no work has.
    fn odd_names() -> [String; 6] {
        let long = |length: usize| "x".repeat(length);
        [String::new(), "\n".into(), "\u{7}".into(), long(257), long(4096), long(100_000)]
    }

    /// Checks that `outcome` is an error, of one line that is not too long; returns the line.
    fn one_line<T>(outcome: Result<T, Error>, what: &str) -> String {
        let Err(error) = outcome else { panic!("{what}: no error") };
        let said = error.to_string();
        assert_eq!(said.lines().count(), 1, "{what}: {said}");
        assert!(said.len() < 2_000, "{what}: {said}");
        said
    }

    fn extremes_of_programs_and_workers() -> Outcome {
        for name in odd_names() {
            let what = name.escape_debug().take(10).collect::<String>();
            let said = one_line(this().start(&name), &what);
            assert!(said.contains("there is no work `"), "{what}: {said}");
        }
        // Arguments and paths that the system refuses.
        let program = |path: &str| Program::at(path);
        for (what, outcome) in [
            ("a NUL in the work", this().start("\0")),
            ("a NUL in the path", program("\0").start("double")),
            ("a NUL in an argument", this().argument("\0").start("double")),
            ("a megabyte of work", this().start(&"x".repeat(1 << 20))),
            ("no path", program("").start("double")),
        ] {
            let said = one_line(outcome, what);
            assert!(said.starts_with("couldn't start a worker, "), "{what}: {said}");
        }
        assert_eq!(this().start_all("double", 0)?.len(), 0);
        let said = one_line(this().start_all("double", usize::MAX), "too many");
        assert!(said.contains("take fewer workers"), "{said}");

        // The longest patience, and the shortest.
        let mut worker = this().patience(Duration::MAX).start("double")?;
        worker.send(&4)?;
        assert_eq!(worker.receive_within::<u64>(Duration::MAX)?, 8);
        let impatient = this().argument("--silent").patience(Duration::ZERO);
        one_line(impatient.start("double"), "no patience");
        let said = one_line(worker.receive_within::<u64>(Duration::ZERO), "no patience");
        assert!(said.contains("did not answer within"), "{said}");
        Ok(())
    }

    fn extremes_of_what_the_book_shows() -> Outcome {
        one_line(observe("", PLACES[0].0), "no failure");
        one_line(observe(FAILURES[0].0, "\0"), "no place");
        assert_eq!(orphans::left_alive(0)?, 0);
        one_line(orphans::left_alive(usize::MAX), "so many orphans");
        orphans::gone_after(0)?;
        one_line(orphans::gone_after(usize::MAX), "so many orphans");
        one_line(started::total(0..9, usize::MAX, &SQUARES), "so many parts");
        Ok(())
    }

    fn lost(error: Error) -> process::ExitStatus {
        match error {
            Error::Lost { status, .. } => status,
            error => panic!("{error}"),
        }
    }

    fn a_worker_that_panics_is_lost() -> Outcome {
        let mut worker = this().quiet().start("panic")?;
        assert_eq!(lost(worker.ask::<u64>(&()).unwrap_err()).code(), Some(101));
        // A second question gets the same error.
        assert_eq!(lost(worker.ask::<u64>(&()).unwrap_err()).code(), Some(101));
        Ok(())
    }

    fn a_worker_that_is_killed_is_lost() -> Outcome {
        let mut worker = Worker::start(&BUSY)?;
        worker.receive::<()>()?;
        kill(worker.id());
        assert_eq!(lost(worker.receive::<()>().unwrap_err()).signal(), Some(9));
        Ok(())
    }

    fn a_late_answer_is_an_error() -> Outcome {
        let mut worker = Worker::start(&BUSY)?;
        worker.receive_within::<()>(LONG)?;
        let error = worker.receive_within::<()>(SHORT).unwrap_err();
        assert!(matches!(error, Error::Late { patience: SHORT, .. }), "{error}");
        Ok(())
    }

    fn join_tells_who_was_killed() -> Outcome {
        let worker = Worker::start(&BUSY)?;
        kill(worker.id());
        assert_eq!(lost(worker.join().unwrap_err()).signal(), Some(9));
        Ok(())
    }

    /// The answer is longer than what the system holds for a parent that doesn't read.
    fn join_waits_for_nobody_who_waits_for_us() -> Outcome {
        let mut worker = this().start("long answer")?;
        worker.send(&10_000_000)?;
        Ok(worker.join()?)
    }

    /// An answer to one question must not be taken for an answer to the next.
    fn a_lost_part_leaves_no_answer_behind() -> Outcome {
        let mut team = this().start_all(SQUARES.name, 3)?;
        kill(team[0].id());
        assert_eq!(lost(kept::total(0..100, &mut team).unwrap_err()).signal(), Some(9));
        team[0] = Worker::start(&SQUARES)?;
        assert_eq!(kept::total(0..10, &mut team)?, squares::sum(0..10));
        Ok(())
    }

    fn kill(id: u32) {
        let killed =
            Command::new("sh").args(["-c", &format!("kill -KILL {id}")]).status();
        assert!(killed.unwrap().success());
    }

    /// The worker is killed, and its child goes on until we drop `_line`. We learn at once that
    /// the worker has ended all the same.
    fn a_childs_child_holds_no_link() -> Outcome {
        let (_line, stdout) = UnixStream::pair()?;
        let program = this().stdout(stdout);
        let mut worker = program.start("have a child")?;
        assert!(worker.ask::<bool>(&())?);
        kill(worker.id());
        let ended = worker.receive_within::<bool>(LONG);
        assert_eq!(lost(ended.unwrap_err()).signal(), Some(9));
        Ok(())
    }

    fn every_way_starts_and_ends() -> Outcome {
        for (name, way) in WAYS {
            // These tests have threads, and so can't fork.
            if *name != "fork" {
                way()?;
            }
        }
        Ok(())
    }

    fn processes_find_the_same_total() -> Outcome {
        for (numbers, parts) in [(0..10_000, 1), (0..10_000, 7), (3..5, 9), (0..0, 2)] {
            let expected = squares::sum(numbers.clone());
            assert_eq!(started::total(numbers.clone(), parts, &SQUARES)?, expected);
            let mut team = this().start_all(PRIMES.name, parts)?;
            for _ in 0..2 {
                assert_eq!(
                    kept::total(numbers.clone(), &mut team)?,
                    primes::count(numbers.clone())
                );
            }
        }
        Ok(())
    }

    /// Another process has four children that compute, and is killed by a signal that it can't
    /// catch. All four must be gone, although they would compute for ever.
    fn children_end_with_their_parent() -> Outcome {
        let (alive, held) = io::pipe()?;
        let program = this().stdout(held);
        let mut parent = program.start(orphans::PARENT.name)?;
        drop(program);
        let children: Result<Vec<u32>, String> = parent.ask(&(BUSY.name, 4))?;
        let children = children?;
        assert_eq!(children.len(), 4);
        for child in &children {
            assert!(is_there(*child), "{child} computes");
        }
        let (say_gone, gone) = mpsc::channel();
        thread::spawn(move || {
            // All of them hold the writing end, which the system closes when they end.
            let end = BufReader::new(alive).lines().count();
            let _ = say_gone.send(end);
        });
        kill(parent.id());
        let ended = gone.recv_timeout(LONG);
        assert_eq!(ended, Ok(0), "all four have gone");
        Ok(())
    }

    /// Whether there is a process with this id, zombies included.
    fn is_there(id: u32) -> bool {
        let asked = Command::new("sh").args(["-c", &format!("kill -0 {id}")]).status();
        asked.unwrap().success()
    }

    fn children_without_a_link_live_on() -> Outcome {
        assert_eq!(orphans::left_alive(3)?, 3);
        // Returns only when all of them have gone.
        orphans::gone_after(3)?;
        Ok(())
    }

    fn every_cell_of_the_crash_matrix() -> Outcome {
        let lives = |learned: &str| Seen::Survived(learned.into());
        let nobody = |learned: &str| Seen::NobodyLeft(learned.into());
        let expected = [
            ("panic", lives("panic: \"out of paper\""), lives("exit status 101")),
            ("abort", nobody("SIGABRT"), lives("SIGABRT")),
            ("segfault", nobody("SIGSEGV"), lives("SIGSEGV")),
            ("stack overflow", nobody("SIGABRT"), lives("SIGABRT")),
            ("out of memory", nobody("SIGABRT"), lives("SIGABRT")),
            ("exit with code 3", nobody("exit status 3"), lives("exit status 3")),
            ("endless loop", lives("can't stop it"), lives("killed it")),
        ];
        assert_eq!(expected.len(), FAILURES.len());
        let [(thread, _), (process, _)] = PLACES;
        for ((failure, _), (name, in_thread, in_process)) in FAILURES.iter().zip(expected)
        {
            assert_eq!(*failure, name);
            // macOS enforces no limit on memory, and sends SIGBUS where Linux sends SIGSEGV.
            if cfg!(target_os = "linux")
                || !["segfault", "out of memory"].contains(failure)
            {
                assert_eq!(observe(failure, thread)?, in_thread, "{failure} in a thread");
                assert_eq!(
                    observe(failure, process)?,
                    in_process,
                    "{failure} in a process"
                );
            }
        }
        Ok(())
    }

    fn what_stops_and_what_does_not() -> Outcome {
        // Each of these returns only when its loop has been stopped.
        stopping::by_flag();
        stopping::by_kill()?;
        Ok(())
    }

    /// What each open descriptor of this process leads to, as far as the system says.
    fn descriptors() -> Vec<String> {
        let folder = fs::read_dir("/dev/fd").unwrap();
        let mut open: Vec<String> = folder
            .filter_map(|entry| fs::read_link(entry.unwrap().path()).ok())
            .map(|target: PathBuf| target.display().to_string())
            // Leave out the one with which we list them.
            .filter(|target| !target.ends_with("/fd"))
            .collect();
        open.sort();
        open
    }

    /// Starts and ends a thousand children in one way, and some that fail. Prints how many
    /// descriptors were open before and afterwards, and how many children are left.
    fn thousand(way: &str) {
        let (_, way) = WAYS.iter().find(|(name, _)| *name == way).unwrap();
        // The first start may also start a server, which stays.
        way().unwrap();
        let before = descriptors().len();
        for _ in 0..1_000 {
            way().unwrap();
        }
        for fault in ["--end-at-once", "--garbage", "--silent"] {
            let program = this().argument(fault).patience(Duration::from_millis(50));
            assert!(program.start(IDLE.name).is_err());
        }
        assert!(Program::at("/no/such/program").start(IDLE.name).is_err());
        let after = descriptors().len();
        println!("{before} {after} {}", children());
    }

    /// How many children this process has that nobody has waited for, living or dead.
    fn children() -> usize {
        let process = process::id();
        match fs::read_to_string(format!("/proc/{process}/task/{process}/children")) {
            Ok(children) => children.split_whitespace().count(),
            Err(_) => {
                let listed = Command::new("ps").args(["-A", "-o", "ppid="]).output();
                let listed = String::from_utf8(listed.unwrap().stdout).unwrap();
                // Minus 1, for `ps` itself.
                listed.lines().filter(|id| id.trim() == process.to_string()).count() - 1
            }
        }
    }

    #[cfg(target_os = "linux")]
    mod linux {
        use processes::ballast::Pages;
        use processes::fork_server::ForkServer;
        use processes::growing::LargeProcess;
        use processes::memory::{ForkingProcess, USES};
        use processes::reaching::{WAYS as REACHES, Who, changed};
        use processes::stopping::by_force::{
            Aftermath, FORCES, Left, by_force, locks_left_locked,
        };
        use processes::{footprint, forking};

        use super::*;

        pub(super) fn trials() -> Vec<Trial> {
            vec![
                Trial::test("a_thousand_leave_nothing_behind", || {
                    thousand_leave_nothing("spawn")
                }),
                Trial::test("a_thousand_from_a_server_leave_nothing_behind", || {
                    thousand_leave_nothing("fork server")
                }),
                Trial::test("a_thousand_forked_leave_nothing_behind", || {
                    thousand_leave_nothing("fork")
                }),
                Trial::test(
                    "a_worker_inherits_no_descriptor",
                    a_worker_inherits_no_descriptor,
                ),
                Trial::test("a_process_with_threads_does_not_fork", no_fork_with_threads),
                Trial::test("no_force_ends_a_thread_and_nothing_else", no_clean_force),
                Trial::test("who_may_change_a_process", who_may_change_a_process),
                Trial::test("a_parked_thread_may_leave_a_lock", a_parked_thread),
                Trial::test("a_served_worker_is_like_any_other", a_served_worker),
                Trial::test("a_server_that_has_gone_is_an_error", a_server_that_has_gone),
                Trial::test("a_kept_server_is_replaced", a_kept_server_is_replaced),
                Trial::test("nobody_waits_for_a_copy", copies::nobody_waits_for_a_copy),
                Trial::test("all_in_a_storm_of_signals", all_in_a_storm)
                    .with_ignored_flag(signals::heard().is_some()),
                Trial::test("extremes_of_a_fork_server", extremes_of_a_fork_server),
                Trial::test("extremes_of_what_only_linux_shows", extremes_of_linux),
                Trial::test(
                    "a_server_that_is_killed_leaves_no_zombie",
                    a_server_that_is_killed_leaves_no_zombie,
                ),
                Trial::test(
                    "a_served_workers_first_thread_can_be_signalled",
                    first_thread_can_be_signalled,
                ),
                Trial::test(
                    "a_forked_child_ends_with_its_parent",
                    forked_ends_with_parent,
                ),
                Trial::test("writes_of_a_child_stay_there", writes_stay_there),
                Trial::test("a_page_is_copied_when_it_is_written", pages_are_copied),
                Trial::test(
                    "every_way_starts_from_a_large_process",
                    from_a_large_process,
                ),
                Trial::test("a_crowd_takes_memory", a_crowd_takes_memory),
                Trial::test("who_ends_with_whom", families::who_ends_with_whom),
                Trial::test(
                    "a_workers_children_end_with_it",
                    families::a_workers_children_end_with_it,
                ),
                Trial::test(
                    "a_workers_children_end_with_its_parent",
                    families::a_workers_children_end_with_its_parent,
                ),
                Trial::test(
                    "a_parent_may_ignore_its_children",
                    families::a_parent_may_ignore_its_children,
                ),
                Trial::test(
                    "stdin_and_stdout_may_be_closed",
                    families::stdin_and_stdout_may_be_closed,
                ),
                Trial::test("a_full_pipe", families::a_full_pipe),
            ]
        }

        fn thousand_leave_nothing(way: &str) -> Outcome {
            let folder = tempfile::tempdir()?;
            let output = Command::new(env::current_exe()?)
                .args(["--thousand", way])
                .env("TMPDIR", folder.path())
                .output()?;
            let said = String::from_utf8(output.stdout)?;
            let complaint = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "{complaint}");
            let numbers: Vec<usize> =
                said.split_whitespace().map(str::parse).collect::<Result<_, _>>()?;
            let [before, after, children] = numbers[..] else {
                return Err(said.into());
            };
            assert_eq!(before, after, "descriptors");
            assert_eq!(children, usize::from(way == "fork server"), "children");
            assert_eq!(fs::read_dir(folder.path())?.count(), 0, "temporary files");
            Ok(())
        }

        fn a_worker_inherits_no_descriptor() -> Outcome {
            let _others = this().start_all("double", 5)?;
            let _file = fs::File::open(env::current_exe()?)?;
            let (_printed, stdout) = io::pipe()?;
            let mut worker = this().quiet().stdout(stdout).start("descriptors")?;
            let open: Vec<String> = worker.ask(&())?;
            let mut links: Vec<_> =
                open.iter().filter(|is| is.starts_with("socket:")).collect();
            links.dedup();
            assert_eq!(links.len(), 1, "its own link and no other: {open:?}");
            let file = env::current_exe()?.display().to_string();
            assert!(!open.contains(&file), "{open:?}");
            assert!(open.iter().any(|is| is == "/dev/null"), "its stdin: {open:?}");
            Ok(())
        }

        fn no_clean_force() -> Outcome {
            for (force, _) in FORCES {
                let after = by_force(force)?;
                assert!(!after.is_clean(), "{force}: {after:?}");
            }
            let [(computing, _), _, (parking, _)] = FORCES;
            let left =
                |runs_on| Aftermath::Lives(Left { runs_on, ended: false, locked: true });
            assert_eq!(by_force(computing)?, left(true));
            assert_eq!(by_force(parking)?, left(false));
            assert!(by_force("none").is_err());
            Ok(())
        }

        fn who_may_change_a_process() -> Outcome {
            for (way, _) in REACHES {
                assert_eq!(changed(Who::NotLetIn, way, 10)?, Some(0), "{way}");
                let by_another = changed(Who::AnotherUser, way, 10)?;
                assert!(matches!(by_another, None | Some(0)), "{way}: {by_another:?}");
                // Some systems let a debugger stop only its own children.
                let by_the_same = changed(Who::SameUser, way, 10)?;
                assert!([Some(0), Some(10)].contains(&by_the_same), "{way}");
            }
            one_line(changed(Who::SameUser, "none", 10), "no way");
            Ok(())
        }

        fn a_parked_thread() -> Outcome {
            assert_eq!(locks_left_locked(0)?, 0);
            one_line(locks_left_locked(usize::MAX), "so many threads");
            // The threads have their locks for a good part of the time.
            assert!((1..=100).contains(&locks_left_locked(100)?));
            Ok(())
        }

        fn no_fork_with_threads() -> Outcome {
            let (end, wait_for_end) = mpsc::channel::<()>();
            let other = thread::spawn(move || wait_for_end.recv().is_err());
            let error = forking::fork(|| 0).unwrap_err().to_string();
            drop(end);
            assert!(other.join().unwrap());
            assert_eq!(error, "a process with several threads can't fork safely");
            Ok(())
        }

        fn work(name: &str) -> &'static Work {
            TESTED.iter().find(|work| work.name == name).unwrap()
        }

        fn a_served_worker() -> Outcome {
            let mut server = ForkServer::start(&this())?;
            let mut workers = (0..3)
                .map(|_| server.worker(work("double")))
                .collect::<Result<Vec<_>, _>>()?;
            for (n, worker) in workers.iter_mut().enumerate() {
                assert_eq!(worker.ask::<usize>(&n)?, 2 * n);
            }
            kill(workers[1].id());
            let status = lost(workers[1].ask::<u64>(&1).unwrap_err());
            assert_eq!(status.signal(), Some(9));
            assert_eq!(workers[2].ask::<u64>(&4)?, 8, "the others live");
            workers.swap_remove(0).join()?;

            let unknown = Work::new("tidy up", |_| Ok(()));
            let error = server.worker(&unknown).unwrap_err().to_string();
            assert!(error.contains("there is no work `tidy up`"), "{error}");
            Ok(())
        }

        fn a_server_that_has_gone() -> Outcome {
            let mut server = ForkServer::start(&this())?;
            let mut worker = server.worker(work("double"))?;
            let mut busy = server.worker(&BUSY)?;
            busy.receive::<()>()?;
            kill(server.id());
            let status = lost(server.worker(&IDLE).unwrap_err());
            assert_eq!(status.signal(), Some(9));
            // The server's workers are our children, and go on.
            assert_eq!(worker.ask::<u64>(&4)?, 8);
            assert_eq!(busy.kill()?.signal(), Some(9));
            Ok(())
        }

        /// A fork server goes on, whatever it is asked for.
        fn extremes_of_a_fork_server() -> Outcome {
            let mut server = ForkServer::start(&this().patience(Duration::MAX))?;
            let nul = ["\0".to_string()];
            for name in odd_names().into_iter().chain(nul) {
                let what = name.escape_debug().take(10).collect::<String>();
                // A `Work` needs a name that lives as long as the program.
                let work = Work::new(name.leak(), |_| Ok(()));
                let said = one_line(server.worker(&work), &what);
                assert!(said.contains("there is no work `"), "{what}: {said}");
            }
            assert_eq!(server.worker(work("double"))?.ask::<u64>(&4)?, 8);
            Ok(())
        }

        fn extremes_of_linux() -> Outcome {
            one_line(footprint::measure(&this(), "", 1), "no crowd");
            for (crowd, _) in footprint::CROWDS {
                assert!(footprint::measure(&this(), crowd, 0)?.own < 1 << 20);
                one_line(footprint::measure(&this(), crowd, usize::MAX), crowd);
            }
            let mut process = ForkingProcess::start()?;
            for pages in [0, usize::MAX] {
                one_line(process.faults(pages, USES[0].0), "faults");
            }
            assert_eq!(process.writes_seen(0)?, 0);
            one_line(process.writes_seen(usize::MAX), "so many writes");
            for bytes in [0, u64::MAX] {
                one_line(LargeProcess::start(bytes, Pages::Small).map(drop), "bytes");
            }
            let mut process = LargeProcess::start(1 << 20, Pages::Small)?;
            assert_eq!(process.time(WAYS[0].0, 0)?.len(), 0);
            one_line(process.time("", 1), "no way");
            Ok(())
        }

        /// How many servers are killed. Of so many, some have forked a worker by then, but not
        /// yet said so.
        const KILLS: u32 = 300;

        /// The servers are killed in a process of its own, whose children can be counted.
        fn a_server_that_is_killed_leaves_no_zombie() -> Outcome {
            let output =
                Command::new(env::current_exe()?).arg("--kill-servers").output()?;
            let said = String::from_utf8(output.stdout)?;
            let complaint = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "{complaint}");
            let numbers: Vec<usize> =
                said.split_whitespace().map(str::parse).collect::<Result<_, _>>()?;
            let [killed, children] = numbers[..] else { return Err(said.into()) };
            assert!(killed > 0, "some were killed before they could answer");
            assert_eq!(children, 0, "children are left, of {killed} killed servers");
            Ok(())
        }

        /// Kills servers while they are asked for a worker, each a little later than the one
        /// before. Prints how many of them gave no answer, and how many children are left.
        pub(super) fn kill_servers() {
            use nix::sys::signal::{Signal, kill};
            use nix::unistd::Pid;

            let mut killed = 0;
            for round in 0..KILLS {
                let mut server = ForkServer::start(&this()).unwrap();
                let id = Pid::from_raw(server.id().cast_signed());
                let (begin, begins) = mpsc::channel();
                let killer = thread::spawn(move || {
                    begins.recv().unwrap();
                    for _ in 0..round * 100 {
                        std::hint::spin_loop();
                    }
                    // The number is still the server's: nobody waits for it before this thread
                    // has ended.
                    kill(id, Signal::SIGKILL).unwrap();
                });
                begin.send(()).unwrap();
                let worker = server.worker(&IDLE);
                killer.join().unwrap();
                killed += usize::from(worker.is_err());
            }
            println!("{killed} {}", children());
        }

        /// Happens in a process of its own, whose only child is the kept server.
        fn a_kept_server_is_replaced() -> Outcome {
            let mut command = Command::new(env::current_exe()?);
            let output = command.arg("--kill-the-kept-server").output()?;
            let complaint = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "{complaint}");
            Ok(())
        }

        pub(super) fn kill_the_kept_server() {
            let served = processes::starting::served;
            served().unwrap();
            let this = process::id();
            let children = format!("/proc/{this}/task/{this}/children");
            let server = fs::read_to_string(children).unwrap();
            kill(server.trim().parse().unwrap());
            // The first call after the server's end reports it.
            assert_eq!(lost(served().unwrap_err()).signal(), Some(9));
            served().unwrap();
            assert_eq!(self::children(), 1);
        }

        fn first_thread_can_be_signalled() -> Outcome {
            let mut server = ForkServer::start(&this())?;
            let name = "signal the first thread";
            for mut worker in [this().start(name)?, server.worker(work(name))?] {
                assert_eq!(worker.ask::<i32>(&())?, 0, "pthread_kill");
            }
            Ok(())
        }

        /// Runs all of these tests in a storm of signals, which the workers inherit.
        fn all_in_a_storm() -> Outcome {
            let output = Command::new(env::current_exe()?)
                .arg("--test-threads=1")
                .env(signals::STORMS, "1")
                .output()?;
            let said = String::from_utf8_lossy(&output.stdout);
            let complaints = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "{said}{complaints}");
            let heard = said.lines().find_map(|line| line.strip_prefix("signals: "));
            let heard: u64 = heard.ok_or("nobody counted the signals")?.parse()?;
            assert!(heard >= 1_000, "{heard} signals are no storm");
            Ok(())
        }

        pub(super) mod families {
            use processes::family::{CASES, live_on};
            use processes::manners::Mark;
            use processes::printing::{
                Seen, WAITS, prints, read_then_wait, wait_then_read, watch_it_hang,
            };

            use super::*;

            /// Starts a shell that starts two programs, all three with the given mark.
            /// Then it answers, or is silent for ever.
            pub(in super::super) const HEAD: Work =
                Work::new("have a family", |link| worker::answer(link, have));

            /// As [`HEAD`], but without a thread that watches the parent.
            pub(in super::super) const SINGLE_HEAD: Work =
                Work::new("have a family, with one thread", |link| {
                    worker::answer_with_one_thread(link, have)
                });

            /// A way to end a worker.
            type End = fn(Worker) -> Outcome;

            /// How many processes carry the mark then.
            const FAMILY: usize = 3;

            fn have((mark, answers): (String, bool)) -> bool {
                let mark = Mark::named(&mark);
                let mut child = Command::new("sh");
                child.args(["-c", "sleep 1000 & sleep 1000; true"]);
                let is_started = mark.put_on(&mut child).spawn().is_ok();
                if !answers {
                    loop {
                        thread::park();
                    }
                }
                // Dropping the mark would kill the family; that is for the process that made it.
                std::mem::forget(mark);
                is_started
            }

            fn head(mark: &Mark) -> Result<Worker, Failed> {
                let mut head = this().start(HEAD.name)?;
                assert!(head.ask::<bool>(&(mark.name(), true))?);
                assert!(mark.wait_for(FAMILY), "it has its family");
                Ok(head)
            }

            pub(super) fn who_ends_with_whom() -> Outcome {
                for &case in CASES {
                    for count in [0, 1, 5] {
                        let lives = match case.0 {
                            "killed alone" | "only a thread ends" => true,
                            name => name.ends_with("groups of their own"),
                        };
                        let live = live_on(case, count)?;
                        assert_eq!(live, if lives { count } else { 0 }, "{}", case.0);
                    }
                    one_line(live_on(case, usize::MAX), "so many children");
                }
                Ok(())
            }

            /// A worker's children end with it, however it ends.
            pub(super) fn a_workers_children_end_with_it() -> Outcome {
                let ends: [(&str, End); 5] = [
                    ("kill", |head| Ok(head.kill().map(drop)?)),
                    ("join", |head| Ok(head.join()?)),
                    ("drop", |head| {
                        drop(head);
                        Ok(())
                    }),
                    ("it is lost", |mut head| {
                        kill(head.id());
                        assert_eq!(
                            lost(head.receive::<()>().unwrap_err()).signal(),
                            Some(9)
                        );
                        Ok(())
                    }),
                    ("it is late", |mut head| {
                        let late = head.receive_within::<()>(SHORT).unwrap_err();
                        assert!(matches!(late, Error::Late { .. }), "{late}");
                        Ok(())
                    }),
                ];
                for (name, end) in ends {
                    let mark = Mark::new();
                    end(head(&mark)?)?;
                    mark.wait_until_gone(name);
                }
                Ok(())
            }

            /// The parent is killed by another process. Of its three workers, one waits for a
            /// question, one is at work, and one has no thread that watches the parent.
            pub(super) fn a_workers_children_end_with_its_parent() -> Outcome {
                let mark = Mark::new();
                let mut parent = Command::new(env::current_exe()?)
                    .args(["--have-families", mark.name()])
                    .spawn()?;
                let came = mark.wait_for(3 * FAMILY);
                parent.kill()?;
                parent.wait()?;
                assert!(came, "all have their families");
                mark.wait_until_gone("whose parent was killed");
                Ok(())
            }

            pub(in super::super) fn have_some(mark: &str) {
                let mut heads = [HEAD, HEAD, SINGLE_HEAD].map(|work| {
                    // An error ends this process, and its parent reports what is missing.
                    Worker::start(&work).unwrap()
                });
                for (head, answers) in heads.iter_mut().zip([true, false, true]) {
                    head.send(&(mark, answers)).unwrap();
                }
                loop {
                    thread::park();
                }
            }

            /// When a program inherits that SIGCHLD is ignored, `entry` takes that back. A program
            /// that ignores SIGCHLD itself, as here, never learns how a worker has ended. But it
            /// doesn't wait for ever, and no process is left over.
            pub(super) fn a_parent_may_ignore_its_children() -> Outcome {
                let mark = Mark::new();
                let output = Command::new(env::current_exe()?)
                    .args(["--ignore-children", mark.name()])
                    .output()?;
                let said = String::from_utf8_lossy(&output.stdout);
                let complaint = String::from_utf8_lossy(&output.stderr);
                assert!(output.status.success(), "{said}{complaint}");
                mark.wait_until_gone("who was ignored");
                Ok(())
            }

            pub(in super::super) fn ignore(mark: &str) {
                signals::ignore_children();
                let mark = Mark::named(mark);
                let mut worker = this().start("double").unwrap();
                assert_eq!(worker.ask::<u64>(&4).unwrap(), 8);
                let said = one_line(worker.join(), "join");
                assert!(said.contains("SIGCHLD"), "{said}");
                let said = one_line(head(&mark).unwrap().kill().map(drop), "kill");
                assert!(said.contains("SIGCHLD"), "{said}");
                mark.wait_until_gone("whose parent ignores its children");
                let mut worker = Worker::start(&BUSY).unwrap();
                worker.receive::<()>().unwrap();
                // Not with a shell, whose end would be ignored, too.
                let id = nix::unistd::Pid::from_raw(worker.id().cast_signed());
                nix::sys::signal::kill(id, nix::sys::signal::SIGKILL).unwrap();
                one_line(worker.receive::<()>(), "lost");
            }

            /// Whoever starts the program has closed them, or the program itself has.
            pub(super) fn stdin_and_stdout_may_be_closed() -> Outcome {
                for (case, closed) in [
                    ("--ask", "<&- >&-"),
                    ("--ask", "<&- >&- 2>&-"),
                    ("--close-and-ask", ""),
                ] {
                    let script = format!("exec \"$0\" {case} {closed}");
                    let program = env::current_exe()?;
                    let status =
                        Command::new("sh").arg("-c").arg(script).arg(program).status()?;
                    assert_eq!(status.code(), Some(8), "{case} {closed}");
                }
                Ok(())
            }

            pub(in super::super) fn ask() {
                let code = [WAYS_TO_START[0], WAYS_TO_START[1]].map(|start| {
                    let mut worker = start().unwrap();
                    println!("this goes nowhere");
                    let answer: i32 = worker.ask(&4).unwrap();
                    worker.join().unwrap();
                    answer
                });
                process::exit(if code == [8, 8] { 8 } else { 1 });
            }

            const WAYS_TO_START: [fn() -> Result<Worker, Error>; 2] = [
                || this().start("double"),
                || ForkServer::start(&this())?.worker(work("double")),
            ];

            pub(in super::super) fn close_and_ask() {
                for standard in 0..3 {
                    nix::unistd::close(standard).unwrap();
                }
                ask();
            }

            pub(super) fn a_full_pipe() -> Outcome {
                for bytes in [0, 1, 65_536, 65_537, 1_000_000] {
                    assert_eq!(read_then_wait(prints(bytes))?.len() as u64, bytes);
                    let fits = bytes <= 65_536;
                    let seen = if fits { Seen::Ended } else { Seen::Stuck(65_536) };
                    assert_eq!(watch_it_hang(bytes)?, seen);
                    if fits {
                        let printed = wait_then_read(prints(bytes))?;
                        assert_eq!(printed.len() as u64, bytes);
                    }
                }
                // `wait_then_read` does hang with one byte more than the pipe holds.
                let mut hangs = Worker::start(&WAITS)?;
                hangs.send(&65_537)?;
                let error = hangs.receive_within::<usize>(SHORT).unwrap_err();
                assert!(matches!(error, Error::Late { .. }), "{error}");
                Ok(())
            }
        }

        /// A worker forks without exec. The copy holds the worker's link, too, and lives longer.
        pub(super) mod copies {
            #![allow(unsafe_code)]

            use std::net::Shutdown;

            use nix::libc;
            use nix::unistd::{ForkResult, fork};

            use super::*;

            /// Forks this process. The copy lives until nothing more can be read from its stdout.
            pub(in super::super) fn copy() -> bool {
                // SAFETY: the copy only makes system calls.
                match unsafe { fork() } {
                    Ok(ForkResult::Child) => {
                        let mut byte = 0_u8;
                        // SAFETY: `byte` is a place for a byte.
                        while unsafe { libc::read(1, (&raw mut byte).cast(), 1) } == -1 {}
                        // SAFETY: `_exit` has no preconditions.
                        unsafe { libc::_exit(0) }
                    }
                    forked => forked.is_ok(),
                }
            }

            /// Calls `what` with a socket for the stdout of workers; their copies read from it. If
            /// that takes too long, the copies are made to end, and the test fails.
            fn with_copies(what: impl FnOnce(UnixStream) -> Outcome) -> Outcome {
                let (mut line, stdout) = UnixStream::pair()?;
                let (done, is_done) = mpsc::channel::<()>();
                let watchdog = thread::spawn(move || {
                    let late = is_done
                        .recv_timeout(LONG)
                        .is_err_and(|error| error == mpsc::RecvTimeoutError::Timeout);
                    let _ = line.shutdown(Shutdown::Write);
                    (late, line.read_to_end(&mut Vec::new()))
                });
                let outcome = what(stdout);
                drop(done);
                let (late, ended) = watchdog.join().unwrap();
                ended?;
                assert!(!late, "somebody waited for a copy");
                outcome
            }

            fn with_a_copy(what: impl FnOnce(Worker) -> Outcome) -> Outcome {
                with_copies(|stdout| {
                    let mut worker = this().stdout(stdout).start("have a copy")?;
                    assert!(worker.ask::<bool>(&())?);
                    what(worker)
                })
            }

            pub(super) fn nobody_waits_for_a_copy() -> Outcome {
                with_a_copy(|worker| Ok(worker.join()?))?;
                with_a_copy(|mut worker| {
                    kill(worker.id());
                    assert_eq!(
                        lost(worker.receive::<()>().unwrap_err()).signal(),
                        Some(9)
                    );
                    // A second call gets the same error.
                    assert_eq!(
                        lost(worker.receive::<()>().unwrap_err()).signal(),
                        Some(9)
                    );
                    Ok(())
                })?;
                with_a_copy(|mut worker| {
                    kill(worker.id());
                    let ended = worker.receive_within::<()>(Duration::MAX);
                    assert_eq!(lost(ended.unwrap_err()).signal(), Some(9));
                    Ok(())
                })?;
                with_a_copy(|mut worker| {
                    kill(worker.id());
                    // Longer than what the system holds for a worker that doesn't read.
                    let ended = worker.ask::<()>(&"x".repeat(10_000_000));
                    assert_eq!(lost(ended.unwrap_err()).signal(), Some(9));
                    Ok(())
                })?;
                with_copies(|stdout| {
                    let dies = this().argument("--copy-and-end").stdout(stdout);
                    match dies.patience(Duration::MAX).start("double").unwrap_err() {
                        Error::Unready { status, .. } => {
                            assert_eq!(status.code(), Some(7))
                        }
                        error => return Err(error.into()),
                    }
                    Ok(())
                })
            }
        }

        pub(super) mod signals {
            #![allow(unsafe_code)]

            use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
            use std::{env, ptr};

            use nix::libc;
            use nix::sys::signal::{
                SaFlags, SigAction, SigHandler, SigSet, Signal, sigaction,
            };

            /// If this environment variable is set, a timer interrupts the first thread again and
            /// again. The handler is installed without SA_RESTART, so that interrupted system calls
            /// fail with EINTR instead of going on.
            pub(in super::super) const STORMS: &str = "PROCESSES_TEST_STORMS";

            static HEARD: AtomicU64 = AtomicU64::new(0);

            extern "C" fn hear(_: libc::c_int) {
                HEARD.fetch_add(1, Relaxed);
            }

            /// How many signals came, if this process is in a storm.
            pub(in super::super) fn heard() -> Option<u64> {
                env::var_os(STORMS).map(|_| HEARD.load(Relaxed))
            }

            /// Makes the system forget how children of this process end.
            pub(in super::super) fn ignore_children() {
                // SAFETY: a signal that is ignored runs no code of ours.
                unsafe { nix::sys::signal::signal(Signal::SIGCHLD, SigHandler::SigIgn) }
                    .unwrap();
            }

            /// Starts the storm, if [`STORMS`] is set.
            pub(in super::super) fn entry() {
                if env::var_os(STORMS).is_none() {
                    return;
                }
                // The handler has a stack of its own, since in one test the thread's stack is full.
                let hear = SigAction::new(
                    SigHandler::Handler(hear),
                    SaFlags::SA_ONSTACK,
                    SigSet::empty(),
                );
                let often = libc::timeval { tv_sec: 0, tv_usec: 300 };
                let often = libc::itimerval { it_interval: often, it_value: often };
                // SAFETY: the handler does nothing but count, and the system only reads `often`.
                unsafe {
                    sigaction(Signal::SIGALRM, &hear).unwrap();
                    libc::setitimer(libc::ITIMER_REAL, &raw const often, ptr::null_mut());
                }
            }

            /// Has another thread ask whether it could send a signal to the first one; returns what
            /// pthread_kill(3) says.
            pub(in super::super) fn first_thread_hears() -> i32 {
                // SAFETY: `pthread_self` has no preconditions.
                let first = unsafe { libc::pthread_self() };
                let asks = std::thread::spawn(move || {
                    // SAFETY: the first thread waits for this one, so there is such a thread. With
                    // signal 0, no signal is sent.
                    unsafe { libc::pthread_kill(first, 0) }
                });
                asks.join().unwrap()
            }
        }

        /// The forked child has a copy of its parent's link, which closes when both have ended.
        fn forked_ends_with_parent() -> Outcome {
            let mut worker = this().start("fork")?;
            assert!(worker.ask::<bool>(&())?);
            let mut link = UnixStream::from(worker.link().as_fd().try_clone_to_owned()?);
            kill(worker.id());
            link.set_read_timeout(Some(LONG))?;
            assert_eq!(link.read_to_end(&mut Vec::new())?, 0);
            assert_eq!(lost(worker.receive::<bool>().unwrap_err()).signal(), Some(9));
            Ok(())
        }

        fn writes_stay_there() -> Outcome {
            assert_eq!(ForkingProcess::start()?.writes_seen(1_000)?, 0);
            Ok(())
        }

        fn pages_are_copied() -> Outcome {
            const PAGES: u64 = 4_096;
            let mut process = ForkingProcess::start()?;
            let mut faults =
                USES.iter().map(|(usage, _)| process.faults(PAGES as usize, usage));
            let mut faults = || faults.next().unwrap();
            let (nothing, reads, half, all) =
                (faults()?, faults()?, faults()?, faults()?);
            // A few of the faults come from the child's own work.
            let about =
                |expected: u64, seen: u64| (expected..expected + 100).contains(&seen);
            assert!(about(0, nothing) && about(0, reads), "{nothing} {reads}");
            assert!(about(PAGES / 2, half) && about(PAGES, all), "{half} {all}");
            Ok(())
        }

        fn from_a_large_process() -> Outcome {
            let mut process = LargeProcess::start(64 << 20, Pages::Small)?;
            for (way, _) in WAYS {
                assert_eq!(process.time(way, 3)?.len(), 3, "{way}");
            }
            assert!(process.time("magic", 1).is_err());
            Ok(())
        }

        fn a_crowd_takes_memory() -> Outcome {
            for (crowd, _) in footprint::CROWDS {
                let of = |count| footprint::measure(&this(), crowd, count);
                let (one, many) = (of(1)?, of(8)?);
                assert!(0 < one.own && one.own < many.own, "{crowd}: {one:?} {many:?}");
                // Threads may fit into the page tables that are there already.
                assert!(one.tables <= many.tables, "{crowd}: {one:?} {many:?}");
                assert!(crowd == "threads" || one.tables > 0, "{crowd}: {one:?}");
            }
            Ok(())
        }
    }
}
