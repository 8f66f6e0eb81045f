//! Looks at the threads and processes of a program, from outside, and as seldom as does.
//!
//! All that is read is a line or two for each thread: `schedstat` counts the nanoseconds that it ran, so nothing that
//! happens between two looks is lost, and `syscall` says what it waits for. These files stay open, since opening takes
//! longer than reading. Whoever has slept for several looks is looked at less often.

use std::collections::{HashMap, HashSet};
use std::fs::{self, File};
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use crate::account::{Io, LANES, Look, Mark, Process, Recorder};
use crate::classify::{
    Call, Peer, Sched, Stat, Surroundings, Target, gil_addresses, has_gil_on_heap,
    heap_addresses, language, peers, state,
};
use crate::state::State;

/// A thread that slept for so many looks is looked at every `SELDOM` looks, or even less often: so that of all that
/// sleep, a look goes to no more than about `SLEEPERS`.
const ASLEEP: u32 = 6;
const SELDOM: u64 = 8;
const SLEEPERS: u64 = 16;

/// So many new threads of a process are added in one look, so that none takes long.
const AT_A_TIME: usize = 64;

/// So many looks later one still hopes to learn what a socket is.
const AGAIN: u32 = 20;

/// What takes longer is read no more often than this.
const SLOWLY: Duration = Duration::from_millis(100);
const MEMORY: Duration = Duration::from_millis(400);
const SOCKETS: Duration = Duration::from_millis(100);

/// So often one looks which libraries a program has.
const LEARN: u32 = 4;

/// Of so many processes, the first ones, one remembers what had been seen when they came and went.
const MARKED: usize = 64;

/// What is read of a process, in `/proc/PID` or `/proc/PID/task/TID`.
pub const FILES: [&str; 5] = ["syscall", "schedstat", "io", "smaps_rollup", "maps"];

/// More sockets and processes than this nobody counts.
const MANY: usize = 4_096;

struct Thread {
    tid: i32,
    number: usize,
    sched: Option<File>,
    call: Option<File>,
    last: Sched,
    started: bool,
    state: State,
    /// Whether that was told without knowing a socket.
    unsure: bool,
    /// How many answers it waits for.
    at_once: u32,
    asleep: u32,
}

impl Thread {
    fn sleeps(&self) -> bool {
        self.asleep > ASLEEP
    }
}

struct Looked {
    pid: i32,
    number: usize,
    folder: PathBuf,
    children: Option<File>,
    threads: Vec<Thread>,
    count: u64,
    program: Option<PathBuf>,
    gil: Vec<(u64, u64)>,
    has_gil_on_heap: bool,
    /// Where its threads waited on the heap: how often, and which ones. Only of a Python 2, whose lock lies there.
    waits: HashMap<u64, (u64, HashSet<i32>)>,
    sockets: HashSet<u64>,
    socket_looks: usize,
    learned: u32,
    last: (Stat, Option<Io>),
    resident: Vec<(f64, f64)>,
    own_at: Duration,
}

/// The processes of a program.
pub struct Tree {
    start: Instant,
    attached: bool,
    ticks: u64,
    processes: Vec<Looked>,
    /// What is kept of all processes that were seen.
    pub kept: Vec<Process>,
    /// What all looks add up to.
    pub recorder: Recorder,
    known: HashSet<i32>,
    /// Whether `/proc` is missing, or another one than that of this process: there, numbers mean other processes.
    closed: bool,
    peers: (Duration, HashMap<u64, Peer>),
    slow: Duration,
    memory: Duration,
    before: Duration,
    looks: Vec<Look>,
    /// Every how many looks somebody who sleeps is looked at.
    seldom: u64,
    /// Threads that were seen for the first time, without the first of each process.
    pub threads_seen: u64,
    /// Most processes and threads at once.
    pub most: (usize, usize),
    /// Seconds of all children of the first process together, and in which there was any.
    pub beside: (f64, f64),
    /// The files of `/proc` that were refused.
    pub refused: HashSet<&'static str>,
    /// What had been seen when a process came, and when it went: of the first ones in [`Self::kept`].
    pub marks: Vec<(Mark, Mark)>,
    /// Threads and processes that were started up to now, if somebody else counts them.
    pub started: (u64, u64),
    /// Who has started processes since it became what it is, as far as somebody else tells.
    pub starters: HashSet<i32>,
    /// Bytes and calls of processes that have ended, and those of the others.
    pub io: Option<Io>,
    ended_io: Io,
    /// Seconds on a core of all that was seen, in all code and in the system's.
    pub computed: f64,
    /// Of these, in the system's code.
    pub system: f64,
}

impl Tree {
    /// Of the process `pid` and of those that it started; `attached` when it has run for a while.
    pub fn new(pid: i32, start: Instant, attached: bool) -> Self {
        let mut tree = Self {
            attached,
            start,
            ticks: 0,
            processes: Vec::new(),
            kept: Vec::new(),
            recorder: Recorder::default(),
            known: HashSet::new(),
            closed: fs::read_link("/proc/self").map_or(true, |link| {
                link.as_os_str() != std::process::id().to_string().as_str()
            }),
            peers: (Duration::ZERO, HashMap::new()),
            slow: Duration::ZERO,
            memory: Duration::ZERO,
            before: start.elapsed(),
            looks: Vec::new(),
            seldom: SELDOM,
            threads_seen: 0,
            most: (0, 0),
            beside: (0.0, 0.0),
            refused: HashSet::new(),
            marks: Vec::new(),
            started: (0, 0),
            starters: HashSet::new(),
            io: None,
            ended_io: Io::default(),
            computed: 0.0,
            system: 0.0,
        };
        tree.add(pid);
        tree
    }

    /// Of the process `pid`, which has just become another program: what it did before doesn't count.
    pub fn of_another_program(pid: i32, start: Instant) -> Self {
        let mut tree = Self::new(pid, start, true);
        tree.look();
        tree.attached = false;
        tree
    }

    /// All threads that are there.
    pub fn threads(&self) -> Vec<i32> {
        self.processes.iter().flat_map(|p| &p.threads).map(|thread| thread.tid).collect()
    }

    /// A process that belongs to the program.
    pub fn add(&mut self, pid: i32) {
        if !self.known.insert(pid) {
            return;
        }
        let folder = PathBuf::from(format!("/proc/{pid}"));
        let stat = if self.closed { None } else { read(&folder.join("stat")) };
        let Some(stat) = stat.and_then(|text| Stat::parse(&text)) else {
            // Nobody has waited for the first one yet: it is there. Others may have ended.
            if self.kept.is_empty() {
                self.refused.extend(FILES);
            }
            return;
        };
        let now = self.start.elapsed().as_secs_f64();
        self.kept.push(Process {
            pid,
            name: stat.name.clone(),
            from: now,
            to: now,
            parent: stat.parent,
            ..Process::default()
        });
        if self.marks.len() < MARKED {
            let mark = self.mark();
            self.marks.push((mark, mark));
        }
        let children = File::open(folder.join(format!("task/{pid}/children"))).ok();
        let program = fs::read_link(folder.join("exe")).ok();
        let mut process = Looked {
            pid,
            number: self.kept.len() - 1,
            folder,
            children,
            threads: Vec::new(),
            count: 0,
            program,
            gil: Vec::new(),
            has_gil_on_heap: false,
            waits: HashMap::new(),
            sockets: HashSet::new(),
            socket_looks: 0,
            learned: 0,
            last: (stat, None),
            resident: Vec::new(),
            own_at: Duration::ZERO,
        };
        self.list(&mut process);
        self.processes.push(process);
    }

    /// What has been seen up to now.
    fn mark(&self) -> Mark {
        let recorder = &self.recorder;
        Mark { wall: recorder.wall, waiters: recorder.waiters, started: self.started }
    }

    /// Lists the threads of a process.
    fn list(&mut self, process: &mut Looked) {
        let now = self.start.elapsed().as_secs_f64();
        let Ok(entries) = fs::read_dir(process.folder.join("task")) else { return };
        let there: HashSet<i32> = entries
            .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
            .collect();
        process.threads.retain(|thread| there.contains(&thread.tid));
        let known: HashSet<i32> =
            process.threads.iter().map(|thread| thread.tid).collect();
        let mut new: Vec<i32> = there.difference(&known).copied().collect();
        new.sort_unstable();
        if new.len() > AT_A_TIME {
            // What they do until then is counted by the system: nothing is lost.
            new.truncate(AT_A_TIME);
            process.count = 0;
        }
        for tid in new {
            let task = process.folder.join(format!("task/{tid}"));
            // Nobody sees the name of one that has no lane.
            let has_lane = self.recorder.threads.len() < LANES;
            let name = has_lane.then(|| read(&task.join("comm"))).flatten();
            let name = name.unwrap_or_default();
            self.threads_seen += u64::from(tid != process.pid);
            process.threads.push(Thread {
                tid,
                number: self.recorder.thread(process.pid, tid, name.trim_end(), now),
                sched: File::open(task.join("schedstat")).ok(),
                call: File::open(task.join("syscall")).ok(),
                last: Sched::default(),
                started: false,
                state: State::Other,
                unsure: false,
                at_once: 1,
                asleep: 0,
            });
        }
        let kept = &mut self.kept[process.number];
        kept.threads = kept.threads.max(process.threads.len());
    }

    /// Looks at all of them. Whether any is left.
    pub fn look(&mut self) -> bool {
        self.ticks += 1;
        let now = self.start.elapsed();
        let span = (now - self.before).as_secs_f64();
        self.before = now;
        let slowly = now >= self.slow;
        if slowly {
            self.slow = now + SLOWLY;
        }
        let memory = now >= self.memory;
        if memory {
            // Later, less happens that is new.
            self.memory = now + MEMORY.max(now / 50);
        }
        let mut processes = std::mem::take(&mut self.processes);
        self.looks.clear();
        let mut children = Vec::new();
        processes.retain_mut(|process| {
            self.look_at(process, now, slowly, memory, &mut children)
        });
        let threads = processes.iter().map(|process| process.threads.len()).sum();
        let all = processes.iter().flat_map(|process| &process.threads);
        let sleepers = all.filter(|thread| thread.sleeps()).count();
        self.seldom = SELDOM.max(sleepers as u64 / SLEEPERS);
        self.most = (self.most.0.max(processes.len()), self.most.1.max(threads));
        let first = self.kept.first().map(|first| first.pid);
        let is_child = |process: &&Looked| Some(process.last.0.parent) == first;
        let children_now = processes.iter().filter(is_child).count();
        if children_now > 0 {
            self.beside.0 += children_now as f64 * span;
            self.beside.1 += span;
        }
        self.processes = processes;
        let mut looks = std::mem::take(&mut self.looks);
        self.find_who_waits_behind(&mut looks);
        self.recorder.tick(now.as_secs_f64(), span, &looks);
        self.looks = looks;
        children.into_iter().for_each(|pid| self.add(pid));
        if slowly {
            self.add_up_io();
        }
        !self.processes.is_empty()
    }

    /// Whoever waits for a child that is there waits for what that one waits for.
    fn find_who_waits_behind(&self, looks: &mut [Look]) {
        let threads = &self.recorder.threads;
        let mut waiting = looks.iter_mut().filter(|look| look.now == State::Child);
        let Some(first) = waiting.next() else { return };
        let parents: HashSet<i32> =
            self.processes.iter().map(|process| process.last.0.parent).collect();
        for look in std::iter::once(first).chain(waiting) {
            look.behind = parents.contains(&threads[look.thread].pid);
        }
    }

    fn look_at(
        &mut self,
        process: &mut Looked,
        now: Duration,
        slowly: bool,
        memory: bool,
        children: &mut Vec<i32>,
    ) -> bool {
        // The number of links of this folder is two and the number of threads.
        let Ok(task) = fs::metadata(process.folder.join("task")) else {
            self.end(process);
            return false;
        };
        if task.nlink() != process.count {
            process.count = task.nlink();
            self.list(process);
        }
        self.kept[process.number].to = now.as_secs_f64();
        if let Some(file) = &process.children {
            let text = pread(file);
            children.extend(
                text.split_ascii_whitespace().filter_map(|pid| pid.parse::<i32>().ok()),
            );
        }
        if slowly && !self.look_slowly(process, children) {
            self.end(process);
            return false;
        }
        if memory {
            self.look_at_memory(process, now);
        }
        let mut threads = std::mem::take(&mut process.threads);
        for (n, thread) in threads.iter_mut().enumerate() {
            let look = self.look_at_thread(process, thread, n);
            self.looks.push(look);
        }
        process.threads = threads;
        true
    }

    fn look_at_thread(
        &mut self,
        process: &mut Looked,
        thread: &mut Thread,
        n: usize,
    ) -> Look {
        let quiet = Look {
            thread: thread.number,
            ran: 0.0,
            ready: 0.0,
            now: thread.state,
            behind: false,
            at_once: thread.at_once,
        };
        // Not all in the same turn.
        if thread.sleeps() && !(self.ticks + n as u64).is_multiple_of(self.seldom) {
            return quiet;
        }
        let text = match &thread.sched {
            Some(file) => pread(file),
            None => {
                let file = process.folder.join(format!("task/{}/schedstat", thread.tid));
                read(&file).unwrap_or_default()
            }
        };
        let Some(sched) = Sched::parse(&text) else {
            if !text.is_empty() {
                self.refused.insert("schedstat");
            }
            return Look { now: State::Other, ..quiet };
        };
        let first = !thread.started;
        let before = match first {
            // What it did before anybody looked is another story.
            true if self.attached => sched,
            true => Sched::default(),
            false => thread.last,
        };
        thread.started = true;
        thread.last = sched;
        let slept = sched.turns == before.turns && sched.ran == before.ran && !first;
        thread.asleep = if slept { thread.asleep + 1 } else { 0 };
        self.kept[process.number].turns += sched.turns.saturating_sub(before.turns);
        if !slept
            || thread.state == State::Computing
            || (thread.unsure && thread.asleep < AGAIN)
        {
            (thread.state, thread.unsure, thread.at_once) = self.ask(process, thread);
        }
        let seconds = |now: u64, before: u64| now.saturating_sub(before) as f64 / 1e9;
        Look {
            thread: thread.number,
            ran: seconds(sched.ran, before.ran),
            ready: seconds(sched.ready, before.ready),
            now: thread.state,
            behind: false,
            at_once: thread.at_once,
        }
    }

    /// What a thread does now, whether that may be known better later, and for how many answers it waits.
    fn ask(&mut self, process: &mut Looked, thread: &Thread) -> (State, bool, u32) {
        let text = match &thread.call {
            Some(file) => pread(file),
            None => {
                let file = process.folder.join(format!("task/{}/syscall", thread.tid));
                read(&file).unwrap_or_default()
            }
        };
        let Some(call) = Call::parse(&text) else {
            self.refused.insert("syscall");
            return (State::Other, false, 1);
        };
        let (now, tid) = (self.before, thread.tid);
        let peers = &mut self.peers;
        let mut around =
            Around { process, peers, now, tid, unsure: false, answers: 0, all: false };
        let state = state(call, &mut around);
        let answers = if around.all { 1 } else { around.answers };
        (state, around.unsure, answers)
    }

    /// What takes longer. Whether the process is still there.
    fn look_slowly(&mut self, process: &mut Looked, children: &mut Vec<i32>) -> bool {
        let folder = &process.folder;
        let Some(stat) = read(&folder.join("stat")).and_then(|text| Stat::parse(&text))
        else {
            return false;
        };
        if stat.letter == 'Z' {
            return false;
        }
        // Another program: it has other files, too.
        let program = fs::read_link(folder.join("exe")).ok();
        // One that is ending has none any more.
        if program.is_some() && program != process.program {
            // What scripts have started that only choose a program is none of its business.
            // Most were too short to be seen, so it also counts what somebody else has counted.
            let has_started = self.starters.remove(&process.pid);
            if has_started || self.kept.iter().any(|kept| kept.parent == process.pid) {
                self.kept[process.number].from = self.before.as_secs_f64();
                if process.number < self.marks.len() {
                    self.marks[process.number].0 = self.mark();
                }
            }
            process.program = program;
            process.learned = 0;
            // Its threads are named after it.
            for thread in &process.threads {
                let name =
                    read(&process.folder.join(format!("task/{}/comm", thread.tid)));
                self.recorder.threads[thread.number].name =
                    name.unwrap_or_default().trim_end().into();
            }
        }
        // Libraries come a little later than the program.
        if process.learned < LEARN {
            process.learned += 1;
            self.learn_language(process);
        }
        // Whoever sleeps starts nobody.
        let awake = process.threads.iter().skip(1).filter(|thread| !thread.sleeps());
        for thread in awake.take(256) {
            let file = process.folder.join(format!("task/{}/children", thread.tid));
            let text = read(&file).unwrap_or_default();
            children.extend(
                text.split_ascii_whitespace().filter_map(|pid| pid.parse::<i32>().ok()),
            );
        }
        process.last.0 = stat;
        let io = read(&process.folder.join("io")).and_then(|text| parse_io(&text));
        if io.is_none() {
            self.refused.insert("io");
        }
        process.last.1 = io.or(process.last.1);
        true
    }

    fn learn_language(&mut self, process: &mut Looked) {
        let Some(maps) = read(&process.folder.join("maps")) else {
            self.refused.insert("maps");
            return;
        };
        if maps.is_empty() {
            return;
        }
        let files: HashSet<&str> = maps
            .lines()
            .filter_map(|line| line.split_ascii_whitespace().nth(5))
            .collect();
        let program = process.program.as_ref().and_then(|program| program.to_str());
        let language = language(program.into_iter().chain(files));
        process.has_gil_on_heap = has_gil_on_heap(&language);
        process.gil = match process.has_gil_on_heap {
            true => heap_addresses(&maps),
            false => gil_addresses(&maps),
        };
        self.kept[process.number].language = language;
        if let Some(name) = program.and_then(|program| program.rsplit('/').next()) {
            self.kept[process.number].name = name.into();
        }
    }

    fn look_at_memory(&mut self, process: &mut Looked, now: Duration) {
        let text = read(&process.folder.join("status")).unwrap_or_default();
        let Some(resident) = kibibytes(&text, "VmRSS:") else { return };
        let kept = &mut self.kept[process.number];
        kept.memory = kept.memory.max(kibibytes(&text, "VmHWM:").unwrap_or(resident));
        process.resident.push((now.as_secs_f64(), resident));
        // It takes the longer the more memory there is, since the system goes through all pages.
        let wait = Duration::from_secs_f64(0.3 + resident / 2e9);
        if now >= process.own_at && now > Duration::from_millis(300) {
            process.own_at = now + wait * 4;
            match read(&process.folder.join("smaps_rollup")) {
                Some(text) => {
                    let own = kibibytes(&text, "Private_Clean:").unwrap_or(0.0)
                        + kibibytes(&text, "Private_Dirty:").unwrap_or(0.0);
                    kept.own = Some(kept.own.unwrap_or(0.0).max(own));
                }
                None => {
                    self.refused.insert("smaps_rollup");
                }
            }
        }
    }

    /// A process that has ended.
    fn end(&mut self, process: &mut Looked) {
        let kept = &mut self.kept[process.number];
        kept.sockets = (process.sockets.len(), process.socket_looks);
        kept.loading = loading(&process.resident);
        kept.fell = given_back(&process.resident);
        let (stat, io) = &process.last;
        self.computed += ticks(stat.user + stat.system);
        self.system += ticks(stat.system);
        kept.computed = ticks(stat.user + stat.system);
        kept.system = ticks(stat.system);
        kept.children = ticks(stat.children.0 + stat.children.1);
        kept.io = *io;
        if process.number < self.marks.len() {
            self.marks[process.number].1 = self.mark();
        }
        if let Some(io) = io {
            self.ended_io += *io;
        }
    }

    fn add_up_io(&mut self) {
        let mut sum = self.ended_io;
        let mut any = sum != Io::default();
        for io in self.processes.iter().filter_map(|process| process.last.1) {
            sum += io;
            any = true;
        }
        self.io = any.then_some(sum);
    }

    /// No more looks. Numbers of processes that still run.
    pub fn finish(&mut self) -> Vec<i32> {
        let mut left = Vec::new();
        let mut processes = std::mem::take(&mut self.processes);
        for process in &mut processes {
            if let Some(stat) =
                read(&process.folder.join("stat")).and_then(|t| Stat::parse(&t))
            {
                if stat.letter != 'Z' {
                    left.push(process.pid);
                }
                process.last.0 = stat;
            }
            self.end(process);
        }
        self.add_up_io();
        self.recorder.finish();
        let mark = self.mark();
        for process in processes.iter().filter(|process| process.number < MARKED) {
            self.marks[process.number].1 = mark;
        }
        let threads = self.recorder.threads.iter();
        let waited: HashMap<i32, f64> = threads
            .filter(|thread| thread.pid == thread.tid)
            .map(|t| (t.pid, t.tally[State::Child] + t.tally[State::Pipe]))
            .collect();
        for kept in &mut self.kept {
            kept.waited = waited.get(&kept.pid).copied().unwrap_or(0.0);
        }
        left
    }
}

/// What is known about a process: read when a thread waits for it.
struct Around<'a> {
    process: &'a mut Looked,
    peers: &'a mut (Duration, HashMap<u64, Peer>),
    now: Duration,
    tid: i32,
    unsure: bool,
    /// Sockets by which somebody answers.
    answers: u32,
    /// Whether those that it waits for are perhaps not all that were asked about.
    all: bool,
}

impl Around<'_> {
    fn descriptors(&self) -> Vec<i32> {
        let entries = fs::read_dir(self.process.folder.join("fd"));
        let entries = entries.into_iter().flatten();
        entries
            .filter_map(|e| e.ok()?.file_name().to_str()?.parse().ok())
            .take(MANY)
            .collect()
    }
}

impl Surroundings for Around<'_> {
    fn target(&mut self, descriptor: i32) -> Target {
        let link = fs::read_link(self.process.folder.join(format!("fd/{descriptor}")));
        link.map_or(Target::Other, |link| Target::parse(&link.to_string_lossy()))
    }

    fn watched(&mut self, epoll: Option<i32>) -> Vec<Target> {
        let info = epoll.and_then(|descriptor| {
            read(&self.process.folder.join(format!("fdinfo/{descriptor}")))
        });
        let descriptors: Vec<i32> = match info {
            Some(info) => info
                .lines()
                .filter_map(|line| {
                    line.strip_prefix("tfd:")?.split_whitespace().next()?.parse().ok()
                })
                .take(MANY)
                .collect(),
            // Which ones stands in its memory, where nobody looks.
            None => {
                self.all = true;
                self.descriptors().into_iter().filter(|d| *d > 2).collect()
            }
        };
        descriptors.into_iter().map(|descriptor| self.target(descriptor)).collect()
    }

    fn peer(&mut self, socket: u64) -> Peer {
        if !self.peers.1.contains_key(&socket) && self.now >= self.peers.0 {
            let begin = Instant::now();
            let table = |name| {
                read(&self.process.folder.join("net").join(name)).unwrap_or_default()
            };
            let (tcp, tcp6, unix) = (table("tcp"), table("tcp6"), table("unix"));
            let found = peers(&[&tcp, &tcp6], &unix).into_iter().collect();
            // A machine may have very many.
            *self.peers = (self.now + SOCKETS.max(begin.elapsed() * 200), found);
        }
        let known = self.peers.1.get(&socket).copied();
        self.unsure |= known.is_none();
        let peer = known.unwrap_or(Peer::Answers);
        if peer == Peer::Answers && self.process.sockets.len() < MANY {
            self.answers += 1;
            self.process.socket_looks += 1;
            self.process.sockets.insert(socket);
        }
        peer
    }

    fn is_gil(&mut self, address: u64) -> bool {
        if !self.process.gil.iter().any(|(from, to)| (*from..*to).contains(&address)) {
            return false;
        }
        if !self.process.has_gil_on_heap {
            return true;
        }
        // There lie other locks, too. This one is everybody's, and none is waited for as often.
        let waits = &mut self.process.waits;
        if waits.len() >= MANY && !waits.contains_key(&address) {
            return false;
        }
        let (count, threads) = waits.entry(address).or_default();
        *count += 1;
        threads.insert(self.tid);
        let (count, several) = (*count, threads.len() > 1);
        several && waits.values().all(|(other, _)| *other <= count)
    }
}

/// Seconds in that many of the system's ticks, of which Linux promises a hundred in a second to programs.
pub(crate) fn ticks(ticks: u64) -> f64 {
    ticks as f64 / 100.0
}

fn parse_io(text: &str) -> Option<Io> {
    let field = |name: &str| -> Option<f64> {
        text.lines().find_map(|line| line.strip_prefix(name))?.trim().parse().ok()
    };
    Some(Io {
        read: field("rchar:")?,
        written: field("wchar:")?,
        disk_read: field("read_bytes:")?,
        disk_written: field("write_bytes:")?,
        calls: field("syscr:")? + field("syscw:")?,
    })
}

pub(crate) fn kibibytes(text: &str, name: &str) -> Option<f64> {
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    line.trim().trim_end_matches("kB").trim().parse::<f64>().ok().map(|k| k * 1024.0)
}

/// How long a program did nothing but take memory, from the beginning: until it first had nine tenths of what it had at
/// most, if that is a lot and it never gave much of it back.
fn loading(resident: &[(f64, f64)]) -> f64 {
    let most = resident.iter().map(|(_, bytes)| *bytes).fold(0.0, f64::max);
    let Some(full) = resident.iter().position(|(_, bytes)| *bytes >= 0.9 * most) else {
        return 0.0;
    };
    // When it ends, it gives everything back, which takes a while.
    let after = resident[full..].iter().skip_while(|(_, bytes)| *bytes >= 0.7 * most);
    let stays = after.into_iter().all(|(_, bytes)| *bytes < 0.7 * most);
    if most > 64e6 && stays { resident[full].0 } else { 0.0 }
}

/// How often a program took as much memory again after it had given back more than half of what it has at most.
fn given_back(resident: &[(f64, f64)]) -> usize {
    let most = resident.iter().map(|(_, bytes)| *bytes).fold(0.0, f64::max);
    let large: Vec<bool> =
        resident.iter().map(|(_, bytes)| *bytes >= 0.5 * most).collect();
    let rises = large.windows(2).filter(|pair| !pair[0] && pair[1]).count();
    // The first time, it hadn't had it before.
    rises.saturating_sub(usize::from(large.first() == Some(&false)))
}

fn read(file: &std::path::Path) -> Option<String> {
    // A name may be no text.
    fs::read(file).ok().map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
}

/// A small file that is open, from its beginning; of a larger one, the first words.
fn pread(file: &File) -> String {
    let mut room = [0; 1024];
    match file.read_at(&mut room, 0) {
        Ok(length) => {
            // Half a number would be another one.
            let whole = if length < room.len() {
                length
            } else {
                room.iter().rposition(u8::is_ascii_whitespace).unwrap_or(0)
            };
            String::from_utf8_lossy(&room[..whole]).into_owned()
        }
        Err(_) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_loads_while_its_memory_only_grows() {
        let grows = |n: usize| (n as f64, 20e6 * n as f64);
        let mut resident: Vec<_> = (0..=10).map(grows).collect();
        resident.extend((11..20).map(|n| (f64::from(n), 200e6)));
        assert!((loading(&resident) - 9.0).abs() < 1e-9);
        // It gives all back in between: then it's no loading.
        resident.push((20.0, 10e6));
        resident.push((21.0, 200e6));
        assert!(loading(&resident) == 0.0);
        assert!(loading(&[]) == 0.0);
    }

    #[test]
    fn what_is_given_back_at_the_end_was_not_taken_in_pieces() {
        let of = |bytes: &[f64]| -> Vec<(f64, f64)> {
            bytes.iter().enumerate().map(|(n, bytes)| (n as f64, *bytes)).collect()
        };
        let ends = of(&[10e6, 100e6, 300e6, 310e6, 300e6, 100e6, 20e6]);
        assert!((loading(&ends) - 2.0).abs() < 1e-9 && given_back(&ends) == 0);
        let pieces = of(&[10e6, 300e6, 20e6, 290e6, 20e6, 300e6, 10e6]);
        assert!(loading(&pieces) == 0.0 && given_back(&pieces) == 2);
        assert_eq!(given_back(&of(&[300e6, 10e6, 300e6])), 1);
        assert_eq!(given_back(&[]), 0);
    }

    #[test]
    fn files_with_fields_are_read() {
        let io = parse_io(
            "rchar: 6\nwchar: 5\nsyscr: 4\nsyscw: 3\nread_bytes: 2\nwrite_bytes: 1\ncancelled_write_bytes: 0\n",
        );
        let expected =
            Io { read: 6.0, written: 5.0, disk_read: 2.0, disk_written: 1.0, calls: 7.0 };
        assert_eq!(io, Some(expected));
        assert_eq!(parse_io("rchar: x"), None);
        assert_eq!(
            kibibytes("VmHWM:\t  12 kB\nVmRSS:\t 10 kB\n", "VmRSS:"),
            Some(10240.0)
        );
    }

    #[test]
    fn this_process_is_seen() {
        let pid = std::process::id() as i32;
        let mut tree = Tree::new(pid, Instant::now(), false);
        assert!(tree.look());
        assert!(!tree.threads().is_empty());
        assert!(tree.finish().contains(&pid));
    }
}
