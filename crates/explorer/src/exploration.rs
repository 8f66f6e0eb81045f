//! All schedules of a program at once.
//!
//! Two schedules that lead to the same [`State`] have the same future. So the states are a
//! graph, in which every schedule is a path from the start to an end, and nobody has to walk
//! the paths one by one: how many paths lead to a state is the sum over its predecessors. The
//! work grows with the graph, and not with the number of schedules.
//!
//! A program with loops may come back to a state in which it was. Then there are endlessly many
//! paths, and [`Endless`] says which of those that never end are bad.
//!
//! Exploring all interleavings with a memory of the states seen is explicit-state model
//! checking; see Clarke, Grumberg and Peled, *Model Checking* (1999).

use std::cmp::Reverse;
use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, BinaryHeap, HashMap};
use std::error::Error;
use std::fmt;

use super::cycles::components;
use super::endless::{self, Endless};
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
    /// How many schedules there are; `None` when a loop lets them be endlessly many.
    pub schedules: Option<u128>,
    /// The ways in which the program can end: the good ones, then the bad ones.
    pub outcomes: Vec<Outcome>,
    /// The ways in which it can go on for ever without getting anywhere.
    pub endless: Vec<Endless>,
}

/// A way in which a program can end.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// What a reader sees of it: `count = 2`, or who waits for what.
    pub seen: String,
    /// Why it is bad, if it is: it breaks an expectation, or is a deadlock.
    pub bad: Option<String>,
    /// How many schedules end so; `None` when they are endlessly many.
    pub schedules: Option<u128>,
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
        /// Whether it has loops, which may let a number grow for ever.
        loops: bool,
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
            Self::TooLarge { name, loops, limit } => write!(
                f,
                "`{name}` has more than {} states; take away a thread, or some steps{}",
                grouped(*limit),
                if *loops { ", or let no number grow for ever" } else { "" }
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
    /// When it has more than [`LARGEST`] states, more schedules than a `u128` can count (but not
    /// endlessly many), or a thread that unlocks what it hasn't locked.
    pub fn of(program: &Program) -> Result<Self, Unexplorable> {
        Self::up_to(program, LARGEST)
    }

    /// Explores all schedules of `program`, if it has no more than `limit` states.
    ///
    /// # Errors
    ///
    /// As [`Exploration::of`], with `limit` instead of [`LARGEST`].
    pub fn up_to(program: &Program, limit: usize) -> Result<Self, Unexplorable> {
        let Graph { states, moves, .. } = Graph::of(program, limit)?;
        let too_many = || Unexplorable::TooMany { name: program.name.clone() };
        let paths = paths(&moves).ok_or_else(too_many)?;
        let best = Best::of(&moves, program.movers().len());
        let outcomes =
            outcomes(program, &states, &moves, &paths, &best).ok_or_else(too_many)?;
        let schedules = if paths.contains(&None) {
            None
        } else {
            let of_each = outcomes.iter().filter_map(|outcome| outcome.schedules);
            Some(
                of_each
                    .into_iter()
                    .try_fold(0, u128::checked_add)
                    .ok_or_else(too_many)?,
            )
        };
        let endless = if schedules.is_none() {
            endless::all(program, &states, &moves, &best)
        } else {
            Vec::new()
        };
        Ok(Self { states, moves, schedules, outcomes, endless })
    }

    /// How many schedules end badly; `None` when they are endlessly many.
    pub fn bad_schedules(&self) -> Option<u128> {
        let bad = self.outcomes.iter().filter(|outcome| outcome.bad.is_some());
        bad.map(|outcome| outcome.schedules).sum()
    }

    /// A shortest schedule that ends badly, if there is one.
    pub fn shortest_bad(&self) -> Option<&Schedule> {
        let bad = self.outcomes.iter().filter(|outcome| outcome.bad.is_some());
        bad.map(|outcome| &outcome.shortest).min_by_key(|schedule| schedule.0.len())
    }

    /// Whether nothing can go wrong: no schedule ends badly, and none goes on for ever in a way that
    /// is bad.
    pub fn is_fine(&self) -> bool {
        self.outcomes.iter().all(|outcome| outcome.bad.is_none())
            && !self.endless.iter().any(Endless::is_bad)
    }
}

/// The states found so far, and who leads from which to which.
struct Graph {
    states: Vec<State>,
    moves: Vec<Vec<(usize, usize)>>,
    index: HashMap<State, usize>,
    /// The states that nobody has looked at, in the order of `State::progress`.
    ahead: BinaryHeap<Reverse<(isize, usize)>>,
}

impl Graph {
    fn of(program: &Program, limit: usize) -> Result<Self, Unexplorable> {
        let mut graph = Self {
            states: Vec::new(),
            moves: Vec::new(),
            index: HashMap::new(),
            ahead: BinaryHeap::new(),
        };
        graph.add(State::start(program));
        while let Some(Reverse((_, index))) = graph.ahead.pop() {
            for mover in graph.states[index].movable(program) {
                let after = graph.states[index].after(program, mover)?;
                let to = graph.add(after);
                graph.moves[index].push((mover, to));
                if graph.states.len() > limit {
                    let name = program.name.clone();
                    let loops = program.has_loops();
                    return Err(Unexplorable::TooLarge { name, loops, limit });
                }
            }
        }
        Ok(graph)
    }

    /// The place of the state in the list, to which it is added if it is a new one.
    fn add(&mut self, state: State) -> usize {
        match self.index.entry(state) {
            Entry::Occupied(known) => *known.get(),
            Entry::Vacant(new) => {
                let (state, index) = (new.key().clone(), self.states.len());
                new.insert(index);
                self.ahead.push(Reverse((state.progress(), index)));
                self.moves.push(Vec::new());
                self.states.push(state);
                index
            }
        }
    }
}

/// For each state how many paths lead to it; `None` for those that a path reaches which can go round as
/// often as it likes. Returns `None` when they are too many to count.
fn paths(moves: &[Vec<(usize, usize)>]) -> Option<Vec<Option<u128>>> {
    let mut paths = vec![Some(0_u128); moves.len()];
    paths[0] = Some(1);
    // The first one found is the last one that a path can reach.
    for component in components(moves, [0], |_, _| true).into_iter().rev() {
        let first = component[0];
        let goes_round =
            component.len() > 1 || moves[first].iter().any(|(_, to)| *to == first);
        for &from in &component {
            if goes_round {
                paths[from] = None;
            }
            for &(_, to) in &moves[from] {
                paths[to] = match (paths[to], paths[from]) {
                    (Some(some), Some(more)) => Some(some.checked_add(more)?),
                    _ => None,
                };
            }
        }
    }
    Some(paths)
}

/// The ways in which the program can end, as one where they look the same; `None` when their
/// schedules are too many to count.
fn outcomes(
    program: &Program,
    states: &[State],
    moves: &[Vec<(usize, usize)>],
    paths: &[Option<u128>],
    best: &Best,
) -> Option<Vec<Outcome>> {
    let end = |state: &State| (state.bad(program), state.seen(program));
    let mut outcomes =
        BTreeMap::<(Option<String>, String), (Option<u128>, Vec<usize>)>::new();
    for (index, state) in states.iter().enumerate() {
        if moves[index].is_empty() {
            let (schedules, ends) =
                outcomes.entry(end(state)).or_insert((Some(0), Vec::new()));
            *schedules = match (*schedules, paths[index]) {
                (Some(some), Some(more)) => Some(some.checked_add(more)?),
                _ => None,
            };
            ends.push(index);
        }
    }
    let outcome = |((bad, seen), (schedules, ends)): (_, (_, Vec<usize>))| {
        let shortest = best.shortest_to(&ends);
        Outcome { seen, bad, schedules, shortest }
    };
    Some(outcomes.into_iter().map(outcome).collect())
}

/// A path to a state. Its parts: the price, which is how many steps it has and how often the
/// processor changed threads; who moved last but one; and the state before. The least path is the
/// best one: of two with the same price, that in which the later thread moved last but one.
type Path = ((usize, usize), Reverse<usize>, usize);

/// For each state and each mover that may have moved last: the best of these paths, if there are any.
pub(super) struct Best(Vec<Vec<Option<Path>>>);

impl Best {
    /// Finds them step by step: each round knows all best paths of so many steps.
    fn of(moves: &[Vec<(usize, usize)>], movers: usize) -> Self {
        let mut best = Self(vec![vec![None; movers]; moves.len()]);
        let mut ends = vec![(0, None)];
        for steps in 1.. {
            let mut longer = Vec::new();
            for (from, last) in ends {
                for &(mover, to) in &moves[from] {
                    let changes = last.map_or(0, |last: usize| {
                        best.price(from, last).1 + usize::from(last != mover)
                    });
                    let last = Reverse(last.unwrap_or(mover));
                    let path = ((steps, changes), last, from);
                    // No best path comes back to where it began.
                    let known = &mut best.0[to][mover];
                    if to != 0 && known.is_none() {
                        longer.push((to, Some(mover)));
                    }
                    if to != 0 && known.is_none_or(|known| path < known) {
                        *known = Some(path);
                    }
                }
            }
            if longer.is_empty() {
                break;
            }
            ends = longer;
        }
        best
    }

    fn price(&self, state: usize, last: usize) -> (usize, usize) {
        self.0[state][last].map_or((0, 0), |(price, ..)| price)
    }

    /// A best path to one of the `ends`; of several that are as good, one that begins with an
    /// earlier thread.
    pub(super) fn shortest_to(&self, ends: &[usize]) -> Schedule {
        let came = |&end: &usize| {
            let best = self.0[end].iter().enumerate();
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
            let Some((_, Reverse(before), from)) = self.0[at][last] else { break };
            (at, last) = (from, before);
        }
        path.reverse();
        path
    }
}
