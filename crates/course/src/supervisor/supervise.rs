//! What the supervisor does: it puts up the walls, starts the command behind them, watches it,
//! and ends all that is left.
//!
//! Where the command has namespaces of its own, there are three processes, as in isolate: the
//! supervisor; the first process in the room, which watches; and the command. Where it has none,
//! the supervisor watches.

use std::fs::{self, DirBuilder};
use std::io;
use std::os::fd::AsFd;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::prctl::{set_child_subreaper, set_pdeathsig};
use nix::sys::signal::{Signal, kill};
use nix::sys::wait::waitpid;
use nix::unistd::{Pid, geteuid, getpid, setsid};

use super::entry::{Entry, fork};
use super::family::{NO_CHILD, descendants, end_all, reap, tasks_of};
use super::group::{self, Group};
use super::room::{self, Place};
use super::{End, Ended, GRACE, OUT, PRIVATE, Request, sweep};
use crate::walls::Room;

/// How often the supervisor looks, in milliseconds.
const INTERVAL: u8 = 20;

/// How often it looks at cargo, whose answers have supervisors of their own. To look means to read the
/// status of every process of the machine.
const SELDOM: u8 = 200;

/// How many processes and threads an answer can be, whoever looks: more than any request
/// allows, so that the supervisor sees it and says so.
const TASKS: u64 = 256;

/// The first of the users whom nobody else is, one for each supervisor.
const NOBODY_ELSE: u32 = 1 << 30;

/// As many of them there are.
const SUCH: u32 = 1 << 22;

/// What a supervisor does, and prints.
///
/// # Errors
///
/// When `request` is none.
pub fn supervise(request: &str) -> Result<(), String> {
    let request: Request =
        serde_json::from_str(request).map_err(|error| format!("no request: {error}"))?;
    if let Err(error) = supervised(&request) {
        report(&request, Err(error));
    }
    Ok(())
}

/// Tells the one who asked.
fn report(request: &Request, ended: io::Result<Ended>) {
    let ended = ended
        .map_err(|error| format!("couldn't run {}: {error}", request.program.display()));
    eprint!("{}", serde_json::to_string(&ended).expect("it can be written"));
}

/// Whoever has a result reports it; an error is not reported yet.
fn supervised(request: &Request) -> io::Result<()> {
    set_child_subreaper(true)?;
    // Ctrl-C is for whoever asked; when that ends, so does this.
    setsid()?;
    let group = request.walls.group.then(|| Group::new(request.memory)).transpose()?;
    let user = match request.walls.room {
        Room::User | Room::NamespacesAndUser => Some(nobody_else()?),
        Room::Shared | Room::Namespaces => None,
    };
    let mut watch = Watch { request, user, group: group.as_ref(), tasks: None };
    if request.folder.is_some() {
        let ended = watch.over(None);
        // It may have had supervisors of its own, which were ended with it.
        group::sweep();
        report(request, ended);
        return Ok(());
    }
    watch.tasks = Some(match user {
        Some(_) => TASKS,
        None => tasks_of(geteuid().as_raw())? + TASKS,
    });
    match request.walls.room {
        Room::Shared | Room::User => {
            let folder = tempfile::tempdir().map_err(|error| {
                io::Error::other(format!(
                    "it has no folder of its own: {error}; set TMPDIR to another one, \
                     such as /tmp"
                ))
            })?;
            let folder_of_its_own = folder.path().join("own");
            hand_over(folder.path(), &folder_of_its_own, user)?;
            room::bring(request, &folder_of_its_own)?;
            let place = Place { folder: folder_of_its_own, keep: None };
            let ended = watch.over(Some(&place));
            user.into_iter().for_each(sweep::sweep);
            report(request, ended);
        }
        Room::Namespaces | Room::NamespacesAndUser => {
            room::leave(request.walls.room)?;
            let first = fork(|| {
                // It ends when the supervisor does, and with it all that is in the room.
                let ended = set_pdeathsig(Signal::SIGKILL)
                    .map_err(io::Error::from)
                    .and_then(|()| room::furnish(request, PRIVATE))
                    .and_then(|place| watch.over(Some(&place)));
                report(request, ended);
            })?;
            while waitpid(first, None) == Err(nix::Error::EINTR) {}
        }
    }
    Ok(())
}

/// A user whom nobody else is, as far as this machine has such users: in a container, there may
/// be some thousands only.
fn nobody_else() -> io::Result<u32> {
    let map = fs::read_to_string("/proc/self/uid_map")?;
    let own = std::process::id() % SUCH;
    user_of(&map, own).ok_or_else(|| io::Error::other("there is no other user here"))
}

/// The user with the number `own` of those that the map (see user_namespaces(7)) has.
fn user_of(map: &str, own: u32) -> Option<u32> {
    let ranges = map.lines().filter_map(|line| {
        let mut numbers = line.split_whitespace().map(str::parse::<u64>);
        let (first, _, length) =
            (numbers.next()?.ok()?, numbers.next()?, numbers.next()?.ok()?);
        Some(first..first + length)
    });
    let wished = u64::from(NOBODY_ELSE + own);
    let mut most = 0..0_u64;
    for range in ranges {
        if range.contains(&wished) {
            return u32::try_from(wished).ok();
        }
        if range.end - range.start > most.end - most.start {
            most = range;
        }
    }
    // Ids from the end of the largest range: the system gives away the first ones. The last one
    // of 65,536 is "nobody" in some places.
    let length = most.end - most.start;
    if length < 2 {
        return None;
    }
    let from_the_end = 3 + u64::from(own) % (length / 8).max(1);
    u32::try_from(most.end - from_the_end.min(length - 1)).ok()
}

/// Makes the folder `own`, in which only `user` can write.
///
/// Root may lack the right to give files away. Then everybody may write there, who finds it:
/// the folder that it lies in has a name that nobody knows.
fn hand_over(above: &Path, own: &Path, user: Option<u32>) -> io::Result<()> {
    DirBuilder::new().mode(0o755).create(own)?;
    let Some(user) = user else { return Ok(()) };
    fs::set_permissions(above, PermissionsExt::from_mode(0o711))?;
    if chown(own, Some(user), Some(user)).is_err() {
        fs::set_permissions(own, PermissionsExt::from_mode(0o777))?;
    }
    Ok(())
}

/// Who watches a command, and with which walls.
struct Watch<'a> {
    request: &'a Request,
    user: Option<u32>,
    group: Option<&'a Group>,
    tasks: Option<u64>,
}

impl Watch<'_> {
    /// Starts the command, watches it, ends all that is left, and keeps what is to be kept.
    fn over(&self, place: Option<&Place>) -> io::Result<Ended> {
        let entry = Entry {
            user: self.user,
            tasks: self.tasks,
            group: self.group,
            folder: place.map(|place| place.folder.as_path()),
        };
        let child = entry.start(self.request)?;
        let ended = self.wait(child).and_then(|end| {
            let left = match end {
                End::Exited(_) | End::Signalled(_) => living_after_grace()?,
                _ => Vec::new(),
            };
            Ok(Ended { end, left, output: String::new() })
        });
        // In any case.
        end_all(|| self.kill_together(child))?;
        if let (Some(place), Ok(_)) = (place, &ended) {
            keep(self.request, place)?;
        }
        ended
    }

    /// Waits until `child` has ended, or has taken too much.
    fn wait(&self, child: Pid) -> io::Result<End> {
        let request = self.request;
        let deadline = Instant::now() + Duration::from_secs(request.seconds);
        loop {
            let end = reap(child)?.end;
            let family = descendants()?;
            if family.len() > request.processes {
                return Ok(End::TooManyProcesses(family.len()));
            }
            let memory = match self.group {
                Some(group) if group.exceeded()? => Some(request.memory),
                Some(_) => None,
                // What is resident is not all that they have, but all that can be seen.
                None => {
                    let resident = family.values().map(|process| process.memory).sum();
                    Some(resident).filter(|memory| *memory > request.memory)
                }
            };
            if let Some(memory) = memory {
                return Ok(End::TooMuchMemory(memory));
            }
            if let Some(end) = end {
                return Ok(end);
            }
            if Instant::now() > deadline {
                return Ok(End::OutOfTime);
            }
            let interval = if request.folder.is_some() { SELDOM } else { INTERVAL };
            if abandoned(interval)? {
                return Ok(End::Abandoned);
            }
        }
    }

    /// Kills all that belongs to `child`, as far as that can be done at once: also those that
    /// start one another faster than anybody can look.
    fn kill_together(&self, child: Pid) {
        // There may be nobody any more.
        let _ = kill(Pid::from_raw(-child.as_raw()), Signal::SIGKILL);
        if getpid().as_raw() == 1 {
            // All that are in the room, but for this one.
            let _ = kill(Pid::from_raw(-1), Signal::SIGKILL);
        } else if let Some(user) = self.user {
            let mut all = Command::new("sh");
            all.args(["-c", "kill -9 -1"]).uid(user).gid(user).process_group(0);
            all.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
            // Then the supervisor's eyes have to do.
            let _ = all.status();
        }
    }
}

/// Copies the files that are to be kept. Nobody is left who could change them meanwhile.
fn keep(request: &Request, place: &Place) -> io::Result<()> {
    let Some(outside) = &request.keep else { return Ok(()) };
    let outside = place.keep.as_ref().map_or(outside, |(_, outside)| outside);
    for entry in fs::read_dir(place.folder.join(OUT)).into_iter().flatten() {
        let from: PathBuf = entry?.path();
        if let Some(name) = from.file_name().filter(|_| {
            from.symlink_metadata().is_ok_and(|about| about.file_type().is_file())
        }) {
            let to = outside.join(name);
            // Another name of the file that is there may be in use.
            let _ = fs::remove_file(&to);
            fs::copy(&from, &to).map_err(|error| {
                io::Error::other(format!("keeping {name:?}: {error}"))
            })?;
        }
    }
    Ok(())
}

/// Waits so many milliseconds, or until the one who asked has gone; says whether that is so.
fn abandoned(milliseconds: u8) -> io::Result<bool> {
    let stdin = io::stdin();
    let mut asked = [PollFd::new(stdin.as_fd(), PollFlags::POLLIN)];
    match poll(&mut asked, PollTimeout::from(milliseconds)) {
        Ok(events) => Ok(events > 0),
        Err(nix::Error::EINTR) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// The names of those that live on although their time has passed.
fn living_after_grace() -> io::Result<Vec<String>> {
    let deadline = Instant::now() + GRACE;
    loop {
        if reap(NO_CHILD)?.nobody_left {
            return Ok(Vec::new());
        }
        if Instant::now() > deadline || abandoned(INTERVAL)? {
            let living = descendants()?.into_values().filter(|process| !process.ended);
            let names: Vec<_> = living.map(|process| process.name).collect();
            // One that starts another and ends, again and again, is hard to see.
            let nameless = || vec!["one that nobody can see for long".into()];
            return Ok(if names.is_empty() { nameless() } else { names });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_of_its_own_is_one_that_there_is() {
        assert_eq!(user_of("0 0 4294967295\n", 7), Some(NOBODY_ELSE + 7));
        // A rootless container, with some thousands.
        let user = user_of("0 1000 1\n1 100000 65536\n", 7).unwrap();
        assert!((40_000..65_536).contains(&user), "{user}");
        // One after the other: others.
        assert_ne!(user_of("0 1000 1\n1 100000 65536\n", 8), Some(user));
        let last = user_of("0 100000 65536\n", u32::MAX % SUCH).unwrap();
        assert!((40_000..65_535).contains(&last), "{last}");
        // Root alone.
        assert_eq!(user_of("0 1000 1\n", 7), None);
    }
}
