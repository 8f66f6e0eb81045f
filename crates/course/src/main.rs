//! `cargo course VERB`: for those who write exercises, and for those who teach with them.
//! Students need only rustlings.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Proves the exercises, and grades answers to them.
#[derive(Parser)]
#[command(name = "cargo course", bin_name = "cargo course", version)]
struct CommandLine {
    #[command(subcommand)]
    verb: Verb,
    /// The folder of the exercises; found above this one when not given
    #[arg(long, global = true, value_name = "DIR")]
    exercises: Option<PathBuf>,
}

#[derive(Subcommand)]
enum Verb {
    /// Prove of each exercise: its stub fails as declared, its solution passes, each wrong
    /// answer is caught by the check that is meant for it
    Verify {
        /// Only the exercises whose path holds this, such as `races` or `last_seat`
        filter: Option<String>,
    },
    /// Try the answers in a student's folder, or in a class's, each with limits and in a folder of
    /// its own; the exit code is 0 when all pass, and 2 when the machine can't tell
    Grade {
        /// The student's folder, as rustlings has it, or a clone; or a folder with such a folder
        /// for each student
        dir: PathBuf,
        /// Report as JSON
        #[arg(long, conflicts_with = "csv")]
        json: bool,
        /// Report as CSV, a line for each exercise of each student
        #[arg(long)]
        csv: bool,
        /// Try them also where there are no walls around them: an answer may do all that you may
        #[arg(long)]
        trust: bool,
        /// Write what each student should read to DIR/STUDENT.md; for a class, that is done in any
        /// case, and without this option in target/course/feedback/CLASS
        #[arg(long, value_name = "DIR")]
        feedback: Option<PathBuf>,
    },
    /// Copy the checks of each exercise into its solution, and list all in Cargo.toml
    Tidy,
    /// Run one command with limits; `verify` and `grade` do that
    #[command(hide = true)]
    Supervise {
        /// What to run, as JSON
        request: String,
    },
}

fn main() -> ExitCode {
    #[cfg(unix)]
    tour::signals::reset();
    // As a compiler, it has no environment but what cargo and its order say.
    match compiled().unwrap_or_else(as_called) {
        Ok(code) => code,
        Err(complaint) => {
            eprintln!("cargo course: {complaint}");
            ExitCode::from(2)
        }
    }
}

/// What came of it, where somebody calls it.
fn as_called() -> Result<ExitCode, String> {
    environment::reset();
    run(CommandLine::parse())
}

/// What came of it, where cargo calls this program as a compiler.
#[cfg(target_os = "linux")]
fn compiled() -> Option<Result<ExitCode, String>> {
    let order = course::compile::Order::given()?;
    let arguments = std::env::args_os().skip(1).collect();
    Some(order.and_then(|order| order.carry_out(arguments)))
}

#[cfg(not(target_os = "linux"))]
fn compiled() -> Option<Result<ExitCode, String>> {
    None
}

#[cfg(target_os = "linux")]
fn run(CommandLine { verb, exercises }: CommandLine) -> Result<ExitCode, String> {
    use std::io;

    use course::grade::Graded;
    use course::set::Set;
    use course::trials::Place;
    use course::walls::Standing;
    use course::{feedback, grade, supervisor, tidy, verify};

    if let Verb::Supervise { request } = &verb {
        supervisor::supervise(request)?;
        return Ok(ExitCode::SUCCESS);
    }
    let root = exercises.map_or_else(find, Ok)?;
    let set = Set::read(&root)?;
    let project = root.join("../..");
    let target = std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| project.join("target"), PathBuf::from)
        .join("course");
    std::fs::create_dir_all(&target).map_err(|error| {
        let target = target.display();
        format!("{target}: {error}; CARGO_TARGET_DIR names another folder for what is compiled")
    })?;
    let target = target.canonicalize().map_err(|error| error.to_string())?;
    // Two at once would compile into each other's files. Held until this process ends.
    let lock = std::fs::File::create(target.join("lock"));
    let lock = lock.map_err(|error| format!("{}: {error}", target.display()))?;
    if lock.try_lock().is_err() {
        eprintln!(
            "cargo course: waiting for another one that works in {}",
            target.display()
        );
        lock.lock().map_err(|error| format!("{}: {error}", target.display()))?;
    }
    match verb {
        Verb::Verify { filter } => {
            let place = Place {
                folder: target.join(if filter.is_some() { "some" } else { "all" }),
                target: target.join("build"),
                notebook: Some(target.join("verdicts")),
                thorough: true,
                // These answers are ours.
                walls: Standing::survey(true)?,
            };
            let chapters = project.join("book/src");
            let proof = verify::verify(&set, &place, &chapters, filter.as_deref())?;
            for finding in &proof.findings {
                eprintln!("{finding}");
            }
            println!(
                "Proved {} exercises: {} answers, {} checks, {} findings.",
                proof.exercises,
                proof.answers,
                proof.checks,
                proof.findings.len()
            );
            Ok(if proof.findings.is_empty() {
                ExitCode::SUCCESS
            } else {
                ExitCode::from(1)
            })
        }
        Verb::Grade { dir, json, csv, trust, feedback: mut theirs } => {
            let walls = Standing::survey(trust)?;
            let place = Place {
                folder: target.join("graded"),
                target: target.join("build"),
                notebook: None,
                thorough: false,
                walls,
            };
            let graded = grade::grade(&set, &place, &dir)?;
            if csv {
                eprintln!("cargo course: {}", walls.say());
            }
            let stdout = io::stdout().lock();
            let written = match (json, csv) {
                (true, _) => graded.json(stdout),
                (_, true) => graded.csv(stdout),
                _ => io::Write::write_all(&mut { stdout }, graded.table().as_bytes()),
            };
            if let Err(error) = written
                && error.kind() != io::ErrorKind::BrokenPipe
            {
                return Err(format!("couldn't write the report: {error}"));
            }
            if let Graded::Class { left_out, .. } = &graded {
                if !left_out.is_empty() {
                    let left_out = left_out.join(", ");
                    eprintln!("Left out, since a student hands in a folder: {left_out}");
                }
                theirs.get_or_insert_with(|| target.join("feedback").join(name_of(&dir)));
            }
            if let Some(folder) = theirs {
                feedback::write(&graded, &set, &folder)?;
                eprintln!("Each student's feedback lies in {}", folder.display());
            }
            Ok(if graded.all_passed() { ExitCode::SUCCESS } else { ExitCode::from(1) })
        }
        Verb::Tidy => {
            tidy::tidy(&set)?;
            Ok(ExitCode::SUCCESS)
        }
        Verb::Supervise { .. } => unreachable!("that came first"),
    }
}

/// The name of a folder, also of `.`.
#[cfg(target_os = "linux")]
fn name_of(folder: &std::path::Path) -> std::ffi::OsString {
    let folder = folder.canonicalize().unwrap_or_else(|_| folder.into());
    folder.file_name().unwrap_or_default().into()
}

/// The folder of the exercises, from here or from a folder above.
#[cfg(target_os = "linux")]
fn find() -> Result<PathBuf, String> {
    let here = std::env::current_dir()
        .map_err(|error| format!("the current folder: {error}"))?;
    let root = here.ancestors().map(|folder| folder.join("crates/exercises"));
    root.into_iter().find(|folder| folder.join("info.toml").is_file()).ok_or_else(|| {
        let here = here.display();
        format!("there is no crates/exercises/info.toml in {here} or above; name the folder with --exercises")
    })
}

#[cfg(not(target_os = "linux"))]
fn run(_: CommandLine) -> Result<ExitCode, String> {
    Err("this needs Linux: elsewhere, nothing keeps an answer's processes together. The exercises \
         themselves run with rustlings"
        .into())
}
