//! All schedules of a program at once.
//!
//! Two schedules that lead to the same [`State`] have the same future. So the states are a
//! graph, in which every schedule is a path from the start to an end, and nobody has to walk
//! the paths one by one: how many paths lead to a state is the sum over its predecessors. The
//! work grows with the graph, and not with the number of schedules.
//!
//! Exploring all interleavings with a memory of the states seen is explicit-state model
//! checking; see Clarke, Grumberg and Peled, *Model Checking* (1999).

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, HashMap};
use std::error::Error;
use std::fmt;

use super::program::Program;
use super::schedule::Schedule;
use super::state::{Misstep, State};

/// The most states that [`Exploration::of`] looks at; more of them would take more time and memory
/// than a reader wants to spend.
pub const LARGEST: usize = 300_000;

/// The graph of a program's states, and its ends.
#[derive(Clone, Debug)]
pub struct Exploration {
    /// All states that some schedule reaches; the first is where the program begins.
    pub states: Vec<State>,
    /// For each state, who can move there, as [`State::movable`] numbers them, and the index of the
    /// state that follows.
    pub moves: Vec<Vec<(usize, usize)>>,
    /// How many schedules there are.
    pub schedules: u128,
    /// The ways in which the program can end: the good ones, then the bad ones.
    pub outcomes: Vec<Outcome>,
}

/// A way in which a program can end.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// What a reader sees of it: `count = 2`, or who waits for what.
    pub seen: String,
    /// Why it is bad, if it is: it breaks an expectation, or is a deadlock.
    pub bad: Option<String>,
    /// How many schedules end so.
    pub schedules: u128,
    /// One of those with the fewest steps; among these, one in which the processor changes
    /// threads least often.
    pub shortest: Schedule,
}

/// A program that can't be explored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unexplorable {
    /// The program has too many states.
    TooLarge {
        /// The program's name.
        name: String,
        /// The most states that were allowed.
        limit: usize,
    },
    /// The program has more schedules than a `u128` can count.
    TooMany {
        /// The program's name.
        name: String,
    },
    /// The program takes a step that no program should take.
    Misstep(Misstep),
}

impl fmt::Display for Unexplorable {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::TooLarge { name, limit } => write!(
                f,
                "`{name}` has more than {} states; take away a thread, or some steps",
                grouped(*limit)
            ),
            Self::TooMany { name } => write!(
                f,
                "`{name}` has more schedules than can be counted; take away some steps"
            ),
            Self::Misstep(misstep) => misstep.fmt(f),
        }
    }
}

impl Error for Unexplorable {}

/// The number with a comma between thousands.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i) % 3 == 0 {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

impl From<Misstep> for Unexplorable {
    fn from(misstep: Misstep) -> Self {
        Self::Misstep(misstep)
    }
}

impl Exploration {
    /// Explores all schedules of `program`.
    ///
    /// # Errors
    ///
    /// When it has more than [`LARGEST`] states, more schedules than a `u128` can count, or a
    /// thread that unlocks what it hasn't locked.
    pub fn of(program: &Program) -> Result<Self, Unexplorable> {
        Self::up_to(program, LARGEST)
    }

    /// Explores all schedules of `program`, if it has no more than `limit` states.
    ///
    /// # Errors
    ///
    /// As [`Exploration::of`], with `limit` instead of [`LARGEST`].
    pub fn up_to(program: &Program, limit: usize) -> Result<Self, Unexplorable> {
        let too_large = || Unexplorable::TooLarge { name: program.name.clone(), limit };
        let too_many = || Unexplorable::TooMany { name: program.name.clone() };
        let mut graph = Graph::new(program);
        while let Some(index) = graph.next() {
            for mover in graph.states[index].movable(program) {
                let after = graph.states[index].after(program, mover)?;
                graph.step(index, mover, after).ok_or_else(too_many)?;
                if graph.states.len() > limit {
                    return Err(too_large());
                }
            }
        }
        let outcomes = graph.outcomes(program).ok_or_else(too_many)?;
        let sum = |total: u128, outcome: &Outcome| total.checked_add(outcome.schedules);
        let schedules = outcomes.iter().try_fold(0, sum).ok_or_else(too_many)?;
        Ok(Self { states: graph.states, moves: graph.moves, schedules, outcomes })
    }

    /// How many schedules end badly.
    pub fn bad_schedules(&self) -> u128 {
        let bad = self.outcomes.iter().filter(|outcome| outcome.bad.is_some());
        bad.map(|outcome| outcome.schedules).sum()
    }

    /// A shortest schedule that ends badly, if there is one.
    pub fn shortest_bad(&self) -> Option<&Schedule> {
        let bad = self.outcomes.iter().filter(|outcome| outcome.bad.is_some());
        bad.map(|outcome| &outcome.shortest).min_by_key(|schedule| schedule.0.len())
    }
}

/// A path to a state. Its parts: the price, which is how many steps it has and how often the
/// processor changed threads; who moved last but one; and the state before. The least path is the
/// best one: of two with the same price, that in which the later thread moved last but one.
type Path = ((usize, usize), Reverse<usize>, usize);

/// The states found so far. They are looked at in the order of `State::progress`. Every move makes
/// that number grow, so when a state's turn comes, all paths to it are known.
struct Graph {
    /// How many movers there are: the threads, and where stores are buffered, the buffers.
    movers: usize,
    states: Vec<State>,
    index: HashMap<State, usize>,
    moves: Vec<Vec<(usize, usize)>>,
    /// How many paths lead to each state.
    paths: Vec<u128>,
    /// For each state and each mover that may have moved last: the best of these paths, if there
    /// are any.
    best: Vec<Vec<Option<Path>>>,
    ahead: BinaryHeap<Reverse<(usize, usize)>>,
}

impl Graph {
    fn new(program: &Program) -> Self {
        let mut graph = Self {
            movers: program.movers().len(),
            states: Vec::new(),
            index: HashMap::new(),
            moves: Vec::new(),
            paths: Vec::new(),
            best: Vec::new(),
            ahead: BinaryHeap::new(),
        };
        graph.add(State::start(program));
        graph.paths[0] = 1;
        graph
    }

    fn add(&mut self, state: State) -> usize {
        let index = self.states.len();
        self.ahead.push(Reverse((state.progress(), index)));
        self.moves.push(Vec::new());
        self.paths.push(0);
        self.best.push(vec![None; self.movers]);
        self.index.insert(state.clone(), index);
        self.states.push(state);
        index
    }

    fn next(&mut self) -> Option<usize> {
        self.ahead.pop().map(|Reverse((_, index))| index)
    }

    /// Notes that a move of `mover` leads from the state `from` to the state `after`. Returns
    /// `None` when the paths are too many to count.
    fn step(&mut self, from: usize, mover: usize, after: State) -> Option<()> {
        let to = match self.index.get(&after) {
            Some(&to) => to,
            None => self.add(after),
        };
        self.moves[from].push((mover, to));
        self.paths[to] = self.paths[to].checked_add(self.paths[from])?;
        let path = if from == 0 {
            Some(((1, 0), Reverse(mover), from))
        } else {
            let came = self.best[from].iter().enumerate();
            let paths = came.filter_map(|(last, best)| {
                let ((steps, changes), ..) = (*best)?;
                let changes = changes + usize::from(last != mover);
                Some(((steps + 1, changes), Reverse(last), from))
            });
            paths.min()
        };
        let best = &mut self.best[to][mover];
        *best = best.iter().copied().chain(path).min();
        Some(())
    }

    /// The ways in which the program can end, as one where they look the same; `None` when their
    /// schedules are too many to count.
    fn outcomes(&self, program: &Program) -> Option<Vec<Outcome>> {
        let end = |state: &State| (state.bad(program), state.seen(program));
        let mut outcomes =
            BTreeMap::<(Option<String>, String), (u128, Vec<usize>)>::new();
        for (index, state) in self.states.iter().enumerate() {
            if self.moves[index].is_empty() {
                let (schedules, ends) = outcomes.entry(end(state)).or_default();
                *schedules = schedules.checked_add(self.paths[index])?;
                ends.push(index);
            }
        }
        let outcome = |((bad, seen), (schedules, ends)): (_, (_, Vec<usize>))| {
            let shortest = self.shortest_to(&ends);
            Outcome { seen, bad, schedules, shortest }
        };
        Some(outcomes.into_iter().map(outcome).collect())
    }

    /// A best path to one of the ends; of several that are as good, one that begins with an
    /// earlier thread.
    fn shortest_to(&self, ends: &[usize]) -> Schedule {
        let came = |&end: &usize| {
            let best = self.best[end].iter().enumerate();
            best.filter_map(move |(last, best)| Some((best.as_ref()?.0, end, last)))
        };
        let least = ends.iter().flat_map(came).map(|(price, ..)| price).min();
        let best = ends.iter().flat_map(came).filter(|(price, ..)| Some(*price) == least);
        let schedules = best.map(|(_, end, last)| self.path_to(end, last));
        Schedule(schedules.min().unwrap_or_default())
    }

    fn path_to(&self, mut at: usize, mut last: usize) -> Vec<usize> {
        let mut path = Vec::new();
        while at != 0 {
            path.push(last);
            let Some((_, Reverse(before), from)) = self.best[at][last] else { break };
            (at, last) = (from, before);
        }
        path.reverse();
        path
    }
}
