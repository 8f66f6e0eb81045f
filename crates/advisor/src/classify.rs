//! What a look at a thread means. Text in, [`State`] out: this module knows the files of `/proc`, and reads none.

use crate::state::State;

/// What `/proc/PID/task/TID/syscall` says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Call {
    /// On a core, or ready for one.
    Running,
    /// Sleeping, and not in a call: it waits for a page, or is stopped.
    Outside,
    /// In this system call, with these arguments.
    In(i64, [u64; 6]),
}

impl Call {
    /// Reads such a file; nothing when it says something else.
    pub fn parse(text: &str) -> Option<Self> {
        let mut words = text.split_ascii_whitespace();
        let first = words.next()?;
        if first == "running" {
            return Some(Self::Running);
        }
        let number: i64 = first.parse().ok()?;
        if number < 0 {
            return Some(Self::Outside);
        }
        let mut arguments = [0; 6];
        for argument in &mut arguments {
            let word = words.next()?.strip_prefix("0x")?;
            *argument = u64::from_str_radix(word, 16).ok()?;
        }
        Some(Self::In(number, arguments))
    }
}

/// What `/proc/PID/task/TID/schedstat` says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sched {
    /// Nanoseconds on a core.
    pub ran: u64,
    /// Nanoseconds ready, without a core.
    pub ready: u64,
    /// How often it got a core.
    pub turns: u64,
}

impl Sched {
    /// Reads such a file; nothing when it says something else.
    pub fn parse(text: &str) -> Option<Self> {
        let mut numbers = text.split_ascii_whitespace().map(str::parse);
        let mut next = || numbers.next()?.ok();
        Some(Self { ran: next()?, ready: next()?, turns: next()? })
    }
}

/// What `/proc/PID/stat` says of a process and of those of its children that it has waited for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Stat {
    /// The name of its main thread.
    pub name: String,
    /// `R`, `S`, `D`, `Z`, `T` and so on.
    pub letter: char,
    /// Who started it.
    pub parent: i32,
    /// Clock ticks in its own code, and in the system's.
    pub user: u64,
    /// Clock ticks in the system's code.
    pub system: u64,
    /// The same of children that have ended and were waited for.
    pub children: (u64, u64),
    /// How many threads it has.
    pub threads: usize,
}

impl Stat {
    /// Reads such a file; nothing when it says something else. A name may hold spaces and brackets.
    pub fn parse(text: &str) -> Option<Self> {
        let (before, after) = text.rsplit_once(") ")?;
        let name = before.split_once(" (")?.1.to_string();
        let fields: Vec<&str> = after.split_ascii_whitespace().collect();
        let number = |n: usize| fields.get(n)?.parse::<u64>().ok();
        Some(Self {
            name,
            letter: fields.first()?.chars().next()?,
            parent: fields.get(1)?.parse().ok()?,
            user: number(11)?,
            system: number(12)?,
            children: (number(13)?, number(14)?),
            threads: number(17)? as usize,
        })
    }
}

/// What lies behind a file descriptor, by the link `/proc/PID/fd/N`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// A socket, with its number.
    Socket(u64),
    /// A pipe, with a name or without.
    Pipe,
    /// A terminal.
    Terminal,
    /// A file on a disk.
    File,
    /// What tells of other descriptors.
    Epoll,
    /// Anything else, or nobody may know.
    Other,
}

impl Target {
    /// What the link says.
    pub fn parse(link: &str) -> Self {
        if let Some(number) = link.strip_prefix("socket:[") {
            number.trim_end_matches(']').parse().map_or(Self::Other, Self::Socket)
        } else if link.starts_with("pipe:") {
            Self::Pipe
        } else if link.starts_with("/dev/pts/")
            || link.starts_with("/dev/tty")
            || link == "/dev/console"
        {
            Self::Terminal
        } else if link.starts_with("anon_inode:[eventpoll]") {
            Self::Epoll
        } else if link.starts_with('/') && !link.starts_with("/dev/") {
            Self::File
        } else {
            Self::Other
        }
    }
}

/// Who is at the other end of a socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Peer {
    /// Nobody yet, or somebody who asks something of this program: it listens, or belongs to a port that does.
    Asks,
    /// Somebody whom this program asks something.
    Answers,
    /// Somebody on this machine, by a socket that has no port; often the program itself.
    Local,
}

/// Reads `/proc/PID/net/tcp` and `tcp6`, and `unix`: each socket's number, and who is at its other end.
pub fn peers(tcp: &[&str], unix: &str) -> Vec<(u64, Peer)> {
    let rows = || {
        tcp.iter().flat_map(|table| table.lines().skip(1)).filter_map(|line| {
            let fields: Vec<&str> = line.split_ascii_whitespace().collect();
            let port = fields.get(1)?.rsplit(':').next()?;
            Some((port, *fields.get(3)? == "0A", fields.get(9)?.parse::<u64>().ok()?))
        })
    };
    let ports: std::collections::HashSet<&str> =
        rows().filter(|(_, listens, _)| *listens).map(|(port, ..)| port).collect();
    let by_port = rows().map(|(port, _, socket)| {
        (socket, if ports.contains(port) { Peer::Asks } else { Peer::Answers })
    });
    // The flag that says that a socket listens is __SO_ACCEPTCON.
    let local = unix.lines().skip(1).filter_map(|line| {
        let fields: Vec<&str> = line.split_ascii_whitespace().collect();
        let listens = u64::from_str_radix(fields.get(3)?, 16).ok()? & 0x10000 != 0;
        let socket = fields.get(6)?.parse().ok()?;
        Some((socket, if listens { Peer::Asks } else { Peer::Local }))
    });
    by_port.chain(local).collect()
}

/// What is known about the process of a thread that waits.
pub trait Surroundings {
    /// What lies behind a descriptor.
    fn target(&mut self, descriptor: i32) -> Target;
    /// Descriptors that an epoll instance, or any other call that waits for several, may wait for. `None`: all that
    /// the process has.
    fn watched(&mut self, epoll: Option<i32>) -> Vec<Target>;
    /// Who is at the other end of a socket.
    fn peer(&mut self, socket: u64) -> Peer;
    /// Whether the lock of a Python lies at this address.
    fn is_gil(&mut self, address: u64) -> bool;
}

/// What a thread does that was seen in `call`.
pub fn state(call: Call, around: &mut impl Surroundings) -> State {
    let (number, arguments) = match call {
        Call::Running => return State::Computing,
        Call::Outside => return State::Disk,
        Call::In(number, arguments) => (number, arguments),
    };
    let descriptor = arguments[0] as i32;
    match kind(number) {
        Kind::Sleep => State::Timer,
        Kind::Child => State::Child,
        Kind::Disk => State::Disk,
        Kind::Futex if around.is_gil(arguments[0]) => State::Gil,
        Kind::Futex => State::Lock,
        Kind::Accept => State::Request,
        Kind::One => match around.target(descriptor) {
            Target::Socket(socket) => match around.peer(socket) {
                Peer::Asks => State::Request,
                Peer::Answers => State::Network,
                Peer::Local => State::Pipe,
            },
            Target::Pipe => State::Pipe,
            Target::Terminal => State::Input,
            Target::File => State::Disk,
            Target::Epoll | Target::Other => State::Other,
        },
        Kind::Epoll => several(around, Some(descriptor)),
        // Without descriptors, these are a way to sleep.
        Kind::Poll if arguments[1] == 0 => State::Timer,
        Kind::Select if arguments[0] == 0 => State::Timer,
        Kind::Poll | Kind::Select => several(around, None),
        Kind::Other => State::Other,
    }
}

/// Waits for any of several. The one that others wait for as well, or that comes from outside, decides.
fn several(around: &mut impl Surroundings, epoll: Option<i32>) -> State {
    let targets = around.watched(epoll);
    let peers: Vec<Peer> = targets
        .iter()
        .filter_map(|target| match target {
            Target::Socket(socket) => Some(around.peer(*socket)),
            _ => None,
        })
        .collect();
    if peers.contains(&Peer::Asks) {
        State::Request
    } else if peers.contains(&Peer::Answers) {
        State::Network
    } else if targets.contains(&Target::Pipe) || peers.contains(&Peer::Local) {
        State::Pipe
    } else if targets.contains(&Target::Terminal) {
        State::Input
    } else {
        State::Timer
    }
}

/// What a system call waits for, by its number alone.
#[cfg_attr(not(target_os = "linux"), allow(dead_code, reason = "nobody looks there"))]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Sleep,
    Child,
    Disk,
    Futex,
    Accept,
    /// The descriptor that is its first argument.
    One,
    Epoll,
    Poll,
    Select,
    Other,
}

#[cfg(target_os = "linux")]
fn kind(number: i64) -> Kind {
    use nix::libc;
    match number {
        libc::SYS_nanosleep | libc::SYS_clock_nanosleep => Kind::Sleep,
        libc::SYS_wait4 | libc::SYS_waitid => Kind::Child,
        libc::SYS_futex => Kind::Futex,
        libc::SYS_accept | libc::SYS_accept4 => Kind::Accept,
        libc::SYS_read
        | libc::SYS_write
        | libc::SYS_readv
        | libc::SYS_writev
        | libc::SYS_pread64
        | libc::SYS_pwrite64
        | libc::SYS_sendto
        | libc::SYS_recvfrom
        | libc::SYS_sendmsg
        | libc::SYS_recvmsg
        | libc::SYS_connect
        | libc::SYS_sendfile
        | libc::SYS_splice => Kind::One,
        libc::SYS_fsync
        | libc::SYS_fdatasync
        | libc::SYS_sync
        | libc::SYS_syncfs
        | libc::SYS_msync
        | libc::SYS_sync_file_range
        | libc::SYS_openat
        | libc::SYS_unlinkat
        | libc::SYS_renameat2
        | libc::SYS_mkdirat
        | libc::SYS_getdents64
        | libc::SYS_newfstatat
        | libc::SYS_statx
        | libc::SYS_ftruncate
        | libc::SYS_fallocate
        | libc::SYS_close
        | libc::SYS_copy_file_range => Kind::Disk,
        libc::SYS_epoll_pwait | libc::SYS_epoll_pwait2 => Kind::Epoll,
        libc::SYS_ppoll => Kind::Poll,
        libc::SYS_pselect6 => Kind::Select,
        #[cfg(target_arch = "x86_64")]
        libc::SYS_open
        | libc::SYS_stat
        | libc::SYS_lstat
        | libc::SYS_unlink
        | libc::SYS_rename
        | libc::SYS_mkdir
        | libc::SYS_rmdir
        | libc::SYS_getdents => Kind::Disk,
        #[cfg(target_arch = "x86_64")]
        libc::SYS_epoll_wait => Kind::Epoll,
        #[cfg(target_arch = "x86_64")]
        libc::SYS_poll => Kind::Poll,
        #[cfg(target_arch = "x86_64")]
        libc::SYS_select => Kind::Select,
        _ => Kind::Other,
    }
}

/// Nobody looks there.
#[cfg(not(target_os = "linux"))]
fn kind(_: i64) -> Kind {
    Kind::Other
}

/// What language a process speaks, as far as that shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// Code of the machine, without a lock that all threads share.
    #[default]
    Native,
    /// The Python that most people have.
    Python {
        /// `3.11`.
        version: String,
        /// Whether it has a lock that all threads share.
        gil: bool,
    },
    /// Another one with a lock, or one thread for all code: what it is called.
    Locked(&'static str),
    /// Another one without.
    Free(&'static str),
}

/// The language, by the names of the files that a process runs: its program and its libraries.
pub fn language<'a>(files: impl IntoIterator<Item = &'a str>) -> Language {
    let mut found = Language::Native;
    for file in files {
        let name = file.rsplit('/').next().unwrap_or(file);
        if let Some(version) = python(name) {
            let gil = !version.ends_with('t');
            return Language::Python {
                version: version.trim_end_matches('t').into(),
                gil,
            };
        }
        let other = match name {
            "node" => Language::Locked("Node.js"),
            "pypy" | "pypy3" => Language::Locked("PyPy"),
            "perl" => Language::Locked("Perl"),
            "php" => Language::Locked("PHP"),
            "java" | "libjvm.so" => Language::Free("Java"),
            _ if name.starts_with("ruby") || name.starts_with("libruby") => {
                Language::Locked("Ruby")
            }
            _ => continue,
        };
        found = other;
    }
    found
}

/// The version in `libpython3.13t.so.1.0` and `python2.7`; of `python3`, what is said.
fn python(name: &str) -> Option<&str> {
    let version =
        name.strip_prefix("libpython").or_else(|| name.strip_prefix("python"))?;
    let end = version.find(".so").unwrap_or(version.len());
    let version = &version[..end];
    let digits = version.trim_end_matches('t').trim_end_matches('m');
    let is_version = digits.starts_with(|c: char| c.is_ascii_digit())
        && digits.chars().all(|c| c.is_ascii_digit() || c == '.');
    is_version.then(|| if version.ends_with('m') { digits } else { version })
}

/// In which kind of code a thread computes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Code {
    /// The interpreter itself, which holds its lock.
    Interpreter,
    /// A library that lets the lock go, for data that is large enough.
    LetsGo,
    /// A library that is not known to.
    Unknown,
}

/// Libraries that let the lock of a Python go while they compute: Python's documentation of `hashlib`, `zlib`,
/// `bz2`, `lzma` and `sqlite3`, and the libraries' own.
const LET_GO: [&str; 26] = [
    "libcrypto",
    "_hashlib",
    "_md5",
    "_sha",
    "_blake2",
    "libz.",
    "libz-ng",
    "zlib",
    "libbz2",
    "_bz2",
    "liblzma",
    "_lzma",
    "libzstd",
    "numpy",
    "_multiarray",
    "_umath",
    "openblas",
    "libblas",
    "liblapack",
    "libmkl",
    "scipy",
    "_imaging",
    "cv2",
    "torch",
    "tensorflow",
    "sqlite3",
];

/// In which kind of code that lies, by the path of the file.
pub fn code(file: &str) -> Code {
    let name = file.rsplit('/').next().unwrap_or(file);
    if python(name).is_some() {
        Code::Interpreter
    } else if LET_GO.iter().any(|known| name.contains(known))
        || ["/numpy/", "/scipy/", "/numpy.libs/"].iter().any(|known| file.contains(known))
    {
        Code::LetsGo
    } else {
        Code::Unknown
    }
}

/// The addresses, in a `/proc/PID/maps`, that a Python may keep its lock at: data that belongs to the
/// interpreter's file, and what lies right behind it (its zeroed data has no file).
pub fn gil_addresses(maps: &str) -> Vec<(u64, u64)> {
    let mut found: Vec<(u64, u64)> = Vec::new();
    let mut end_of_python = None;
    for line in maps.lines() {
        let mut words = line.split_ascii_whitespace();
        let (Some(range), Some(rights)) = (words.next(), words.next()) else { continue };
        let path = words.nth(3).unwrap_or("");
        let Some((from, to)) = range.split_once('-') else { continue };
        let parse = |text| u64::from_str_radix(text, 16).ok();
        let (Some(from), Some(to)) = (parse(from), parse(to)) else { continue };
        let name = path.rsplit('/').next().unwrap_or("");
        let mine = python(name).is_some();
        let behind = path.is_empty() && end_of_python == Some(from);
        if (mine || behind) && rights.starts_with("rw") {
            found.push((from, to));
        }
        end_of_python = (mine || behind).then_some(to);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_proc_are_read() {
        assert_eq!(Call::parse("running\n"), Some(Call::Running));
        assert_eq!(Call::parse("-1 0x7ffd 0x7f70\n"), Some(Call::Outside));
        let text = "202 0x7f00 0x189 0x0 0x10 0x0 0xffffffff 0x7f70 0x7f71\n";
        assert_eq!(
            Call::parse(text),
            Some(Call::In(202, [0x7f00, 0x189, 0, 0x10, 0, 0xffff_ffff]))
        );
        for odd in ["", "x", "202 0x7f00", "202 7f00 0x0 0x0 0x0 0x0 0x0"] {
            assert_eq!(Call::parse(odd), None, "{odd}");
        }
        assert_eq!(
            Sched::parse("878280 1189841 7\n"),
            Some(Sched { ran: 878_280, ready: 1_189_841, turns: 7 })
        );
        assert_eq!(Sched::parse("1 2"), None);
        let stat = Stat::parse(
            "411 (a (b) c) S 404 404 10356 0 -1 4194304 130 0 0 0 5 6 7 8 20 0 3 0 6524462 1 2",
        );
        let expected = Stat {
            name: "a (b) c".into(),
            letter: 'S',
            parent: 404,
            user: 5,
            system: 6,
            children: (7, 8),
            threads: 3,
        };
        assert_eq!(stat, Some(expected));
        assert_eq!(Stat::parse("411 (a"), None);
    }

    #[cfg(target_os = "linux")]
    struct Around {
        targets: Vec<Target>,
        peer: Peer,
        gil: u64,
    }

    #[cfg(target_os = "linux")]
    impl Surroundings for Around {
        fn target(&mut self, descriptor: i32) -> Target {
            self.targets.get(descriptor as usize).copied().unwrap_or(Target::Other)
        }
        fn watched(&mut self, _: Option<i32>) -> Vec<Target> {
            self.targets.clone()
        }
        fn peer(&mut self, _: u64) -> Peer {
            self.peer
        }
        fn is_gil(&mut self, address: u64) -> bool {
            address == self.gil
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_call_says_what_a_thread_waits_for() {
        use nix::libc;
        let with =
            |targets: &[Target], peer| Around { targets: targets.into(), peer, gil: 7 };
        let socket = Target::Socket(1);
        let cases = [
            (libc::SYS_futex, 7, vec![], Peer::Answers, State::Gil),
            (libc::SYS_futex, 8, vec![], Peer::Answers, State::Lock),
            (libc::SYS_clock_nanosleep, 0, vec![], Peer::Answers, State::Timer),
            (libc::SYS_wait4, 0, vec![], Peer::Answers, State::Child),
            (libc::SYS_fsync, 0, vec![], Peer::Answers, State::Disk),
            (libc::SYS_read, 0, vec![Target::File], Peer::Answers, State::Disk),
            (libc::SYS_read, 0, vec![Target::Pipe], Peer::Answers, State::Pipe),
            (libc::SYS_read, 0, vec![Target::Terminal], Peer::Answers, State::Input),
            (libc::SYS_recvfrom, 0, vec![socket], Peer::Answers, State::Network),
            (libc::SYS_recvfrom, 0, vec![socket], Peer::Asks, State::Request),
            (libc::SYS_accept4, 0, vec![], Peer::Answers, State::Request),
            (libc::SYS_epoll_pwait, 0, vec![socket], Peer::Answers, State::Network),
            (libc::SYS_epoll_pwait, 0, vec![Target::Pipe], Peer::Answers, State::Pipe),
            (libc::SYS_ppoll, 0, vec![socket], Peer::Answers, State::Timer),
            (libc::SYS_pselect6, 0, vec![socket], Peer::Answers, State::Timer),
            (libc::SYS_pselect6, 4, vec![Target::Pipe], Peer::Answers, State::Pipe),
            (libc::SYS_getpid, 0, vec![], Peer::Answers, State::Other),
            (libc::SYS_recvfrom, 0, vec![socket], Peer::Local, State::Pipe),
            (libc::SYS_epoll_pwait, 0, vec![socket], Peer::Asks, State::Request),
        ];
        for (number, first, targets, peer, expected) in cases {
            let call = Call::In(number, [first, 0, 0, 0, 0, 0]);
            let found = state(call, &mut with(&targets, peer));
            assert_eq!(found, expected, "call {number} on {targets:?}");
        }
        assert_eq!(state(Call::Running, &mut with(&[], Peer::Local)), State::Computing);
        assert_eq!(state(Call::Outside, &mut with(&[], Peer::Local)), State::Disk);
    }

    #[test]
    fn a_socket_belongs_to_a_port_that_listens_or_not() {
        let tcp = "  sl  local_address rem_address   st\n\
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 11 1\n\
   1: 0100007F:1F90 0100007F:C350 01 00000000:00000000 00:00000000 00000000 0 0 12 1\n\
   2: 0100007F:C350 0100007F:1F90 01 00000000:00000000 00:00000000 00000000 0 0 13 1\n";
        let unix = "Num       RefCount Protocol Flags    Type St Inode Path\n\
ffff: 00000002 00000000 00010000 0001 01 14 /run/x\n\
ffff: 00000003 00000000 00000000 0001 03 15\n";
        let expected = [
            (11, Peer::Asks),
            (12, Peer::Asks),
            (13, Peer::Answers),
            (14, Peer::Asks),
            (15, Peer::Local),
        ];
        assert_eq!(peers(&[tcp, "nonsense"], unix), expected);
    }

    #[test]
    fn links_say_what_lies_behind() {
        for (link, expected) in [
            ("socket:[123]", Target::Socket(123)),
            ("pipe:[9]", Target::Pipe),
            ("/dev/pts/3", Target::Terminal),
            ("/home/a file", Target::File),
            ("/dev/null", Target::Other),
            ("anon_inode:[eventpoll]", Target::Epoll),
            ("anon_inode:[eventfd]", Target::Other),
        ] {
            assert_eq!(Target::parse(link), expected, "{link}");
        }
    }

    #[test]
    fn a_python_is_known_by_its_files() {
        let python =
            |version: &str, gil| Language::Python { version: version.into(), gil };
        for (file, expected) in [
            ("/usr/bin/python3.11", python("3.11", true)),
            ("/usr/lib/libpython3.13t.so.1.0", python("3.13", false)),
            ("/usr/lib/libpython3.6m.so.1.0", python("3.6", true)),
            ("/opt/bin/python2.7", python("2.7", true)),
            ("/usr/bin/python3-config", Language::Native),
            ("/usr/bin/pythonista", Language::Native),
            ("/usr/bin/node", Language::Locked("Node.js")),
            ("/lib/jvm/libjvm.so", Language::Free("Java")),
            ("/usr/bin/rg", Language::Native),
        ] {
            assert_eq!(language([file]), expected, "{file}");
        }
    }

    #[test]
    fn code_is_known_by_its_file() {
        for (file, expected) in [
            ("/usr/lib/libpython3.11.so.1.0", Code::Interpreter),
            ("/usr/lib/x86_64-linux-gnu/libcrypto.so.3", Code::LetsGo),
            ("/x/site-packages/numpy/core/_multiarray_umath.so", Code::LetsGo),
            ("/x/site-packages/numpy/random/mtrand.so", Code::LetsGo),
            ("/lib/libc.so.6", Code::Unknown),
            ("/x/lib-dynload/_json.cpython-311.so", Code::Unknown),
        ] {
            assert_eq!(code(file), expected, "{file}");
        }
    }

    #[test]
    fn the_lock_of_a_python_lies_in_its_data() {
        let maps = "\
55d0-55d1 r-xp 00000000 fe:00 1 /usr/bin/python3.11
55d1-55d2 rw-p 00000000 fe:00 1 /usr/bin/python3.11
55e0-55f0 rw-p 00000000 00:00 0 [heap]
7f00-7f10 rw-p 00000000 00:00 0
7f10-7f20 r-xp 00000000 fe:00 2 /usr/lib/libpython3.11.so.1.0
7f20-7f30 rw-p 00000000 fe:00 2 /usr/lib/libpython3.11.so.1.0
7f30-7f40 rw-p 00000000 00:00 0
7f40-7f50 rw-p 00000000 fe:00 3 /usr/lib/libc.so.6
7f50-7f60 rw-p 00000000 00:00 0
";
        let expected = [(0x55d1, 0x55d2), (0x7f20, 0x7f30), (0x7f30, 0x7f40)];
        assert_eq!(gil_addresses(maps), expected);
        assert_eq!(gil_addresses("nonsense\n"), []);
    }
}
