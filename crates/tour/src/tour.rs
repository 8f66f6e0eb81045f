use std::env;
use std::io::{self, ErrorKind, Write};
use std::process::ExitCode;

use crate::arguments::{self, Request};
use crate::format::count;
use crate::{Outcome, Stage};

/// More workers than this is a slip of the finger; a system may refuse to start as many
/// threads or processes.
const MOST_WORKERS: u64 = 1_024;

/// One thing that an example can show.
pub struct Demo {
    name: &'static str,
    about: &'static str,
    run: fn(&mut Stage) -> Outcome,
    workers: Option<usize>,
    size: Option<Size>,
}

struct Size {
    of: &'static str,
    default: u64,
    most: u64,
}

impl Demo {
    /// A demo called `name`, which `run` shows; `about` says in a few words what the
    /// reader will see.
    pub const fn new(
        name: &'static str,
        about: &'static str,
        run: fn(&mut Stage) -> Outcome,
    ) -> Self {
        Self { name, about, run, workers: None, size: None }
    }

    /// The demo takes `--workers`; without the option, it has `default` workers.
    pub const fn workers(self, default: usize) -> Self {
        Self { workers: Some(default), ..self }
    }

    /// The demo takes `--size`, a number of things; `of` is their name in the plural.
    /// Without the option, the size is `default`; `most` is the largest that is allowed.
    pub const fn size(self, of: &'static str, default: u64, most: u64) -> Self {
        Self { size: Some(Size { of, default, most }), ..self }
    }
}

/// An example: a name, a line about it, and its demos in the order in which to see them.
pub struct Tour {
    name: &'static str,
    about: &'static str,
    demos: Vec<Demo>,
}

impl Tour {
    /// A tour without demos, to which [`Tour::demo`] adds them. `name` is the package
    /// that `cargo run -p` takes.
    pub const fn new(name: &'static str, about: &'static str) -> Self {
        Self { name, about, demos: Vec::new() }
    }

    /// Adds a demo.
    #[must_use]
    pub fn demo(mut self, demo: Demo) -> Self {
        self.demos.push(demo);
        self
    }

    /// Does what the command line of this process says, and returns what its `main`
    /// should return: 0 for success, 1 when a demo failed, 2 when the arguments made no
    /// sense.
    pub fn main(self) -> ExitCode {
        #[cfg(unix)]
        crate::signals::reset();
        // Not locked, since a thread of the demo may print, too.
        let (mut out, mut errors) = (io::stdout(), io::stderr());
        ExitCode::from(self.run(env::args_os().skip(1), &mut out, &mut errors))
    }

    fn run(
        self,
        arguments: impl IntoIterator<Item: Into<std::ffi::OsString>>,
        out: &mut dyn Write,
        errors: &mut dyn Write,
    ) -> u8 {
        // When not even stderr can be written to, there is no way left to complain.
        let mut complain = |complaint: &str| {
            let _ = writeln!(errors, "{}: {complaint}", self.name);
        };
        let request =
            match arguments::read(arguments).and_then(|request| self.check(request)) {
                Ok(request) => request,
                Err(complaint) => {
                    complain(&complaint);
                    return 2;
                }
            };
        let mut out = Reader { out, gone: false };
        match self.act(&request, &mut out) {
            Ok(()) => 0,
            // `… | head` has seen enough: success, as with every well-behaved tool.
            Err(_) if out.gone => 0,
            Err(error) => {
                complain(&error.to_string());
                1
            }
        }
    }

    /// Returns a request that makes sense; finds everything that can be wrong with it
    /// before any demo runs.
    fn check(&self, request: Request) -> Result<Request, String> {
        let Some(name) = &request.demo else {
            let option =
                request.workers.map(|_| "--workers").or(request.size.map(|_| "--size"));
            return match option {
                Some(option) => Err(format!(
                    "{option} goes with one demo; --list shows which take it"
                )),
                None => Ok(request),
            };
        };
        let Some(demo) = self.demos.iter().find(|demo| demo.name == name) else {
            let names: Vec<_> = self.demos.iter().map(|demo| demo.name).collect();
            return Err(format!("no demo `{name}`; there are {}", names.join(", ")));
        };
        match (request.workers, demo.workers) {
            (Some(_), None) => return Err(format!("`{name}` takes no --workers")),
            (Some(n), _) if n > MOST_WORKERS => {
                return Err(format!(
                    "--workers can be {} at the most",
                    count(MOST_WORKERS)
                ));
            }
            _ => {}
        }
        match (request.size, &demo.size) {
            (Some(_), None) => return Err(format!("`{name}` takes no --size")),
            (Some(n), Some(size)) if n > size.most => {
                return Err(format!("`{name}` takes --size up to {}", count(size.most)));
            }
            _ => {}
        }
        Ok(request)
    }

    fn act(&self, request: &Request, out: &mut dyn Write) -> Outcome {
        if request.help {
            self.help(out)?;
        } else if request.list {
            self.list(out)?;
        } else if let Some(name) = &request.demo {
            for demo in self.demos.iter().filter(|demo| demo.name == name) {
                demo.show(request, out)?;
            }
        } else {
            writeln!(out, "{}", self.about)?;
            for demo in &self.demos {
                writeln!(out, "\n{} — {}", demo.name, demo.about)?;
                demo.show(request, out)?;
            }
        }
        Ok(out.flush()?)
    }

    fn help(&self, out: &mut dyn Write) -> io::Result<()> {
        let name = self.name;
        writeln!(
            out,
            "{}\n\n\
             Usage: cargo run -p {name}                    all demos in turn\n       \
                    cargo run -p {name} -- DEMO [OPTIONS]  one demo\n\n\
             Options:\n  \
               --workers N   how many threads or processes work at once\n  \
               --size N      how much they do; each demo counts something else\n  \
               --list        the demos, with what each takes and how much by default\n  \
               --help        this text\n\n\
             Demos:",
            self.about
        )?;
        self.list(out)
    }

    fn list(&self, out: &mut dyn Write) -> io::Result<()> {
        let width = self.demos.iter().map(|demo| demo.name.len()).max().unwrap_or(0);
        for demo in &self.demos {
            writeln!(out, "  {:width$}  {}", demo.name, demo.about)?;
            let workers = demo.workers.map(|n| format!("--workers {n}"));
            let size = demo
                .size
                .as_ref()
                .map(|size| format!("--size {} ({})", count(size.default), size.of));
            let options: Vec<_> = workers.into_iter().chain(size).collect();
            if !options.is_empty() {
                writeln!(out, "  {:width$}  {}", "", options.join("  "))?;
            }
        }
        Ok(())
    }
}

impl Demo {
    fn show(&self, request: &Request, out: &mut dyn Write) -> Outcome {
        let workers = request.workers.or(self.workers.map(|n| n as u64)).unwrap_or(1);
        (self.run)(&mut Stage {
            out,
            workers: usize::try_from(workers)
                .expect("`check` allows no more than MOST_WORKERS"),
            size: request
                .size
                .or(self.size.as_ref().map(|size| size.default))
                .unwrap_or(1),
        })
    }
}

/// The reader of the output, and whether they have gone. Rust ignores SIGPIPE, so when a
/// reader has gone, a write here fails. A pipe that breaks elsewhere in a demo is a
/// failure of the demo, and doesn't count.
struct Reader<'a> {
    out: &'a mut dyn Write,
    gone: bool,
}

impl Reader<'_> {
    fn watch<T>(&mut self, result: io::Result<T>) -> io::Result<T> {
        let broken = |error: &io::Error| error.kind() == ErrorKind::BrokenPipe;
        self.gone |= result.as_ref().is_err_and(broken);
        result
    }
}

impl Write for Reader<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes);
        self.watch(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        let flushed = self.out.flush();
        self.watch(flushed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count_up(stage: &mut Stage) -> Outcome {
        writeln!(stage, "{} workers, {} numbers", stage.workers(), stage.size())?;
        Ok(())
    }

    fn fail(_: &mut Stage) -> Outcome {
        Err("couldn't open the lab: it is Sunday; come back tomorrow".into())
    }

    /// What a tour of two demos answers: exit code, stdout, stderr.
    fn answer(line: &str) -> (u8, String, String) {
        let (mut out, mut errors) = (Vec::new(), Vec::new());
        let code = Tour::new("lab", "A lab.")
            .demo(
                Demo::new("up", "count up", count_up)
                    .workers(2)
                    .size("numbers", 100, 1_000),
            )
            .demo(Demo::new("fail", "fail", fail))
            .run(line.split_whitespace(), &mut out, &mut errors);
        (code, String::from_utf8(out).unwrap(), String::from_utf8(errors).unwrap())
    }

    #[test]
    fn one_demo_with_its_defaults_and_without() {
        assert_eq!(answer("up"), (0, "2 workers, 100 numbers\n".into(), String::new()));
        assert_eq!(answer("up --workers 7 --size 9").1, "7 workers, 9 numbers\n");
    }

    #[test]
    fn the_whole_tour_stops_at_the_first_failure() {
        let (code, out, errors) = answer("");
        assert_eq!(code, 1);
        assert_eq!(
            out,
            "A lab.\n\nup — count up\n2 workers, 100 numbers\n\nfail — fail\n"
        );
        assert_eq!(
            errors,
            "lab: couldn't open the lab: it is Sunday; come back tomorrow\n"
        );
    }

    #[test]
    fn every_mistake_gets_one_line_and_exit_code_2() {
        for (line, complaint) in [
            ("down", "no demo `down`; there are up, fail"),
            ("up --workers 0", "--workers wants a whole number from 1 on, not `0`"),
            ("up --workers 9999", "--workers can be 1,024 at the most"),
            ("up --size 1001", "`up` takes --size up to 1,000"),
            ("fail --size 3", "`fail` takes no --size"),
            ("fail --workers 3", "`fail` takes no --workers"),
            ("--workers 3", "--workers goes with one demo; --list shows which take it"),
        ] {
            assert_eq!(answer(line), (2, String::new(), format!("lab: {complaint}\n")));
        }
    }

    #[test]
    fn list_and_help_name_every_demo() {
        for line in ["--list", "--help"] {
            let (code, out, _) = answer(line);
            assert_eq!(code, 0);
            assert!(
                out.contains("up")
                    && out.contains("--size 100 (numbers)")
                    && out.contains("fail"),
                "{out}"
            );
            assert!(out.lines().all(|line| line.chars().count() <= 80), "{out}");
        }
    }

    /// A reader who has gone.
    struct Gone;

    impl Write for Gone {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(ErrorKind::BrokenPipe.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_closed_pipe_is_success() {
        let mut errors = Vec::new();
        let tour = Tour::new("lab", "A lab.").demo(Demo::new("up", "count up", count_up));
        assert_eq!(tour.run(["up"], &mut Gone, &mut errors), 0);
        assert!(errors.is_empty());
    }

    /// The pipe to a worker is not the pipe to the reader.
    #[test]
    fn a_pipe_that_breaks_inside_a_demo_is_a_failure() {
        let lose_a_worker =
            |_: &mut Stage| Err(io::Error::from(ErrorKind::BrokenPipe).into());
        let (mut out, mut errors) = (Vec::new(), Vec::new());
        let tour =
            Tour::new("lab", "A lab.").demo(Demo::new("lose", "lose", lose_a_worker));
        assert_eq!(tour.run(["lose"], &mut out, &mut errors), 1);
        assert!(!errors.is_empty());
    }
}
