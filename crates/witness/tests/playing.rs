//! Schedules that a student could write down.

use witness::sync::atomic::{AtomicU64, Ordering::SeqCst};
use witness::sync::mpsc::channel;
use witness::sync::{Condvar, Mutex};
use witness::{Plain, Played, play, play_program, thread};

/// Two threads that add one in two steps.
fn two_add() -> String {
    let count = AtomicU64::new(0);
    let add = || count.store(count.load(SeqCst) + 1, SeqCst);
    thread::scope(|scope| {
        scope.spawn(add);
        scope.spawn(add);
    });
    let count = count.load(SeqCst);
    assert!(count == 2, "it is {count}, and not 2");
    format!("it is {count}")
}

/// Two locks, taken crosswise.
fn crosswise() -> String {
    let (one, other) = (Mutex::new(1), Mutex::new(2));
    let sum = |first: &Mutex<u64>, second: &Mutex<u64>| {
        *first.lock().unwrap() + *second.lock().unwrap()
    };
    thread::scope(|scope| {
        scope.spawn(|| sum(&one, &other));
        scope.spawn(|| sum(&other, &one));
    });
    "both have their sum".into()
}

#[track_caller]
fn says(schedule: &str, code: fn() -> String, broke: bool, words: &str) {
    is_said(&play(schedule, code), schedule, broke, words);
}

#[track_caller]
fn is_said(played: &Played, schedule: &str, broke: bool, words: &str) {
    let said = played.to_string();
    assert!(said.contains(words), "{schedule}: {said}");
    assert_eq!(played.broke(), broke, "{schedule}: {said}");
}

#[test]
fn a_schedule_breaks_the_code_or_does_not() {
    for schedule in ["ABAB", "AB BA", "B A\nB A", "BAAB"] {
        says(schedule, two_add, true, "it breaks: it is 1, and not 2");
    }
    for schedule in ["AABB", "BBAA"] {
        says(schedule, two_add, false, "nothing breaks: it is 2\n");
    }
}

#[test]
fn each_turn_is_told_with_its_line() {
    let said = play("ABBA", two_add).to_string();
    let turns: Vec<_> = said.lines().filter(|line| line.contains("  A  ")).collect();
    assert_eq!(turns.len(), 2, "{said}");
    assert!(turns[0].starts_with("   1  A  line 11   reads 0 from atomic 1"), "{said}");
    assert!(turns[1].starts_with("   4  A  line 11   writes 1 to atomic 1"), "{said}");
    assert!(!said.contains("thread 1"), "{said}");
}

#[test]
fn what_is_no_schedule_gets_a_line_that_helps() {
    let too_short = "the schedule is too short: nothing has broken by its end, and";
    for (schedule, words) in [
        ("", "A can go on (line 11 reads 0 from atomic 1)"),
        ("AB", too_short),
        ("AAC", "turn 3: there is no thread C; there are A and B"),
        ("Aab", "turn 2: there is no thread a; there are A and B"),
        ("AAA", "turn 3: A can't go on, since it has ended"),
        ("AABBAB", "turn 5: A can't go on, since all threads have ended"),
        ("ABABAB", "it breaks with turn 4 already, so leave out turns 5 to 6 (it is 1"),
    ] {
        says(schedule, two_add, false, words);
    }
    let waits = "turn 2: B can't go on, since it waits in line";
    says("AB", same_lock, false, waits);
    says("AB", same_lock, false, "lock 1, which A holds");
    says("ABB", same_lock, false, waits);
}

/// Two threads that hold one lock for two steps.
fn same_lock() -> String {
    let (lock, count) = (Mutex::new(()), AtomicU64::new(0));
    let held = || {
        let _held = lock.lock().unwrap();
        count.fetch_add(1, SeqCst);
    };
    thread::scope(|scope| {
        scope.spawn(held);
        scope.spawn(held);
    });
    "both had the lock".into()
}

#[test]
fn a_deadlock_breaks_it_and_says_who_waits_for_whom() {
    says("AB", crosswise, true, "it breaks: deadlock: nobody can go on");
    says("AB", crosswise, true, "A holds lock 1 and waits for lock 2");
    says("BA", crosswise, true, "B holds lock 2 and waits for lock 1");
    says("ABA", crosswise, false, "breaks with turn 2 already, so leave out turn 3");
    says("AABB", crosswise, false, "nothing breaks: both have their sum");
}

/// One reads what the other one writes, and nothing says which comes first.
fn unordered() -> String {
    let place = Plain::new(1);
    thread::scope(|scope| {
        scope.spawn(|| place.write(2));
        scope.spawn(|| place.read());
    });
    "it was written and read".into()
}

#[test]
fn a_data_race_breaks_it_where_it_shows() {
    says("AB", unordered, true, "it breaks: data race: B reads place 1");
    says("BA", unordered, true, "it breaks: data race: A writes place 1");
}

/// One sleeps until the other one has notified it.
fn sleeps() -> String {
    let (ready, news) = (Mutex::new(false), Condvar::new());
    thread::scope(|scope| {
        scope.spawn(|| {
            let mut ready = ready.lock().unwrap();
            while !*ready {
                ready = news.wait(ready).unwrap();
            }
        });
        scope.spawn(|| {
            *ready.lock().unwrap() = true;
            news.notify_one();
        });
    });
    "it is awake".into()
}

#[test]
fn whoever_sleeps_has_given_the_lock_back_and_wakes_with_its_turn() {
    says("AABBA", sleeps, false, "nothing breaks: it is awake");
    says("BBA", sleeps, false, "nothing breaks: it is awake");
    says("BAB", sleeps, false, "nothing breaks: it is awake");
    says("AABBA", sleeps, false, "releases lock 1\n         line");
    says("AB", sleeps, false, "turn 2: B can't go on, since it waits in line");
    says("AAA", sleeps, false, "turn 3: A can't go on, since it waits in line");
}

/// One receives what the other one sends, and then finds that nobody sends any more.
fn receives() -> String {
    let (sender, receiver) = channel();
    thread::scope(|scope| {
        scope.spawn(move || sender.send(1).unwrap());
        scope.spawn(move || while receiver.recv().is_ok() {});
    });
    "it was received".into()
}

#[test]
fn a_message_is_received_when_it_was_sent() {
    says("ABB", receives, false, "nothing breaks: it was received");
    says("BA", receives, false, "turn 1: B can't go on, since it waits in line");
}

#[test]
fn many_turns_are_all_told() {
    let counts = || {
        let count = AtomicU64::new(0);
        thread::scope(|scope| {
            scope.spawn(|| (0..90).for_each(|_| _ = count.fetch_add(1, SeqCst)));
        });
        count.load(SeqCst)
    };
    let said = play(&"A".repeat(90), counts).to_string();
    assert!(said.starts_with("nothing breaks: 90\n"), "{said}");
    for turn in 1..=90 {
        let line = format!("changes atomic 1 from {} to {turn}", turn - 1);
        assert!(said.contains(&line), "{turn}: {said}");
    }
}

const STORE_BUFFERS: &str = "
shared x = 0
shared y = 0

thread A
  x.store(1)
  saw = y.load()
thread B
  y.store(1)
  saw = x.load()

expect A.saw + B.saw >= 1
";

#[test]
fn a_program_is_played_with_its_buffers() {
    for (schedule, broke, words) in [
        ("AABBab", true, "it breaks: x = 1, y = 1, A.saw = 0, B.saw = 0"),
        ("A aAB bB", false, "nothing breaks: x = 1, y = 1, A.saw = 0, B.saw = 1"),
        (
            "AABB",
            false,
            "the schedule is too short: nothing has broken by its end, and a can",
        ),
        ("AABBabA", false, "it breaks with turn 6 already, so leave out turn 7"),
        ("AaABbBa", false, "turn 7: a can't go on, since all threads have ended"),
        ("AAA", false, "turn 3: A can't go on, since it has ended; `a` would let"),
        ("b", false, "turn 1: no store of thread B waits for memory"),
        ("AD", false, "turn 2: there is no D; there are A, B, a and b"),
    ] {
        is_said(&play_program(STORE_BUFFERS, schedule), schedule, broke, words);
    }
}
