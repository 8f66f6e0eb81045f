//! The explorer against what is known otherwise: closed forms, a search that remembers
//! nothing, and a scheduler that picks at random.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fmt::Write;

use proptest::prelude::*;
use race_conditions::explorer::{
    Action, Exploration, LITMUS, PROGRAMS, Program, Schedule, State, Step, Unexplorable,
    program,
};

/// A program with `threads` threads, each of which adds 1 in `steps` steps.
fn adders(threads: usize, steps: usize) -> Program {
    let mut text = String::from("shared n = 0\n");
    for thread in 0..threads {
        let _ = writeln!(text, "thread T{thread}\n{}", "n.fetch_add(1)\n".repeat(steps));
    }
    Program::parse("adders", &text).expect("it can be read")
}

fn explore(program: &Program) -> Exploration {
    Exploration::of(program).expect("it can be explored")
}

fn buffered(program: &Program) -> Program {
    program.clone().buffered().expect("its names are fine")
}

/// What a reader sees of each end.
fn ends(program: &Program) -> BTreeSet<String> {
    explore(program).outcomes.into_iter().map(|outcome| outcome.seen).collect()
}

/// The multinomial coefficient `(n₁ + n₂ + …)! / (n₁! n₂! …)`, as a product of binomials.
fn multinomial(parts: &[usize]) -> u128 {
    let (mut taken, mut ways) = (0, 1);
    for &part in parts {
        for i in 1..=part as u128 {
            taken += 1;
            ways = ways * taken / i;
        }
    }
    ways
}

#[test]
fn counts_are_those_of_the_closed_form() {
    assert_eq!(multinomial(&[3, 3]), 20);
    for steps in 0..=12 {
        let two = explore(&adders(2, steps));
        assert_eq!(two.schedules, Some(multinomial(&[steps, steps])), "2 × {steps}");
        assert_eq!(two.states.len(), (steps + 1).pow(2));
    }
    for (threads, steps) in [(1, 9), (3, 4), (3, 6), (4, 3), (5, 2)] {
        let all = explore(&adders(threads, steps));
        assert_eq!(all.schedules, Some(multinomial(&vec![steps; threads])));
        assert_eq!(all.states.len(), (steps + 1).pow(threads as u32));
        assert_eq!(all.outcomes.len(), 1);
    }
}

/// An end: why it is bad, if it is, and what a reader sees of it.
type End = (Option<String>, String);

/// How many schedules lead to an end, and the best of them: its steps, and how often it
/// changes threads.
type Ways = (u128, (usize, usize));

/// Walks every schedule from `state` on, one after the other, and counts its end in `ends`.
fn brute_force(
    program: &Program,
    state: &State,
    path: &mut Vec<usize>,
    ends: &mut BTreeMap<End, Ways>,
) {
    let movable = state.movable(program);
    for &thread in &movable {
        let after = state.after(program, thread).expect("it can move");
        path.push(thread);
        brute_force(program, &after, path, ends);
        path.pop();
    }
    if movable.is_empty() {
        let end = (state.bad(program), state.seen(program));
        let (count, best) = ends.entry(end).or_insert((0, (usize::MAX, usize::MAX)));
        *count += 1;
        *best = (*best).min(price(path));
    }
}

fn price(path: &[usize]) -> (usize, usize) {
    let changes = path.windows(2).filter(|pair| pair[0] != pair[1]).count();
    (path.len(), changes)
}

fn agrees_with_brute_force(program: &Program) {
    let exploration = explore(program);
    let mut expected = BTreeMap::new();
    brute_force(program, &State::start(program), &mut Vec::new(), &mut expected);
    let found: BTreeMap<End, Ways> = exploration
        .outcomes
        .iter()
        .map(|outcome| {
            let end = (outcome.bad.clone(), outcome.seen.clone());
            let schedules = outcome.schedules.expect("there are no loops");
            (end, (schedules, price(&outcome.shortest.0)))
        })
        .collect();
    assert_eq!(found, expected, "{program}");
    let count = |(count, _): &Ways| *count;
    let all = expected.values().map(count).sum();
    assert_eq!(exploration.schedules, Some(all), "{program}");
    let bad = expected.iter().filter(|((bad, _), _)| bad.is_some());
    let shortest_bad = bad.map(|(_, (_, (steps, _)))| *steps).min();
    assert_eq!(exploration.shortest_bad().map(|bad| bad.0.len()), shortest_bad);
}

#[test]
fn the_programs_of_the_book_agree_with_brute_force() {
    for (name, _) in PROGRAMS {
        agrees_with_brute_force(&program(name));
    }
    for (name, _) in LITMUS {
        agrees_with_brute_force(&program(name));
        agrees_with_brute_force(&buffered(&program(name)));
    }
}

/// `tests/orders.rs` has the litmus programs.
#[test]
fn buffers_change_nothing_where_locks_or_single_steps_order_everything() {
    for (name, _) in PROGRAMS {
        let program = program(name);
        assert_eq!(ends(&buffered(&program)), ends(&program), "{name}");
    }
}

#[test]
fn both_miss_each_other_only_with_buffers() {
    let sb = program("sb");
    assert_eq!(explore(&sb).bad_schedules(), Some(0));
    let sb = buffered(&sb);
    let shortest = explore(&sb).shortest_bad().cloned().expect("both can miss");
    assert_eq!(shortest.0.len(), 6, "two stores, two loads, and two stores reach memory");
    let states = shortest.replay(&sb).expect("it can be replayed");
    assert_eq!(states[6].bad(&sb), Some("A.saw + B.saw >= 1 was expected".into()));
}

#[test]
fn a_thread_sees_its_own_stores_and_others_see_them_later() {
    let text = "shared n = 0\nthread A\n n.store(1)\n n.store(2)\n r = n.load()\n\
                thread B\n s = n.load()";
    let program = buffered(&Program::parse("own", text).expect("it can be read"));
    let replay = |text: &str| {
        let schedule = Schedule::parse(&program, text).expect("it names threads");
        schedule.replay(&program).map(|mut states| states.pop().expect("a state"))
    };
    let end = replay("AAABaa").expect("all can move");
    assert_eq!((end.registers, end.shared), (vec![vec![2], vec![0]], vec![2]));
    let end = replay("AAaBAa").expect("all can move");
    assert_eq!((end.registers, end.shared), (vec![vec![2], vec![1]], vec![2]));
    let nothing = replay("a").expect_err("nothing was stored").to_string();
    assert_eq!(nothing, "no store of thread A waits for memory");
}

#[test]
fn a_step_that_drains_waits_for_memory() {
    for step in
        ["fence()", "r = n.fetch_add(1)", "r = n.compare_exchange(1, 2)", "l.lock()"]
    {
        let text = format!("shared n = 0\nlock l\nthread A\n n.store(1)\n {step}");
        let program = buffered(&Program::parse("drains", &text).expect("it can be read"));
        let replay = |text: &str| {
            let schedule = Schedule::parse(&program, text).expect("it names threads");
            schedule.replay(&program).map(|_| ())
        };
        let refused = replay("AA").expect_err(step).to_string();
        let expected = "thread A can't move: not all of its stores have reached memory";
        assert_eq!(refused, expected, "{step}");
        assert_eq!(replay("AaA"), Ok(()), "{step}");
    }
}

#[test]
fn a_thread_with_the_name_of_a_buffer_is_refused() {
    let text = "thread A\nthread a";
    let program = Program::parse("names", text).expect("it can be read");
    assert_eq!(
        program.buffered().expect_err("`a` would be two").to_string(),
        "`a` would be a buffer; let the names of threads begin with a capital"
    );
}

#[test]
fn the_broken_can_fail_and_the_fixed_cannot() {
    for (name, _) in PROGRAMS {
        let broken = ["lost-update", "last-seat", "refcount", "deadlock", "philosophers"];
        let exploration = explore(&program(name));
        assert_eq!(
            exploration.bad_schedules() > Some(0),
            broken.contains(&name),
            "{name}"
        );
        // Neither a livelock nor a starvation.
        assert_eq!(exploration.is_fine(), !broken.contains(&name), "{name}");
    }
}

#[test]
fn a_lost_update_is_counted_exactly() {
    let exploration = explore(&program("lost-update"));
    let counts = (exploration.schedules, exploration.bad_schedules());
    assert_eq!(counts, (Some(6), Some(4)));
    let seen: Vec<_> =
        exploration.outcomes.iter().map(|outcome| outcome.seen.as_str()).collect();
    assert_eq!(seen, ["count = 2", "count = 1"]);
}

#[test]
fn the_shortest_bad_schedule_is_bad_and_replays() {
    let known = PROGRAMS.iter().chain(&LITMUS).map(|(name, _)| program(name));
    for program in known.flat_map(|program| [buffered(&program), program]) {
        let (exploration, name) = (explore(&program), &program.name);
        for outcome in &exploration.outcomes {
            let states = outcome.shortest.replay(&program).expect("it can be replayed");
            let end = states.last().expect("there is a start");
            assert!(end.movable(&program).is_empty(), "{name}");
            assert_eq!(end.bad(&program), outcome.bad, "{name}: {}", outcome.seen);
            assert_eq!(end.seen(&program), outcome.seen);
            let shown = outcome.shortest.show(&program).to_string();
            assert_eq!(Schedule::parse(&program, &shown).as_ref(), Ok(&outcome.shortest));
        }
    }
    let deadlock = program("deadlock");
    let shortest = explore(&deadlock).shortest_bad().cloned().expect("it can fail");
    assert_eq!(shortest.show(&deadlock).to_string(), "AB");
}

#[test]
fn a_schedule_that_cannot_be_is_an_error() {
    let program = program("deadlock");
    let complaint = |text: &str| match Schedule::parse(&program, text) {
        Ok(schedule) => schedule.replay(&program).expect_err(text).to_string(),
        Err(reason) => reason,
    };
    assert_eq!(complaint("AX"), "there is no thread `X`; there are A, B");
    assert_eq!(complaint("AAB"), "thread B can't move: it has ended or waits for a lock");
    let stranger = "lock door\nthread A\n  door.unlock()";
    let stranger = Program::parse("stranger", stranger).expect("it can be read");
    assert_eq!(
        Exploration::of(&stranger).expect_err("it unlocks").to_string(),
        "thread A unlocks `door`, which it hasn't locked"
    );
}

#[test]
fn a_program_that_is_too_large_is_refused() {
    let large = adders(8, 12);
    let refused = Exploration::of(&large).expect_err("13⁸ states");
    assert!(matches!(refused, Unexplorable::TooLarge { .. }));
    assert_eq!(
        refused.to_string(),
        "`adders` has more than 300,000 states; take away a thread, or some steps"
    );
    let many = Exploration::of(&adders(2, 140)).expect_err("few states, many schedules");
    assert_eq!(
        many.to_string(),
        "`adders` has more schedules than can be counted; take away some steps"
    );
}

/// Programs of two or three threads that load, store, add, exchange and lock.
fn programs() -> impl Strategy<Value = Program> {
    let step = prop_oneof![
        (0..2, 0..2).prop_map(|(r, v)| format!("r{r} = v{v}.load()")),
        (0..2, 0..2, -2..3).prop_map(|(v, r, n)| format!("v{v}.store(r{r} + {n})")),
        (0..2, -2..3).prop_map(|(v, n)| format!("v{v}.fetch_add({n})")),
        (0..2, 0..2, -2..3)
            .prop_map(|(r, v, n)| format!("r{r} = v{v}.compare_exchange({n}, r{r} + 1)")),
        (0..2, 0..2, -2..3)
            .prop_map(|(r, v, n)| format!("if r{r} > 0: v{v}.fetch_add({n})")),
        (0..2, 0..2)
            .prop_map(|(l, v)| format!("l{l}.lock()\nv{v}.fetch_add(1)\nl{l}.unlock()")),
        (0..2).prop_map(|l| format!(
            "l{l}.lock()\nl{}.lock()\nl{l}.unlock()\nl{}.unlock()",
            1 - l,
            1 - l
        )),
    ];
    let thread = prop::collection::vec(step, 1..4);
    prop::collection::vec(thread, 2..4).prop_map(|threads| {
        let mut text = String::from("shared v0 = 0\nshared v1 = 1\nlock l0\nlock l1\n");
        for (i, steps) in threads.iter().enumerate() {
            // Declares the registers.
            let _ = writeln!(text, "thread T{i}\nr0 = v0.load()\nr1 = v1.load()");
            let _ = writeln!(text, "{}", steps.join("\n"));
        }
        text.push_str("expect v0 == 0\n");
        Program::parse("random", &text)
            .unwrap_or_else(|error| panic!("{error} in\n{text}"))
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn dice_find_nothing_that_the_explorer_has_not(
        program in programs(),
        dice in prop::collection::vec(prop::collection::vec(0_usize..6, 40), 20),
    ) {
        let exploration = explore(&program);
        let states: HashSet<&State> = exploration.states.iter().collect();
        let of_outcomes = exploration.outcomes.iter().map(|outcome| outcome.schedules);
        prop_assert_eq!(of_outcomes.sum::<Option<u128>>(), exploration.schedules);
        for dice in dice {
            let mut rolled = dice.into_iter().cycle();
            let roll = |movable: &[usize]| rolled.next().unwrap_or(0) % movable.len();
            let (schedule, end) = Schedule::run(&program, roll).expect("it can move");
            prop_assert!(states.contains(&end));
            let seen = end.seen(&program);
            prop_assert!(exploration.outcomes.iter().any(|outcome| outcome.seen == seen));
            let replayed = schedule.replay(&program).expect("it has just been run");
            prop_assert_eq!(replayed.last(), Some(&end));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_programs_agree_with_brute_force(
        program in programs().prop_filter("few enough for brute force", |program| {
            multinomial(&program.threads.iter().map(|t| t.steps.len()).collect::<Vec<_>>()) < 200_000
        }),
    ) {
        agrees_with_brute_force(&program);
    }

    #[test]
    fn random_programs_agree_with_brute_force_when_stores_are_buffered(
        program in programs().prop_filter("few enough for brute force", |program| {
            let stores = |step: &&Step| matches!(step.action, Action::Store { .. });
            let moves = program.threads.iter().flat_map(|thread| {
                [thread.steps.len(), thread.steps.iter().filter(stores).count()]
            });
            multinomial(&moves.collect::<Vec<_>>()) < 100_000
        }),
    ) {
        agrees_with_brute_force(&buffered(&program));
    }

    /// Buffers add ends, and take none away; a fence after each store takes away what they add.
    #[test]
    fn buffers_add_ends_and_fences_take_them_away(
        program in programs().prop_filter("few states", |program| {
            program.threads.iter().map(|thread| 1 + thread.steps.len()).product::<usize>() < 400
        }),
    ) {
        let at_once = ends(&program);
        prop_assert!(ends(&buffered(&program)).is_superset(&at_once));
        let mut fenced = program;
        for thread in &mut fenced.threads {
            let fence = |only_if| Step { source: "fence()".into(), only_if, action: Action::Fence };
            let steps = thread.steps.drain(..).flat_map(|step| {
                let fence = fence(step.only_if.clone());
                [step, fence]
            });
            thread.steps = steps.collect();
        }
        prop_assert_eq!(ends(&buffered(&fenced)), at_once);
    }
}
