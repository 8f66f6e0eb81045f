//! Scripts in Python: which of them a text of a program may mean, what of one counts, and what it
//! takes from its neighbours.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::files::Files;

/// The scripts of a project: all of them below a `python` folder of a crate.
pub(super) fn below(root: &Path, files: &Files) -> Vec<PathBuf> {
    let crates = root.join("crates");
    let (mut scripts, mut seen) = (Vec::new(), BTreeSet::new());
    for name in files.names(&crates).iter() {
        gather(&crates.join(name).join("python"), files, &mut seen, &mut scripts);
    }
    scripts
}

fn gather(
    folder: &Path,
    files: &Files,
    seen: &mut BTreeSet<PathBuf>,
    scripts: &mut Vec<PathBuf>,
) {
    // Links may lead in circles.
    if !folder.canonicalize().is_ok_and(|folder| seen.insert(folder)) {
        return;
    }
    for name in files.names(folder).iter() {
        let path = folder.join(name);
        match path.extension() {
            Some(kind) if kind == "py" => scripts.push(path),
            Some(_) => {}
            None => gather(&path, files, seen, scripts),
        }
    }
}

/// Whether `text`, which stands in a program, may be the end of `path`. What is in braces, `format!`
/// fills in.
pub(super) fn may_mean(text: &str, path: &str) -> bool {
    let path = format!("/{path}");
    let whole = format!("/{}", text.trim_start_matches(['.', '/']));
    let fixed = if text.contains('{') { text } else { &whole };
    let fixed = fixed.split('{').enumerate().map(|(i, part)| match i {
        0 => part,
        _ => part.split_once('}').map_or("", |(_, after)| after),
    });
    let mut fixed: Vec<_> = fixed.collect();
    let Some(rest) = fixed.pop().and_then(|end| path.strip_suffix(end)) else {
        return false;
    };
    let rest = fixed
        .iter()
        .rev()
        .try_fold(rest, |rest, part| rest.rfind(part).map(|at| &rest[..at]));
    rest.is_some()
}

/// The lines of a script that count: all but comments.
pub(super) fn code(text: &str) -> impl Iterator<Item = &str> {
    let quotes = |line: &str, quote| line.matches(quote).count();
    let (mut double, mut single) = (0, 0);
    text.lines().filter(move |line| {
        // Within a long string, a line that looks like a comment is none.
        let in_text = double % 2 == 1 || single % 2 == 1;
        let counts = in_text || !line.trim_start().starts_with('#');
        if counts {
            double += quotes(line, "\"\"\"");
            single += quotes(line, "'''");
        }
        counts
    })
}

/// What lies beside `script` and may be imported, started or read by it: `text` is its code.
pub(super) fn neighbours(script: &Path, text: &str, files: &Files) -> Vec<PathBuf> {
    let is_between = |c: char| !c.is_alphanumeric() && c != '_';
    let imported: BTreeSet<_> =
        imports(text).flat_map(|statement| statement.split(is_between)).collect();
    let folder = script.parent().unwrap_or(Path::new(""));
    let mut found = Vec::new();
    for name in files.names(folder).iter().filter_map(|name| name.to_str()) {
        let stem = name.strip_suffix(".py").unwrap_or(name);
        let is_named = imported.contains(stem)
            || ['"', '\'']
                .iter()
                .any(|quote| text.contains(&format!("{quote}{stem}{quote}")))
            || name.contains('.') && text.contains(name);
        let path = folder.join(name);
        if !is_named || path == script {
            continue;
        }
        match path.extension() {
            Some(_) => found.push(path),
            None => gather(&path, files, &mut BTreeSet::new(), &mut found),
        }
    }
    found
}

/// What stands in the same line as an `import`, or in brackets after it.
fn imports(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices("import").map(|(at, _)| {
        let start = text[..at].rfind('\n').map_or(0, |end| end + 1);
        let rest = &text[at..];
        let line = rest.find('\n').unwrap_or(rest.len());
        let end = match rest[..line].contains('(') {
            true => rest.find(')').unwrap_or(rest.len()),
            false => line,
        };
        &text[start..at + end.max(line)]
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_may_mean_a_script() {
        let path = "crates/adder/python/sum.py";
        for text in [
            "crates/adder/python/sum.py",
            "./crates/adder/python/sum.py",
            "/python/sum.py",
            "../python/sum.py",
            "sum.py",
            "crates/{}/python/sum.py",
            "crates/{name}/python/{script}.py",
            "{root}/crates/adder/python/sum.py",
            "{script}.py",
        ] {
            assert!(may_mean(text, path), "{text}");
        }
        for text in
            ["um.py", "/usr/lib/sum.py", "crates/{}/python/other.py", "{}/x/{}.py"]
        {
            assert!(!may_mean(text, path), "{text}");
        }
    }

    #[test]
    fn what_looks_like_a_comment_in_a_text_counts() {
        let text = "# Not.\nx = 1  # but this\n'''\n# This.\n'''\n    # Not.\n";
        let lines: Vec<_> = code(text).collect();
        assert_eq!(lines, ["x = 1  # but this", "'''", "# This.", "'''"]);
    }
}
