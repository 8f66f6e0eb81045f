//! Numbers that speak of other code, or of another machine, than the rest; or that were taken in a hurry,
//! or not to the end.

use std::path::{Path, PathBuf};

use surveyor::code::Code;
use surveyor::kept::Measured;
use surveyor::kept::measurement::{Group, PROCESSES};

use crate::divide::each;
use crate::finding::Finding;
use crate::kept::Material;

/// Finds groups of the reference machine that were measured before their code changed, elsewhere,
/// quickly, or by too few processes; and those of the machines beside it that were measured before.
pub(super) fn ages(material: &Material) -> Vec<Finding> {
    let Material { reference, others, code, .. } = material;
    let machines = [reference].into_iter().chain(others);
    let groups: Vec<_> = machines
        .flat_map(|machine| machine.groups().map(move |group| (machine, group)))
        .collect();
    let found = |&(machine, group): &(&Measured, &Group)| {
        if machine.name == reference.name {
            of_reference(reference, group, code)
        } else {
            of_another(machine, group, code).into_iter().collect()
        }
    };
    each(&groups, found).into_iter().flatten().collect()
}

fn of_reference(reference: &Measured, group: &Group, code: &Code) -> Vec<Finding> {
    let (machine, name) = (&reference.name, &group.group);
    let measure = format!("`cargo book measure --machine {machine} --only {name}`");
    let mut findings = Vec::new();
    let mut add = |problem: String, remedy: String| {
        findings.push(Finding::new(file(reference, group), 0, problem, remedy));
    };
    if let Some(problem) = outdated(group, code) {
        let remedy = format!(
            "measure it anew with {measure} on the reference machine; \
             elsewhere `cargo run -- --draft` shows the old numbers"
        );
        add(problem, remedy);
    }
    if group.quick {
        add(
            format!(
                "`{name}` was measured quickly, with few samples, and the book speaks of it"
            ),
            format!("measure it in full with {measure}"),
        );
    }
    if !group.quick && group.fewest() < PROCESSES {
        add(
            format!(
                "`{name}` was measured by {} of {PROCESSES} processes, so its intervals promise too much",
                group.fewest()
            ),
            format!("measure it to the end with {measure}"),
        );
    }
    if reference.machine().is_some_and(|machine| !group.machine.is_like(machine)) {
        add(
            format!(
                "`{name}` was measured on another machine than the rest of the reference"
            ),
            format!(
                "measure all groups on one machine: `cargo book measure --machine {machine}`"
            ),
        );
    }
    findings
}

/// Nobody can measure it anew who has not that machine.
fn of_another(machine: &Measured, group: &Group, code: &Code) -> Option<Finding> {
    let remedy = format!(
        "take this file away, or measure it anew on that machine: \
         `cargo book measure --machine {} --only {}`",
        machine.name, group.group
    );
    Some(Finding::new(file(machine, group), 0, outdated(group, code)?, remedy))
}

fn file(machine: &Measured, group: &Group) -> PathBuf {
    Path::new("book/measurements")
        .join(&machine.name)
        .join(format!("{}.json", group.group))
}

/// Why a group says nothing of the code that is here now.
fn outdated(group: &Group, code: &Code) -> Option<String> {
    let name = &group.group;
    // ANCHOR: stale
    let bench = code.bench_of(name).map(|bench| code.fingerprint(bench));
    match bench {
        Some(Ok(code)) if code == group.code => None,
        Some(Ok(_)) => Some(format!("`{name}` was measured before its code changed")),
        Some(Err(reason)) => Some(reason),
        None => Some(format!("`{name}` was measured by a bench that is gone")),
    }
    // ANCHOR_END: stale
}
