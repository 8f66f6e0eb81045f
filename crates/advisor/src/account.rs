//! What all looks together say: who did what for how long, how many computed at once, and what everybody
//! waited for when nobody computed.

use crate::classify::Language;
use crate::state::{State, Tally};

/// So many threads get a lane of their own; more would be no picture.
const LANES: usize = 64;

/// A lane has so many stretches of the same length, or half as many.
const STRETCHES: usize = 160;

/// What one thread did since the look before.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    /// Which thread, by the number that [`Recorder::thread`] gave it.
    pub thread: usize,
    /// Seconds on a core.
    pub ran: f64,
    /// Seconds ready, without a core.
    pub ready: f64,
    /// What it does now.
    pub now: State,
}

/// What is kept of a thread.
#[derive(Clone, Debug)]
pub struct Thread {
    /// Its process.
    pub pid: i32,
    /// Its number; the process's own for its first one.
    pub tid: i32,
    /// Its name.
    pub name: String,
    /// When it was first seen, in seconds.
    pub from: f64,
    /// When it was last seen.
    pub to: f64,
    /// How long it did what.
    pub tally: Tally,
    /// Blocked, and not yet known on what.
    pending: f64,
    lane: Vec<Tally>,
}

/// What is kept of a process.
#[derive(Clone, Debug, Default)]
pub struct Process {
    /// Its number.
    pub pid: i32,
    /// Its name.
    pub name: String,
    /// What it speaks.
    pub language: Language,
    /// When it was first seen, in seconds.
    pub from: f64,
    /// When it was last seen.
    pub to: f64,
    /// Seconds that it computed.
    pub computed: f64,
    /// How many threads it had at once, at most.
    pub threads: usize,
    /// Bytes of memory, at most.
    pub memory: f64,
    /// Bytes of memory that nobody else has, at most; nothing where that was not to be seen.
    pub own: Option<f64>,
    /// How many sockets it was seen to wait for, and how often.
    pub sockets: (usize, usize),
    /// How often its memory fell to less than half of what it had been.
    pub fell: usize,
    /// Seconds from the beginning during which its memory only grew, and grew by a lot.
    pub loading: f64,
}

/// Takes looks, and adds them up.
#[derive(Clone, Debug, Default)]
pub struct Recorder {
    /// All threads that were seen.
    pub threads: Vec<Thread>,
    /// Seconds in which at least one computed, and what the others waited for when none did.
    pub wall: Tally,
    /// Thread-seconds of those who waited for the same as everybody; divided by `wall`: how many at once.
    pub waiters: Tally,
    /// Seconds by how many cores were in use, from less than one on: `[.., 1.5[`, `[1.5, 2.5[`, and so on.
    pub at_once: Vec<f64>,
    /// Seconds that were watched.
    pub seconds: f64,
    /// Everybody was blocked, and on what isn't known yet.
    pending: f64,
    stretch: f64,
}

impl Recorder {
    /// A thread that is seen for the first time, at `at` seconds. Its number.
    pub fn thread(&mut self, pid: i32, tid: i32, name: &str, at: f64) -> usize {
        self.threads.push(Thread {
            pid,
            tid,
            name: name.into(),
            from: at,
            to: at,
            tally: Tally::default(),
            pending: 0.0,
            lane: Vec::new(),
        });
        self.threads.len() - 1
    }

    /// What all threads that are there did in the last `span` seconds, which ended now, at `at` seconds.
    pub fn tick(&mut self, at: f64, span: f64, looks: &[Look]) {
        if span <= 0.0 {
            return;
        }
        self.seconds = at;
        if self.stretch == 0.0 {
            self.stretch = 0.02;
        }
        while at > self.stretch * STRETCHES as f64 {
            self.halve();
        }
        let (mut computing, mut ready) = (0.0, 0.0);
        let mut seen = [0_usize; State::ALL.len()];
        let mut main_sleeps = false;
        for look in looks {
            let ran = look.ran.min(span);
            computing += ran;
            ready += look.ready;
            self.add(at, span, look);
            let mostly =
                if ran + look.ready > 0.9 * span { State::Computing } else { look.now };
            seen[mostly as usize] += 1;
            let thread = &self.threads[look.thread];
            main_sleeps |= mostly == State::Timer && thread.pid == thread.tid;
        }
        let cores = computing / span;
        let bucket = (cores + 0.5) as usize;
        self.at_once.resize(self.at_once.len().max(bucket + 1), 0.0);
        self.at_once[bucket] += span;

        let busy = computing.min(span);
        self.wall[State::Computing] += busy;
        // The system says how long somebody was ready only when that is over, maybe several looks later.
        let ready = ready.min(span - busy + self.pending);
        self.wall[State::NoCore] += ready;
        let rest = span - busy - ready;
        let runnable = looks.iter().any(|look| look.now == State::Computing);
        let cause = if runnable { None } else { cause(&seen, main_sleeps) };
        match cause {
            Some(state) => {
                self.wall[state] += rest + self.pending;
                self.waiters[state] +=
                    (rest + self.pending) * seen[state as usize] as f64;
                self.pending = 0.0;
            }
            None => self.pending += rest,
        }
    }

    /// Adds a look to its thread.
    fn add(&mut self, at: f64, span: f64, look: &Look) {
        let has_lane = look.thread < LANES;
        let thread = &mut self.threads[look.thread];
        let mut now = Tally::default();
        now[State::Computing] = look.ran;
        now[State::NoCore] = look.ready;
        thread.pending += span - look.ran - look.ready;
        if thread.pending < 0.0 {
            // It was not looked at for a while, and was taken to be blocked: it was not.
            let state = most_blocked(&thread.tally);
            thread.tally[state] = (thread.tally[state] + thread.pending).max(0.0);
            thread.pending = 0.0;
        } else if look.now != State::Computing {
            now[look.now] += std::mem::take(&mut thread.pending);
        }
        thread.tally += now;
        thread.to = at;
        if has_lane {
            let (first, last) =
                (((at - span) / self.stretch) as usize, (at / self.stretch) as usize);
            thread.lane.resize(thread.lane.len().max(last + 1), Tally::default());
            // A look may tell of several stretches.
            let part = now.divided((last - first + 1) as f64);
            thread.lane[first..=last].iter_mut().for_each(|stretch| *stretch += part);
        }
    }

    /// Twice as much time in a stretch.
    fn halve(&mut self) {
        self.stretch *= 2.0;
        for thread in &mut self.threads {
            let pairs = thread.lane.chunks(2).map(|pair| {
                let mut sum = pair[0];
                pair[1..].iter().for_each(|other| sum += *other);
                sum
            });
            thread.lane = pairs.collect();
        }
    }

    /// No more looks: what was never seen blocked has waited for something that can't be known.
    pub fn finish(&mut self) {
        for thread in &mut self.threads {
            let state = most_blocked(&thread.tally);
            thread.tally[state] += std::mem::take(&mut thread.pending);
        }
        let state = most_blocked(&self.wall);
        self.wall[state] += std::mem::take(&mut self.pending);
    }

    /// A thread's lane: stretches in which it did mostly the same, as seconds from and to.
    pub fn lane(&self, thread: usize) -> Vec<(f64, f64, State)> {
        let mut spans: Vec<(f64, f64, State)> = Vec::new();
        let Some(thread) = self.threads.get(thread) else { return spans };
        for (n, tally) in thread.lane.iter().enumerate() {
            let Some(state) = tally.most() else { continue };
            let (from, to) = (n as f64 * self.stretch, (n + 1) as f64 * self.stretch);
            match spans.last_mut() {
                Some(last) if last.2 == state && (last.1 - from).abs() < 1e-9 => {
                    last.1 = to
                }
                _ => spans.push((from, to, state)),
            }
        }
        if let Some(last) = spans.last_mut() {
            last.1 = last.1.min(thread.to.max(last.0));
        }
        spans
    }

    /// Seconds of all threads together, in each state.
    pub fn all(&self) -> Tally {
        let mut all = Tally::default();
        self.threads.iter().for_each(|thread| all += thread.tally);
        all
    }

    /// How many cores were in use on average while anything computed.
    pub fn parallelism(&self) -> f64 {
        let computed: f64 =
            self.threads.iter().map(|thread| thread.tally[State::Computing]).sum();
        if self.wall[State::Computing] > 0.0 {
            computed / self.wall[State::Computing]
        } else {
            0.0
        }
    }
}

/// What it was blocked on for most of the time.
fn most_blocked(tally: &Tally) -> State {
    let blocked =
        tally.iter().filter(|(state, seconds)| *state > State::NoCore && *seconds > 0.0);
    blocked.max_by(|a, b| a.1.total_cmp(&b.1)).map_or(State::Other, |(state, _)| state)
}

/// What everybody waits for when nobody computes. Who waits for another part of the program waits in the end for
/// what that part waits for; so what comes from outside counts first. A thread beside the first one
/// that sleeps is often only there to look at something from time to time.
fn cause(seen: &[usize; State::ALL.len()], main_sleeps: bool) -> Option<State> {
    let order = [
        State::Disk,
        State::Network,
        State::Request,
        State::Input,
        State::Timer,
        State::Child,
        State::Pipe,
        State::Timer,
        State::Lock,
        State::Gil,
        State::Other,
    ];
    let mut first = true;
    order.into_iter().find(|state| {
        let counts = *state != State::Timer || !std::mem::take(&mut first) || main_sleeps;
        counts && seen[*state as usize] > 0
    })
}

/// All that was found out about a program: what the advice is made of.
#[derive(Clone, Debug, Default)]
pub struct Account {
    /// Seconds that were watched.
    pub seconds: f64,
    /// Seconds before them, in programs that in the end became the one that was watched.
    pub before: f64,
    /// Cores that the program may use.
    pub cores: f64,
    /// What the first process speaks.
    pub language: Language,
    /// Seconds in which at least one thread computed, and what the others waited for when none did.
    pub wall: Tally,
    /// How many waited at once, on average, of those that wait for the same as everybody.
    pub waiters: Tally,
    /// Seconds of all threads together.
    pub threads: Tally,
    /// Seconds on a core, of all: those seen and those that ended unseen.
    pub computed: f64,
    /// Of them, in the system's code.
    pub system: f64,
    /// Of them, in processes too short to be seen.
    pub unseen: f64,
    /// Of them, in processes other than the first one.
    pub elsewhere: f64,
    /// Cores in use on average, while anything computed.
    pub parallelism: f64,
    /// How many threads did more than a tenth of the computing.
    pub busy: usize,
    /// Of the time in its own code, the shares in an interpreter, and in libraries that let its lock go; nothing
    /// where the system gave no samples.
    pub code: Option<Shares>,
    /// Libraries and programs, and how much of the computing was seen there.
    pub files: Vec<(String, f64)>,
    /// Threads that started, without the first of each process.
    pub threads_started: u64,
    /// Processes that started, without the first one.
    pub processes_started: u64,
    /// Whether both numbers are exact; otherwise, there were at least so many.
    pub exact: bool,
    /// Processes and threads at once, at most.
    pub most: (usize, usize),
    /// Bytes of memory of the process with the most.
    pub memory: f64,
    /// Bytes that it had for itself; nothing where that was not to be seen.
    pub own: Option<f64>,
    /// Bytes that the machine has left for others.
    pub spare: f64,
    /// How often the memory of the largest process fell to less than half.
    pub fell: usize,
    /// Seconds from the beginning in which it only took more memory.
    pub loading: f64,
    /// Bytes that were read and written, on disks alone, and how many calls that took; nothing where it can't be seen.
    pub io: Option<Io>,
    /// How many different sockets the first process was seen to wait for; nothing where nearly every look saw another
    /// one, so that there were probably many more.
    pub sockets: Option<usize>,
    /// Of all that was computed, the share of the thread that computed most.
    pub largest: f64,
    /// How many processes beside the first one there were at once, on average, while there was any.
    pub others: f64,
    /// How many threads computed or would have, had there been a core for each, on average while any did.
    pub demand: f64,
    /// Waits of the first process: how often it gave up its core.
    pub waits: u64,
    /// What could not be seen here, in sentences.
    pub hidden: Vec<String>,
    /// Of the computing, the share of processes of which a thread waited for requests for most of the time.
    pub serving: f64,
    /// Whether it still ran when the watching ended.
    pub running: bool,
    /// Processes of the program that it has left running.
    pub left: Vec<i32>,
    /// What the looking took.
    pub took: Took,
}

/// What the looking took.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Took {
    /// Seconds on a core.
    pub seconds: f64,
    /// Bytes of memory, at most.
    pub memory: f64,
}

/// Of the time in a program's own code.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Shares {
    /// In an interpreter.
    pub interpreter: f64,
    /// In libraries that are known to let its lock go.
    pub lets_go: f64,
}

/// Bytes and calls, of all processes.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Io {
    /// Bytes that were read by `read`, from anywhere.
    pub read: f64,
    /// Bytes that were written by `write`, to anywhere.
    pub written: f64,
    /// Bytes that came from a disk.
    pub disk_read: f64,
    /// Bytes for a disk.
    pub disk_written: f64,
    /// How many calls.
    pub calls: f64,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(thread: usize, ran: f64, now: State) -> Look {
        Look { thread, ran, ready: 0.0, now }
    }

    fn recorder(threads: usize) -> Recorder {
        let mut recorder = Recorder::default();
        for n in 0..threads {
            recorder.thread(1, 1 + n as i32, "t", 0.0);
        }
        recorder
    }

    #[test]
    fn who_takes_turns_computes_one_at_a_time() {
        let mut turns = recorder(2);
        let mut together = recorder(2);
        for n in 1..=100 {
            let at = f64::from(n) * 0.01;
            turns.tick(
                at,
                0.01,
                &[look(0, 0.005, State::Gil), look(1, 0.005, State::Gil)],
            );
            together.tick(
                at,
                0.01,
                &[look(0, 0.01, State::Computing), look(1, 0.01, State::Computing)],
            );
        }
        assert!((turns.parallelism() - 1.0).abs() < 1e-9);
        assert!((together.parallelism() - 2.0).abs() < 1e-9);
        assert!((turns.all()[State::Gil] - 1.0).abs() < 1e-9);
        assert!((together.at_once[2] - 1.0).abs() < 1e-9);
    }

    #[test]
    fn what_was_blocked_before_it_ran_is_told_by_the_next_look() {
        let mut r = recorder(1);
        r.tick(0.01, 0.01, &[look(0, 0.002, State::Computing)]);
        r.tick(0.02, 0.01, &[look(0, 0.002, State::Network)]);
        let tally = r.threads[0].tally;
        assert!((tally[State::Network] - 0.016).abs() < 1e-9, "{tally:?}");
        assert!((r.wall[State::Network] - 0.016).abs() < 1e-9, "{:?}", r.wall);
        // And at the end by those before.
        r.tick(0.03, 0.01, &[look(0, 0.002, State::Computing)]);
        r.finish();
        assert!((r.wall[State::Network] - 0.024).abs() < 1e-9, "{:?}", r.wall);
        assert!((r.threads[0].tally.total() - 0.03).abs() < 1e-9);
    }

    #[test]
    fn who_is_ready_says_so_later() {
        let mut r = recorder(1);
        for n in 1..=4 {
            r.tick(f64::from(n) * 0.01, 0.01, &[look(0, 0.0, State::Computing)]);
        }
        let late = Look { thread: 0, ran: 0.01, ready: 0.04, now: State::Computing };
        r.tick(0.05, 0.01, &[late]);
        r.finish();
        for tally in [r.wall, r.threads[0].tally] {
            assert!((tally[State::NoCore] - 0.04).abs() < 1e-9, "{tally:?}");
            assert!((tally.total() - 0.05).abs() < 1e-9, "{tally:?}");
        }
    }

    #[test]
    fn everybody_waits_for_what_comes_from_outside() {
        let mut r = recorder(3);
        r.tick(
            1.0,
            1.0,
            &[
                look(0, 0.0, State::Child),
                look(1, 0.0, State::Network),
                look(2, 0.0, State::Network),
            ],
        );
        assert!((r.wall[State::Network] - 1.0).abs() < 1e-9);
        assert!((r.waiters[State::Network] - 2.0).abs() < 1e-9);
        // The first thread of a process sleeps on purpose; another one may only be looking after something.
        r.tick(2.0, 1.0, &[look(0, 0.0, State::Child), look(1, 0.0, State::Timer)]);
        assert!((r.wall[State::Child] - 1.0).abs() < 1e-9, "{:?}", r.wall);
        r.tick(3.0, 1.0, &[look(0, 0.0, State::Timer), look(1, 0.0, State::Lock)]);
        assert!((r.wall[State::Timer] - 1.0).abs() < 1e-9, "{:?}", r.wall);
    }

    #[test]
    fn lanes_stay_small_and_keep_the_time() {
        let mut r = recorder(1);
        for n in 1..=100_000 {
            let half = n <= 50_000;
            let now = if half { State::Computing } else { State::Disk };
            r.tick(
                f64::from(n) * 0.01,
                0.01,
                &[look(0, if half { 0.01 } else { 0.0 }, now)],
            );
        }
        assert!(r.threads[0].lane.len() <= STRETCHES + 1);
        let lane = r.lane(0);
        assert_eq!(lane.len(), 2, "{lane:?}");
        assert!((lane[0].1 - 500.0).abs() < 15.0, "{lane:?}");
        assert!((lane[1].1 - 1000.0).abs() < 15.0, "{lane:?}");
    }

    #[test]
    fn who_was_not_looked_at_and_ran_has_not_been_blocked() {
        let mut r = recorder(1);
        for n in 1..=9 {
            r.tick(f64::from(n), 1.0, &[look(0, 0.0, State::Disk)]);
        }
        r.tick(10.0, 1.0, &[look(0, 4.0, State::Disk)]);
        let tally = r.threads[0].tally;
        assert!((tally.total() - 10.0).abs() < 1e-9, "{tally:?}");
        assert!((tally[State::Computing] - 4.0).abs() < 1e-9, "{tally:?}");
    }
}
