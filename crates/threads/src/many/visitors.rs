//! A process of its own for each visit. So what that process takes is what its way of waiting
//! takes, and a limit that it sets itself holds for no other process.
//!
//! The visitor is the same program, started with the argument `--visit` and what to do. It ends
//! when it has all pages, or when the process that started it ends, since the site is gone then.

use std::error::Error;
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio, exit};
use std::time::Duration;
use std::{env, fmt};

use tour::clock;
use workloads::pages;

#[cfg(unix)]
pub use super::limits::{Limit, allow_files};
use super::{POOL, WAYS, WITHOUT_PAGES};

/// The first argument of a visitor.
const VISIT: &str = "--visit";

/// Room for the files that a process has open besides its connections, and for some more.
pub const OTHER_FILES: usize = 32;

/// Must be called first in `main`: a process that was started for a visit makes that visit, prints
/// how many nanoseconds it took or what went wrong, and ends here. In other processes, it does
/// nothing.
pub fn entry() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    if arguments.first().is_none_or(|first| first != VISIT) {
        return;
    }
    match answer(&arguments[1..]) {
        Ok(time) => {
            println!("{}", time.as_nanos());
            exit(0);
        }
        Err(error) => {
            println!("{error}");
            exit(1);
        }
    }
}

fn answer(arguments: &[String]) -> Result<Duration, String> {
    let [way, site, pages, limits @ ..] = arguments else {
        return Err("a visitor has to know how to wait, where, and for how much".into());
    };
    let said = |error: &dyn ToString| error.to_string();
    let site: SocketAddr = site.parse().map_err(|error| said(&error))?;
    let pages: usize = pages.parse().map_err(|error| said(&error))?;
    let ways = WAYS.into_iter().chain([POOL, WITHOUT_PAGES]);
    let way = ways.into_iter().find_map(|(name, wait)| (name == *way).then_some(wait));
    let way = way.ok_or("there is no such way to wait")?;
    #[cfg(unix)]
    {
        allow_files((pages + OTHER_FILES) as u64);
        for limit in limits {
            limit.parse::<Limit>()?.set().map_err(|error| said(&error))?;
        }
    }
    #[cfg(not(unix))]
    assert!(limits.is_empty(), "limits need a Unix");
    let (words, time) = clock::time(|| way(site, pages));
    match words {
        // The way without pages fetches a single one.
        Ok(words) if words == pages * pages::WORDS || words == pages::WORDS => Ok(time),
        Ok(words) => Err(format!("{words} words are not those of {pages} pages")),
        Err(error) => Err(error.to_string()),
    }
}

/// There are no limits on this system, and so there is no value of this type.
#[cfg(not(unix))]
pub type Limit = std::convert::Infallible;

/// How many of `count` files may be open: all of them, since there are no limits on this system.
#[cfg(not(unix))]
pub fn allow_files(count: u64) -> u64 {
    count
}

/// Why a visit didn't get its pages.
#[derive(Debug)]
pub enum Failed {
    /// What stopped it, in the visitor's own words or the system's.
    Said(String),
    /// The process ended without a word: mostly because Rust aborts it where there is no memory, or
    /// no address, for something that can't return an error.
    Ended(ExitStatus),
}

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::Said(words) => f.write_str(words),
            Self::Ended(status) => write!(f, "it has ended without a word: {status}"),
        }
    }
}

impl Error for Failed {}

/// Starts `program` as a process of its own that fetches the page of `site` `pages` times, by the
/// way called `way`: one of [`WAYS`], [`POOL`] or [`WITHOUT_PAGES`]. That process sets itself the
/// `limit`, if there is one. The `main` of `program` begins with [`entry`]. Returns how long the
/// visit took, without the start of the process.
///
/// # Errors
///
/// When the process can't be started, or doesn't get all pages: what stopped it.
pub fn visit(
    program: &Path,
    way: &str,
    site: SocketAddr,
    pages: usize,
    limit: Option<Limit>,
) -> Result<Duration, Failed> {
    let mut command = Command::new(program);
    command.args([VISIT, way, &site.to_string(), &pages.to_string()]);
    command.args(limit.map(|limit| limit.to_string()));
    // What Rust prints when it aborts is dropped: we report how the process ended instead.
    command.stdin(Stdio::null()).stderr(Stdio::null());
    let failed = |error| Failed::Said(format!("couldn't start a visitor: {error}"));
    let output = command.output().map_err(failed)?;
    let said = String::from_utf8_lossy(&output.stdout);
    match said.trim() {
        time if output.status.success() => {
            let strange = |_| Failed::Said(format!("a visitor said `{time}`"));
            time.parse().map(Duration::from_nanos).map_err(strange)
        }
        "" => Err(Failed::Ended(output.status)),
        error => Err(Failed::Said(error.into())),
    }
}
