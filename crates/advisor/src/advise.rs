//! The arithmetic: from what was seen to what each option would bring, as an interval, and to one recommendation.
//!
//! All of it is *at best* and *at worst*, since two things can't be seen from outside: whether the work can be cut into
//! pieces that don't need each other, and how many of those who answer can be asked at once. What is assumed for them stands in
//! the constants below, and the report says so.

mod shape;
mod times;
mod ways;

use serde::{Deserialize, Serialize};

use crate::account::Account;
use crate::classify::{Language, has_gil_on_heap};
use crate::machine::Machine;
use crate::state::State;

use shape::{
    ALREADY, Shape, has_lock, large_messages, overhead, shape, times_at_once, used,
};
use times::{Times, times};
use ways::{commands, in_line, pool, several, single};

/// Of the computing, so much can't be divided at worst. Amdahl's law makes of it the lower end of what workers bring.
pub const UNDIVIDED: f64 = 0.5;

/// So many can wait at once in threads, at best; for more, one takes async.
pub const AT_ONCE: f64 = 64.0;

/// A program that is done sooner than this isn't worth the trouble.
const SHORT: f64 = 0.25;

/// What is gained has to be worth the trouble, too.
const WORTH: f64 = 1.15;

/// What one can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Choice {
    /// Nothing.
    Leave,
    /// One thread, and no other processes, where there are some now.
    OneAfterTheOther,
    /// Threads.
    Threads,
    /// Tasks in one thread, for waiting.
    Async,
    /// A pool of processes that gets its tasks in chunks.
    PoolInChunks,
    /// A pool of processes that gets its tasks one by one.
    Processes,
    /// Processes that get a name and fetch the data themselves.
    ProcessesThatFetch,
    /// Threads that wait, in processes that compute.
    Both,
    /// It can't be known.
    CannotTell,
}

impl Choice {
    /// All that can be done, the simplest first.
    pub const ALL: [Self; 8] = [
        Self::Leave,
        Self::OneAfterTheOther,
        Self::Threads,
        Self::PoolInChunks,
        Self::Processes,
        Self::ProcessesThatFetch,
        Self::Async,
        Self::Both,
    ];

    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Leave => "leave it as it is",
            Self::OneAfterTheOther => "one after the other",
            Self::Threads => "threads",
            Self::Async => "async",
            Self::PoolInChunks => "a pool of processes, in chunks",
            Self::Processes => "a pool of processes, task by task",
            Self::ProcessesThatFetch => "processes that fetch their data",
            Self::Both => "threads and processes",
            Self::CannotTell => "can't tell",
        }
    }

    /// The chapter that explains it.
    pub fn chapter(self) -> &'static str {
        match self {
            Self::Leave | Self::CannotTell | Self::OneAfterTheOther => {
                "choosing/deciding.md"
            }
            Self::Threads => "threads/waiting.md",
            Self::Async => "threads/many.md",
            Self::PoolInChunks | Self::Processes => "pools/process-pool.md",
            Self::ProcessesThatFetch => "pools/moving.md",
            Self::Both => "pools/hybrid.md",
        }
    }
}

/// What only the author of a program knows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// Of how many pieces the work consists that don't need each other; 1 when each needs the one before.
    pub pieces: Option<u64>,
}

/// From slower to faster: the time as it was watched, divided by the time that way.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    /// At worst.
    pub low: f64,
    /// At best.
    pub high: f64,
}

impl Interval {
    /// In the middle of both, as factors go.
    pub fn middle(self) -> f64 {
        (self.low * self.high).sqrt()
    }
}

/// What an option would bring.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    /// Which one.
    pub option: Choice,
    /// How many times as fast; nothing where that can't be known from outside.
    pub speedup: Option<Interval>,
    /// The arithmetic, in a sentence.
    pub because: String,
    /// What would eat it.
    pub eats: Vec<String>,
}

/// What is to be said of a program.
#[derive(Clone, Debug, PartialEq)]
pub struct Advice {
    /// One of them.
    pub choice: Choice,
    /// In a sentence.
    pub sentence: String,
    /// All of them.
    pub options: Vec<Estimate>,
    /// What can't be known from outside.
    pub unknown: Vec<String>,
}

/// What is to be said of the program with this account.
pub fn advise(account: &Account, machine: &Machine, told: Told) -> Advice {
    let shape = shape(account);
    let times = times(account);
    let python = matches!(account.language, Language::Python { .. });
    let locked = has_lock(&account.language);
    let mut options = Vec::new();
    for choice in Choice::ALL {
        let estimate = match shape {
            Shape::Single => single(choice, account, &times, machine, told),
            Shape::Commands => commands(choice, account, &times),
            Shape::InLine => in_line(choice, account, &times),
            Shape::Pool => pool(choice, account, &times),
            Shape::Several => several(choice, account, &times),
        };
        let (speedup, because) = match estimate {
            Some((interval, because)) => (Some(interval), because),
            None => (None, "It can't be known from outside.".to_string()),
        };
        let speedup = if choice == Choice::Leave {
            Some(Interval { low: 1.0, high: 1.0 })
        } else {
            speedup
        };
        let eats = eats(choice, account, machine, python);
        options.push(Estimate { option: choice, speedup, because, eats });
    }
    let mut unknown: Vec<String> = account.hidden.clone();
    let (choice, why) = choose(account, &times, shape, told, &mut options);
    let gain = options
        .iter()
        .find(|option| option.option == choice)
        .and_then(|option| option.speedup);
    // Whoever has told how many pieces there are knows it.
    let divides = shape == Shape::Single && told.pieces.is_none();
    let sentence = sentence(choice, gain, divides, &why);
    if shape == Shape::Single && told.pieces.is_none() && account.seconds >= SHORT {
        unknown.push(
            "Whether the work can be cut into pieces that don't need each other, and how long each takes. Tell it \
             with `--pieces N`; 1 when each needs the one before."
                .into(),
        );
    }
    if times.stretch > 1.2 {
        unknown.push(format!(
            "What it does on a quiet machine: others used the cores, so computing took {:.1} times as long.",
            times.stretch
        ));
    }
    if times.waits > 0.2 * times.all {
        unknown.push("How many answers whoever is asked can give at once, and how many you may ask for.".into());
    }
    if locked && account.code.is_none() && times.compute > 0.2 * times.all {
        unknown.push("Whether it computes in the interpreter, or in a library that lets the lock go.".into());
    }
    if has_gil_on_heap(&account.language) && account.threads_started > 0 {
        unknown.push(
            "Which waits are for the interpreter's lock: in a Python 2 it lies among other locks, and the one that is \
             waited for most often is taken for it."
                .into(),
        );
    }
    unknown.push("Whether a piece may crash, has to be stopped, or runs code that you don't trust: then processes, whatever the numbers say.".into());
    Advice { choice, sentence, options, unknown }
}

/// What would eat the gain.
fn eats(
    choice: Choice,
    account: &Account,
    machine: &Machine,
    python: bool,
) -> Vec<String> {
    let mut eats = Vec::new();
    let mut cost = |rust: &str, in_python: &str| {
        let what = if python { in_python } else { rust };
        if let Some(cost) = machine.cost(what) {
            eats.push(format!(
                "{what}: {} (`{}`)",
                tour::format::nanoseconds(cost.seconds * 1e9),
                cost.id
            ));
        }
    };
    match choice {
        Choice::Threads => cost("starting a thread", "starting a thread in Python"),
        Choice::PoolInChunks => {
            cost("starting a process", "starting a pool in Python");
            cost("a task in a chunk", "a task in a chunk, in Python");
        }
        Choice::Processes => {
            cost("starting a process", "starting a pool in Python");
            cost("a task by itself, to a pool", "a task by itself, to a pool in Python");
            if python {
                cost("", "a mebibyte there and back by a pool in Python");
            }
        }
        Choice::ProcessesThatFetch | Choice::Both => {
            cost("starting a process", "starting a pool in Python");
        }
        _ => {}
    }
    if matches!(choice, Choice::Threads | Choice::Async) && has_lock(&account.language) {
        eats.push("the interpreter's lock: one computes at a time".into());
    }
    let processes = matches!(
        choice,
        Choice::PoolInChunks
            | Choice::Processes
            | Choice::ProcessesThatFetch
            | Choice::Both
    );
    if processes && account.memory > 0.0 {
        eats.push(format!(
            "memory: each worker up to {}, of {} that are left",
            tour::format::bytes(account.own.unwrap_or(account.memory)),
            tour::format::bytes(account.spare)
        ));
    }
    eats
}

/// Whether one more of what it keeps in memory doesn't fit beside it.
fn short_of_memory(account: &Account) -> bool {
    // It takes and gives back, piece by piece, and each piece is large.
    let each = account.own.unwrap_or(0.0).max(account.memory);
    account.fell > 0
        && each > 0.45 * (account.spare + if account.running { each } else { 0.0 })
}

fn choose(
    account: &Account,
    times: &Times,
    shape: Shape,
    told: Told,
    options: &mut [Estimate],
) -> (Choice, String) {
    let wall = &account.wall;
    let share = |state: State| wall[state] / times.all;
    let percent = |part: f64| format!("{:.0}%", 100.0 * part);
    let time = tour::format::nanoseconds(times.all * 1e9);
    if times.all < SHORT && !account.running {
        return (
            Choice::Leave,
            format!("it is done in {time}, and starting anything else takes as long"),
        );
    }
    if share(State::Input) > 0.5 {
        let part = percent(share(State::Input));
        return (Choice::Leave, format!("it waits for a person for {part} of the time"));
    }
    if share(State::Request) > 0.5 {
        let part = percent(share(State::Request));
        return (
            Choice::Leave,
            format!(
                "it waits for requests for {part} of the time, so it is fast enough for those that came"
            ),
        );
    }
    if account.serving > 0.3 && share(State::Network) + share(State::Timer) < 0.3 {
        let why = format!(
            "it serves requests, and {:.1} of {:.0} cores were busy with them: more workers would answer more at once, \
             and none of them sooner",
            account.demand * times.compute / times.all,
            times.cores
        );
        return (Choice::Leave, why);
    }
    if short_of_memory(account) {
        let memory = tour::format::bytes(account.memory);
        let spare = tour::format::bytes(account.spare);
        for option in options.iter_mut().filter(|option| option.option != Choice::Leave) {
            option.eats.push("two of its pieces don't fit into memory at once".into());
            if option.option != Choice::OneAfterTheOther {
                option.speedup = None;
            }
        }
        return (
            Choice::Leave,
            format!(
                "a piece of its work takes {memory}, of which two don't fit into the {spare} that there are"
            ),
        );
    }
    if account.hidden.iter().any(|hidden| hidden.contains("PID/schedstat")) {
        return (
            Choice::CannotTell,
            "how long its threads compute is hidden here".into(),
        );
    }
    let at_once = times_at_once(account);
    if matches!(shape, Shape::Several | Shape::Single)
        && at_once > ALREADY
        && times.waits > 0.5 * times.all
    {
        let why = format!(
            "it waits for {at_once:.0} answers at once already, and only whom it asks can answer faster"
        );
        return (Choice::Leave, why);
    }
    let asleep = share(State::Other) + share(State::Child) + share(State::Lock)
        - times.unseen / times.all;
    if asleep > 0.6 && shape != Shape::Commands {
        let part = percent(asleep);
        return (
            Choice::CannotTell,
            format!("for {part} of the time it waits for something that can't be seen"),
        );
    }
    match shape {
        Shape::Several
            if account.demand > 0.75 * times.cores && times.compute > 0.5 * times.all =>
        {
            let why = format!(
                "it keeps {:.1} of {:.0} cores busy already",
                account.demand, times.cores
            );
            return (Choice::Leave, why);
        }
        Shape::Several if times.compute > 0.5 * times.all && account.largest > 0.6 => {
            let why = "one thread does most of the computing, and the others wait for it: only \
                       dividing its work would help";
            return (Choice::Leave, why.into());
        }
        Shape::Several if times.compute > 0.5 * times.all => {
            let why = format!(
                "it has several threads or processes, and uses {:.1} of {:.0} cores: look in the lanes for the one \
                 that the others wait for",
                account.demand.max(used(account)),
                times.cores
            );
            return (Choice::Leave, why);
        }
        _ => {}
    }
    let computes = times.compute / times.all;
    let native = !has_lock(&account.language);
    let reads = account.io.is_some_and(|io| io.read > 16e6);
    if shape == Shape::Single
        && native
        && computes > 0.6
        && told.pieces.is_none()
        && !reads
    {
        let why = format!(
            "it computes for {} of the time in one thread, and from outside nobody sees whether that can be divided. If it \
             can, threads bring up to {:.1}×; tell with `--pieces N`",
            percent(computes),
            times.cores
        );
        return (Choice::CannotTell, why);
    }
    let of = |choice: Choice| {
        options
            .iter()
            .find(|option| option.option == choice)
            .and_then(|option| option.speedup)
    };
    // Which ones are worth considering, the simplest first.
    let candidates: &[Choice] = match shape {
        Shape::Single
            if !native
                && times.waits + times.disk > 0.2 * times.all
                && computes > 0.25 =>
        {
            &[Choice::Threads, Choice::PoolInChunks, Choice::Both]
        }
        Shape::Single if native => &[Choice::Threads],
        Shape::Single => &[Choice::Threads, Choice::PoolInChunks],
        Shape::Commands => &[Choice::Threads],
        Shape::InLine => &[Choice::OneAfterTheOther, Choice::PoolInChunks, Choice::Both],
        Shape::Pool => &[Choice::OneAfterTheOther, Choice::PoolInChunks],
        Shape::Several => &[Choice::Threads],
    };
    let middle = |choice: Choice| of(choice).map_or(0.0, Interval::middle);
    let best = candidates.iter().map(|choice| middle(*choice)).fold(0.0, f64::max);
    let Some(choice) =
        candidates.iter().copied().find(|choice| middle(*choice) >= 0.93 * best)
    else {
        return (Choice::CannotTell, "nothing was seen that would tell".into());
    };
    if best < WORTH {
        let why = match told.pieces {
            Some(1) => "each piece of its work needs the one before".to_string(),
            _ => format!("nothing would bring more than {best:.2}×"),
        };
        return (Choice::Leave, why);
    }
    let waits = percent((times.waits + times.disk) / times.all);
    let why = match (shape, choice) {
        (Shape::Commands, _) => format!(
            "it starts {} programs and waits for each; threads can wait for {:.0} at once",
            account.processes_started, times.cores
        ),
        (Shape::InLine, _) if native => format!(
            "its threads hand a lock over {} times a second; let each have its own, and bring together what \
             they have in the end",
            tour::format::number((account.waits as f64 / times.all).round())
        ),
        (Shape::InLine, Choice::OneAfterTheOther) => {
            format!(
                "its threads stand in line for the interpreter's lock ({:.2} compute at once), and waking them costs",
                account.parallelism
            )
        }
        (Shape::InLine, _) => {
            format!(
                "its threads stand in line for the interpreter's lock: {:.2} compute at once",
                account.parallelism
            )
        }
        (Shape::Pool, Choice::OneAfterTheOther) => {
            "its workers cost more than they bring".to_string()
        }
        (Shape::Pool, _) if account.io.is_some_and(|io| large_messages(account, io)) => {
            return fetch(account, times);
        }
        (Shape::Pool, _) => format!(
            "{} of the computing hands out and collects, or starts processes",
            percent(overhead(account))
        ),
        (_, Choice::Both) => format!(
            "it waits for {waits} of the time and computes for {} under a lock",
            percent(computes)
        ),
        (_, Choice::Threads) if times.waits + times.disk > 0.3 * times.all => {
            format!("it waits for {waits} of the time, and threads wait at once")
        }
        (_, Choice::Threads) if native => {
            format!("it computes for {} of the time in one thread", percent(computes))
        }
        (_, Choice::Threads) => format!(
            "it computes for {} of the time in one thread, mostly in libraries that let the lock go",
            percent(computes)
        ),
        _ => format!(
            "it computes for {} of the time in one thread, and the interpreter's lock lets only one compute",
            percent(computes)
        ),
    };
    (choice, why)
}

fn fetch(account: &Account, times: &Times) -> (Choice, String) {
    let io = account.io.unwrap_or_default();
    let bytes = tour::format::bytes((io.read + io.written) / times.all);
    (Choice::ProcessesThatFetch, format!("{bytes} a second travel between its processes"))
}

fn sentence(choice: Choice, gain: Option<Interval>, divides: bool, why: &str) -> String {
    let mut gain = gain.map_or(String::new(), |gain| {
        format!(" ({:.1}× to {:.1}× as fast)", gain.low, gain.high)
    });
    if divides {
        gain += ", if its pieces don't need each other";
    }
    match choice {
        Choice::Leave => format!("Leave it as it is: {why}."),
        Choice::CannotTell => format!("I can't tell: {why}."),
        Choice::OneAfterTheOther => format!("Do one thing after the other{gain}: {why}."),
        Choice::Threads => format!("Take threads{gain}: {why}."),
        Choice::Async => format!("Take async{gain}: {why}."),
        Choice::PoolInChunks => {
            format!("Take a pool of processes, with tasks in chunks{gain}: {why}.")
        }
        Choice::Processes => format!("Take a pool of processes{gain}: {why}."),
        Choice::ProcessesThatFetch => {
            format!(
                "Let the processes fetch their data themselves, or share it{gain}: {why}."
            )
        }
        Choice::Both => {
            format!("Take threads that wait in processes that compute{gain}: {why}.")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::times::stretch;
    use super::*;
    use crate::account::{Io, Shares};

    fn python() -> Language {
        Language::Python { version: "3.11".into(), gil: true }
    }

    fn machine() -> Machine {
        Machine::of(&[
            ("pools/start/Python's Pool", 7e6),
            ("pools/a task/Python's Pool, each by itself", 19e3),
            ("pools/a task/Python's Pool, in chunks of 100", 300.0),
            ("process_starting/time/spawn", 1.2e6),
            ("pools/a task/ours, each by itself", 900.0),
            ("pools/a task/ours, in chunks of 100", 140.0),
        ])
    }

    /// A program of 10 s in one thread, on four cores: so much computing, and the rest is waiting for `state`.
    fn alone(language: Language, computing: f64, state: State) -> Account {
        let mut account = Account {
            seconds: 10.0,
            cores: 4.0,
            language,
            computed: computing,
            parallelism: 1.0,
            demand: 1.0,
            busy: 1,
            largest: 1.0,
            most: (1, 1),
            memory: 20e6,
            spare: 8e9,
            accompanied: 1.0,
            waits: 500,
            code: Some(Shares { interpreter: 1.0, lets_go: 0.0 }),
            ..Account::default()
        };
        account.wall[State::Computing] = computing;
        account.wall[state] += 10.0 - computing;
        account.threads = account.wall;
        account.waiters[state] = 10.0 - computing;
        account
    }

    fn advised(account: &Account) -> Advice {
        advise(account, &machine(), Told::default())
    }

    fn speedup(advice: &Advice, choice: Choice) -> Interval {
        let option = advice.options.iter().find(|option| option.option == choice);
        option.and_then(|option| option.speedup).expect("it can be known")
    }

    #[test]
    fn bytecode_takes_processes_and_gains_nothing_from_threads() {
        let advice = advised(&alone(python(), 10.0, State::Other));
        assert_eq!(advice.choice, Choice::PoolInChunks, "{}", advice.sentence);
        let pool = speedup(&advice, Choice::PoolInChunks);
        // By Amdahl's law, with a half that can't be divided, four cores bring 1.6×, and 4× without such a rest; of both,
        // some per cent are noise.
        assert!(
            pool.low > 1.4 && pool.low < 1.6 && pool.high > 3.8 && pool.high <= 4.12,
            "{pool:?}"
        );
        let threads = speedup(&advice, Choice::Threads);
        assert!(threads.low < 1.0 && threads.high < 1.06, "{threads:?}");
        assert!(advice.unknown.iter().any(|unknown| unknown.contains("--pieces")));
    }

    #[test]
    fn a_library_that_lets_the_lock_go_takes_threads() {
        let mut account = alone(python(), 10.0, State::Other);
        account.code = Some(Shares { interpreter: 0.02, lets_go: 0.98 });
        let advice = advised(&account);
        assert_eq!(advice.choice, Choice::Threads, "{}", advice.sentence);
        // And where nobody has seen where it computes, it may be either.
        account.code = None;
        let threads = speedup(&advised(&account), Choice::Threads);
        assert!(threads.low < 1.0 && threads.high > 3.8, "{threads:?}");
    }

    #[test]
    fn without_a_gil_threads_compute() {
        let language = Language::Python { version: "3.13".into(), gil: false };
        let told = Told { pieces: Some(1_000) };
        let advice = advise(&alone(language, 10.0, State::Other), &machine(), told);
        assert_eq!(advice.choice, Choice::Threads, "{}", advice.sentence);
        assert!(speedup(&advice, Choice::Threads).high > 3.8);
    }

    #[test]
    fn waiting_takes_threads_by_as_many_as_there_are_sockets() {
        let mut account = alone(python(), 0.5, State::Network);
        let advice = advised(&account);
        assert_eq!(advice.choice, Choice::Threads, "{}", advice.sentence);
        assert!(speedup(&advice, Choice::Threads).high > 15.0);
        assert!(speedup(&advice, Choice::Async).high > 15.0);
        account.sockets = Some(4);
        let few = speedup(&advised(&account), Choice::Threads);
        assert!(few.high < 4.4, "{few:?}");
    }

    /// Who waits for a child that is too short to be seen computes in it.
    #[test]
    fn a_wait_for_a_child_that_computes_is_no_secret() {
        let mut account = alone(python(), 3.5, State::Child);
        let advice = advised(&account);
        assert_eq!(advice.choice, Choice::CannotTell, "{}", advice.sentence);
        account.unseen = 2.0;
        let advice = advised(&account);
        assert_ne!(advice.choice, Choice::CannotTell, "{}", advice.sentence);
    }

    /// As a test server that the program has started for itself, on a machine where everything takes longer.
    #[test]
    fn a_child_that_hardly_computes_is_no_second_worker() {
        let mut account = alone(python(), 6.5, State::Network);
        (account.most, account.others, account.accompanied) = ((2, 3), 1.0, 1.0);
        (account.largest, account.elsewhere) = (0.9, 0.65);
        let advice = advised(&account);
        assert_eq!(advice.choice, Choice::Both, "{}", advice.sentence);
        // Two that compute in turns are another matter.
        (account.largest, account.elsewhere) = (0.5, 3.2);
        let advice = advised(&account);
        assert_eq!(advice.choice, Choice::Leave, "{}", advice.sentence);
    }

    #[test]
    fn waiting_and_computing_take_both_under_a_lock() {
        let advice = advised(&alone(python(), 5.0, State::Network));
        assert_eq!(advice.choice, Choice::Both, "{}", advice.sentence);
        let threads = speedup(&advice, Choice::Threads);
        let both = speedup(&advice, Choice::Both);
        assert!(threads.high <= 2.07 && both.high > 3.5, "{threads:?} {both:?}");
    }

    #[test]
    fn commands_one_by_one_take_threads_that_wait_for_them() {
        let mut account = alone(python(), 9.5, State::Child);
        account.elsewhere = 9.0;
        account.processes_started = 200;
        account.others = 1.0;
        let advice = advised(&account);
        assert_eq!(advice.choice, Choice::Threads, "{}", advice.sentence);
        assert!(speedup(&advice, Choice::Threads).high > 3.5);
    }

    /// As `make -j2`, whose compilers are too short to be seen.
    #[test]
    fn commands_that_already_run_at_once_are_left_alone() {
        let mut account = alone(Language::Native, 2.0, State::Other);
        (account.elsewhere, account.computed, account.unseen) = (13.9, 14.0, 12.0);
        account.processes_started = 200;
        (account.others, account.demand, account.largest) = (1.0, 0.2, 0.03);
        let advice = advised(&account);
        assert_eq!(advice.choice, Choice::Leave, "{}", advice.sentence);
        assert!(advice.sentence.contains("uses 1.4 of 4 cores"), "{}", advice.sentence);
    }

    /// The first thread of a program that searches in two others waits for their end, and for no lock.
    #[test]
    fn who_waits_for_the_end_of_others_does_not_fight() {
        let mut account = alone(Language::Native, 7.0, State::Disk);
        (account.busy, account.largest, account.most) = (2, 0.5, (1, 3));
        account.threads[State::Lock] = 10.0;
        account.turns = 300_000;
        let advice = advised(&account);
        assert_eq!(advice.choice, Choice::Leave, "{}", advice.sentence);
        // With all of them in line, it is another matter.
        account.threads[State::Lock] = 17.0;
        let advice = advised(&account);
        assert!(advice.sentence.contains("hand a lock over"), "{}", advice.sentence);
    }

    #[test]
    fn threads_in_line_for_the_lock_become_processes() {
        let mut account = alone(python(), 10.0, State::Other);
        (account.busy, account.largest) = (4, 0.25);
        account.threads[State::Gil] = 30.0;
        let advice = advised(&account);
        assert_eq!(advice.choice, Choice::PoolInChunks, "{}", advice.sentence);
        assert!(advice.sentence.contains("stand in line"), "{}", advice.sentence);
    }

    #[test]
    fn what_uses_all_cores_is_left_alone() {
        let mut account = alone(python(), 10.0, State::Other);
        account.computed = 39.0;
        account.threads[State::Computing] = 39.0;
        (account.parallelism, account.demand) = (3.9, 3.9);
        (account.busy, account.largest, account.most) = (4, 0.25, (5, 8));
        (account.elsewhere, account.others) = (38.9, 4.0);
        let advice = advised(&account);
        assert_eq!(advice.choice, Choice::Leave, "{}", advice.sentence);
    }

    #[test]
    fn a_pool_that_mostly_hands_out_takes_chunks_or_fetches() {
        let mut account = alone(python(), 10.0, State::Other);
        account.computed = 20.0;
        account.threads[State::Computing] = 20.0;
        (account.parallelism, account.demand, account.others) = (2.0, 3.0, 4.0);
        (account.busy, account.largest, account.most) = (5, 0.5, (5, 8));
        (account.elsewhere, account.system) = (10.0, 2.0);
        account.io = Some(Io { read: 20e6, written: 20e6, calls: 1e6, ..Io::default() });
        let advice = advised(&account);
        assert!(
            matches!(advice.choice, Choice::PoolInChunks | Choice::OneAfterTheOther),
            "{}",
            advice.sentence
        );
        account.io = Some(Io { read: 20e9, written: 20e9, calls: 1e6, ..Io::default() });
        assert_eq!(advised(&account).choice, Choice::ProcessesThatFetch);
    }

    #[test]
    fn one_stage_that_all_wait_for_is_no_matter_of_workers() {
        let mut account = alone(python(), 10.0, State::Other);
        (account.others, account.most, account.largest) = (2.0, (3, 6), 0.9);
        account.elsewhere = 1.0;
        let advice = advised(&account);
        assert_eq!(advice.choice, Choice::Leave, "{}", advice.sentence);
    }

    #[test]
    fn native_computing_can_t_be_judged_from_outside_and_can_when_told() {
        let account = alone(Language::Native, 10.0, State::Other);
        let advice = advised(&account);
        assert_eq!(advice.choice, Choice::CannotTell, "{}", advice.sentence);
        assert!(advice.sentence.starts_with("I can't tell"), "{}", advice.sentence);
        let told = |pieces| advise(&account, &machine(), Told { pieces: Some(pieces) });
        assert_eq!(told(1_000).choice, Choice::Threads);
        assert_eq!(told(1).choice, Choice::Leave);
        // Two pieces are no work for four cores.
        let two = speedup(&told(2), Choice::Threads);
        assert!(two.high <= 2.07, "{two:?}");
    }

    #[test]
    fn told_pieces_that_are_too_short_for_a_message() {
        let account = alone(python(), 10.0, State::Other);
        let told = |pieces| {
            let advice = advise(&account, &machine(), Told { pieces: Some(pieces) });
            (
                speedup(&advice, Choice::Processes).low,
                speedup(&advice, Choice::PoolInChunks).low,
            )
        };
        let (processes, chunks) = told(5_000_000);
        assert!(processes < 0.2 && chunks > 1.5, "{processes} {chunks}");
        let (processes, chunks) = told(100);
        assert!((processes - chunks).abs() < 0.05, "{processes} {chunks}");
    }

    #[test]
    fn nothing_is_to_be_done_for_who_waits_for_a_person_or_is_done() {
        for (state, why) in [(State::Input, "a person"), (State::Request, "requests")] {
            let advice = advised(&alone(python(), 1.0, state));
            assert_eq!(advice.choice, Choice::Leave);
            assert!(advice.sentence.contains(why), "{}", advice.sentence);
        }
        let mut short = alone(python(), 10.0, State::Other);
        short.seconds = 0.1;
        assert_eq!(advised(&short).choice, Choice::Leave);
    }

    #[test]
    fn two_that_don_t_fit_into_memory_are_not_advised() {
        let mut account = alone(python(), 10.0, State::Other);
        (account.memory, account.own, account.fell) = (6e9, Some(6e9), 3);
        let advice = advised(&account);
        assert_eq!(advice.choice, Choice::Leave, "{}", advice.sentence);
        assert!(advice.sentence.contains("don't fit"), "{}", advice.sentence);
        let pool =
            advice.options.iter().find(|option| option.option == Choice::PoolInChunks);
        assert!(pool.is_some_and(|pool| pool.speedup.is_none()));
    }

    #[test]
    fn what_is_hidden_is_said_and_not_guessed() {
        let mut account = alone(python(), 0.2, State::Other);
        account.hidden.push(
            "What threads wait for: `/proc/PID/syscall` is not to be read here.".into(),
        );
        let advice = advised(&account);
        assert_eq!(advice.choice, Choice::CannotTell, "{}", advice.sentence);
        assert!(advice.unknown.contains(&account.hidden[0]));
    }

    #[test]
    fn who_shares_the_cores_with_others_is_stretched() {
        let mut account = alone(python(), 5.0, State::NoCore);
        account.threads = account.wall;
        assert!((stretch(&account) - 2.0).abs() < 1e-9);
        // Eight threads on four cores wait for each other, not for others.
        account.wall = crate::state::Tally::default();
        account.wall[State::Computing] = 10.0;
        account.threads[State::Computing] = 40.0;
        account.threads[State::NoCore] = 40.0;
        assert!((stretch(&account) - 1.0).abs() < 1e-9);
    }

    #[test]
    fn every_interval_is_one() {
        for language in [python(), Language::Native, Language::Locked("Ruby")] {
            for computing in [0.0, 0.3, 5.0, 10.0] {
                for state in State::ALL {
                    let mut account = alone(language.clone(), computing, state);
                    for busy in [1, 4] {
                        account.busy = busy;
                        account.largest = 1.0 / busy as f64;
                        let advice = advised(&account);
                        assert_eq!(advice.options.len(), Choice::ALL.len());
                        for option in &advice.options {
                            let Some(i) = option.speedup else { continue };
                            let fine =
                                i.low > 0.0 && i.low <= i.high && i.high.is_finite();
                            assert!(fine, "{option:?} of {account:?}");
                        }
                    }
                }
            }
        }
        advised(&Account::default());
    }
}
