//! What stands between an answer and the machine that it runs on: which walls there are, and
//! which of them this machine allows.
//!
//! None of them can be had everywhere. So each kind of answer is preceded by a survey, which puts
//! up a wall, starts a harmless program behind it, and keeps what held. From then on, nothing runs
//! with less: a wall that can't be put up again is an error, never a silent gap.
//!
//! The walls are those of the sandboxes that have stood for long, bubblewrap and isolate: see
//! namespaces(7), cgroups(7), seccomp(2).

use std::env;
use std::path::PathBuf;
use std::process::Command;

use nix::unistd::geteuid;
use serde::{Deserialize, Serialize};

use crate::supervisor::{self, End, PRIVATE, Request};

/// The room that an answer has to itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Room {
    /// None: it is the same user as whoever grades, with the same files.
    #[default]
    Shared,
    /// A user of its own, whom root can make up.
    User,
    /// Namespaces of its own, through a user namespace: it sees the programs of the system, to
    /// read, and a folder of its own in memory; no other process, no shared memory, no network.
    Namespaces,
    /// The same namespaces, put up by root, and a user of its own.
    NamespacesAndUser,
}

/// Which walls stand around a command.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Walls {
    /// What it sees.
    pub room: Room,
    /// Whether it is refused the system calls that no exercise needs, and that could get it out
    /// of its room or memory that nobody counts.
    pub calls: bool,
    /// Whether a control group counts and limits its memory. Without one, the supervisor looks at
    /// what is resident.
    pub group: bool,
}

/// Which walls stand around the compiler, and which around what it made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Standing {
    /// Around the compiler.
    pub compiling: Walls,
    /// Around the checks.
    pub running: Walls,
}

impl Walls {
    /// The strongest walls behind which `request` ends well; and why there is no room, if so.
    fn survey(request: &Request) -> (Self, String) {
        let stands = |walls: Self| match supervisor::run(
            &Request { walls, ..request.clone() },
            |_| (),
        ) {
            Ok(ended) if ended.end == End::Exited(0) => Ok(()),
            Ok(ended) => Err(format!("{:?} {}", ended.end, ended.output)),
            Err(trouble) => Err(trouble),
        };
        let rooms: &[Room] = if geteuid().is_root() {
            &[Room::NamespacesAndUser, Room::Namespaces, Room::User]
        } else {
            &[Room::Namespaces]
        };
        let (mut walls, mut complaint) = (Self::default(), String::new());
        for &room in rooms {
            match stands(Self { room, ..walls }) {
                Ok(()) => {
                    walls.room = room;
                    break;
                }
                Err(trouble) => complaint = trouble,
            }
        }
        walls.calls = stands(Self { calls: true, ..walls }).is_ok();
        walls.group = stands(Self { group: true, ..walls }).is_ok();
        (walls, complaint)
    }

    /// In words, for a report.
    pub fn say(&self) -> String {
        let room = match self.room {
            Room::Shared => "no room of their own",
            Room::User => "a user of their own",
            Room::Namespaces => "namespaces of their own",
            Room::NamespacesAndUser => "namespaces and a user of their own",
        };
        let calls = if self.calls { "filtered system calls" } else { "any system call" };
        let group = if self.group {
            "memory limited by a control group"
        } else {
            "memory looked at every few milliseconds"
        };
        format!("{room}, {calls}, {group}")
    }
}

impl Standing {
    /// The strongest walls that this machine allows.
    ///
    /// # Errors
    ///
    /// When there is no room for answers, so that one could delete the files of whoever grades,
    /// and `trust` doesn't say that this is no matter; or when there is no compiler.
    pub fn survey(trust: bool) -> Result<Self, String> {
        let program = Request {
            program: "/bin/sh".into(),
            arguments: vec!["-c".into(), "exit 0".into()],
            ..Request::small()
        };
        let sysroot = sysroot()?;
        let compiler = Request {
            program: sysroot.join("bin/rustc"),
            arguments: vec!["--version".into()],
            see: vec![sysroot],
            ..Request::small()
        };
        let (running, no_room) = Walls::survey(&program);
        let (compiling, no_compiler) = Walls::survey(&compiler);
        let (what, why) = match (running.room, compiling.room) {
            _ if trust => return Ok(Self { compiling, running }),
            (Room::Shared, _) => ("an answer could delete your files", no_room),
            (_, Room::Shared) => {
                ("the compiler could show an answer your files", no_compiler)
            }
            _ => return Ok(Self { compiling, running }),
        };
        let why = why.lines().next().unwrap_or_default();
        Err(format!(
            "there are no walls around answers here, so {what} ({why}). Call it as root, or where \
             user namespaces are allowed; or, if you trust all who handed in, with --trust"
        ))
    }

    /// In words, for a report.
    pub fn say(&self) -> String {
        if self.compiling == self.running {
            return format!("answers have {}", self.running.say());
        }
        let (compiling, running) = (self.compiling.say(), self.running.say());
        format!("answers have {running}; while they are compiled, {compiling}")
    }
}

impl Request {
    /// One that takes next to nothing.
    fn small() -> Self {
        Self { seconds: 20, processes: 8, memory: PRIVATE, ..Self::default() }
    }
}

/// Where the compiler lies, and what belongs to it.
///
/// # Errors
///
/// When there is none.
pub fn sysroot() -> Result<PathBuf, String> {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let at = |problem: String| format!("{} --print sysroot: {problem}", rustc.display());
    let output = Command::new(&rustc).args(["--print", "sysroot"]).output();
    let output = output.map_err(|error| at(error.to_string()))?;
    let path = String::from_utf8_lossy(&output.stdout);
    if !output.status.success() || path.trim().is_empty() {
        let complaints = String::from_utf8_lossy(&output.stderr);
        return Err(at(complaints.trim().lines().next().unwrap_or_default().into()));
    }
    PathBuf::from(path.trim()).canonicalize().map_err(|error| at(error.to_string()))
}
