//! How long a book takes that was built before, this one and ten of it: where nothing has changed since, and where
//! somebody edits a chapter. What `cargo run` adds is Cargo's own look at the sources.
//!
//! ```console
//! $ cargo bench --package bookbinder
//! ```

use std::fs;
use std::path::Path;

use bookbinder::verbs::build::build;
use criterion::{Criterion, criterion_group, criterion_main};
use surveyor::code::Code;
use surveyor::kept::Measured;
use tempfile::TempDir;

const FILES: [&str; 3] = ["book.toml", "claims.toml", "theme"];

/// This project, with `copies` of every chapter, every measurement, every bench and all code.
fn project(copies: usize) -> TempDir {
    let ours = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let project = TempDir::new().expect("a folder for the project");
    let root = project.path();
    for file in FILES {
        copy(
            &ours.join("book").join(file),
            &root.join("book").join(file),
            &str::to_string,
        );
    }
    // What Cargo is told counts for the fingerprints of what was recorded.
    for file in ["book/outputs", "Cargo.lock", ".cargo"] {
        copy(&ours.join(file), &root.join(file), &str::to_string);
    }
    copy(&ours.join("Cargo.toml"), &root.join("Cargo.toml"), &|manifest| {
        outside(manifest, copies)
    });
    for name in names(&ours.join("benches")) {
        let file = Path::new("benches").join(name);
        if ours.join(&file).is_file() {
            copy(&ours.join(&file), &root.join(&file), &str::to_string);
        }
    }
    let packages: Vec<String> = names(&ours.join("crates"));
    for k in 0..copies {
        // The first is the original; the names of the others end with their number.
        let named = |name: &str| if k == 0 { name.into() } else { format!("{name}-{k}") };
        for package in &packages {
            let to = root.join("crates").join(named(package));
            // Only the originals' anchors are included by a chapter.
            copy(&ours.join("crates").join(package), &to, &|text| {
                if k == 0 { text.into() } else { text.replace("ANCHOR", "Anchor") }
            });
        }
        for target in names(&ours.join("benches")) {
            let from = ours.join("benches").join(&target);
            for file in names(&from).iter().filter(|_| target != "src") {
                let to = file.replace(".rs", &(named("") + ".rs"));
                copy(
                    &from.join(file),
                    &root.join("benches").join(&target).join(to),
                    &|text| {
                        let of_copy = |text: String, package: &String| {
                            let name = package.replace('-', "_");
                            text.replace(
                                &format!("{name}::"),
                                &format!("{}::", named(&name).replace('-', "_")),
                            )
                        };
                        packages.iter().fold(text.into(), of_copy)
                    },
                );
            }
        }
        for name in names(&ours.join("book/src")) {
            let from = ours.join("book/src").join(&name);
            let to = match name.strip_suffix(".md") {
                Some("SUMMARY") => continue,
                Some(chapter) => named(chapter) + ".md",
                None => named(&name),
            };
            copy(&from, &root.join("book/src").join(to), &str::to_string);
        }
    }
    copy(&ours.join("benches/src"), &root.join("benches/src"), &str::to_string);

    let summary =
        fs::read_to_string(ours.join("book/src/SUMMARY.md")).expect("a summary");
    let mut all = summary.clone();
    for k in 1..copies {
        for line in summary.lines().filter(|line| line.trim_start().starts_with("- [")) {
            let line = match line.rsplit_once('/') {
                Some((before, after)) => format!("{before}-{k}/{after}"),
                None => line.replace(".md)", &format!("-{k}.md)")),
            };
            all = all + &line + "\n";
        }
    }
    fs::write(root.join("book/src/SUMMARY.md"), all).expect("a summary");

    // The copies are measured, too, as far as anybody can tell.
    let code = Code::of(root);
    for machine in names(&ours.join("book/measurements")) {
        let folder = Path::new("book/measurements").join(&machine);
        let (measured, _) = Measured::read(&ours.join(&folder));
        for group in measured.groups() {
            for k in 0..copies {
                let mut group = group.clone();
                if k > 0 {
                    let name = format!("{}-{k}", group.group);
                    for m in &mut group.measurements {
                        m.id = m.id.replacen(&group.group, &name, 1);
                    }
                    group.group = name;
                }
                let bench = code.bench_of(&group.group).expect("it was copied");
                group.code = code.fingerprint(bench).expect("it is whole");
                group.write(&root.join(&folder)).expect("a file of measurements");
            }
        }
    }
    project
}

/// The manifest of a workspace with `copies` of every package, where the copies of what stands outside of it
/// stand outside, too.
fn outside(manifest: &str, copies: usize) -> String {
    let mut manifest: toml::Table = manifest.parse().expect("a manifest");
    let exclude = manifest["workspace"]["exclude"].as_array_mut().expect("a list");
    let paths: Vec<_> =
        exclude.iter().filter_map(|path| path.as_str()).map(str::to_string).collect();
    for k in 1..copies {
        exclude.extend(paths.iter().map(|path| format!("{path}-{k}").into()));
    }
    manifest.to_string()
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
}

/// Copies a file or a folder, where there is one, with `change` to every text. What is no text stays as it is.
fn copy(from: &Path, to: &Path, change: &dyn Fn(&str) -> String) {
    if from.is_dir() {
        for name in names(from).iter().filter(|name| *name != "target") {
            copy(&from.join(name), &to.join(name), change);
        }
    } else if let Ok(content) = fs::read(from) {
        fs::create_dir_all(to.parent().expect("it is below the root")).expect("a folder");
        let content = match String::from_utf8(content) {
            Ok(text) => change(&text).into_bytes(),
            Err(error) => error.into_bytes(),
        };
        fs::write(to, content).expect("a file");
    }
}

fn building(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("bookbinder");
    group.sample_size(10);
    for copies in [1, 10] {
        let project = project(copies);
        let build = || build(project.path(), false).expect("it passes the gates");
        group.bench_function(format!("build/{copies}"), |bencher| bencher.iter(build));
        // mdBook makes all pages, whichever chapter is another.
        let chapter = project.path().join("book/src/introduction.md");
        let text = fs::read_to_string(&chapter).expect("a chapter");
        let mut edits = 0;
        group.bench_function(format!("edited/{copies}"), |bencher| {
            bencher.iter(|| {
                edits += 1;
                fs::write(&chapter, format!("{text}\n<!-- {edits} -->\n"))
                    .expect("the chapter");
                build()
            });
        });
    }
    group.finish();
}

criterion_group!(benches, building);
criterion_main!(benches);
