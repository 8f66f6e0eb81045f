//! One slow page, a hundred, ten thousand: how long they take by each way of waiting, and how much
//! memory each of ten thousand waits takes; in Rust and, where there is a `python3`, in Python.
//!
//! Each time, a process of its own does the waiting; the site is in this process.

use std::path::Path;
use std::time::Duration;

use benches::{Observer, Unit, python};
use threads::many::limits::allow_files;
use threads::many::memory::{Memory, look, while_waiting};
use threads::many::site::Site;
use threads::many::visitors::{OTHER_FILES, visit};
use threads::many::{POOL, WAYS, WITHOUT_PAGES};

const PROGRAM: &str = env!("CARGO_BIN_EXE_visitor");
const LATENCY: Duration = Duration::from_millis(50);
const SIZES: [usize; 3] = [1, 100, MANY];
const MANY: usize = 10_000;
/// How many pages Python waits for when its memory is measured. Ten thousand would take long, and a
/// thousand tell as well what one wait takes.
const MANY_IN_PYTHON: usize = 1_000;
const IN_PYTHON: [&str; 2] = ["a thread each", "tasks in one thread"];

pub(crate) fn observe(observer: &mut Observer) {
    let wanted = MANY + OTHER_FILES;
    let allowed = allow_files(wanted as u64);
    if allowed < wanted as u64 {
        eprintln!("not measured: {MANY} waits: the system allows {allowed} open files");
        return;
    }
    for pages in SIZES {
        for (name, _) in WAYS.into_iter().chain([POOL]) {
            let site = Site::open(LATENCY).expect("loopback has a free port");
            let time = visit(Path::new(PROGRAM), name, site.address(), pages, None);
            let time = time.expect("the site answers").as_nanos() as f64;
            observer.sample(&format!("time/{name}/{pages}"), Unit::Ns, time);
        }
    }
    // Memory that the system frees late would be missing from the way that comes next. So each way comes
    // first in some processes.
    let mut ways: Vec<_> = WAYS.into_iter().chain([WITHOUT_PAGES]).collect();
    let first = std::process::id() as usize % ways.len();
    ways.rotate_left(first);
    for (name, _) in ways {
        let at_once = |pages| if name == WITHOUT_PAGES.0 { 1 } else { pages };
        let memory = |pages| {
            let memory = while_waiting(Path::new(PROGRAM), name, pages, at_once(pages));
            memory.expect("they wait")
        };
        each_wait(observer, name, memory(MANY) - memory(1), MANY);
    }
    in_python(observer);
}

fn in_python(observer: &mut Observer) {
    for name in IN_PYTHON {
        // So many pages take Python long, so a first look leaves them out.
        if !observer.is_quick() {
            let site = Site::open(LATENCY).expect("loopback has a free port");
            for (name, ns) in script(observer, name, &site, MANY) {
                observer.sample(&format!("time/{name}/{MANY}"), Unit::Ns, ns);
            }
        }
        let memory = |pages| {
            look(pages, |site| {
                script(observer, name, site, pages);
                Ok(())
            })
        };
        // An error means that there is no Python, or that it has said what is wrong.
        if let (Ok(one), Ok(many)) = (memory(1), memory(MANY_IN_PYTHON)) {
            let name = format!("Python: {name}");
            each_wait(observer, &name, many - one, MANY_IN_PYTHON);
        }
    }
}

fn script(
    observer: &Observer,
    name: &str,
    site: &Site,
    pages: usize,
) -> Vec<(String, f64)> {
    let (ip, port) = (site.address().ip().to_string(), site.address().port());
    let arguments = [name.into(), ip, port.to_string(), pages.to_string()];
    python::times(observer, "crates/threads/python/many.py", &arguments)
}

/// Takes samples of what each wait after the first takes.
fn each_wait(observer: &mut Observer, name: &str, more: Memory, waits: usize) {
    let mut sample = |what: &str, unit, sum: u64| {
        let each = sum as f64 / (waits - 1) as f64;
        observer.sample(&format!("each wait/{name}/{what}"), unit, each);
    };
    sample("own memory", Unit::Bytes, more.own);
    sample("tables of pages", Unit::Bytes, more.tables);
    sample("the system's", Unit::Bytes, more.system);
    sample("all", Unit::Bytes, more.sum());
    sample("addresses", Unit::Bytes, more.addresses);
    let each = more.pieces as f64 / (waits - 1) as f64;
    observer.sample(&format!("pieces of addresses/{name}"), Unit::Count, each);
}
