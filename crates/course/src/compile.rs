//! Compiles an answer behind walls: the compiler reads what the answer names, and computes what
//! it says.
//!
//! Cargo plans; for each answer it calls this program instead of the compiler (see
//! `RUSTC_WORKSPACE_WRAPPER` in "Environment Variables" of the Cargo Book). So each answer has its
//! own time, memory and room. The compiler sees the libraries, and the one file that it
//! compiles. What it says against an answer comes back as one message.

use std::ffi::OsString;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::{env, fs};

use serde::{Deserialize, Serialize};

use crate::supervisor::{self, End, ORDER, OUT, Request};
use crate::text;
use crate::walls::Walls;

/// The level of a message that speaks of the machine, and says nothing about the answer.
pub const MACHINE: &str = "machine";

/// How long an answer may take to be compiled, in seconds. They take one or two.
pub const SECONDS: u64 = 60;

/// How much memory that may take, in bytes.
pub const MEMORY: u64 = 1 << 30;

/// How many processes that may be: the compiler, and a linker with its helpers.
const PROCESSES: usize = 64;

/// The longest complaint that is kept, in bytes.
const COMPLAINT: usize = 8 * 1024;

/// How many lines are kept of what a compiler says that crashes.
const CRASH: usize = 5;

/// How answers are compiled.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Order {
    /// The walls around the compiler.
    pub walls: Walls,
    /// Where the compiler lies.
    pub sysroot: PathBuf,
    /// How long each may take, in seconds.
    pub seconds: u64,
    /// How much memory each may take, in bytes.
    pub memory: u64,
}

/// What rustc says, a line of JSON each.
#[derive(Deserialize)]
struct Said {
    level: Option<String>,
    rendered: Option<String>,
}

/// What cargo reads of it.
#[derive(Serialize)]
struct Diagnostic<'a> {
    #[serde(rename = "$message_type")]
    kind: &'a str,
    message: &'a str,
    level: &'a str,
    code: Option<()>,
    spans: [(); 0],
    children: [(); 0],
    rendered: &'a str,
}

impl Order {
    /// As a variable of the environment.
    pub fn variable(&self) -> (String, String) {
        (ORDER.into(), serde_json::to_string(self).expect("an order can be written"))
    }

    /// What this program was told to be, if it was told to be a compiler.
    ///
    /// # Errors
    ///
    /// When nobody understands what it was told.
    pub fn given() -> Option<Result<Self, String>> {
        let order = env::var_os(ORDER)?;
        let order = order.to_string_lossy();
        Some(serde_json::from_str(&order).map_err(|error| format!("{ORDER}: {error}")))
    }

    /// Does what cargo asks of a compiler. The first of the `arguments` is rustc.
    ///
    /// # Errors
    ///
    /// When there is no rustc.
    pub fn carry_out(&self, arguments: Vec<OsString>) -> Result<ExitCode, String> {
        let mut arguments = arguments.into_iter();
        let rustc = arguments.next().ok_or("cargo names no compiler")?;
        // Cargo has questions, too, before there is an answer.
        if env::var_os("CARGO_PRIMARY_PACKAGE").is_none() {
            let error = Command::new(&rustc).args(arguments).env_remove(ORDER).exec();
            return Err(format!("{}: {error}", rustc.display()));
        }
        let arguments: Vec<String> = arguments
            .map(|argument| argument.into_string().map_err(|_| "a path is no UTF-8"))
            .collect::<Result<_, _>>()?;
        let (level, complaint) = match self.compile(arguments) {
            Ok(None) => return Ok(ExitCode::SUCCESS),
            Ok(Some(complaint)) => ("error", complaint),
            Err(trouble) => (MACHINE, trouble),
        };
        let diagnostic = Diagnostic {
            kind: "diagnostic",
            message: level,
            level,
            code: None,
            spans: [],
            children: [],
            rendered: &complaint,
        };
        eprintln!("{}", serde_json::to_string(&diagnostic).expect("it can be written"));
        Ok(ExitCode::FAILURE)
    }

    /// Compiles an answer. Returns what the compiler has against it.
    fn compile(&self, mut arguments: Vec<String>) -> Result<Option<String>, String> {
        let source = arguments.iter().find(|argument| argument.ends_with(".rs"));
        let source = source.ok_or("cargo names no file to compile")?.clone();
        let folder = arguments.iter().position(|argument| argument == "--out-dir");
        let folder = folder.and_then(|before| arguments.get_mut(before + 1));
        let folder = folder.ok_or("cargo names no folder for the program")?;
        let keep = PathBuf::from(std::mem::replace(folder, OUT.into()));
        fs::create_dir_all(&keep)
            .map_err(|error| format!("{}: {error}", keep.display()))?;
        // Cargo would take the colors out again.
        for argument in
            arguments.iter_mut().filter(|argument| argument.starts_with("--json="))
        {
            *argument = argument.replace("diagnostic-rendered-ansi,", "");
        }
        let mut see: Vec<PathBuf> = arguments
            .iter()
            .filter_map(|argument| argument.strip_prefix("dependency="))
            .map(PathBuf::from)
            .collect();
        see.push(self.sysroot.clone());
        let request = Request {
            program: self.sysroot.join("bin/rustc"),
            arguments,
            bring: vec![(source.clone().into(), Path::new(&source).into())],
            see,
            keep: Some(keep),
            walls: self.walls,
            seconds: self.seconds,
            processes: PROCESSES,
            memory: self.memory,
            ..Request::default()
        };
        let mut complaint = String::new();
        let ended = supervisor::run(&request, |line| {
            let said = serde_json::from_str::<Said>(line).ok();
            let said = said.filter(|said| said.level.as_deref() == Some("error"));
            if let Some(said) = said.and_then(|said| said.rendered)
                && complaint.len() < COMPLAINT
            {
                complaint.push_str(&said);
            }
        })?;
        let crashed = || {
            // Where in the compiler that was is different each time.
            let telling =
                |line: &&str| !line.is_empty() && !line.starts_with(['{', '/', '#']);
            let said: Vec<_> = ended.output.lines().filter(telling).take(CRASH).collect();
            said.join("\n")
        };
        let complaint = match &ended.end {
            End::Exited(0) => return Ok(None),
            End::Exited(_) if !complaint.is_empty() => complaint,
            End::Exited(1) => "the compiler says more against it than fits here".into(),
            End::Exited(code) => {
                format!("the compiler crashed, with exit code {code}\n{}", crashed())
            }
            End::Signalled(signal) => {
                format!("the compiler was ended by {signal}\n{}", crashed())
            }
            End::OutOfTime => {
                format!("killed after it was compiled for {} s", self.seconds)
            }
            End::TooManyProcesses(processes) => {
                format!("killed when the compiler was {processes} processes")
            }
            End::TooMuchMemory(bytes) => format!(
                "killed when the compiler had {} MiB of memory; it may have {}",
                bytes >> 20,
                self.memory >> 20
            ),
            End::Unsupervised => "the compiler ended its supervisor".into(),
            End::Abandoned => return Err("interrupted".into()),
        };
        Ok(Some(text::clean(&complaint, COMPLAINT)))
    }
}
