//! How long a job takes on machines that aren't here: LogGP, a model of what messages take.
//!
//! Alexandrov, Ionescu, Schauser, Scheiman: *LogGP: Incorporating Long Messages into the LogP
//! Model*, SPAA 1995. The model knows four times: a message is under way for the *latency*; each
//! side has to do something for it for the *overhead*; two messages of one sender are at least
//! the *gap* apart; and each byte of a long one adds its own.
//!
//! * [`formula`]: a line or two for each way to divide a job.
//! * [`simulation`]: the same machines, message by message, as a check of the formula.

pub mod formula;
pub mod simulation;

/// What messages take, in seconds.
// ANCHOR: loggp
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LogGp {
    /// How long a message is under way.
    pub latency: f64,
    /// How long each side is busy with it.
    pub overhead: f64,
    /// How far apart two messages of one sender are, at least.
    pub gap: f64,
    /// How much longer each byte makes it.
    pub per_byte: f64,
}

/// What was measured of messages, in seconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Trips {
    /// A byte, there and back.
    pub byte: f64,
    /// A mebibyte, there and back.
    pub mebibyte: f64,
    /// Of many messages that follow each other without an answer: until the last one is
    /// sent, divided by their number.
    pub sent: f64,
    /// The same until the other side says that it has received the last one.
    pub answered: f64,
}

impl LogGp {
    /// The parameters with which the model comes to exactly these trips.
    pub fn of(trips: Trips) -> Self {
        // Without a wire, a sender may itself carry its message through to the other side,
        // and be busy for the whole trip. But a round trip is two messages, and each is sent
        // and received. That makes four overheads, so one is at most a quarter of the trip.
        let overhead = trips.sent.min(trips.byte / 4.0);
        Self {
            // Half of a round trip is one message, which both sides are busy with.
            latency: trips.byte / 2.0 - 2.0 * overhead,
            overhead,
            gap: trips.answered.max(overhead),
            per_byte: (trips.mebibyte - trips.byte) / 2.0 / f64::from((1 << 20) - 1),
        }
    }

    /// From when a message of so many bytes begins to be sent until it has been received.
    pub fn message(&self, bytes: f64) -> f64 {
        self.latency + 2.0 * self.overhead + self.per_byte * (bytes - 1.0).max(0.0)
    }
}
// ANCHOR_END: loggp

/// What was measured of a job in one thread.
#[derive(Clone, Debug, PartialEq)]
pub struct Work {
    /// How many seconds each piece takes.
    pub pieces: Vec<f64>,
    /// How many bytes the result of anything has at least.
    pub least_bytes: f64,
    /// How many bytes each piece adds to it.
    pub bytes_of_piece: f64,
    /// How many seconds it takes to write a byte of a result, to read it, and to join it with
    /// another.
    pub join: f64,
}

impl Work {
    /// The whole work, in seconds.
    pub fn whole(&self) -> f64 {
        self.pieces.iter().sum()
    }

    /// The same job, so many times as large.
    pub fn times(&self, factor: f64) -> Self {
        Self {
            pieces: self.pieces.iter().map(|piece| piece * factor).collect(),
            bytes_of_piece: self.bytes_of_piece * factor,
            ..self.clone()
        }
    }

    /// How many bytes the result of so many pieces has.
    fn bytes(&self, pieces: f64) -> f64 {
        self.least_bytes + self.bytes_of_piece * pieces
    }
}

/// On what the ranks run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cores {
    /// All share so many, and each stays on the one of its number.
    Shared(usize),
    /// Each has one of its own.
    Own,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dividing::Way;

    pub(crate) const NET: LogGp =
        LogGp { latency: 10e-6, overhead: 2e-6, gap: 3e-6, per_byte: 1e-9 };

    #[test]
    fn parameters_come_from_trips_that_they_foretell() {
        let trips = Trips {
            byte: 2.0 * NET.message(1.0),
            mebibyte: 2.0 * NET.message(f64::from(1 << 20)),
            sent: NET.overhead,
            answered: NET.gap,
        };
        let found = LogGp::of(trips);
        for (found, there) in [
            (found.latency, NET.latency),
            (found.overhead, NET.overhead),
            (found.gap, NET.gap),
            (found.per_byte, NET.per_byte),
        ] {
            assert!((found - there).abs() < 1e-6 * there, "{found} {there}");
        }
    }

    /// A sender that is busy until its message is there leaves nothing to the latency.
    #[test]
    fn parameters_take_no_longer_than_their_trips() {
        let (byte, sent) = (13e-6, 6e-6);
        let found = LogGp::of(Trips { byte, mebibyte: 1e-3, sent, answered: sent });
        assert_eq!(found.latency, 0.0);
        assert!((2.0 * found.message(1.0) - byte).abs() < 1e-12);
    }

    fn work(pieces: usize, seconds: impl Fn(usize) -> f64) -> Work {
        Work {
            pieces: (0..pieces).map(seconds).collect(),
            least_bytes: 8.0,
            bytes_of_piece: 100.0,
            join: 2e-9,
        }
    }

    /// The formula and the simulation were written apart from each other, and say the same.
    #[test]
    fn both_say_the_same() {
        let even = work(4_096, |_| 100e-6);
        let uneven = work(4_096, |n| (n as f64).sqrt() * 2e-6);
        let master = |ahead| Way::Master { piece: 1, ahead };
        for (work, way) in [
            (&even, Way::Equal),
            (&uneven, Way::Equal),
            (&even, master(0)),
            (&uneven, master(0)),
            (&uneven, master(1)),
        ] {
            for ranks in [1, 2, 3, 16, 64, 256, 1_024] {
                let by_formula = formula::time(work, way, ranks, &NET, Cores::Own);
                let simulated = simulation::time(work, way, ranks, &NET);
                let ratio = by_formula / simulated;
                assert!(
                    (0.8..1.25).contains(&ratio),
                    "{way:?} {ranks}: {by_formula} {simulated}"
                );
            }
        }
    }

    #[test]
    fn one_rank_does_all_the_work() {
        let work = work(10, |n| n as f64);
        for cores in [Cores::Own, Cores::Shared(2)] {
            assert_eq!(formula::time(&work, Way::Equal, 1, &NET, cores), 45.0);
        }
        assert_eq!(simulation::time(&work, Way::Equal, 1, &NET), 45.0);
    }

    /// A master that answers each piece in 4 µs has no more than a quarter of a million of them
    /// done in a second.
    #[test]
    fn the_master_sets_an_end() {
        let work = work(10_000, |_| 40e-6);
        let many = formula::time(
            &work,
            Way::Master { piece: 1, ahead: 1 },
            512,
            &NET,
            Cores::Own,
        );
        assert!(many > 10_000.0 * 2.0 * NET.overhead, "{many}");
    }
}
