//! Which task is to blame when a worker has died.
//!
//! Only the first of the worker's jobs can have been at work: the results of a job are sent before the
//! next one begins, and all that were sent were read. If this first job is a single item, and the worker
//! has noted that it began with it, or was about to take it in, that item is to blame.
//!
//! Otherwise one or several items are *suspect*. In a chunk, it is the item that was noted last; or all
//! of them, if the note fits none. A single item that was not noted is a suspect, too, since a task can
//! write into the memory of its own process, and so forge notes. A suspect is sent to a worker that has
//! just answered, and alone. If that worker dies as well, nothing else can have killed it, whatever was
//! noted, and both deaths count.
//!
//! So whatever a task does, each worker that it kills counts against it, except for two at most. And no
//! task is blamed for a worker that was gone before the task came, or that another task has killed.

/// What is known of the death of a worker that had a job.
pub(crate) struct Death {
    /// How many items the worker had begun, by its notebook.
    pub(crate) noted: u64,
    /// How many items the worker had answered.
    pub(crate) answered: u64,
    /// How many items of the worker's first job have no result.
    pub(crate) items: usize,
    /// The worker's first job took too long.
    pub(crate) late: bool,
    /// When the worker's first job is a single suspect: whether the worker had answered before it came.
    pub(crate) suspect: Option<bool>,
}

/// Which items of the first job are to blame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Blame {
    /// None of them.
    Nobody,
    /// The only item of the job.
    TheOne,
    /// The items of the job, which together took too long.
    Together,
    /// Perhaps the item at this place.
    Suspect(usize),
    /// Perhaps any of them.
    Suspects,
}

impl Death {
    pub(crate) fn blame(&self) -> Blame {
        // The place in the first job of the item that was begun last.
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

    /// The worker has answered seven items, and its first job has three more.
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
