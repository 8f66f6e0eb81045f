//! Runs code under the one schedule that a student wrote down, turn by turn.

mod buffered;
mod game;

use std::fmt::{self, Display, Formatter, Write};
use std::mem::ManuallyDrop;
use std::panic::{self, AssertUnwindSafe, Location};
use std::sync::{Arc, Mutex, PoisonError};

use shuttle::Runner;
use shuttle::scheduler::{Schedule, Scheduler, Task, TaskId};

use crate::explore::{config, silently};
use crate::record::{self, Record};
use game::Game;

pub use buffered::play_program;

/// What came of a schedule, turn by turn; see [`play`]. Shown, it begins with how it ended.
#[derive(Clone, Debug)]
pub struct Played {
    end: End,
    /// What was made, and what happened at each turn, a line for each.
    turns: String,
}

/// How a schedule ended.
#[derive(Clone, Debug)]
enum End {
    /// The code broke, and how.
    Broke(String),
    /// All threads have ended, and nothing broke; what came out.
    Held(String),
    /// There is no such schedule, and why.
    Unplayable(String),
}

impl Played {
    /// Whether the code broke: somebody panicked, there was a data race, nobody could go on.
    pub fn broke(&self) -> bool {
        matches!(self.end, End::Broke(_))
    }
}

impl Display for Played {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match &self.end {
            End::Broke(how) => writeln!(f, "it breaks: {how}")?,
            End::Held(what) => writeln!(f, "nothing breaks: {what}")?,
            End::Unplayable(why) => writeln!(f, "{why}")?,
        }
        if self.turns.is_empty() {
            return Ok(());
        }
        write!(f, "\nWhat happened at each turn:\n{}", self.turns)
    }
}

/// Runs `code` under `schedule`, and says what happened at each turn.
///
/// A schedule names a thread for each turn: `A` is the one that `code` starts first, `B` the next one,
/// and so on; blanks don't count. In its turn, a thread makes one *step*: what others could notice. It
/// takes a lock, uses an atomic or [`Plain`](crate::Plain) memory, sends or receives, notifies, or
/// releases a lock and goes to sleep. What it does by itself after that, up to its next step, belongs to the
/// turn, and so does the release of a lock. `code` itself needs no turns: first it starts all
/// threads, and when they have ended, it says what came out.
///
/// # Panics
///
/// Within another run.
#[track_caller]
pub fn play<T: Display + Send + 'static>(
    schedule: &str,
    code: impl Fn() -> T + Send + Sync + 'static,
) -> Played {
    played(schedule, Box::new(move || code().to_string()))
}

#[track_caller]
fn played(schedule: &str, code: Box<dyn Fn() -> String + Send + Sync>) -> Played {
    record::refuse_nested();
    let record = Record::new(Location::caller());
    record.state().before_a_step = Some(Default::default());
    let game = Arc::new(Mutex::new(Game::new(schedule)));
    let result = Arc::new(Mutex::new(None));
    let run = {
        let (record, result) = (Arc::clone(&record), Arc::clone(&result));
        move || {
            record::begin_run(Arc::clone(&record));
            let said = record.catch(&code);
            *locked(&result) = said.ok();
        }
    };
    let player = Player {
        record: Arc::clone(&record),
        game: ManuallyDrop::new(Arc::clone(&game)),
        begun: false,
    };
    // A thread of its own, since it becomes part of the run.
    let played = std::thread::spawn(move || {
        let run = || Runner::new(player, config()).run(run);
        let ended = silently(|| panic::catch_unwind(AssertUnwindSafe(run)));
        ended.map(drop).map_err(|payload| record::said(&*payload))
    });
    let ended = played.join().unwrap_or_else(|payload| panic::resume_unwind(payload));
    let said = locked(&result).take();
    locked(&game).over(&mut record.state(), ended, said)
}

/// Asks the game whose turn it is.
struct Player {
    record: Arc<Record>,
    // As the schedulers of an exploration, this is never dropped.
    game: ManuallyDrop<Arc<Mutex<Game>>>,
    begun: bool,
}

impl Scheduler for Player {
    fn new_execution(&mut self) -> Option<Schedule> {
        let first = !std::mem::replace(&mut self.begun, true);
        first.then(|| Schedule::new(0))
    }

    fn next_task(
        &mut self,
        runnable: &[&Task],
        _current: Option<TaskId>,
        _is_yielding: bool,
    ) -> Option<TaskId> {
        let ids: Vec<usize> = runnable.iter().map(|task| task.id().into()).collect();
        let next = locked(&self.game).next(&mut self.record.state(), &ids);
        Some(TaskId::from(next))
    }

    fn next_u64(&mut self) -> u64 {
        0
    }
}

/// The threads of a schedule, in the order in which they are started.
fn letter(number: usize) -> char {
    char::from(b'A' + u8::try_from(number).unwrap_or(25).min(25))
}

/// The names of so many threads: `A, B and C`.
fn letters(threads: usize) -> String {
    and((0..threads).map(|number| letter(number).to_string()).collect())
}

fn and(mut names: Vec<String>) -> String {
    match names.pop() {
        Some(last) if names.is_empty() => last,
        Some(last) => format!("{} and {last}", names.join(", ")),
        None => String::new(),
    }
}

/// What to say of turns that come after the end.
fn leave_out(from: usize, to: usize) -> String {
    if from == to {
        format!("leave out turn {from}")
    } else {
        format!("leave out turns {from} to {to}")
    }
}

/// A turn as a line, or several: its number, who made it, what happened.
fn told(turn: usize, name: &str, lines: &[String]) -> String {
    let mut told = String::new();
    for (at, line) in lines.iter().enumerate() {
        // A String takes whatever is written to it.
        let _ = if at == 0 {
            writeln!(told, "  {turn:>2}  {name}  {line}")
        } else {
            writeln!(told, "         {line}")
        };
    }
    told
}

fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
