//! The game: each level goes wrong, its solution doesn't, and what has to stay can't be taken away.

use std::fs;
use std::path::{Path, PathBuf};

use explorer::{Exploration, Kind, Level, Program};

/// The most states that the page looks at: book/theme/play.js.
const MOST: usize = 10_000;

fn texts(folder: &str) -> Vec<(PathBuf, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = entries.filter(|path| path.is_file()).collect();
    files.sort();
    files
        .into_iter()
        .map(|file| (file.clone(), fs::read_to_string(file).unwrap()))
        .collect()
}

/// Each level, and its solution.
fn levels() -> Vec<(String, Level, String)> {
    let (levels, solved) = (texts("levels"), texts("levels/solved"));
    assert_eq!(levels.len(), solved.len());
    let pairs =
        levels.into_iter().zip(solved).map(|((file, level), (solution, text))| {
            assert_eq!(file.file_name(), solution.file_name());
            let name = file.file_stem().unwrap().to_string_lossy().into_owned();
            let level =
                Level::parse(&level).unwrap_or_else(|error| panic!("{name}: {error}"));
            (name, level, text)
        });
    pairs.collect()
}

fn explore(level: &Level, text: &str) -> Exploration {
    let program = Program::parse("level", text).unwrap_or_else(|error| panic!("{error}"));
    let program = if level.buffered { program.buffered().unwrap() } else { program };
    Exploration::up_to(&program, MOST).unwrap()
}

#[test]
fn each_level_goes_wrong_and_its_solution_does_not() {
    let (mut deadlocks, mut livelocks, mut starvations) = (0, 0, 0);
    for (name, level, solution) in levels() {
        let found = explore(&level, &level.program);
        assert!(!found.is_fine(), "{name}");
        let is_deadlock = |seen: &str| seen.starts_with("deadlock: ");
        deadlocks +=
            usize::from(found.outcomes.iter().any(|outcome| is_deadlock(&outcome.seen)));
        for endless in found.endless.iter().filter(|endless| endless.is_bad()) {
            match endless.kind {
                Kind::Livelock => livelocks += 1,
                Kind::Starvation => starvations += 1,
            }
        }
        assert_eq!(level.still_in(&solution), Ok(()), "{name}");
        let found = explore(&level, &solution);
        let bad = found.endless.iter().filter(|endless| endless.is_bad());
        assert_eq!(bad.count(), 0, "{name}: {:?}", found.endless);
        assert!(found.is_fine(), "{name}: {:?}", found.outcomes);
    }
    assert_eq!((deadlocks, livelocks, starvations), (6, 1, 1));
}

/// What ends must be able to, in a solution: one that never ends has nothing to be expected of it.
#[test]
fn a_solution_ends_where_no_thread_is_there_for_ever() {
    for (name, level, solution) in levels() {
        let ends = !explore(&level, &solution).outcomes.is_empty();
        assert_eq!(ends, !solution.contains("while true:"), "{name}");
    }
}

#[test]
fn nothing_that_has_to_stay_can_be_taken_away() {
    for (name, level, _) in levels() {
        let lines: Vec<_> = level.program.lines().collect();
        for (number, line) in lines.iter().enumerate() {
            let declares = !line.starts_with(' ') && !line.is_empty();
            let mut less = lines.clone();
            less.remove(number);
            // A line may stand there twice; then one of them has to stay, and order decides for steps.
            let twice = declares && less.contains(line);
            let has_to_stay = (declares && !twice) || line.ends_with("# stays");
            let still = level.still_in(&less.join("\n"));
            assert_eq!(still.is_err(), has_to_stay, "{name}: {line}: {still:?}");
        }
    }
}

/// Mistakes that people make when they mend these: each of them still goes wrong.
#[test]
fn half_a_solution_is_none() {
    let changed = |name: &str, changes: &[(&str, &str)]| {
        let levels = levels();
        let (_, level, solution) =
            levels.iter().find(|(known, ..)| known.ends_with(name)).unwrap();
        let text = changes.iter().fold(solution.clone(), |text, (from, to)| {
            assert!(text.contains(from), "{name}: {from}");
            text.replacen(from, to, 1)
        });
        explore(level, &text).is_fine()
    };
    // A fence in one of the two threads only.
    assert!(!changed("store-buffers", &[("  fence()\n", "")]));
    // Only one of the two looks again.
    assert!(!changed("stolen-item", &[("while seen == 0:", "if seen == 0:")]));
    // The notification before the change, and the change without the lock.
    assert!(!changed(
        "lost-wakeup",
        &[("  door.lock()\n  ready.store(1)\n  door.unlock()\n", "  ready.store(1)\n")]
    ));
    // Who has taken an item tells only one of those who sleep.
    assert!(!changed(
        "bounded-queue",
        &[
            ("notify_all", "notify_one"),
            ("notify_all", "notify_one"),
            ("notify_all", "notify_one"),
            ("notify_all", "notify_one"),
        ]
    ));
    // The writer forgets to say that it is done.
    assert!(!changed("readers-writer", &[("  waiting.store(0)\n", "")]));
    // Each begins with another fork and keeps it.
    let levels = levels();
    let (_, level, solution) =
        levels.iter().find(|(name, ..)| name.ends_with("polite")).unwrap();
    let (a, b) = solution.split_once("thread B").unwrap();
    let b =
        b.replace("fork_1", "left").replace("fork_2", "fork_1").replace("left", "fork_2");
    let found = explore(level, &format!("{a}thread B{b}"));
    assert_eq!(found.endless[0].kind, Kind::Livelock);
}
