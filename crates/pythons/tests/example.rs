//! The example as its readers meet it: from outside.

use tour::manners::Example;

const PYTHONS: Example = Example::new("pythons", env!("CARGO_BIN_EXE_pythons"));

#[test]
fn every_mistake_gets_one_line() {
    for (arguments, complaint) in [
        ("lits", "no demo `lits`; there are list, countdown"),
        ("list --size 3", "`list` takes no --size"),
    ] {
        PYTHONS.complains(arguments, complaint);
    }
}

#[test]
fn a_list_names_those_that_are_there() {
    let output = PYTHONS.run("list");
    assert!(output.status.success());
    let said = String::from_utf8_lossy(&output.stdout);
    let found = pythons::find(&[]).found;
    assert!(found.iter().all(|found| said.contains(&found.python.name)), "{said}");
    assert_eq!(found.is_empty(), said.contains("There is no CPython"), "{said}");
}

#[cfg(unix)]
#[test]
fn without_any_python_it_says_so() {
    use std::process::Command;

    let nowhere = tempfile::TempDir::new().unwrap();
    for demo in ["list", "countdown"] {
        let mut alone = Command::new(env!("CARGO_BIN_EXE_pythons"));
        alone
            .arg(demo)
            .env_clear()
            .env("PATH", nowhere.path())
            .env("HOME", nowhere.path());
        let output = alone.output().unwrap();
        assert!(output.status.success());
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(said.contains("There is no CPython on the path"), "{said}");
    }
}

#[cfg(unix)]
#[test]
fn a_closed_pipe_is_success() {
    PYTHONS.takes_a_closed_pipe_for_success("list");
}
