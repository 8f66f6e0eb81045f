//! What can go on for ever, and get nowhere.
//!
//! In a *deadlock* nobody can move. Three other things are no deadlock, since somebody moves for
//! ever:
//!
//! * A **livelock** is a round of states that can be gone through again and again, in which nobody gets
//!   on. A thread gets on when it ends, or when it comes by its `while true:` once more. (Holzmann calls
//!   that a *non-progress cycle*: *The Model Checker SPIN*, 1997. The word livelock is Ashcroft's,
//!   *Proving Assertions About Parallel Programs*, 1975, in another sense; this one is that of
//!   Herlihy and Shavit, *The Art of Multiprocessor Programming*.)
//! * In a **starvation** others get on again and again, and one thread never does.
//! * A thread that could move is passed over for ever. That is the scheduler's fault and not the
//!   program's, so only *fair* rounds count.
//!
//! A round is *fair* when everybody who can move at some moment of it does move (*strong fairness*, or
//! compassion: Lehmann, Pnueli and Stavi, *Impartiality, Justice and Fairness*, 1981). So a lock that
//! becomes free again and again is handed to each who waits for it. No lock of an operating system
//! promises that much: they promise that whoever can move *all the time* does move (*weak fairness*,
//! or justice). What can happen only where a lock passes somebody over for ever is found, too, and
//! [`Endless::only_if_unfair`] says so.
//!
//! A fair round exists in a strongly connected part of the graph, or nowhere: whoever walks through
//! all of that part walks fairly, if anybody can. Where a thread could move in some of its states, but
//! moves in none, these states are taken out, and what is left is searched again (Emerson and Lei,
//! *Modalities for Model Checking*, 1987).

use std::collections::{HashMap, HashSet, VecDeque};

use super::cycles::components;
use super::exploration::Best;
use super::program::Program;
use super::schedule::Schedule;
use super::state::State;

/// A way to go on for ever and get nowhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endless {
    /// Which one it is.
    pub kind: Kind,
    /// The threads that never get on.
    pub stuck: Vec<usize>,
    /// Whether it can happen only where somebody is passed over for ever who can move again and again,
    /// such as by a lock that doesn't care for how long somebody waits.
    pub only_if_unfair: bool,
    /// How one gets there: a shortest schedule to a state of the round.
    pub way: Schedule,
    /// The round: from that state back to it.
    pub round: Schedule,
    /// What a reader is told of it.
    pub seen: String,
}

/// Who gets nowhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// All.
    Livelock,
    /// One, while others get on.
    Starvation,
}

impl Kind {
    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Livelock => "livelock",
            Self::Starvation => "starvation",
        }
    }
}

impl Endless {
    /// Whether the program is to blame, however fair its locks are.
    pub fn is_bad(&self) -> bool {
        !self.only_if_unfair
    }
}

/// The livelock that is reached first, if there is one, and for each thread that can starve the
/// starvation that is reached first.
pub(super) fn all(
    program: &Program,
    states: &[State],
    moves: &[Vec<(usize, usize)>],
    best: &Best,
) -> Vec<Endless> {
    let search =
        Search { program, states, moves, best, rounds: rounds(program, states, moves) };
    let threads = 0..program.threads.len();
    let starved = threads.map(|thread| (Kind::Starvation, Some(thread)));
    let kinds = [(Kind::Livelock, None)].into_iter().chain(starved);
    let either = |(kind, of)| {
        let fair = search.find(kind, of, true);
        fair.or_else(|| search.find(kind, of, false))
    };
    kinds.filter_map(either).collect()
}

/// The moves with which a thread begins a round anew: the state, and the thread.
fn rounds(
    program: &Program,
    states: &[State],
    moves: &[Vec<(usize, usize)>],
) -> HashSet<(usize, usize)> {
    let serves = |thread: usize| {
        let of = program.threads.get(thread);
        of.is_some_and(|of| of.steps.iter().any(super::program::Step::is_forever))
    };
    let all = moves
        .iter()
        .enumerate()
        .flat_map(|(from, moves)| moves.iter().map(move |&(mover, _)| (from, mover)));
    all.filter(|&(from, mover)| {
        serves(mover)
            && states[from].after_and_round(program, mover).is_ok_and(|(_, round)| round)
    })
    .collect()
}

struct Search<'a> {
    program: &'a Program,
    states: &'a [State],
    moves: &'a [Vec<(usize, usize)>],
    best: &'a Best,
    rounds: HashSet<(usize, usize)>,
}

/// States that lead to each other, and the moves that do that: from which state, by whom, and to which.
struct Part {
    states: HashSet<usize>,
    steps: Vec<(usize, usize, usize)>,
}

impl Search<'_> {
    /// Whether a move counts, where the threads of that kind shall not get on.
    fn counts(&self, of: Option<usize>, from: usize, mover: usize) -> bool {
        let gets_on = self.rounds.contains(&(from, mover));
        !(gets_on && of.is_none_or(|of| of == mover))
    }

    fn can_move(&self, state: usize, mover: usize) -> bool {
        self.moves[state].iter().any(|(who, _)| *who == mover)
    }

    fn find(&self, kind: Kind, of: Option<usize>, strongly: bool) -> Option<Endless> {
        let found = self.fair_parts(of, strongly).into_iter().filter(|part| match of {
            None => true,
            Some(thread) => {
                let state = part.steps[0].0;
                !self.states[state].has_ended(self.program, thread)
                    && part
                        .steps
                        .iter()
                        .any(|&(from, mover, _)| self.rounds.contains(&(from, mover)))
            }
        });
        let ways = found.map(|part| {
            let mut states: Vec<_> = part.states.iter().copied().collect();
            states.sort_unstable();
            (self.best.shortest_to(&states), part)
        });
        let (way, part) = ways.min_by_key(|(way, _)| (way.0.len(), way.0.clone()))?;
        let start = way.0.iter().fold(0, |at, mover| {
            let step = self.moves[at].iter().find(|(who, _)| who == mover);
            step.map_or(at, |(_, to)| *to)
        });
        let round = self.walk(&part, start, of, strongly);
        let threads = 0..self.program.threads.len();
        let (state, all) = (&self.states[start], threads.clone());
        let stuck = match of {
            Some(thread) => vec![thread],
            None => {
                all.filter(|&thread| !state.has_ended(self.program, thread)).collect()
            }
        };
        let moving: Vec<usize> = threads
            .filter(|thread| round.contains(thread) && of != Some(*thread))
            .collect();
        let seen = self.tell(kind, &stuck, &moving);
        let round = Schedule(round);
        Some(Endless { kind, stuck, only_if_unfair: !strongly, way, round, seen })
    }

    /// The largest parts of the graph through which one can walk fairly for ever.
    fn fair_parts(&self, of: Option<usize>, strongly: bool) -> Vec<Part> {
        let movers = self.program.movers().len();
        let (mut fair, mut labels) = (Vec::new(), vec![0; self.states.len()]);
        let mut next = vec![(0, (0..self.states.len()).collect::<Vec<_>>())];
        let mut last = 0;
        while let Some((label, roots)) = next.pop() {
            let counts = |from: usize, (mover, to): (usize, usize)| {
                labels[from] == label
                    && labels[to] == label
                    && self.counts(of, from, mover)
            };
            let found = components(self.moves, roots.iter().copied(), counts);
            let found: Vec<_> = found
                .into_iter()
                .filter(|states| {
                    // Most stand alone, and lead nowhere within.
                    let leads_back = |&(_, to): &(usize, usize)| to == states[0];
                    states.len() > 1 || self.moves[states[0]].iter().any(leads_back)
                })
                .filter_map(|states| {
                    let states: HashSet<_> = states.into_iter().collect();
                    let mut steps: Vec<_> = states
                        .iter()
                        .flat_map(|&from| {
                            self.moves[from].iter().map(move |step| (from, *step))
                        })
                        .filter(|&(from, step)| {
                            counts(from, step) && states.contains(&step.1)
                        })
                        .map(|(from, (mover, to))| (from, mover, to))
                        .collect();
                    steps.sort_unstable();
                    (!steps.is_empty()).then_some(Part { states, steps })
                })
                .collect();
            for part in found {
                let rests =
                    |mover: &usize| !part.steps.iter().any(|step| step.1 == *mover);
                let mut resting = (0..movers).filter(rests);
                let could =
                    |mover: usize| move |state: &&usize| self.can_move(**state, mover);
                if !strongly {
                    let passed_over = |mover: usize| {
                        part.states.iter().all(|state| could(mover)(&state))
                    };
                    if !resting.any(passed_over) {
                        fair.push(part);
                    }
                    continue;
                }
                let resting: Vec<_> = resting.collect();
                let passes_over =
                    |state: &&usize| resting.iter().any(|&mover| could(mover)(state));
                let (out, rest): (Vec<_>, Vec<_>) =
                    part.states.iter().partition(passes_over);
                if out.is_empty() {
                    fair.push(part);
                } else if !rest.is_empty() {
                    last += 1;
                    rest.iter().for_each(|&state| labels[state] = last);
                    next.push((last, rest));
                }
            }
        }
        fair
    }

    /// A short walk through the part from `start` back to it, that is fair.
    fn walk(
        &self,
        part: &Part,
        start: usize,
        of: Option<usize>,
        strongly: bool,
    ) -> Vec<usize> {
        let mut leads = HashMap::<usize, Vec<(usize, usize)>>::new();
        for &(from, mover, to) in &part.steps {
            leads.entry(from).or_default().push((mover, to));
        }
        let moves = |mover: &usize| part.steps.iter().any(|step| step.1 == *mover);
        let mut missing: HashSet<usize> =
            (0..self.program.movers().len()).filter(moves).collect();
        let mut others = of.is_some();
        let (mut at, mut walk) = (start, Vec::new());
        let gets_on = |from, mover| self.rounds.contains(&(from, mover));
        while others || !missing.is_empty() {
            // Who can't move somewhere needn't move, if only those count that always can.
            let wanted = |from: usize, mover: usize, _: usize| {
                missing.contains(&mover) || (others && gets_on(from, mover))
            };
            let Some(way) = shortest(&leads, at, wanted) else { break };
            for (from, mover, to) in way {
                missing.remove(&mover);
                others &= !gets_on(from, mover);
                if !strongly && !walk.is_empty() {
                    missing.retain(|&mover| self.can_move(to, mover));
                }
                walk.push(mover);
                at = to;
            }
        }
        if at != start {
            let back = shortest(&leads, at, |_, _, to| to == start);
            walk.extend(back.into_iter().flatten().map(|(_, mover, _)| mover));
        }
        walk
    }

    fn tell(&self, kind: Kind, stuck: &[usize], moving: &[usize]) -> String {
        let names = |of: &[usize]| {
            let names: Vec<_> = of
                .iter()
                .map(|&thread| self.program.threads[thread].name.as_str())
                .collect();
            names.join(" and ")
        };
        let s = |of: &[usize]| if of.len() == 1 { "s" } else { "" };
        match kind {
            Kind::Livelock => format!(
                "livelock: {} move{} for ever, and {}",
                names(moving),
                s(moving),
                match stuck {
                    [one] if moving == [*one] => "gets nowhere".into(),
                    [one] => format!("{} gets nowhere", names(&[*one])),
                    _ => "nobody gets anywhere".to_string(),
                }
            ),
            Kind::Starvation => format!(
                "starvation: {} never get{} on, while {} do{}",
                names(stuck),
                s(stuck),
                names(moving),
                if moving.len() == 1 { "es" } else { "" }
            ),
        }
    }
}

/// The shortest way from `start` whose last step is `wanted`.
fn shortest(
    leads: &HashMap<usize, Vec<(usize, usize)>>,
    start: usize,
    wanted: impl Fn(usize, usize, usize) -> bool,
) -> Option<Vec<(usize, usize, usize)>> {
    let mut came = HashMap::<usize, (usize, usize)>::new();
    let mut next = VecDeque::from([start]);
    while let Some(from) = next.pop_front() {
        for &(mover, to) in leads.get(&from).into_iter().flatten() {
            if wanted(from, mover, to) {
                let mut way = vec![(from, mover, to)];
                let mut at = from;
                while at != start {
                    let (before, mover) = came[&at];
                    way.push((before, mover, at));
                    at = before;
                }
                way.reverse();
                return Some(way);
            }
            if to != start && !came.contains_key(&to) {
                came.insert(to, (from, mover));
                next.push_back(to);
            }
        }
    }
    None
}
