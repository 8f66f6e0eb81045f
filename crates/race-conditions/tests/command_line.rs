//! The example as its readers meet it: from outside.

use tour::manners::Example;

const RACES: Example =
    Example::new("race-conditions", env!("CARGO_BIN_EXE_race-conditions"));

#[test]
fn it_fits_the_screen() {
    RACES.fits_the_screen();
}

#[test]
fn every_mistake_gets_one_line() {
    for (arguments, complaint) in [
        ("lost", "no demo `lost`; there are lost-update, last-seat, file"),
        ("deadlock --workers 3", "`deadlock` takes no --workers"),
    ] {
        RACES.complains(arguments, complaint);
    }
}

#[test]
fn a_deadlock_ends_and_is_named() {
    let output = RACES.run("deadlock");
    assert!(output.status.success());
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(said.contains("Ada waits for y, which Ben has"), "{said}");
    assert!(said.contains("Eve waits for fork 1, which Ada has"), "{said}");
}

#[test]
fn a_closed_pipe_is_success() {
    RACES.takes_a_closed_pipe_for_success("explore");
}

#[cfg(unix)]
#[test]
fn an_interrupt_ends_it_at_once() {
    RACES.ends_when_interrupted("lost-update --size 100000000");
}

#[test]
fn the_explorer_counts_replays_and_complains() {
    let said = |arguments: &str| {
        let output = RACES.run(arguments);
        assert!(output.status.success(), "{arguments}");
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    let found = said("explore lost-update");
    assert!(found.contains("6 schedules, of which 4 end badly"), "{found}");
    assert!(found.contains("ABBA"), "{found}");
    let replayed = said("explore lost-update ABBA");
    let end = "count = 1, and that is bad: count == 2 was expected\n";
    assert!(replayed.ends_with(end), "{replayed}");
    assert!(said("explore lost-update AABB").ends_with("count = 2\n"));
    let deadlock = "deadlock: A waits for lock_y, B waits for lock_x";
    assert!(said("explore deadlock AB").contains(deadlock));
    assert!(said("explore lost-update A").ends_with("not at an end: A and B can move\n"));
    assert!(said("explore --list").contains("philosophers-ordered"));
    let found = said("explore sb");
    assert!(found.contains("6 schedules, of which 0 end badly"), "{found}");
    let missed = "x = 1, y = 1, A.saw = 0, B.saw = 0, and that is bad: ";
    let replayed = said("explore --tso sb AABBab");
    assert!(replayed.contains(missed), "{replayed}");
    assert!(replayed.contains("a holds x = 1, b holds y = 1, B.saw = 0"), "{replayed}");
    assert!(replayed.contains("y = 1 reaches memory"), "{replayed}");
    assert!(said("explore --tso sb AAB").ends_with("end: B and a and b can move\n"));
    let json = said("explore --tso sb --json");
    assert!(json.contains("\"movers\": [\"A\",\"B\",\"a\",\"b\"]"), "{json}");
    assert!(json.contains("\"buffers\":[[[0,1]],[]]"), "{json}");
    assert!(!said("explore sb --json").contains("buffers"));
    for (name, _) in race_conditions::explorer::LITMUS {
        assert!(said("explore --tso").lines().any(|line| line.trim().starts_with(name)));
    }

    for (arguments, complaint) in [
        ("explore lost", "`lost` is no program of the book, and no file"),
        ("explore lost-update ABX", "there is no thread `X`; there are A, B"),
        ("explore lost-update AAA", "thread A can't move"),
        ("explore --tso sb Ab", "no store of thread B waits for memory"),
        ("explore --tso sb Ax", "there is no thread `x`; there are A, B, a, b"),
        ("explore sb Aa", "there is no thread `a`; there are A, B"),
        ("explore lost-update AB AB AB", "too many words; write a schedule as one"),
        ("explore --json", "--json takes a program and nothing else"),
        ("explore --fast", "invalid option '--fast'"),
    ] {
        RACES.complains(arguments, complaint);
    }
}

#[test]
fn the_explorer_reads_a_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("mine.txt");
    let explore = format!("explore {}", file.display());
    std::fs::write(&file, "shared n = 0\nthread A\n  n.store(1)\n").expect("written");
    let output = RACES.run(&explore);
    assert!(String::from_utf8_lossy(&output.stdout).contains("1 schedule, of which 0"));
    std::fs::write(&file, "thread A\n  n.store(1)\n").expect("written");
    let complaint = format!("{}: line 2: there is no shared", file.display());
    RACES.complains(&explore, &complaint);
}

#[test]
fn the_explorer_tells_who_gets_nowhere() {
    let level = |name: &str| {
        let levels = concat!(env!("CARGO_MANIFEST_DIR"), "/../explorer/levels");
        format!("explore {levels}/{name}")
    };
    let said = |arguments: &str| {
        let output = RACES.run(arguments);
        assert!(output.status.success(), "{arguments}");
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    let found = said(&level("12-polite.txt"));
    assert!(
        found.starts_with("96 states, ∞ schedules, of which 0 end badly\n"),
        "{found}"
    );
    let livelock = "livelock: A and B move for ever, and nobody gets anywhere, and that is bad\n  \
                    first ABBA, and then over and over ABABAB\n";
    assert!(found.ends_with(livelock), "{found}");
    let json = said(&format!("{} --json", level("12-polite.txt")));
    assert!(json.contains("{\"kind\":\"livelock\""), "{json}");
    let found = said(&level("13-readers-writer.txt"));
    assert!(found.contains("\nit never ends\n"), "{found}");
    assert!(
        found.contains("starvation: W never gets on, while A and B do, and that is bad")
    );
    assert!(
        found.contains("while B does, but only where somebody is passed over for ever")
    );
    let deadlock = said(&format!("{} BAABB", level("07-lost-wakeup.txt")));
    assert!(deadlock.contains("B sleeps at news"), "{deadlock}");
    let end = "deadlock: B waits for a notification of news, and that is bad: nobody can go on\n";
    assert!(deadlock.ends_with(end), "{deadlock}");
    let channels = said(&format!("{} AB", level("11-channels.txt")));
    assert!(channels.contains("there holds 1, back holds 3"), "{channels}");
    let semaphores = said(&format!("{} PP", level("10-semaphores.txt")));
    assert!(semaphores.contains("room = 0, filled = 0"), "{semaphores}");
}

#[cfg(unix)]
#[test]
fn small_limits_get_one_line_or_less_work() {
    RACES.bears_small_limits(&[]);
}

#[test]
#[cfg(unix)]
fn a_missing_folder_for_temporary_files_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let missing = folder.path().join("missing");
    let mut races = std::process::Command::new(env!("CARGO_BIN_EXE_race-conditions"));
    let output = races.arg("file").env("TMPDIR", &missing).output().expect("it starts");
    let said = String::from_utf8_lossy(&output.stderr);
    let expected =
        "race-conditions: couldn't make a file in the folder for temporary files: ";
    assert!(said.starts_with(expected), "{said}");
    assert!(said.contains(missing.to_str().expect("it is text")), "{said}");
    assert!(said.contains("set TMPDIR"), "{said}");
    assert_eq!((output.status.code(), said.lines().count()), (Some(1), 1), "{said}");
}

/// The one demo that has child processes and a file.
#[cfg(target_os = "linux")]
#[test]
fn ctrl_c_leaves_nothing_of_the_file() {
    let program = env!("CARGO_BIN_EXE_race-conditions");
    let moments = [1, 2, 3];
    processes::manners::leaves_nothing_when_interrupted(program, "file", &moments);
}

/// Editors begin a file with a mark, end its lines in two ways, and put tabs between words.
#[test]
fn a_file_may_come_from_any_editor() {
    let folder = tempfile::tempdir().unwrap();
    let plain = "# Two add one.\nshared n = 0\nthread A\n  a = n.load()\n  \
                 if a > -1 and a < 1: n.store(a + 1)\nthread B\n  n.fetch_add(1)\n\
                 expect n == 2 and A.a < 2\n";
    let explored = |name: &str, text: &str| {
        let file = folder.path().join(name);
        std::fs::write(&file, text).unwrap();
        let output = RACES.run(&format!("explore {}", file.display()));
        let said = [output.stdout, output.stderr].concat();
        // Where the schedules are replayed, each is a command that names the file.
        String::from_utf8_lossy(&said).replace(file.to_str().unwrap(), "FILE")
    };
    let expected = explored("plain", plain);
    assert!(expected.contains("end badly"), "{expected}");
    let windows = format!("\u{feff}{}", plain.replace('\n', "\r\n"));
    assert_eq!(explored("windows", &windows), expected);
    let tabs = plain.replace("  ", "\t").replace(' ', "\t");
    assert_eq!(explored("tabs", &tabs), expected);
}
