//! What a thread can be doing, and how long it did what.

use std::ops::{AddAssign, Index, IndexMut};

use serde::{Deserialize, Serialize};

/// What a thread is doing.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// It is on a core.
    Computing,
    /// It could compute, and has no core.
    NoCore,
    /// It waits for a file, or for memory that has to be read from a disk.
    Disk,
    /// It waits for an answer by a socket.
    Network,
    /// It waits for somebody who asks something of it: a server without requests.
    Request,
    /// It waits for a process that it has started.
    Child,
    /// It waits for somebody at the other end of a pipe.
    Pipe,
    /// It sleeps for a time that it has chosen.
    Timer,
    /// It waits for another thread: a lock, a queue, a thread's end.
    Lock,
    /// It waits for the lock of its Python.
    Gil,
    /// It waits for a person at a terminal.
    Input,
    /// It waits, and nobody can say for what.
    Other,
}

impl State {
    /// All of them, in the order of their numbers.
    pub const ALL: [Self; 12] = [
        Self::Computing,
        Self::NoCore,
        Self::Disk,
        Self::Network,
        Self::Request,
        Self::Child,
        Self::Pipe,
        Self::Timer,
        Self::Lock,
        Self::Gil,
        Self::Input,
        Self::Other,
    ];

    /// In words, after "it is" or "time".
    pub fn words(self) -> &'static str {
        match self {
            Self::Computing => "computing",
            Self::NoCore => "ready, without a core",
            Self::Disk => "waiting for the disk",
            Self::Network => "waiting for the network",
            Self::Request => "waiting for requests",
            Self::Child => "waiting for a child process",
            Self::Pipe => "waiting at a pipe",
            Self::Timer => "sleeping",
            Self::Lock => "waiting for another thread",
            Self::Gil => "waiting for the GIL",
            Self::Input => "waiting for a person",
            Self::Other => "waiting for something unseen",
        }
    }

    /// One letter for a lane in a terminal.
    pub fn letter(self) -> char {
        match self {
            Self::Computing => '█',
            Self::NoCore => '░',
            Self::Disk => 'd',
            Self::Network => 'n',
            Self::Request => 'r',
            Self::Child => 'c',
            Self::Pipe => 'p',
            Self::Timer => 't',
            Self::Lock => 'l',
            Self::Gil => 'G',
            Self::Input => 'i',
            Self::Other => '·',
        }
    }
}

/// Seconds in each state.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Tally([f64; State::ALL.len()]);

impl Tally {
    /// Seconds in all states together.
    pub fn total(&self) -> f64 {
        self.0.iter().sum()
    }

    /// The state with the most seconds; nothing when there are none.
    pub fn most(&self) -> Option<State> {
        let most = State::ALL.into_iter().max_by(|a, b| self[*a].total_cmp(&self[*b]))?;
        (self[most] > 0.0).then_some(most)
    }

    /// One of so many equal parts.
    pub fn divided(&self, parts: f64) -> Self {
        Self(self.0.map(|seconds| seconds / parts))
    }

    /// Each state and its seconds.
    pub fn iter(&self) -> impl Iterator<Item = (State, f64)> + '_ {
        State::ALL.into_iter().map(|state| (state, self[state]))
    }
}

impl Index<State> for Tally {
    type Output = f64;

    fn index(&self, state: State) -> &f64 {
        &self.0[state as usize]
    }
}

impl IndexMut<State> for Tally {
    fn index_mut(&mut self, state: State) -> &mut f64 {
        &mut self.0[state as usize]
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        for (mine, other) in self.0.iter_mut().zip(other.0) {
            *mine += other;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_have_the_numbers_of_their_order() {
        for (n, state) in State::ALL.into_iter().enumerate() {
            assert_eq!(state as usize, n);
        }
        let letters: std::collections::BTreeSet<_> = State::ALL.map(State::letter).into();
        assert_eq!(letters.len(), State::ALL.len());
    }

    #[test]
    fn a_tally_adds_up() {
        let mut tally = Tally::default();
        assert_eq!(tally.most(), None);
        tally[State::Disk] = 2.0;
        tally[State::Gil] = 3.0;
        let copy = tally;
        tally += copy;
        assert_eq!((tally.total(), tally.most()), (10.0, Some(State::Gil)));
    }
}
