//! What threads wait for each other with, and what can go on for ever.

use std::collections::HashSet;
use std::fmt::Write;

use explorer::{Endless, Exploration, Kind, Program, Schedule, State, Waits};

fn program(text: &str) -> Program {
    Program::parse("test", text).unwrap_or_else(|error| panic!("{error} in\n{text}"))
}

fn explore(text: &str) -> Exploration {
    Exploration::of(&program(text)).unwrap_or_else(|error| panic!("{error} in\n{text}"))
}

/// What a reader sees of each end.
fn ends(text: &str) -> Vec<String> {
    explore(text).outcomes.into_iter().map(|outcome| outcome.seen).collect()
}

/// The state at the end of a schedule.
fn after(program: &Program, schedule: &str) -> Result<State, String> {
    let schedule = Schedule::parse(program, schedule)?;
    let states = schedule.replay(program).map_err(|misstep| misstep.to_string())?;
    Ok(states.into_iter().next_back().expect("there is a start"))
}

#[test]
fn who_waits_frees_the_lock_and_takes_it_again() {
    let program = program(
        "lock l\ncondition c\nthread A\n l.lock()\n c.wait(l)\n l.unlock()\n\
         thread B\n l.lock()\n c.notify_one()\n l.unlock()",
    );
    let asleep = after(&program, "AA").unwrap();
    assert_eq!(asleep.held, [None]);
    assert_eq!(asleep.waits(&program, 0), Some(Waits::Notification(0)));
    assert_eq!(
        after(&program, "AAA").unwrap_err(),
        "thread A can't move: it waits for a notification of c"
    );
    let notified = after(&program, "AABB").unwrap();
    assert_eq!(notified.waits(&program, 0), Some(Waits::Lock(0)));
    assert_eq!(after(&program, "AABBBA").unwrap().held, [Some(0)]);
}

#[test]
fn a_notification_that_nobody_sleeps_for_is_lost() {
    let text = "lock l\ncondition c\nthread A\n l.lock()\n c.wait(l)\n l.unlock()\n\
                thread B\n c.notify_one()";
    assert_eq!(ends(text), ["", "deadlock: A waits for a notification of c"]);
}

#[test]
fn one_notification_wakes_one_who_slept_when_it_came() {
    let sleeper = |name: &str| {
        format!(
            "thread {name}\n l.lock()\n c.wait(l)\n woken.fetch_add(1)\n l.unlock()\n"
        )
    };
    let with = |notify: &str| {
        let both = [sleeper("A"), sleeper("B")].concat();
        format!("shared woken = 0\nlock l\ncondition c\n{both}thread N\n {notify}")
    };
    let one = program(&with("c.notify_one()"));
    // Either may wake up, and then the other one can't.
    for (first, other) in [("A", "B"), ("B", "A")] {
        assert!(after(&one, &format!("AABBN{first}{first}{first}")).is_ok());
        let both = format!("AABBN{first}{first}{first}{other}");
        assert!(after(&one, &both).unwrap_err().contains("waits for a notification"));
    }
    // Who falls asleep later has nothing of it.
    assert!(after(&one, "AANBBB").unwrap_err().contains("thread B can't move"));
    assert!(after(&one, "AANBBA").is_ok());
    // Two of them wake both, and so does one to all.
    for notify in ["c.notify_one()\n c.notify_one()", "c.notify_all()"] {
        let both = program(&with(notify));
        let n = "N".repeat(both.threads[2].steps.len());
        assert_eq!(after(&both, &format!("AABB{n}AAABBB")).unwrap().shared, [2]);
    }
    // The second one comes for a sleeper more, and the first is left for whoever slept before.
    let two = program(&with("c.notify_one()\n c.notify_one()"));
    assert_eq!(after(&two, "AANBBNBBBAAA").unwrap().shared, [2]);
    // But two for a single sleeper are one.
    assert!(after(&two, "AANNBBB").unwrap_err().contains("thread B"));
}

#[test]
fn waiting_without_the_lock_is_a_misstep() {
    let text = "lock l\ncondition c\nthread A\n c.wait(l)";
    assert_eq!(
        Exploration::of(&program(text)).unwrap_err().to_string(),
        "thread A waits for `c` with `l`, which it hasn't locked"
    );
}

#[test]
fn a_semaphore_lets_as_many_in_as_it_says() {
    let thread = |name| {
        format!(
            "thread {name}\n s.acquire()\n inside.fetch_add(1)\n inside.fetch_add(-1)\n s.release()\n"
        )
    };
    for (seats, fine) in [(1, false), (2, true), (3, true)] {
        let threads = ["A", "B", "C"].map(thread).concat();
        // With so many inside, the invariant for one less is broken.
        let text = format!(
            "shared inside = 0\nsemaphore s = {seats}\n{threads}always inside <= {}",
            seats - usize::from(!fine)
        );
        let found = explore(&text);
        assert_eq!(found.is_fine(), fine, "{seats}");
    }
    assert_eq!(
        ends("semaphore s = 0\nthread A\n s.acquire()"),
        ["deadlock: A waits for s"]
    );
}

#[test]
fn a_channel_keeps_the_order_and_has_an_end() {
    let text = "channel q = 2\nthread A\n q.send(1)\n q.send(2)\n q.send(3)\n\
                thread B\n x = q.receive()\n y = q.receive()\n z = q.receive()\n\
                expect B.x == 1 and B.y == 2 and B.z == 3";
    assert_eq!(ends(text), ["B.x = 1, B.y = 2, B.z = 3"]);
    let program = program(text);
    assert_eq!(after(&program, "AA").unwrap().channels, [[1, 2]]);
    assert!(after(&program, "AAA").unwrap_err().ends_with("it waits for room in q"));
    assert!(after(&program, "B").unwrap_err().ends_with("it waits for an item in q"));
}

#[test]
fn what_always_holds_is_looked_at_in_every_state() {
    let text = "shared n = 0\nthread A\n n.store(1)\n n.store(0)\nexpect n == 0\n";
    assert!(explore(text).is_fine());
    let found = explore(&format!("{text}always n == 0"));
    assert_eq!(found.outcomes.len(), 1, "nobody goes on from there");
    assert_eq!(found.outcomes[0].bad.as_deref(), Some("n == 0 should always be"));
    assert_eq!(found.outcomes[0].shortest.0, [0]);
}

#[test]
fn blocks_are_what_stands_further_to_the_right() {
    let text = "shared n = 0\nthread A\n  r = n.load()\n  while r < 3:\n    if r == 1:\n      \
                n.fetch_add(10)\n      n.fetch_add(-10)\n    r = n.fetch_add(1)\n  n.fetch_add(100)\n\
                expect n == 104";
    let found = explore(text);
    assert!(found.is_fine(), "{:?}", found.outcomes);
    // 1 + 4 rounds, in one of which there are two steps more, + 1.
    assert_eq!(found.outcomes[0].shortest.0.len(), 8);
    let indented: Vec<_> =
        program(text).threads[0].steps.iter().map(|step| step.source.clone()).collect();
    assert_eq!(indented[3], "    n.fetch_add(10)");
    for (text, complaint) in [
        (
            "thread A\n while true:",
            "line 2: below this line, further to the right, steps",
        ),
        (
            "shared n = 0\nthread A\n while true:\n  if 1 == 1: n.store(1)",
            "line 3: this loop needs",
        ),
        (
            "shared n = 0\nthread A\n while true:\n  lock l",
            "line 4: `lock` can't stand in a block",
        ),
        ("thread A\n until 1 == 1:", "line 2: `until 1 == 1:` begins no block"),
        ("semaphore s = -1", "line 1: a semaphore can't be -1"),
        ("channel q = 0", "line 1: a channel needs room"),
        ("thread A\n q.send(1)", "line 2: there is no channel `q`"),
        ("condition c\nthread A\n c.wait(l)", "line 3: there is no lock `l`"),
    ] {
        let error = Program::parse("test", text).expect_err(text).to_string();
        assert!(error.starts_with(complaint), "{error}");
    }
}

const SPINS: &str =
    "shared flag = 0\nthread A\n r = flag.load()\n while r == 0:\n  r = flag.load()\n";

#[test]
fn waiting_for_a_flag_is_no_livelock_as_long_as_somebody_sets_it() {
    let found = explore(&format!("{SPINS}thread B\n flag.store(1)"));
    assert!(found.is_fine() && found.endless.is_empty(), "{:?}", found.endless);
    assert_eq!((found.schedules, found.bad_schedules()), (None, Some(0)));
    let found = explore(SPINS);
    assert_eq!(found.endless[0].kind, Kind::Livelock);
    assert_eq!(found.endless[0].seen, "livelock: A moves for ever, and gets nowhere");
    assert!(found.outcomes.is_empty() && !found.is_fine());
}

#[test]
fn a_deadlock_is_no_livelock() {
    let found = explore("lock l\nthread A\n l.lock()\nthread B\n l.lock()");
    assert!(found.endless.is_empty());
    assert!(found.outcomes.iter().all(|outcome| outcome.seen.starts_with("deadlock")));
}

#[test]
fn who_is_there_for_ever_gets_on_with_each_round() {
    let found =
        explore("shared n = 0\nthread A\n while true:\n  n.store(1)\n  n.store(0)");
    assert!(found.is_fine() && found.endless.is_empty() && found.outcomes.is_empty());
    // Unless it waits for ever, while another one goes on: that is a starvation.
    let found = explore(
        "shared n = 0\nsemaphore s = 0\nthread A\n while true:\n  n.store(0)\nthread B\n s.acquire()",
    );
    let [starves] = &found.endless[..] else { panic!("{:?}", found.endless) };
    assert_eq!((starves.kind, &starves.stuck[..]), (Kind::Starvation, &[1][..]));
    assert_eq!(starves.seen, "starvation: B never gets on, while A does");
}

#[test]
fn a_lock_that_passes_somebody_over_is_told_apart_from_the_program() {
    let with = |take: &str, free: &str| {
        let thread = |name| format!("thread {name}\n while true:\n{take}{free}");
        let both = ["A", "B"].map(thread).concat();
        explore(&format!("shared s = 0\nlock l\n{both}"))
    };
    let lock = with("  l.lock()\n", "  l.unlock()\n");
    assert!(lock.is_fine());
    assert!(lock.endless.iter().all(|endless| endless.only_if_unfair));
    assert_eq!(lock.endless.len(), 2, "either may be passed over");
    let spin = with(
        "  r = s.compare_exchange(0, 1)\n  while r == 0:\n   r = s.compare_exchange(0, 1)\n",
        "  s.store(0)\n",
    );
    assert_eq!(spin.endless.iter().filter(|endless| endless.is_bad()).count(), 2);
}

/// Stores that reach memory late do reach it in the end: a buffer is as fairly treated as a thread.
#[test]
fn a_store_in_a_buffer_arrives_in_the_end() {
    let text = format!("{SPINS}thread B\n flag.store(1)");
    let found = Exploration::of(&program(&text).buffered().unwrap()).unwrap();
    assert!(found.is_fine() && found.endless.is_empty(), "{:?}", found.endless);
}

/// Numbers that look random: xorshift64*, of Vigna, *An Experimental Exploration of Marsaglia's xorshift
/// Generators* (2016).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) as usize % sides
    }
}

/// Threads that wait in loops, and some that are there for ever.
fn loops(dice: &mut Dice) -> String {
    let mut text = String::from("shared x = 0\nshared y = 0\nlock l\ncondition c\n");
    for thread in 0..2 + dice.roll(2) {
        let forever = dice.roll(3) == 0;
        let _ = writeln!(text, "thread T{thread}\n r = x.load()");
        let indent = if forever { " while true:\n" } else { "" };
        text.push_str(indent);
        let blanks = if forever { "  " } else { " " };
        for _ in 0..1 + dice.roll(2) {
            let v = ["x", "y"][dice.roll(2)];
            let n = dice.roll(2);
            let step = match dice.roll(8) {
                0 => format!("{v}.store({n})"),
                1 => format!("r = {v}.load()\nwhile r == {n}:\n  r = {v}.load()"),
                2 => format!("r = {v}.compare_exchange({n}, {})", 1 - n),
                3 => format!(
                    "r = {v}.compare_exchange(0, 1)\nwhile r == 0:\n  r = {v}.compare_exchange(0, 1)"
                ),
                4 => format!("l.lock()\n{v}.store({n})\nc.notify_all()\nl.unlock()"),
                5 => format!(
                    "l.lock()\nr = {v}.load()\nwhile r == {n}:\n  c.wait(l)\n  r = {v}.load()\nl.unlock()"
                ),
                6 => format!(
                    "r = {v}.load()\nwhile r == {n}:\n  l.lock()\n  r = {v}.load()\n  l.unlock()"
                ),
                _ => format!("r = {v}.load()"),
            };
            for line in step.lines() {
                let _ = writeln!(text, "{blanks}{line}");
            }
        }
    }
    text
}

/// Whether the thread has come by its `while true:` between two states, of which the second follows by its
/// move: it has one, and stands no later than before, but not in a loop within.
fn goes_round(program: &Program, thread: usize, before: &State, after: &State) -> bool {
    let steps = &program.threads[thread].steps;
    let Some(head) = steps.iter().position(explorer::Step::is_forever) else {
        return false;
    };
    let (from, to) = (before.next[thread], after.next[thread]);
    let has_moved_back = from > head && to <= from && to > head;
    let inner = steps.iter().enumerate().any(|(at, step)| {
        let end = step.action.block().unwrap_or(0);
        at > head && at < to && from < end && from > at
    });
    // The first step of the body is reached from behind, or the only one from itself.
    let asleep = before.condvars != after.condvars && from == to;
    has_moved_back && !inner && !asleep && to == head + 1
}

/// What the explorer says of a round is so: it can be gone, leads back, is fair, and nobody who is said to be
/// stuck gets on.
fn holds(program: &Program, endless: &Endless) {
    let way = Schedule([endless.way.0.clone(), endless.round.0.clone()].concat());
    let states = way.replay(program).expect("it can be gone");
    let round = &states[endless.way.0.len()..];
    assert_eq!(round.first(), round.last(), "it leads back");
    assert!(round.len() > 1);
    let moved: HashSet<_> = endless.round.0.iter().copied().collect();
    for mover in 0..program.movers().len() {
        let could = |state: &State| state.movable(program).contains(&mover);
        let fair = if endless.only_if_unfair {
            !round.iter().all(could)
        } else {
            !round.iter().any(could)
        };
        assert!(moved.contains(&mover) || fair, "{mover} is passed over");
    }
    for (pair, mover) in round.windows(2).zip(&endless.round.0) {
        assert!(
            !(endless.stuck.contains(mover)
                && goes_round(program, *mover, &pair[0], &pair[1])),
            "{mover} gets on"
        );
    }
    for &thread in &endless.stuck {
        assert!(!round[0].has_ended(program, thread));
    }
}

#[test]
fn dice_come_to_an_end_where_nothing_goes_on_for_ever_and_each_round_that_is_found_can_be_gone()
 {
    let mut dice = Dice(24);
    let (mut found, mut ended) = ([0; 4], 0);
    for _ in 0..1_500 {
        let text = loops(&mut dice);
        let program = program(&text);
        let explored = Exploration::of(&program).unwrap();
        for endless in &explored.endless {
            holds(&program, endless);
            found[2 * usize::from(endless.kind == Kind::Livelock)
                + usize::from(endless.is_bad())] += 1;
        }
        let serves = program.threads.iter().flat_map(|thread| &thread.steps);
        if explored.endless.iter().any(Endless::is_bad)
            || serves.into_iter().any(explorer::Step::is_forever)
        {
            continue;
        }
        // Dice pass nobody over for ever.
        let mut moves = 0;
        let roll = |movable: &[usize]| {
            moves += 1;
            assert!(moves < 100_000, "no end is in sight of\n{text}");
            dice.roll(movable.len())
        };
        Schedule::run(&program, roll).expect("there are no missteps");
        ended += 1;
    }
    assert!(found.iter().all(|many| *many >= 10) && ended >= 100, "{found:?}, {ended}");
}
