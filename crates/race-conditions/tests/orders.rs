//! Which ends are possible, where threads see each other's stores late? Four answers to the same
//! question, held against each other:
//!
//! * the explorer's, with stores that are done at once, and with stores that are buffered;
//! * that of the *axioms*, in which the literature writes down both models: an execution is
//!   possible when certain pairs of its reads and writes form no cycle. No thread takes steps
//!   there, so this answer has no line of code in common with the explorer's;
//! * loom's, which tries what Rust allows, with the code of this crate and with the explorer's
//!   programs;
//! * this machine's.

#![allow(dead_code, missing_docs, unreachable_pub)]

mod sync {
    pub(crate) use loom::sync::atomic;
}

#[path = "../src/order/message_passing.rs"]
mod passing;
#[path = "../src/refcount/atomic.rs"]
mod references;
#[path = "../src/order/store_buffering.rs"]
mod store_buffering;

use std::collections::BTreeSet;
use std::fmt::Write;
use std::sync::{Arc, Mutex};

use loom::sync::atomic::{
    AtomicI64, AtomicU32, Ordering,
    Ordering::{Acquire, Relaxed, Release, SeqCst},
    fence,
};
use proptest::prelude::*;
use race_conditions::explorer::{
    Action, Exploration, LITMUS, Program, State, Sum, Value, program,
};
use race_conditions::order;

/// What a reader sees of each end.
type Ends = BTreeSet<String>;

fn buffered(program: &Program) -> Program {
    program.clone().buffered().expect("its names are fine")
}

fn explored(program: &Program) -> Ends {
    let exploration = Exploration::of(program).expect("it can be explored");
    exploration.outcomes.into_iter().map(|outcome| outcome.seen).collect()
}

/// What a reader sees of an end with these `registers` and this `shared` memory.
fn end(program: &Program, registers: Vec<Vec<i64>>, shared: Vec<i64>) -> String {
    let next = program.threads.iter().map(|thread| thread.steps.len()).collect();
    let mut end = State::start(program);
    (end.registers, end.shared, end.next) = (registers, shared, next);
    end.seen(program)
}

/// The number that a store writes.
fn number(value: &Sum) -> i64 {
    match value.0[..] {
        [term] if !term.negative => match term.value {
            Value::Number(number) => number,
            _ => panic!("these programs write numbers"),
        },
        _ => panic!("these programs write numbers"),
    }
}

// What loom says

/// How many forced switches loom tries with more than two threads.
const SWITCHES: usize = 1;

/// All that `run` returns in the executions that loom tries: in all of them, or in those with at
/// most so many forced `switches`.
fn under_loom<T: Ord + Send + 'static>(
    switches: Option<usize>,
    run: impl Fn() -> T + Send + Sync + 'static,
) -> BTreeSet<T> {
    let seen = Arc::new(Mutex::new(BTreeSet::new()));
    let results = Arc::clone(&seen);
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = switches;
    builder.check(move || {
        let result = run();
        results.lock().expect("nobody panics here").insert(result);
    });
    let mut seen = seen.lock().expect("nobody panics here");
    std::mem::take(&mut *seen)
}

/// The ends that loom finds for a program of the explorer, with these orders for its stores and
/// loads.
fn loomed(program: &Program, store: Ordering, load: Ordering) -> Ends {
    let program = Arc::new(program.clone());
    // More than two threads have too many schedules. Loom may show a load any store that was done
    // before it, however late the others see that store, so few switches show much already. But an
    // end that isn't found is ruled out only for so few switches.
    let switches = (program.threads.len() > 2).then_some(SWITCHES);
    under_loom(switches, move || {
        let variables = program.shared.iter().map(|(_, first)| AtomicI64::new(*first));
        let memory = loom::sync::Arc::new(variables.collect::<Vec<_>>());
        let start = |thread| {
            let (program, memory) = (Arc::clone(&program), memory.clone());
            loom::thread::spawn(move || {
                takes_steps(&program, thread, &memory, store, load)
            })
        };
        let threads: Vec<_> = (0..program.threads.len()).map(start).collect();
        let registers =
            threads.into_iter().map(|thread| thread.join().unwrap()).collect();
        let shared = memory.iter().map(|variable| variable.load(Relaxed)).collect();
        end(&program, registers, shared)
    })
}

fn takes_steps(
    program: &Program,
    thread: usize,
    memory: &[AtomicI64],
    store: Ordering,
    load: Ordering,
) -> Vec<i64> {
    let of = &program.threads[thread];
    let mut registers = vec![0; of.registers.len()];
    for step in &of.steps {
        match &step.action {
            Action::Load { to, from } => registers[*to] = memory[*from].load(load),
            Action::Store { to, value } => memory[*to].store(number(value), store),
            Action::Fence => fence(SeqCst),
            other => panic!("{other:?} is in none of these programs"),
        }
    }
    registers
}

/// On a processor with total store order, every store releases and every load acquires. So loom
/// has to find all that the explorer finds with buffers. Loom finds more where Rust promises less
/// than such a processor gives.
///
/// Loom is not complete: it never shows a load what is stored later. So with `Relaxed`, which
/// allows that, it misses the bad end of `lb`; with the orders used here, that end is forbidden.
#[test]
fn loom_finds_all_that_the_explorer_finds() {
    for (name, _) in LITMUS {
        let program = program(name);
        let rules = loomed(&program, Release, Acquire);
        let x86 = explored(&buffered(&program));
        assert!(x86.is_superset(&explored(&program)), "{name}");
        assert!(rules.is_superset(&x86), "{name}: {rules:?}, {x86:?}");
        // In `2+2w` two threads write to two variables, and in `iriw` two threads watch two that
        // write: there, only a fence promises that all threads agree on one order.
        let more = ["2+2w", "iriw"].contains(&name);
        assert_eq!(rules.len() > x86.len(), more, "{name}: {rules:?}, {x86:?}");
    }
}

/// Rust's `Relaxed` allows the bad end of `lb`, too, but loom doesn't find it: see above.
#[test]
fn each_model_finds_these_bad_ends() {
    let (mut x86, mut released, mut relaxed) = (vec![], vec![], vec![]);
    for (name, _) in LITMUS {
        let program = program(name);
        let at_once = Exploration::of(&program).expect("it can be explored");
        assert_eq!(at_once.bad_schedules(), Some(0), "{name}");
        let found = Exploration::of(&buffered(&program)).expect("it can be explored");
        x86.extend((found.bad_schedules() > Some(0)).then_some(name));
        // As we have just seen, all ends are fine where every store is done at once.
        let fine = explored(&program);
        let loomed = |store, load| !loomed(&program, store, load).is_subset(&fine);
        released.extend(loomed(Release, Acquire).then_some(name));
        relaxed.extend(loomed(Relaxed, Relaxed).then_some(name));
    }
    assert_eq!(x86, ["sb"]);
    assert_eq!(released, ["sb", "2+2w", "iriw"]);
    assert_eq!(relaxed, ["sb", "mp", "2+2w", "iriw"]);
}

/// What two threads of loom return that get the same two numbers, one of them in reverse order.
fn two<T: Ord + Copy + Send + 'static>(
    one: impl Fn(&AtomicU32, &AtomicU32) -> T + Copy + Send + Sync + 'static,
    other: impl Fn(&AtomicU32, &AtomicU32) -> T + Copy + Send + Sync + 'static,
) -> BTreeSet<(T, T)> {
    under_loom(None, move || {
        let numbers = loom::sync::Arc::new([AtomicU32::new(0), AtomicU32::new(0)]);
        let theirs = numbers.clone();
        let thread = loom::thread::spawn(move || other(&theirs[1], &theirs[0]));
        let one = one(&numbers[0], &numbers[1]);
        (one, thread.join().unwrap())
    })
}

/// `sequential` is left out, since loom takes `SeqCst` for `AcqRel`, except in fences.
#[test]
fn the_code_comes_to_the_ends_of_the_model() {
    let model = |program: &Program| {
        let ends = explored(program);
        ends.iter().map(|seen| (read(seen, "A.saw"), read(seen, "B.saw"))).collect()
    };
    let weak: BTreeSet<(u32, u32)> = model(&buffered(&program("sb")));
    assert_eq!(weak.len(), 4);
    for look in [store_buffering::relaxed, store_buffering::acquire_release] {
        assert_eq!(two(look, look), weak);
    }
    let fenced: BTreeSet<(u32, u32)> = model(&buffered(&program("sb-fence")));
    assert_eq!(two(store_buffering::fenced, store_buffering::fenced), fenced);
    assert_eq!(fenced, model(&program("sb")));

    let passed = |way: passing::Way| {
        let write = move |data: &AtomicU32, flag: &AtomicU32| {
            (way.write)(data, flag);
            (0, 0)
        };
        let read = two(write, way.read);
        read.into_iter().map(|(_, read)| read).collect::<BTreeSet<_>>()
    };
    let told = explored(&buffered(&program("mp")));
    let told: BTreeSet<(u32, u32)> =
        told.iter().map(|seen| (read(seen, "B.told"), read(seen, "B.saw"))).collect();
    assert_eq!(passed(passing::ACQUIRE_RELEASE), told);
    assert!(!told.contains(&(1, 0)));
    assert!(passed(passing::RELAXED).contains(&(1, 0)));
}

/// The number of `name` in `x = 1, A.saw = 0`.
fn read(seen: &str, name: &str) -> u32 {
    let mut parts = seen.split(", ").filter_map(|part| part.split_once(" = "));
    let (_, number) = parts.find(|(of, _)| *of == name).expect("it is named");
    number.parse().expect("it is a number")
}

// Why a count of references releases and acquires

/// The trait of `race_conditions::refcount`, once more: the module `references` takes it from its
/// parent, which is this test here.
trait Count: Sync {
    fn new(references: i64) -> Self;
    fn acquire(&self);
    fn release(&self) -> bool;
}

/// Two threads have a reference each to an object, and one of them writes to the object before it
/// drops its reference. Returns what the other one then reads, if it drops the last reference, and
/// else `None`. `release` drops a reference and returns whether it was the last one.
fn seen_by_the_last<C: Send + Sync + 'static>(
    two: fn() -> C,
    release: impl Fn(&C) -> bool + Copy + Send + Sync + 'static,
) -> BTreeSet<Option<u32>> {
    under_loom(None, move || {
        let shared = loom::sync::Arc::new((two(), AtomicU32::new(0)));
        let theirs = shared.clone();
        let writer = loom::thread::spawn(move || {
            theirs.1.store(1, Relaxed);
            release(&theirs.0)
        });
        let last = release(&shared.0).then(|| shared.1.load(Relaxed));
        // Exactly one of the two drops the last reference.
        assert_ne!(writer.join().unwrap(), last.is_some());
        last
    })
}

#[test]
fn whoever_frees_has_seen_all_that_was_done() {
    let two = || <references::Counter as Count>::new(2);
    assert_eq!(seen_by_the_last(two, Count::release), BTreeSet::from([None, Some(1)]));
    // All of these count right. But the thread that writes has to release what it did, and the
    // thread that frees has to acquire it; none of these orders does both.
    for order in [Relaxed, Release, Acquire] {
        let release = move |count: &AtomicI64| count.fetch_sub(1, order) == 1;
        let seen = seen_by_the_last(|| AtomicI64::new(2), release);
        assert!(seen.contains(&Some(0)), "{order:?}: {seen:?}");
    }
}

// What the axioms say

/// A read, a write or a fence, and the thread that does it.
#[derive(Clone, Copy)]
struct Event {
    thread: usize,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Read { of: usize, to: usize },
    Write { of: usize, value: i64 },
    Fence,
}

impl Event {
    fn variable(&self) -> Option<usize> {
        match self.kind {
            Kind::Read { of, .. } | Kind::Write { of, .. } => Some(of),
            Kind::Fence => None,
        }
    }

    fn writes(&self) -> bool {
        matches!(self.kind, Kind::Write { .. })
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Axioms {
    Sequential,
    TotalStoreOrder,
}

fn events(program: &Program) -> Vec<Event> {
    let of_thread = |(thread, of): (usize, &race_conditions::explorer::Thread)| {
        let kind = |step: &race_conditions::explorer::Step| match &step.action {
            Action::Load { to, from } => Kind::Read { of: *from, to: *to },
            Action::Store { to, value } => Kind::Write { of: *to, value: number(value) },
            Action::Fence => Kind::Fence,
            other => panic!("{other:?} is in none of these programs"),
        };
        of.steps.iter().map(|step| Event { thread, kind: kind(step) }).collect::<Vec<_>>()
    };
    program.threads.iter().enumerate().flat_map(of_thread).collect()
}

/// All ends of a program that the axioms allow.
///
/// For each variable, its writes are taken in some order, and for each read, one of these writes,
/// or what the variable was at first: that is all that there is to an execution. An execution is
/// possible when two relations have no cycle. The first keeps each variable in order by itself. The
/// second is what all threads agree on; where stores are buffered, a read may overtake the writes
/// of its thread before it, and a thread sees its own writes early. See Alglave, Maranget and
/// Tautschnig, *Herding Cats* (2014).
fn by_axioms(program: &Program, axioms: Axioms) -> Ends {
    let events = events(program);
    let writes_to = |variable: usize| {
        let of = events.iter().enumerate().filter(move |(_, event)| {
            event.writes() && event.variable() == Some(variable)
        });
        of.map(|(index, _)| index).collect::<Vec<_>>()
    };
    let orders = (0..program.shared.len()).map(|variable| permuted(&writes_to(variable)));
    let reads = events
        .iter()
        .enumerate()
        .filter(|(_, event)| matches!(event.kind, Kind::Read { .. }));
    let reads: Vec<(usize, usize)> = reads
        .map(|(index, event)| (index, event.variable().expect("it reads")))
        .collect();
    let sources = reads.iter().map(|&(_, variable)| {
        let writes = writes_to(variable).into_iter().map(Some);
        std::iter::once(None).chain(writes).collect::<Vec<_>>()
    });
    let (orders, sources) = (product(orders.collect()), product(sources.collect()));

    let mut ends = Ends::new();
    for order in &orders {
        for source in &sources {
            let from: Vec<_> = reads.iter().map(|(read, _)| *read).zip(source).collect();
            if is_possible(&events, order, &from, axioms) {
                ends.insert(end_of(program, &events, order, &from));
            }
        }
    }
    ends
}

fn is_possible(
    events: &[Event],
    order: &[Vec<usize>],
    from: &[(usize, &Option<usize>)],
    axioms: Axioms,
) -> bool {
    let mut both = Vec::new(); // coherence and from-reads, which belong to both relations
    for of in order {
        both.extend(of.windows(2).map(|pair| (pair[0], pair[1])));
    }
    for &(read, source) in from {
        let of = &order[events[read].variable().expect("it reads")];
        let later = source.map_or(0, |write| {
            1 + of.iter().position(|&other| other == write).expect("it is one of them")
        });
        both.extend(of.get(later).map(|&write| (read, write)));
    }
    let (mut of_each, mut of_all) = (both.clone(), both);
    for &(read, source) in from {
        let Some(write) = *source else { continue };
        of_each.push((write, read));
        let own = events[write].thread == events[read].thread;
        if axioms == Axioms::Sequential || !own {
            of_all.push((write, read));
        }
    }
    for (first, one) in events.iter().enumerate() {
        for (second, other) in events.iter().enumerate().skip(first + 1) {
            if one.thread != other.thread {
                continue;
            }
            if one.variable() == other.variable() && one.variable().is_some() {
                of_each.push((first, second));
            }
            let fenced = events[first..=second].iter().any(|e| e.kind == Kind::Fence);
            let overtakes = one.writes() && matches!(other.kind, Kind::Read { .. });
            if axioms == Axioms::Sequential || fenced || !overtakes {
                of_all.push((first, second));
            }
        }
    }
    !has_cycle(events.len(), &of_each) && !has_cycle(events.len(), &of_all)
}

fn end_of(
    program: &Program,
    events: &[Event],
    order: &[Vec<usize>],
    from: &[(usize, &Option<usize>)],
) -> String {
    let written = |write: usize| match events[write].kind {
        Kind::Write { value, .. } => value,
        _ => panic!("it writes"),
    };
    let first = |variable: usize| program.shared[variable].1;
    let last = |(variable, of): (usize, &Vec<usize>)| {
        of.last().map_or(first(variable), |&write| written(write))
    };
    let shared = order.iter().enumerate().map(last).collect();
    let mut registers = State::start(program).registers;
    for &(read, source) in from {
        let Kind::Read { of, to } = events[read].kind else { panic!("it reads") };
        registers[events[read].thread][to] = source.map_or(first(of), written);
    }
    end(program, registers, shared)
}

/// Whether the pairs lead from some number back to itself. Numbers that lead to none of those left
/// are taken away, until nothing is left or no more can be taken away; what is left has a cycle.
fn has_cycle(count: usize, pairs: &[(usize, usize)]) -> bool {
    let mut left: BTreeSet<usize> = (0..count).collect();
    loop {
        let leads = |from: &usize| {
            pairs.iter().any(|(one, other)| one == from && left.contains(other))
        };
        let leading: BTreeSet<usize> = left.iter().copied().filter(leads).collect();
        if leading.len() == left.len() {
            return !left.is_empty();
        }
        left = leading;
    }
}

fn permuted(of: &[usize]) -> Vec<Vec<usize>> {
    if of.is_empty() {
        return vec![Vec::new()];
    }
    let begin_with = |place: usize| {
        let mut rest = of.to_vec();
        let first = rest.remove(place);
        permuted(&rest).into_iter().map(move |rest| [vec![first], rest].concat())
    };
    (0..of.len()).flat_map(begin_with).collect()
}

/// All ways to take one element of each list.
fn product<T: Clone>(lists: Vec<Vec<T>>) -> Vec<Vec<T>> {
    lists.into_iter().fold(vec![Vec::new()], |so_far, list| {
        let with = |one: Vec<T>| {
            list.iter().map(move |next| [one.clone(), vec![next.clone()]].concat())
        };
        so_far.into_iter().flat_map(with).collect()
    })
}

fn agrees_with_the_axioms(program: &Program) {
    assert_eq!(explored(program), by_axioms(program, Axioms::Sequential), "{program}");
    let buffered = buffered(program);
    assert_eq!(
        explored(&buffered),
        by_axioms(program, Axioms::TotalStoreOrder),
        "{program}"
    );
}

#[test]
fn the_litmus_programs_agree_with_the_axioms() {
    for (name, _) in LITMUS {
        agrees_with_the_axioms(&program(name));
    }
}

/// Programs that load, store and fence. Each register is read into once, and each store writes
/// a different number, so every end tells which read has seen which store.
fn programs() -> impl Strategy<Value = Program> {
    let step = prop_oneof![
        3 => (0..2).prop_map(|v| (v, "load")),
        3 => (0..2).prop_map(|v| (v, "store")),
        1 => (0..2).prop_map(|v| (v, "fence")),
    ];
    let thread = prop::collection::vec(step, 1..5);
    prop::collection::vec(thread, 2..4).prop_map(|threads| {
        let mut text = String::from("shared v0 = 0\nshared v1 = 0\n");
        let (mut number, mut registers) = (0, vec!["0".to_string()]);
        for (thread, steps) in threads.iter().enumerate() {
            let _ = writeln!(text, "thread T{thread}");
            for (variable, step) in steps {
                number += 1;
                let _ = match *step {
                    "load" => {
                        registers.push(format!("T{thread}.r{number}"));
                        writeln!(text, "r{number} = v{variable}.load()")
                    }
                    "store" => writeln!(text, "v{variable}.store({number})"),
                    _ => writeln!(text, "fence()"),
                };
            }
        }
        let _ = writeln!(text, "expect {} >= 0", registers.join(" + "));
        Program::parse("random", &text)
            .unwrap_or_else(|error| panic!("{error} in\n{text}"))
    })
}

/// How many executions of `program` the axioms have to judge, at most.
fn executions(program: &Program) -> usize {
    let events = events(program);
    let writes = |variable| {
        let of = events.iter().filter(|event| event.writes());
        of.filter(|event| event.variable() == Some(variable)).count()
    };
    let orders: usize = (0..2).map(|v| (1..=writes(v)).product::<usize>()).product();
    let reads = events.iter().filter(|event| !event.writes());
    orders * reads.filter_map(Event::variable).map(|v| 1 + writes(v)).product::<usize>()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_programs_agree_with_the_axioms(
        program in programs().prop_filter("few executions", |program| {
            executions(program) <= 3_000
        }),
    ) {
        agrees_with_the_axioms(&program);
    }
}

// What this machine does

/// So few that even a single core is done with them in a moment.
const ROUNDS: u64 = 20_000;

fn really(ends: order::Ends) -> BTreeSet<(u32, u32)> {
    let pairs = [(0, 0), (0, 1), (1, 0), (1, 1)];
    let came = |&(first, second): &(u32, u32)| ends[first as usize][second as usize] > 0;
    pairs.into_iter().filter(came).collect()
}

#[test]
fn real_threads_come_to_no_other_ends() {
    let looks = |program: &Program| -> BTreeSet<(u32, u32)> {
        let ends = explored(program);
        ends.iter().map(|seen| (read(seen, "A.saw"), read(seen, "B.saw"))).collect()
    };
    let allowed = looks(&program("sb"));
    for look in [order::store_buffering::fenced, order::store_buffering::sequential] {
        let seen = really(order::both_look(ROUNDS, look));
        assert!(!seen.is_empty() && seen.is_subset(&allowed), "{seen:?}");
    }
    let told: BTreeSet<(u32, u32)> = explored(&program("mp"))
        .iter()
        .map(|seen| (read(seen, "B.told"), read(seen, "B.saw")))
        .collect();
    let released = order::message_passing::ACQUIRE_RELEASE;
    // A processor with total store order keeps the relaxed stores in order, too; others needn't.
    let relaxed = order::message_passing::RELAXED;
    let mut ways = vec![released];
    ways.extend(cfg!(target_arch = "x86_64").then_some(relaxed));
    for way in ways {
        let seen = really(order::pass(ROUNDS, way));
        assert!(!seen.is_empty() && seen.is_subset(&told), "{seen:?}");
    }
}
