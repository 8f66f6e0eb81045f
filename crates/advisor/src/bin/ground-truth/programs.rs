//! Starts jobs, and the advisor with them.

use std::env;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use pythons::running;

use crate::manifest::Job;
use crate::record::Advice;

/// How long a variant may take.
const PATIENCE: Duration = Duration::from_secs(120);
/// How long a site or a small program may take to begin.
const LITTLE_PATIENCE: Duration = Duration::from_secs(20);

/// What is there to run jobs with.
pub(crate) struct Programs {
    /// An interpreter that is new enough.
    python: Option<String>,
    /// Whether the system can limit the memory of a job.
    limits: bool,
    /// Where this crate's examples were compiled to.
    examples: PathBuf,
    advisor: PathBuf,
    /// Where jobs run, and leave their files.
    folder: PathBuf,
    site: Option<Site>,
}

/// A job that ended well.
pub(crate) struct Ended {
    pub(crate) seconds: f64,
    /// What it printed.
    pub(crate) result: String,
}

impl Programs {
    /// Finds out what there is. `scripts` is the folder that holds `slow_site.py`, and `advisor` a program other than
    /// the one beside this one.
    ///
    /// # Errors
    ///
    /// One line, when there is no place for the jobs' files, or the site doesn't open.
    pub(crate) fn find(scripts: &Path, advisor: Option<PathBuf>) -> Result<Self, String> {
        let this = env::current_exe().map_err(|error| error.to_string())?;
        let beside = this.parent().unwrap_or(Path::new("."));
        let folder = beside.join("ground-truth-files");
        fs::create_dir_all(&folder)
            .map_err(|error| format!("{}: {error}", folder.display()))?;
        let said = |program: &str, arguments: &[&str]| {
            let mut command = Command::new(program);
            let output =
                running::output(command.args(arguments), LITTLE_PATIENCE).ok()??;
            let said = String::from_utf8_lossy(&output.stdout).trim().to_string();
            output.status.success().then_some(said)
        };
        // What is on the path may be a script that looks for the interpreter, and that takes time.
        let python = said(
            "python3",
            &[
                "-c",
                "import sys; sys.exit(sys.version_info < (3, 8) or print(sys.executable))",
            ],
        );
        let open = |python| Site::open(python, &scripts.join("slow_site.py"));
        let site = python.as_deref().map(open).transpose()?;
        Ok(Self {
            python,
            limits: said(
                "systemd-run",
                &["--user", "--scope", "--quiet", "-p", "MemoryMax=1G", "true"],
            )
            .is_some(),
            examples: beside.join("examples"),
            advisor: advisor.unwrap_or_else(|| {
                beside.join(format!("advisor{}", env::consts::EXE_SUFFIX))
            }),
            folder,
            site,
        })
    }

    /// Why a job can't run here, if it can't. At a small size, it needs little memory.
    pub(crate) fn lacking(&self, job: &Job, size: Option<u64>) -> Option<String> {
        if job.is_python() && self.python.is_none() {
            return Some("there is no python3 of version 3.8 or later".into());
        }
        if let Some(memory) = &job.memory
            && size.is_none()
            && !self.limits
        {
            return Some(format!(
                "nothing here limits its memory to {memory}; it takes a session of systemd (`systemd-run --user`)"
            ));
        }
        None
    }

    /// Runs a variant of a job, at a size other than its own if one is given.
    ///
    /// # Errors
    ///
    /// One line: it can't be started, fails, or doesn't end in time.
    pub(crate) fn run(
        &self,
        job: &Job,
        variant: &str,
        size: Option<u64>,
    ) -> Result<Ended, String> {
        let words = self.words(job, variant, size);
        let begin = Instant::now();
        let output = self.ended(&mut self.command(job, &words))?;
        let seconds = begin.elapsed().as_secs_f64();
        let result = String::from_utf8_lossy(&output.stdout).trim().to_string();
        Ok(Ended { seconds, result })
    }

    /// Runs the baseline of a job under the advisor, and returns what that says. With `pieces`, the advisor is told into
    /// how many the work divides, where the job knows that.
    ///
    /// # Errors
    ///
    /// As [`Self::run`], and when the advisor's report can't be read.
    pub(crate) fn advise(
        &self,
        job: &Job,
        size: Option<u64>,
        pieces: bool,
    ) -> Result<Advice, String> {
        let [json, report] =
            ["advice.json", "advice.txt"].map(|name| self.folder.join(name));
        // What it said of another job.
        let _ = fs::remove_file(&json);
        let mut words = vec![self.advisor.display().to_string(), "--json".into()];
        words.extend([json.display().to_string(), "--report".into()]);
        words.push(report.display().to_string());
        if let Some(tasks) = job.tasks.filter(|_| pieces) {
            words.extend(["--pieces".into(), tasks.to_string()]);
        }
        words.push("--".into());
        words.extend(self.words(job, &job.baseline, size));
        let begin = Instant::now();
        self.ended(&mut self.command(job, &words))?;
        let took = begin.elapsed().as_secs_f64();
        let text = fs::read_to_string(&json)
            .map_err(|error| format!("the advisor wrote no report: {error}"))?;
        let advice: Advice = serde_json::from_str(&text)
            .map_err(|error| format!("the advisor's report: {error}"))?;
        Ok(Advice { took, ..advice })
    }

    /// The command line of a variant.
    fn words(&self, job: &Job, variant: &str, size: Option<u64>) -> Vec<String> {
        let program = match &self.python {
            Some(python) if job.is_python() => {
                vec![python.clone(), job.file.display().to_string()]
            }
            _ => vec![self.examples.join(&job.file).display().to_string()],
        };
        let size = size.map(|size| size.to_string());
        program.into_iter().chain([variant.to_string()]).chain(size).collect()
    }

    fn command(&self, job: &Job, words: &[String]) -> Command {
        let mut all = Vec::new();
        if let Some(memory) = job.memory.as_ref().filter(|_| self.limits) {
            all.extend(["systemd-run", "--user", "--scope", "--quiet"].map(String::from));
            all.extend(["-p".into(), format!("MemoryMax={memory}")]);
            all.extend(["-p", "MemorySwapMax=0", "--"].map(String::from));
        }
        all.extend_from_slice(words);
        let mut command = Command::new(&all[0]);
        command
            .args(&all[1..])
            .current_dir(&self.folder)
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .envs(self.site.as_ref().map(|site| ("SITE", &site.address)));
        command
    }

    fn ended(&self, command: &mut Command) -> Result<Output, String> {
        let program = command.get_program().display().to_string();
        let output = running::output(command, PATIENCE)
            .map_err(|error| format!("{program}: {error}"))?
            .ok_or_else(|| format!("it took more than {} s", PATIENCE.as_secs()))?;
        if output.status.success() {
            return Ok(output);
        }
        let said = String::from_utf8_lossy(&output.stderr);
        // The last line of a traceback is the exception.
        let last = said.trim().lines().last().unwrap_or_default();
        Err(format!("{}: {last}", output.status))
    }
}

/// The site that the jobs visit, so that it is no part of the program that is watched.
struct Site {
    address: String,
    process: Child,
}

impl Site {
    fn open(python: &str, script: &Path) -> Result<Self, String> {
        let opened = |problem: String| format!("{}: {problem}", script.display());
        let mut process = Command::new(python)
            .arg(script)
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| opened(error.to_string()))?;
        let mut address = String::new();
        if let Some(said) = process.stdout.take() {
            BufReader::new(said)
                .read_line(&mut address)
                .map_err(|error| opened(error.to_string()))?;
        }
        let site = Self { address: address.trim().into(), process };
        match site.address.is_empty() {
            true => Err(opened("it doesn't say where it listens".into())),
            false => Ok(site),
        }
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        // The end of its input is the end of the site.
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}
