//! Watches a program to its end, or for a while: what the looks add up to, as an [`Account`].

use std::os::fd::AsFd;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sched::{CpuSet, sched_getaffinity};
use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeValLike;
use nix::unistd::Pid;

use crate::account::{Account, Recorder, Shares, Took};
use crate::classify::{Code, Stat, code};
use crate::launch::{End, Program};
use crate::profile::{Profile, Started};
use crate::sample::{Tree, kibibytes, ticks};
use crate::state::State;

/// A look is followed by a pause that is so many times as long: looking takes this part of a core at most.
const PAUSES: f64 = 120.0;
const SHORTEST: f64 = 0.005;
const LONGEST: f64 = 0.5;

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
    let (mut threads, mut processes, mut end) = (0, 0, None);
    loop {
        if let Ok(profile) = &mut profile {
            for started in profile.read() {
                match started {
                    Started::Thread { .. } => threads += 1,
                    // The first one is the program itself.
                    Started::Process { pid, .. } if pid == program.pid() => {}
                    Started::Process { pid, .. } => {
                        processes += 1;
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
            (threads, processes) = (0, 0);
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
    let mut account =
        add_up(&tree, profile.as_ref().ok(), (threads, processes), end.is_some(), before);
    account.seconds = seconds;
    account.before = (begun - start).as_secs_f64();
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

/// Seconds that processes computed of which a thread waits for requests for most of the time.
fn serving(tree: &Tree) -> f64 {
    let threads = &tree.recorder.threads;
    let long = 0.3 * tree.recorder.seconds;
    let serve: std::collections::HashSet<i32> = threads
        .iter()
        .filter(|thread| thread.tally[State::Request] > long)
        .map(|thread| thread.pid)
        .collect();
    let of = threads.iter().filter(|thread| serve.contains(&thread.pid));
    of.map(|thread| thread.tally[State::Computing]).sum()
}

/// Bytes of memory that this program had at most. (`getrusage` would count what its process was before, such as cargo.)
fn memory() -> f64 {
    let text = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    kibibytes(&text, "VmHWM:").unwrap_or(0.0)
}

fn add_up(
    tree: &Tree,
    profile: Option<&Profile>,
    started: (u64, u64),
    ended: bool,
    before: Used,
) -> Account {
    let all = tree.recorder.all();
    let seen = all[State::Computing];
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
    let (user, system) = (user.max(0.0), system.max(0.0));
    // A child that nobody waited for is not in there.
    let computed = (user + system).max(seen);
    let first = tree.kept.first();
    let in_first: f64 = tree
        .recorder
        .threads
        .iter()
        .filter(|thread| first.is_some_and(|first| thread.pid == first.pid))
        .map(|thread| thread.tally[State::Computing])
        .sum();
    let largest = tree.kept.iter().max_by(|a, b| a.memory.total_cmp(&b.memory));
    let exact = profile.is_some_and(|profile| !profile.lost);
    let (files, samples) = profile.map(Profile::shares).unwrap_or_default();
    let share = |wanted: Code| -> f64 {
        files
            .iter()
            .filter(|(file, _)| code(file) == wanted)
            .map(|(_, share)| share)
            .sum()
    };
    let shares = (samples >= ENOUGH).then(|| Shares {
        interpreter: share(Code::Interpreter),
        lets_go: share(Code::LetsGo),
    });
    let (threads, processes) = if profile.is_some() {
        started
    } else {
        (tree.threads_seen, tree.kept.len().saturating_sub(1) as u64)
    };
    let long = computed / 10.0;
    let busy =
        tree.recorder.threads.iter().filter(|t| t.tally[State::Computing] > long).count();
    let mut hidden: Vec<String> = Vec::new();
    for (file, what) in [
        ("syscall", "What threads wait for"),
        ("schedstat", "How long threads compute"),
        ("io", "How much is read and written"),
        ("smaps_rollup", "How much memory a process has for itself"),
        (
            "maps",
            "In which language the program is written, and whether it waits for a GIL",
        ),
    ] {
        if tree.refused.contains(file) {
            hidden.push(format!(
                "{what}: `/proc/PID/{file}` is not to be read here, for some process at least \
                 (another user's, or hidden in this container)."
            ));
        }
    }
    Account {
        cores: cores(),
        language: first.map(|first| first.language.clone()).unwrap_or_default(),
        wall: tree.recorder.wall,
        waiters: tree.recorder.waiters,
        threads: all,
        computed,
        system: system.min(computed),
        unseen: computed - seen,
        elsewhere: (computed - in_first).max(0.0),
        parallelism: tree.recorder.parallelism(),
        busy,
        code: shares,
        files,
        threads_started: threads,
        processes_started: processes,
        exact,
        most: tree.most,
        memory: largest.map_or(0.0, |largest| largest.memory),
        own: largest.and_then(|largest| largest.own),
        spare: spare(),
        fell: largest.map_or(0, |largest| largest.fell),
        loading: first.map_or(0.0, |first| first.loading),
        io: tree.io,
        sockets: first.map(|first| first.sockets).and_then(|(sockets, looks)| {
            (sockets > 0 && 2 * sockets <= looks).then_some(sockets)
        }),
        largest: tree
            .recorder
            .threads
            .iter()
            .map(|thread| thread.tally[State::Computing] / computed.max(1e-9))
            .fold(0.0, f64::max),
        others: if tree.beside.1 > 0.0 { tree.beside.0 / tree.beside.1 } else { 0.0 },
        demand: {
            let wall = tree.recorder.wall;
            let at_once = all[State::Computing] + all[State::NoCore];
            at_once / (wall[State::Computing] + wall[State::NoCore]).max(1e-9)
        },
        serving: serving(tree) / computed.max(1e-9),
        waits: tree.turns,
        hidden,
        ..Account::default()
    }
}
