//! The jobs, and the program that runs them: all variants of a job print the same, and a job that doesn't is caught.

#[cfg(target_os = "linux")]
use std::fs;
use std::process::{Command, Output};

#[cfg(target_os = "linux")]
const SUMS: &str = "[[job]]\nname = \"sums\"\nkind = \"computes\"\nfile = \"sums\"\nsmall = 2000\nbaseline = \"one\"\n\
                    variants = { one = [\"one-after-the-other\"], threads = [\"threads\"] }\n";

fn run(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ground-truth"));
    command.arg("--no-build").args(arguments).output().expect("it starts")
}

fn said(output: &Output) -> (String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (text(&output.stdout), text(&output.stderr))
}

/// Runs every variant of the jobs in `folder`. Where one can't run, it says so.
#[cfg(target_os = "linux")]
fn check(folder: &str) {
    // Relative to the package, where tests run: jobs run elsewhere.
    let output = run(&["check", "--jobs", folder]);
    let (stdout, stderr) = said(&output);
    assert!(output.status.success(), "{stdout}{stderr}");
    for line in stdout.lines().filter(|line| line.contains("not run")) {
        eprintln!("not tested: {line}");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn all_variants_print_the_same() {
    check("jobs");
}

#[test]
#[cfg(target_os = "linux")]
fn all_variants_of_the_held_out_print_the_same() {
    check("jobs/held-out");
}

#[test]
#[cfg(target_os = "linux")]
fn all_variants_of_the_trial_print_the_same() {
    check("jobs/trial");
}

#[test]
#[cfg(target_os = "linux")]
fn a_variant_that_prints_something_else_or_fails_is_caught() {
    if !Command::new("python3")
        .arg("--version")
        .output()
        .is_ok_and(|o| o.status.success())
    {
        eprintln!("not tested: there is no python3");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let job = SUMS.replace("file = \"sums\"", "file = \"odd.py\"");
    fs::write(folder.path().join("jobs.toml"), job).unwrap();
    let jobs = folder.path().display().to_string();
    for (script, complaint) in [
        ("import sys; print(sys.argv[1])", "threads: it prints threads, and not one"),
        ("import sys; print(6 if sys.argv[1] == 'one' else 1 / 0)", "ZeroDivisionError"),
    ] {
        fs::write(folder.path().join("odd.py"), script).unwrap();
        let output = run(&["check", "--jobs", &jobs]);
        let (stdout, _) = said(&output);
        assert_eq!(output.status.code(), Some(1), "{stdout}");
        assert!(stdout.contains(complaint), "{stdout}");
    }
}

/// A whole run, with an advisor that says what it was told to.
#[test]
#[cfg(target_os = "linux")]
fn advice_is_asked_for_judged_kept_and_shown() {
    let folder = tempfile::tempdir().unwrap();
    let of = |name: &str| folder.path().join(name).display().to_string();
    fs::write(of("jobs.toml"), SUMS).unwrap();
    let advisor = "#!/bin/sh\nshift; json=$1; shift 4\n\"$@\" || exit\ncat > \"$json\" <<END\n\
                   {\"recommendation\": \"async\", \"sentence\": \"Take it.\", \"format\": 1,\n\
                   \"options\": [{\"option\": \"async\", \"speedup\": {\"low\": 1.5, \"high\": 2.5}}]}\nEND\n";
    tour::manners::write_program(&folder.path().join("advisor"), advisor);
    let (jobs, json, advisor) = (of(""), of("found.json"), of("advisor"));
    let all = ["--jobs", &jobs, "--advisor", &advisor, "--small"];
    let output = run(&[&all[..], &["--rounds", "2", "--json", &json]].concat());
    let (stdout, stderr) = said(&output);
    assert!(output.status.success(), "{stdout}{stderr}");
    for words in ["1.50–2.50", "no such variant", "no variant to compare with: 1"] {
        assert!(stdout.contains(words), "{stdout}");
    }
    let shown = run(&["show", "--jobs", &jobs]);
    assert!(said(&shown).0.contains("1.50–2.50"), "{shown:?}");
    // Asks anew, and takes the times as they were.
    fs::write(of("advisor"), "#!/bin/sh\nexit 3\n").unwrap();
    let again = run(&[&all[..], &["--times", &json]].concat());
    let (stdout, stderr) = said(&again);
    assert!(stdout.contains("no advice: sums: exit status: 3"), "{stdout}{stderr}");
}

#[test]
fn each_mistake_gets_a_line_of_its_own() {
    for (arguments, complaint) in [
        (&["show", "nowhere.json"][..], "ground-truth: nowhere.json: "),
        #[cfg(target_os = "linux")]
        (&["--only", "nothing"], "ground-truth: there is no job `nothing`"),
        #[cfg(not(target_os = "linux"))]
        (&[], "ground-truth: the ground truth needs Linux"),
    ] {
        let output = run(arguments);
        let (stdout, stderr) = said(&output);
        assert_eq!((output.status.code(), stdout.as_str()), (Some(2), ""), "{stderr}");
        assert_eq!(stderr.lines().count(), 1, "{stderr}");
        assert!(stderr.starts_with(complaint), "{stderr}");
    }
}

#[test]
fn no_round_is_no_run() {
    let output = run(&["--rounds", "0"]);
    let (stdout, stderr) = said(&output);
    assert_eq!((output.status.code(), stdout.as_str()), (Some(2), ""), "{stderr}");
    assert!(stderr.contains("--rounds"), "{stderr}");
}
