//! Who is to blame when a worker has died.
//!
//! Only the first of its jobs can have been at work: results are sent before the next job begins, and
//! were read. If that job is a single item, and the worker has noted that it began with it, or was
//! about to take it in, it is that one.
//!
//! Otherwise somebody is *suspect*: the item of a chunk that was noted last; all of them if none of
//! them can be it; an item that was not noted, since a task can write into the memory of its own
//! process, and forge notes. A suspect goes to a worker that has just answered, alone. If that one
//! dies as well, nobody else can have done it, whatever was noted, and both deaths count.
//!
//! So whatever a task does, each worker that it kills counts, but for two at most. And none is
//! blamed for a worker that was gone before it came, or that another one has killed while it ran.

/// What is known of the death of a worker that had a job.
pub(crate) struct Death {
    /// How many items it had begun, by its notebook.
    pub(crate) noted: u64,
    /// How many of its items have a result.
    pub(crate) answered: u64,
    /// How many have none, of its first job.
    pub(crate) items: usize,
    /// Its first job took too long.
    pub(crate) late: bool,
    /// Its first job is a single suspect: whether the worker had answered before it came.
    pub(crate) suspect: Option<bool>,
}

/// Of the items of the first job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Blame {
    /// None of them.
    Nobody,
    /// It is one, and it is to blame.
    TheOne,
    /// They are several, and together they took too long.
    Together,
    /// This one perhaps.
    Suspect(usize),
    /// Any of them.
    Suspects,
}

impl Death {
    pub(crate) fn blame(&self) -> Blame {
        let begun = self.noted.wrapping_sub(self.answered).wrapping_sub(1);
        let noted = usize::try_from(begun).ok().filter(|&at| at < self.items);
        match (self.suspect, noted) {
            (Some(false), _) => Blame::Nobody,
            (Some(true), _) => Blame::TheOne,
            _ if self.late && self.items == 1 => Blame::TheOne,
            _ if self.late => Blame::Together,
            (None, Some(_)) if self.items == 1 => Blame::TheOne,
            (None, Some(at)) => Blame::Suspect(at),
            (None, None) => Blame::Suspects,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// It has three items, and has done seven before.
    const DEATH: Death =
        Death { noted: 8, answered: 7, items: 3, late: false, suspect: None };

    #[test]
    fn who_was_noted_is_to_blame() {
        assert_eq!(Death { items: 1, ..DEATH }.blame(), Blame::TheOne);
        for (noted, at) in [(8, 0), (9, 1), (10, 2)] {
            assert_eq!(Death { noted, ..DEATH }.blame(), Blame::Suspect(at));
        }
    }

    #[test]
    fn a_note_that_cannot_be_right_makes_suspects() {
        for noted in [0, 6, 7, 11, 1_000, u64::MAX] {
            assert_eq!(Death { noted, ..DEATH }.blame(), Blame::Suspects, "{noted}");
            let alone = Death { noted, items: 1, ..DEATH };
            assert_eq!(alone.blame(), Blame::Suspects, "{noted}");
        }
    }

    #[test]
    fn a_suspect_is_to_blame_whatever_is_noted_if_it_can_be() {
        for noted in [0, 7, 8, u64::MAX] {
            let suspect = |answered| {
                let suspect = Some(answered);
                Death { noted, items: 1, suspect, ..DEATH }.blame()
            };
            assert_eq!(suspect(true), Blame::TheOne, "{noted}");
            assert_eq!(suspect(false), Blame::Nobody, "{noted}");
        }
    }

    #[test]
    fn who_is_late_is_late_whatever_is_noted() {
        for noted in [0, 8, u64::MAX] {
            let late = |items| Death { noted, items, late: true, ..DEATH }.blame();
            assert_eq!(late(1), Blame::TheOne);
            assert_eq!(late(3), Blame::Together);
        }
    }
}
