//! Watches a program to its end, or for a while: what the looks add up to, as an [`Account`].

use std::collections::HashSet;
use std::os::fd::AsFd;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sched::{CpuSet, sched_getaffinity};
use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeValLike;
use nix::unistd::Pid;

use crate::account::{
    Account, Io, Mark, Process, Recorder, Shares, Thread, Took, parallelism,
};
use crate::classify::{Code, Stat, code};
use crate::launch::{End, Program};
use crate::profile::{Profile, Started};
use crate::sample::{FILES, Tree, kibibytes, ticks};
use crate::state::{State, Tally};
use crate::work;

/// A look is followed by a pause that is so many times as long: looking takes this part of a core at most.
const PAUSES: f64 = 120.0;
const SHORTEST: f64 = 0.005;
const LONGEST: f64 = 1.0;

/// Fewer samples than this say nothing about where a program computes.
const ENOUGH: u64 = 20;

/// What was seen of a program.
pub struct Seen {
    /// What it adds up to.
    pub account: Account,
    /// The threads, with their lanes.
    pub recorder: Recorder,
    /// How the program ended, if it did.
    pub end: Option<End>,
}

/// Takes samples of whatever this thread starts from now on. `Err` says why not.
///
/// # Errors
///
/// In a sentence, when the system refuses.
pub fn profile() -> Result<Profile, String> {
    Profile::of_children().map_err(refused)
}

fn refused(error: std::io::Error) -> String {
    format!(
        "In which files the program computes: the system gives no samples here ({error}). \
         `sysctl kernel.perf_event_paranoid=2` allows them."
    )
}

/// Watches `program` until it ends, or for at most `limit`.
pub fn watch(
    program: &Program,
    profile: Result<Profile, String>,
    limit: Option<Duration>,
    attached: bool,
) -> Seen {
    let start = Instant::now();
    let mut begun = start;
    let mut tree = Tree::new(program.pid(), start, attached);
    let mut image = Image::of(program.pid());
    let mut before = Used::default();
    let mut profile = if attached {
        let of_threads = Profile::of_threads(&tree.threads()).map_err(refused);
        of_threads.map(|mut profile| {
            let maps = std::fs::read(format!("/proc/{}/maps", program.pid()))
                .unwrap_or_default();
            profile.know(program.pid(), &String::from_utf8_lossy(&maps));
            profile
        })
    } else {
        profile
    };
    let own = std::fs::File::open("/proc/thread-self/schedstat").ok();
    let mut cost = Cost::new(own);
    let mut end = None;
    loop {
        if let Ok(profile) = &mut profile {
            for started in profile.read() {
                match started {
                    Started::Thread { .. } => tree.started.0 += 1,
                    // The first one is the program itself.
                    Started::Process { pid, .. } if pid == program.pid() => {}
                    Started::Process { pid, by } => {
                        tree.started.1 += 1;
                        tree.starters.insert(by);
                        tree.add(pid);
                    }
                }
            }
        }
        let there = tree.look();
        let now = Image::of(program.pid());
        if now.is_another(&image) {
            begun = Instant::now();
            before = Used::by(program.pid());
            tree = Tree::of_another_program(program.pid(), begun);
            if let Ok(profile) = &mut profile {
                profile.begin_anew();
            }
        }
        image = now.or(image);
        let pause = cost.pause();
        let over = limit.is_some_and(|limit| start.elapsed() >= limit);
        if over || end.is_some() || (attached && !there) {
            break;
        }
        let wait = limit.map_or(pause, |limit| {
            pause.min(limit.saturating_sub(start.elapsed()).as_secs_f64())
        });
        let timeout =
            PollTimeout::try_from((wait * 1e3).ceil() as u32).unwrap_or(PollTimeout::MAX);
        let _ = poll(
            &mut [PollFd::new(program.signals().as_fd(), PollFlags::POLLIN)],
            timeout,
        );
        let (ended, enough) = program.attend();
        end = end.or(ended);
        if enough {
            break;
        }
    }
    let seconds = begun.elapsed().as_secs_f64();
    let left = tree.finish();
    let work = Work::of(&tree, seconds);
    let mut account = add_up(&tree, &work, profile.as_ref().ok(), end.is_some(), before);
    account.seconds = work.to - work.from;
    account.before = (begun - start).as_secs_f64() + work.from;
    account.starter = work.starter(&tree);
    tree.recorder.keep(&work.pids, work.from);
    account.running = end.is_none() && !left.is_empty();
    if let Err(why) = profile {
        account.hidden.push(why);
    }
    account.left =
        left.into_iter().filter(|pid| end.is_none() || *pid != program.pid()).collect();
    account.took = Took { seconds: cost.spent, memory: memory() };
    Seen { account, recorder: tree.recorder, end }
}

/// The file of the program that a process runs. A process that starts a program by `exec` becomes it, and keeps its number:
/// so do the scripts with which a version of an interpreter is chosen.
struct Image(Option<PathBuf>);

impl Image {
    fn of(pid: i32) -> Self {
        Self(std::fs::read_link(format!("/proc/{pid}/exe")).ok())
    }

    fn is_another(&self, before: &Self) -> bool {
        matches!((&self.0, &before.0), (Some(now), Some(before)) if now != before)
    }

    /// The one that is known; a process that has ended has none.
    fn or(self, before: Self) -> Self {
        Self(self.0.or(before.0))
    }
}

/// Seconds on a core: of a process, and of its children that have ended.
#[derive(Clone, Copy, Default)]
struct Used {
    user: f64,
    system: f64,
    children_user: f64,
    children_system: f64,
}

impl Used {
    fn by(pid: i32) -> Self {
        let text = std::fs::read(format!("/proc/{pid}/stat")).unwrap_or_default();
        let stat = Stat::parse(&String::from_utf8_lossy(&text));
        stat.map_or_else(Self::default, |stat| Self {
            user: ticks(stat.user),
            system: ticks(stat.system),
            children_user: ticks(stat.children.0),
            children_system: ticks(stat.children.1),
        })
    }
}

/// Waits until a program that goes on after the watching has ended.
pub fn wait(program: &Program) -> Option<End> {
    loop {
        let _ = poll(
            &mut [PollFd::new(program.signals().as_fd(), PollFlags::POLLIN)],
            PollTimeout::NONE,
        );
        if let (Some(end), _) = program.attend() {
            return Some(end);
        }
    }
}

/// What looking takes, and how long not to look afterwards.
struct Cost {
    own: Option<std::fs::File>,
    before: f64,
    mean: f64,
    spent: f64,
}

impl Cost {
    fn new(own: Option<std::fs::File>) -> Self {
        let mut cost = Self { own, before: 0.0, mean: 0.0, spent: 0.0 };
        cost.before = cost.ran();
        cost
    }

    fn ran(&self) -> f64 {
        use std::os::unix::fs::FileExt;
        let mut room = [0; 64];
        let length = self.own.as_ref().and_then(|file| file.read_at(&mut room, 0).ok());
        let text = String::from_utf8_lossy(&room[..length.unwrap_or(0)]).into_owned();
        let first =
            text.split_ascii_whitespace().next().and_then(|n| n.parse::<f64>().ok());
        first.unwrap_or(0.0) / 1e9
    }

    /// Seconds until the next look.
    fn pause(&mut self) -> f64 {
        let now = self.ran();
        let last = now - self.before;
        self.before = now;
        self.spent += last;
        self.mean = if self.mean == 0.0 { last } else { 0.8 * self.mean + 0.2 * last };
        // A single look that finds much out doesn't make the next one late: what lives shortly would not be seen.
        (self.mean.max(last / 4.0) * PAUSES).clamp(SHORTEST, LONGEST)
    }
}

/// Cores that this process, and so the program, may use.
fn cores() -> f64 {
    let set = sched_getaffinity(Pid::from_raw(0)).ok();
    let allowed = set.map(|set| {
        (0..CpuSet::count()).filter(|core| set.is_set(*core).unwrap_or(false)).count()
    });
    let allowed = allowed.filter(|cores| *cores > 0).unwrap_or(1) as f64;
    quota().map_or(allowed, |quota| allowed.min(quota))
}

/// How many cores' time a group of processes is given: `cpu.max` of this process's group, and of those above.
fn quota() -> Option<f64> {
    let of = |folder: &Path| {
        let text = std::fs::read_to_string(folder.join("cpu.max")).ok()?;
        let mut numbers = text.split_ascii_whitespace().map(str::parse::<f64>);
        let (time, period) = (numbers.next()?.ok()?, numbers.next()?.ok()?);
        Some(time / period)
    };
    groups().iter().filter_map(|folder| of(folder)).reduce(f64::min)
}

/// The control group of this process, and those above.
fn groups() -> Vec<PathBuf> {
    let text = std::fs::read_to_string("/proc/self/cgroup").unwrap_or_default();
    let Some(path) = text.lines().find_map(|line| line.strip_prefix("0::/")) else {
        return Vec::new();
    };
    let top = Path::new("/sys/fs/cgroup");
    let own = top.join(path);
    own.ancestors()
        .take_while(|folder| folder.starts_with(top))
        .map(Path::to_path_buf)
        .collect()
}

/// Bytes of memory that there are for more: of the machine's, or of what this process's groups may still take.
fn spare() -> f64 {
    let text = std::fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("MemAvailable:"));
    let number = line
        .and_then(|line| line.trim().trim_end_matches("kB").trim().parse::<f64>().ok());
    let machine = number.unwrap_or(0.0) * 1024.0;
    let of = |folder: &Path| {
        let read = |file: &str| std::fs::read_to_string(folder.join(file)).ok();
        let (most, now) = (read("memory.max")?, read("memory.current")?);
        Some(most.trim().parse::<f64>().ok()? - now.trim().parse::<f64>().ok()?)
    };
    groups().iter().filter_map(|folder| of(folder)).fold(machine, f64::min).max(0.0)
}

/// The part of a program that does its work.
struct Work {
    root: usize,
    /// Of each process that was seen, whether it is one of them; and their numbers.
    inside: Vec<bool>,
    pids: HashSet<i32>,
    /// When the first of them came, and when it went.
    from: f64,
    to: f64,
}

impl Work {
    fn of(tree: &Tree, seconds: f64) -> Self {
        let root = Some(work::root(&tree.kept)).filter(|root| *root < tree.marks.len());
        let root = root.unwrap_or(0);
        let inside = work::inside(&tree.kept, root);
        let all = tree.kept.iter().zip(&inside);
        let pids = all.filter(|(_, inside)| **inside).map(|(kept, _)| kept.pid).collect();
        let (from, to) = match (root, tree.kept.get(root)) {
            (1.., Some(kept)) => (kept.from, kept.to),
            _ => (0.0, seconds),
        };
        Self { root, inside, pids, from, to }
    }

    fn processes<'a>(&'a self, tree: &'a Tree) -> impl Iterator<Item = &'a Process> {
        let all = tree.kept.iter().zip(&self.inside);
        all.filter_map(|(kept, inside)| inside.then_some(kept))
    }

    fn threads<'a>(&'a self, tree: &'a Tree) -> impl Iterator<Item = &'a Thread> {
        tree.recorder.threads.iter().filter(|thread| self.pids.contains(&thread.pid))
    }

    /// Whoever only started it and waited for it, if there is somebody, and its own name.
    fn starter(&self, tree: &Tree) -> Option<(String, String)> {
        let name = |n: usize| Some(tree.kept.get(n)?.name.clone());
        (self.root > 0).then(|| name(0).zip(name(self.root)))?
    }
}

/// What was added up of the whole program while the work was done.
fn meanwhile(tree: &Tree, work: &Work) -> Mark {
    let recorder = &tree.recorder;
    let now =
        Mark { wall: recorder.wall, waiters: recorder.waiters, started: tree.started };
    match tree.marks.get(work.root) {
        Some((came, went)) if work.root > 0 => went.since(came),
        _ => now,
    }
}

/// Seconds that processes computed of which a thread waits for requests for most of the time.
fn serving(tree: &Tree, work: &Work) -> f64 {
    let long = 0.3 * (work.to - work.from);
    let serve: HashSet<i32> = work
        .threads(tree)
        .filter(|thread| thread.tally[State::Request] > long)
        .map(|thread| thread.pid)
        .collect();
    let of = work.threads(tree).filter(|thread| serve.contains(&thread.pid));
    of.map(|thread| thread.tally[State::Computing]).sum()
}

/// How many processes that the first one has started there were at once, on average while there was any, and in which
/// part of the time there was.
fn others(tree: &Tree, work: &Work) -> (f64, f64) {
    let seconds = (work.to - work.from).max(1e-9);
    if work.root == 0 {
        // Of those that live shortly, a look sees how many there are, and none sees for how long.
        let (all, any) = tree.beside;
        return if any > 0.0 { (all / any, any / seconds) } else { (0.0, 0.0) };
    }
    let first = tree.kept.get(work.root).map(|first| first.pid);
    let children = work.processes(tree).filter(|kept| Some(kept.parent) == first);
    let mut lives: Vec<(f64, f64)> = children.map(|kept| (kept.from, kept.to)).collect();
    lives.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (mut any, mut until) = (0.0, 0.0_f64);
    for (from, to) in &lives {
        any += (to - from.max(until)).max(0.0);
        until = until.max(*to);
    }
    let all: f64 = lives.iter().map(|(from, to)| to - from).sum();
    if any > 0.0 { (all / any, any / seconds) } else { (0.0, 0.0) }
}

/// Seconds that the first process computed before it started another one.
fn alone(tree: &Tree, work: &Work) -> f64 {
    let first = tree.kept.get(work.root).map(|first| first.pid);
    let is_child = |n: &usize| work.inside[*n] && Some(tree.kept[*n].parent) == first;
    let child = (0..tree.kept.len()).find(is_child);
    let marks =
        child.and_then(|child| tree.marks.get(child)).zip(tree.marks.get(work.root));
    marks.map_or(0.0, |((came, _), (begin, _))| came.since(begin).wall[State::Computing])
}

/// Bytes of memory that this program had at most. (`getrusage` would count what its process was before, such as cargo.)
fn memory() -> f64 {
    let text = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    kibibytes(&text, "VmHWM:").unwrap_or(0.0)
}

fn add_up(
    tree: &Tree,
    work: &Work,
    profile: Option<&Profile>,
    ended: bool,
    before: Used,
) -> Account {
    // Of children that were waited for, the system keeps count to the end.
    let used = getrusage(UsageWho::RUSAGE_CHILDREN).ok().filter(|_| ended);
    let seconds = |time: nix::sys::time::TimeVal| time.num_microseconds() as f64 / 1e6;
    let (user, system) = match used {
        Some(used) => (
            seconds(used.user_time()) - before.user - before.children_user,
            seconds(used.system_time()) - before.system - before.children_system,
        ),
        None => (tree.computed - tree.system - before.user, tree.system - before.system),
    };
    let outside = || tree.kept.iter().zip(&work.inside).filter(|(_, inside)| !**inside);
    let outside_system: f64 = outside().map(|(kept, _)| kept.system).sum();
    let outside_all: f64 = outside().map(|(kept, _)| kept.computed).sum();
    let user = (user - (outside_all - outside_system)).max(0.0);
    let system = (system - outside_system).max(0.0);
    let mut all = Tally::default();
    work.threads(tree).for_each(|thread| all += thread.tally);
    let seen = all[State::Computing];
    // A child that nobody waited for is not in there.
    let computed = (user + system).max(seen);
    let first = tree.kept.get(work.root);
    let computing = |thread: &Thread| thread.tally[State::Computing];
    let in_first: f64 = work
        .threads(tree)
        .filter(|thread| first.is_some_and(|first| thread.pid == first.pid))
        .map(computing)
        .sum();
    let largest = work.processes(tree).max_by(|a, b| a.memory.total_cmp(&b.memory));
    let exact = profile.is_some_and(|profile| !profile.lost);
    let (files, samples) = profile.map(Profile::shares).unwrap_or_default();
    let share = |wanted: Code| -> f64 {
        let files = files.iter().filter(|(file, _)| code(file) == wanted);
        files.map(|(_, share)| share).sum()
    };
    let shares = (samples >= ENOUGH).then(|| Shares {
        interpreter: share(Code::Interpreter),
        lets_go: share(Code::LetsGo),
    });
    let meanwhile = meanwhile(tree, work);
    let (threads, processes) = match profile {
        Some(_) => meanwhile.started,
        None if work.root == 0 => {
            (tree.threads_seen, (tree.kept.len() as u64).saturating_sub(1))
        }
        None => {
            let processes = work.processes(tree).count();
            (
                work.threads(tree).count().saturating_sub(processes) as u64,
                processes as u64 - 1,
            )
        }
    };
    let long = computed / 10.0;
    let (wall, waiters) = (meanwhile.wall, meanwhile.waiters);
    let at_once = all[State::Computing] + all[State::NoCore];
    let wanted = at_once / (wall[State::Computing] + wall[State::NoCore]).max(1e-9);
    let (others, accompanied) = others(tree, work);
    let starters = tree.kept.len() - work.inside.iter().filter(|inside| **inside).count();
    Account {
        cores: cores(),
        language: first.map(|first| first.language.clone()).unwrap_or_default(),
        wall,
        waiters,
        threads: all,
        computed,
        system: system.min(computed),
        unseen: computed - seen,
        elsewhere: (computed - in_first).max(0.0),
        parallelism: parallelism(&all, &wall),
        busy: work.threads(tree).filter(|thread| computing(thread) > long).count(),
        code: shares,
        files,
        threads_started: threads,
        processes_started: processes,
        exact,
        // Whoever starts it all is one process more, with a thread.
        most: (
            tree.most.0.saturating_sub(starters).max(1),
            tree.most.1.saturating_sub(starters).max(1),
        ),
        memory: largest.map_or(0.0, |largest| largest.memory),
        own: largest.and_then(|largest| largest.own),
        spare: spare(),
        fell: largest.map_or(0, |largest| largest.fell),
        loading: first.map_or(0.0, |first| (first.loading - work.from).max(0.0)),
        io: io(tree, work),
        sockets: first.map(|first| first.sockets).and_then(|(sockets, looks)| {
            (sockets > 0 && 2 * sockets <= looks).then_some(sockets)
        }),
        largest: work
            .threads(tree)
            .map(|thread| computing(thread) / computed.max(1e-9))
            .fold(0.0, f64::max),
        others,
        accompanied,
        alone: alone(tree, work),
        demand: wanted,
        serving: serving(tree, work) / computed.max(1e-9),
        waits: first.map_or(0, |first| first.turns),
        turns: work.processes(tree).map(|kept| kept.turns).sum(),
        hidden: hidden(tree),
        ..Account::default()
    }
}

/// What the work has read and written.
fn io(tree: &Tree, work: &Work) -> Option<Io> {
    if work.root == 0 {
        return tree.io;
    }
    let mut known = work.processes(tree).filter_map(|kept| kept.io).peekable();
    known.peek()?;
    Some(known.fold(Io::default(), |mut sum, io| {
        sum += io;
        sum
    }))
}

/// What could not be seen, in sentences.
fn hidden(tree: &Tree) -> Vec<String> {
    let refused = FILES.into_iter().filter(|file| tree.refused.contains(file));
    refused
        .map(|file| {
            let what = match file {
                "syscall" => "What threads wait for",
                "schedstat" => "How long threads compute",
                "io" => "How much is read and written",
                "smaps_rollup" => "How much memory a process has for itself",
                _ => "In which language the program is written, and whether it waits for a GIL",
            };
            format!(
                "{what}: `/proc/PID/{file}` is not to be read here, for some process at least \
                 (another user's, or hidden in this container)."
            )
        })
        .collect()
}
