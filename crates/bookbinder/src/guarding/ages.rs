//! Numbers that speak of other code, or of another machine, than the rest; or that were taken in a hurry,
//! or not to the end.

use std::path::Path;

use crate::code::Finding;
use crate::kept::Material;
use crate::kept::measurement::PROCESSES;

/// Finds groups of the reference machine that were measured before their code changed, elsewhere,
/// quickly, or by too few processes.
pub(super) fn ages(material: &Material) -> Vec<Finding> {
    let Material { reference, code, .. } = material;
    let mut findings = Vec::new();
    let machine = reference.machine();
    for group in reference.groups() {
        let name = &group.group;
        let file = Path::new("book/measurements")
            .join(&reference.name)
            .join(format!("{name}.json"));
        // ANCHOR: stale
        let bench = code.bench_of(name).map(|bench| code.fingerprint(bench));
        let problem = match bench {
            Some(Ok(code)) if code == group.code => None,
            Some(Ok(_)) => Some(format!("`{name}` was measured before its code changed")),
            Some(Err(reason)) => Some(reason),
            None => Some(format!("`{name}` was measured by a bench that is gone")),
        };
        // ANCHOR_END: stale
        if let Some(problem) = problem {
            let remedy = format!(
                "measure it anew with `cargo book measure --machine {} --only {name}` on the reference machine; \
                 elsewhere `cargo run -- --draft` shows the old numbers",
                reference.name
            );
            findings.push(Finding::new(&file, 0, problem, remedy));
        }
        if group.quick {
            findings.push(Finding::new(
                &file,
                0,
                format!("`{name}` was measured quickly, with few samples, and the book speaks of it"),
                format!(
                    "measure it in full with `cargo book measure --machine {} --only {name}`",
                    reference.name
                ),
            ));
        }
        if !group.quick && group.fewest() < PROCESSES {
            findings.push(Finding::new(
                &file,
                0,
                format!(
                    "`{name}` was measured by {} of {PROCESSES} processes, so its intervals promise too much",
                    group.fewest()
                ),
                format!(
                    "measure it to the end with `cargo book measure --machine {} --only {name}`",
                    reference.name
                ),
            ));
        }
        if machine.is_some_and(|machine| !group.machine.is_like(machine)) {
            findings.push(Finding::new(
                &file,
                0,
                format!("`{name}` was measured on another machine than the rest of the reference"),
                format!("measure all groups on one machine: `cargo book measure --machine {}`", reference.name),
            ));
        }
    }
    findings
}
