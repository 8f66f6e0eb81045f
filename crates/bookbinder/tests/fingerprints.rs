//! Which edits age a number. Each row is an edit of one file in a small workspace.

use std::fs;
use std::path::Path;

use surveyor::code::Code;
use tempfile::TempDir;

type File = (&'static str, &'static str);

/// What the rows start from. The bench of a row stands in the place of this one.
const WORKSPACE: &[File] = &[
    ("Cargo.toml", "[workspace]\nmembers = [\"crates/*\", \"benches\"]\n"),
    ("crates/adder/Cargo.toml", "[package]\nname = \"adder\"\n"),
    (
        "crates/adder/src/lib.rs",
        "pub mod sum; pub mod unused; pub mod nest; pub fn top() {}",
    ),
    ("crates/adder/src/sum.rs", "pub fn slow(n: u64) -> u64 { n + 1 } pub struct Sum;"),
    ("crates/adder/src/unused.rs", "pub fn unused() {}"),
    ("crates/adder/src/nest.rs", "pub mod egg; pub fn sit() {}"),
    ("crates/adder/src/nest/egg.rs", "pub fn hatch() {}"),
    ("crates/adder/python/sum.py", "import json\nprint(1)\n"),
    ("benches/Cargo.toml", "[package]\nname = \"benches\"\n"),
    ("benches/adders/speed.rs", "fn bench() { adder::sum::slow(1); }"),
];

const BENCH: &str = "benches/adders/speed.rs";
const SUM: &str = "crates/adder/src/sum.rs";
const EGG: &str = "crates/adder/src/nest/egg.rs";

fn print(files: &[File], edits: &[File]) -> String {
    let folder = TempDir::new().unwrap();
    for (file, text) in WORKSPACE.iter().chain(files).chain(edits) {
        let file = folder.path().join(file);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }
    let code = Code::of(folder.path());
    code.fingerprint(&folder.path().join(BENCH)).unwrap_or_else(|error| {
        let root = format!("{}/", Path::new(folder.path()).display());
        panic!("{}", error.replace(&root, ""))
    })
}

/// Panics with all rows for which the edit does not do as `ages` says.
fn check(ages: bool, rows: &[(&[File], File)]) {
    let wrong: Vec<_> = rows
        .iter()
        .filter(|(files, edit)| {
            let prints =
                std::panic::catch_unwind(|| (print(files, &[]), print(files, &[*edit])));
            prints.map_or(true, |(before, after)| (before != after) != ages)
        })
        .map(|(files, edit)| format!("{files:#?}, then {edit:?}"))
        .collect();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), rows.len(), wrong.join("\n"));
}

const SLOWER: File = (SUM, "pub fn slow(n: u64) -> u64 { n + 2 } pub struct Sum;");
const HATCHED: File = (EGG, "pub fn hatch() { loop {} }");

#[test]
fn a_name_reaches_what_it_may_mean() {
    check(
        true,
        &[
            (&[(BENCH, "use adder::{self as a}; fn b() { a::sum::slow(1); }")], SLOWER),
            (&[(BENCH, "use adder::{*}; fn b() { sum::slow(1); }")], SLOWER),
            (&[(BENCH, "use adder::*; fn b() { sum::slow(1); }")], SLOWER),
            (&[(BENCH, "use adder as a; fn b() { a::sum::slow(1); }")], SLOWER),
            (&[(BENCH, "use ::adder as a; fn b() { a::sum::slow(1); }")], SLOWER),
            (&[(BENCH, "use {adder as a}; fn b() { a::sum::slow(1); }")], SLOWER),
            (&[(BENCH, "use ::{adder as a}; fn b() { a::sum::slow(1); }")], SLOWER),
            (&[(BENCH, "use ::adder::*; fn b() { sum::slow(1); }")], SLOWER),
            (&[(BENCH, "use r#adder::r#sum; fn b() { sum::slow(1); }")], SLOWER),
            (&[(BENCH, "extern crate adder as a; fn b() { a::sum::slow(1); }")], SLOWER),
            (&[(BENCH, "fn b() { use adder as a; a::sum::slow(1); }")], SLOWER),
            (
                &[(BENCH, "use adder::nest::{self}; fn b() { nest::egg::hatch() }")],
                HATCHED,
            ),
            (
                &[(BENCH, "use adder::nest::{self as n}; fn b() { n::egg::hatch() }")],
                HATCHED,
            ),
            (
                &[(BENCH, "use adder::nest::{sit, egg as e}; fn b() { e::hatch() }")],
                HATCHED,
            ),
            (
                &[
                    (BENCH, "fn b() { adder::sum::slow(1); }"),
                    (
                        SUM,
                        "pub fn slow() { all::deep() } mod all { pub use super::super::*; }",
                    ),
                ],
                HATCHED,
            ),
            (&[(SUM, "use super::*; pub fn slow() { nest::egg::hatch() }")], HATCHED),
            (&[(SUM, "use crate::*; pub fn slow() { nest::egg::hatch() }")], HATCHED),
            (
                &[(SUM, "use crate as c; pub fn slow() { c::nest::egg::hatch() }")],
                HATCHED,
            ),
            (
                &[
                    ("crates/adder/src/lib.rs", "pub mod nest; pub use nest as n;"),
                    (BENCH, "fn b() { adder::n::egg::hatch() }"),
                ],
                HATCHED,
            ),
            // Modules between braces.
            (
                &[
                    (
                        "crates/adder/src/nest.rs",
                        "pub mod egg; pub mod x { pub fn f() { super::egg::hatch() } }",
                    ),
                    (BENCH, "fn b() { adder::nest::x::f() }"),
                ],
                HATCHED,
            ),
            (
                &[
                    ("crates/adder/src/nest.rs", "pub mod x { pub mod y; }"),
                    ("crates/adder/src/nest/x/y.rs", "pub fn f() {}"),
                    (BENCH, "fn b() { adder::nest::x::y::f() }"),
                ],
                ("crates/adder/src/nest/x/y.rs", "pub fn f() { loop {} }"),
            ),
            (
                &[
                    ("crates/adder/src/nest.rs", "pub mod x { pub mod y; }"),
                    (
                        "crates/adder/src/nest/x/y.rs",
                        "pub fn f() { super::super::egg::hatch() }",
                    ),
                    (BENCH, "use adder::nest as n; fn b() { n::x::y::f() }"),
                ],
                ("crates/adder/src/nest/x/y.rs", "pub fn f() { loop {} }"),
            ),
            // A module with the name of a crate, in that crate.
            (
                &[
                    ("crates/adder/src/lib.rs", "mod adder; pub use adder::add;"),
                    ("crates/adder/src/adder.rs", "pub fn add() {}"),
                    (BENCH, "fn b() { adder::add() }"),
                ],
                ("crates/adder/src/adder.rs", "pub fn add() { loop {} }"),
            ),
            // A path in a string.
            (
                &[(
                    BENCH,
                    "#[derive(Serialize)] struct S { #[serde(with = \"adder::sum\")] n: u64 }",
                )],
                SLOWER,
            ),
        ],
    );
}

#[test]
fn what_is_never_named_is_reached_with_what_it_adds_to() {
    const USES: File = (BENCH, "fn b() { adder::sum::Sum.fast() }");
    const FAST: &str = "crates/adder/src/sum/fast.rs";
    const ALONE: &str = "crates/adder/src/fast.rs";
    const FASTER: &str = "impl super::Sum { pub fn fast(&self) { loop {} } }";
    check(
        true,
        &[
            (
                &[
                    USES,
                    (SUM, "mod fast; pub struct Sum;"),
                    (FAST, "impl super::Sum { pub fn fast(&self) {} }"),
                ],
                (FAST, FASTER),
            ),
            (
                &[
                    USES,
                    ("crates/adder/src/lib.rs", "pub mod sum; mod fast;"),
                    (ALONE, "use crate::sum::Sum; impl Sum { pub fn fast(&self) {} }"),
                ],
                (
                    ALONE,
                    "use crate::sum::Sum; impl Sum { pub fn fast(&self) { loop {} } }",
                ),
            ),
            // The type comes by way of a third file.
            (
                &[
                    USES,
                    ("crates/adder/src/lib.rs", "pub mod sum; mod fast; use sum::Sum;"),
                    (ALONE, "use super::*; impl Drop for Sum { fn drop(&mut self) {} }"),
                ],
                (
                    ALONE,
                    "use super::*; impl Drop for Sum { fn drop(&mut self) { loop {} } }",
                ),
            ),
            (
                &[
                    USES,
                    (
                        "crates/adder/src/lib.rs",
                        "pub mod sum; mod fast; type S = sum::Sum;",
                    ),
                    (ALONE, "impl crate::S { pub fn fast(&self) {} }"),
                ],
                (ALONE, "impl crate::S { pub fn fast(&self) { loop {} } }"),
            ),
            (
                &[
                    USES,
                    ("crates/adder/src/lib.rs", "pub mod sum; mod fast; mod make;"),
                    (
                        "crates/adder/src/make.rs",
                        "macro_rules! make { ($t:ty, $n:expr) => { impl $t { pub fn fast(&self) { $n } } } }",
                    ),
                    (ALONE, "make!(crate::sum::Sum, 1);"),
                ],
                (ALONE, "make!(crate::sum::Sum, 2);"),
            ),
        ],
    );
}

#[test]
fn macros_are_reached_where_they_are_called() {
    const COUNT: &str = "macro_rules! count { () => { 1 } }";
    const OTHER: &str = "macro_rules! count { () => { 2 } }";
    const EXPORTED: &str = "#[macro_export] macro_rules! count { () => { 1 } }";
    const EXPORTED_OTHER: &str = "#[macro_export] macro_rules! count { () => { 2 } }";
    const MACROS: &str = "crates/adder/src/macros.rs";
    check(
        true,
        &[
            (
                &[
                    ("crates/adder/src/lib.rs", "#[macro_use] mod macros; pub mod sum;"),
                    (MACROS, COUNT),
                    (SUM, "pub fn slow(n: u64) -> u64 { count!() }"),
                ],
                (MACROS, OTHER),
            ),
            (
                &[(MACROS, EXPORTED), (BENCH, "fn b() { adder::count!() }")],
                (MACROS, EXPORTED_OTHER),
            ),
            (
                &[(MACROS, EXPORTED), (BENCH, "use adder::count as c; fn b() { c!() }")],
                (MACROS, EXPORTED_OTHER),
            ),
            (
                &[(
                    BENCH,
                    "macro_rules! c { ($m:ident) => { adder::$m::slow(1) } } fn b() { c!(sum) }",
                )],
                SLOWER,
            ),
            (
                &[(
                    BENCH,
                    "macro_rules! c { ($c:ident) => { $c::sum::slow(1) } } fn b() { c!(adder) }",
                )],
                SLOWER,
            ),
        ],
    );
}

#[test]
fn files_are_reached_where_a_text_may_name_them() {
    const SCRIPT: File = ("crates/adder/python/sum.py", "import json\nprint(2)\n");
    const HELPER: &str = "crates/adder/python/helper.py";
    const RUN: File = (BENCH, "fn b() { run(\"crates/adder/python/sum.py\") }");
    const TEXT: &str = "benches/texts/sum.txt";
    check(
        true,
        &[
            (&[RUN], SCRIPT),
            (&[(BENCH, "fn b() { run(r\"crates/adder/python/sum.py\") }")], SCRIPT),
            (
                &[(
                    BENCH,
                    "fn b() { run(&format!(\"crates/adder/python/{}.py\", name)) }",
                )],
                SCRIPT,
            ),
            (&[(BENCH, "fn b() { run(&format!(\"{root}/python/sum.py\")) }")], SCRIPT),
            (
                &[(BENCH, "fn b() { run(root.join(\"../python\").join(\"sum.py\")) }")],
                SCRIPT,
            ),
            (
                &[
                    RUN,
                    ("crates/adder/python/sum.py", "from helper import f\n"),
                    (HELPER, "f = 1\n"),
                ],
                (HELPER, "f = 2\n"),
            ),
            (
                &[
                    RUN,
                    ("crates/adder/python/sum.py", "from . import (\n    helper,\n)\n"),
                    (HELPER, "f = 1\n"),
                ],
                (HELPER, "f = 2\n"),
            ),
            (
                &[
                    RUN,
                    ("crates/adder/python/sum.py", "run('helper.py')\n"),
                    (HELPER, "f = 1\n"),
                ],
                (HELPER, "f = 2\n"),
            ),
            (
                &[RUN, ("crates/adder/python/sum.py", "x = '''\n# 1\n'''\n")],
                ("crates/adder/python/sum.py", "x = '''\n# 2\n'''\n"),
            ),
            (
                &[(BENCH, "fn b() { read(\"benches/texts/sum.txt\") }"), (TEXT, "1")],
                (TEXT, "2"),
            ),
            (
                &[
                    (
                        BENCH,
                        "fn b() { read(concat!(env!(\"HERE\"), \"/texts/sum.txt\")) }",
                    ),
                    (TEXT, "1"),
                ],
                (TEXT, "2"),
            ),
            (
                &[
                    (BENCH, "fn b() { include_bytes!(\"../texts/sum.txt\") }"),
                    (TEXT, "1"),
                ],
                (TEXT, "2"),
            ),
            (
                &[
                    (BENCH, "fn b() { std::include_str!(r\"../texts/sum.txt\") }"),
                    (TEXT, "# 1\n"),
                ],
                (TEXT, "# 2\n"),
            ),
        ],
    );
}

#[test]
fn what_stands_around_a_bench_counts() {
    const MAIN: &str = "benches/adders/main.rs";
    check(
        true,
        &[
            (
                &[(MAIN, "mod speed; fn main() { set(1); speed::bench(); }")],
                (MAIN, "mod speed; fn main() { set(2); speed::bench(); }"),
            ),
            (
                &[("benches/others/speed.rs", "fn bench() {}")],
                ("benches/others/speed.rs", "fn bench() { loop {} }"),
            ),
            (&[], (BENCH, "fn bench() { adder::sum::slow(2); }")),
        ],
    );
}

#[test]
fn what_does_not_concern_a_number_does_not_age_it() {
    const MAIN: &str = "benches/adders/main.rs";
    check(
        false,
        &[
            (
                &[],
                (
                    SUM,
                    "/// Slow.\npub fn slow(n: u64,) -> u64 {\n    // Why.\n    n + 1\n}\npub struct Sum;",
                ),
            ),
            (
                &[],
                (
                    SUM,
                    "pub fn slow(n: u64) -> u64 { n + 1 } pub struct Sum; #[cfg(test)] mod tests { fn t() {} }",
                ),
            ),
            (&[], ("crates/adder/src/unused.rs", "pub fn other() {}")),
            (&[], ("crates/adder/src/lib.rs", "pub mod sum; pub mod other;")),
            (&[], HATCHED),
            (&[], ("crates/adder/python/sum.py", "print(2)\n")),
            (&[], ("benches/adders/other.rs", "fn bench() {}")),
            (
                &[("crates/subtracter/src/lib.rs", "pub fn f() {}")],
                ("crates/subtracter/src/lib.rs", "pub fn f() { loop {} }"),
            ),
            // Of the same crate, and added to something else.
            (
                &[
                    ("crates/adder/src/lib.rs", "pub mod sum; pub mod nest; mod more;"),
                    ("crates/adder/src/more.rs", "impl crate::nest::Nest { fn f() {} }"),
                ],
                (
                    "crates/adder/src/more.rs",
                    "impl crate::nest::Nest { fn f() { loop {} } }",
                ),
            ),
            // It uses what is reached, and is not used itself.
            (
                &[(
                    "crates/adder/src/unused.rs",
                    "use crate::sum::Sum; struct My(Sum); impl My {}",
                )],
                (
                    "crates/adder/src/unused.rs",
                    "use crate::sum::Sum; struct My(Sum); impl My { fn f() {} }",
                ),
            ),
            // Another macro of this name.
            (
                &[
                    (BENCH, "macro_rules! count { () => {} } fn b() { count!() }"),
                    ("crates/adder/src/unused.rs", "macro_rules! count { () => { 1 } }"),
                ],
                ("crates/adder/src/unused.rs", "macro_rules! count { () => { 2 } }"),
            ),
            // A variable with the name of a crate.
            (&[(BENCH, "fn b() { let adder = 1; println!(\"{}\", adder) }")], SLOWER),
            // What a bench's program does for another bench.
            (
                &[
                    (MAIN, "mod speed; fn main() { set(1); speed::bench(); }"),
                    ("benches/adders/weight.rs", ""),
                ],
                (
                    MAIN,
                    "mod speed; mod weight; fn main() { set(1); speed::bench(); weight::bench(); }",
                ),
            ),
            (
                &[(BENCH, "fn b() { run(\"/usr/lib/python/other.py\") }")],
                ("crates/adder/python/sum.py", "print(2)\n"),
            ),
        ],
    );
}

#[test]
fn a_program_is_reached_by_the_name_of_its_file() {
    const CARGO: File = (
        "benches/Cargo.toml",
        "[package]\nname = \"benches\"\n[[bin]]\nname = \"twin\"\npath = \"../crates/adder/src/main.rs\"\n",
    );
    const MAIN_OF_ADDER: File = (
        "crates/adder/src/main.rs",
        "mod told; fn main() { told::say(adder::sum::slow(1)) }",
    );
    const TOLD: File = ("crates/adder/src/told.rs", "pub fn say(n: u64) {}");
    for program in ["twin", "adder"] {
        let bench = format!("fn b() {{ start(env!(\"CARGO_BIN_EXE_{program}\")) }}");
        let bench: File = (BENCH, bench.leak());
        let files = &[CARGO, MAIN_OF_ADDER, TOLD, bench];
        check(
            true,
            &[
                (files, ("crates/adder/src/main.rs", "mod told; fn main() { loop {} }")),
                (files, ("crates/adder/src/told.rs", "pub fn say(n: u64) { loop {} }")),
                (files, SLOWER),
            ],
        );
        check(
            false,
            &[(files, ("crates/adder/src/unused.rs", "pub fn unused() { loop {} }"))],
        );
    }
}

const LOCK: &str = "Cargo.lock";
const LOCKED: &str = "[[package]]\nname = \"rayon\"\nversion = \"1.0.0\"\nsource = \"registry\"\n\
     dependencies = [\n \"core-of-it\",\n]\n\n\
     [[package]]\nname = \"core-of-it\"\nversion = \"1.0.0\"\nsource = \"registry\"\n\n\
     [[package]]\nname = \"other\"\nversion = \"1.0.0\"\nsource = \"registry\"\n";
const RAYON_RAISED: &str = "[[package]]\nname = \"rayon\"\nversion = \"1.0.1\"\nsource = \"registry\"\n\
     dependencies = [\n \"core-of-it\",\n]\n\n\
     [[package]]\nname = \"core-of-it\"\nversion = \"1.0.0\"\nsource = \"registry\"\n\n\
     [[package]]\nname = \"other\"\nversion = \"1.0.0\"\nsource = \"registry\"\n";
const CORE_RAISED: &str = "[[package]]\nname = \"rayon\"\nversion = \"1.0.0\"\nsource = \"registry\"\n\
     dependencies = [\n \"core-of-it\",\n]\n\n\
     [[package]]\nname = \"core-of-it\"\nversion = \"1.0.1\"\nsource = \"registry\"\n\n\
     [[package]]\nname = \"other\"\nversion = \"1.0.0\"\nsource = \"registry\"\n";
const OTHER_RAISED: &str = "[[package]]\nname = \"rayon\"\nversion = \"1.0.0\"\nsource = \"registry\"\n\
     dependencies = [\n \"core-of-it\",\n]\n\n\
     [[package]]\nname = \"core-of-it\"\nversion = \"1.0.0\"\nsource = \"registry\"\n\n\
     [[package]]\nname = \"other\"\nversion = \"1.0.1\"\nsource = \"registry\"\n";

const ADDER: &str = "crates/adder/Cargo.toml";
const NEEDS: File = (
    ADDER,
    "[package]\nname = \"adder\"\n[dependencies]\nrayon = \"1\"\nother = \"1\"\n",
);
const PARALLEL: File = (SUM, "use rayon::prelude::*; pub fn slow() {}");
const UNUSED: File = ("crates/adder/src/unused.rs", "use other::x; pub fn unused() {}");
const ROOT: &str = "Cargo.toml";

#[test]
fn what_cargo_is_told_counts() {
    check(
        true,
        &[
            (&[NEEDS, PARALLEL, UNUSED, (LOCK, LOCKED)], (LOCK, RAYON_RAISED)),
            (&[NEEDS, PARALLEL, UNUSED, (LOCK, LOCKED)], (LOCK, CORE_RAISED)),
            // Nobody can tell for whom it is there.
            (&[NEEDS, PARALLEL, (LOCK, LOCKED)], (LOCK, OTHER_RAISED)),
            (
                &[
                    (
                        ADDER,
                        "[package]\nname = \"adder\"\n[dependencies]\nparallel = { package = \"rayon\", version = \"1\" }\n",
                    ),
                    (SUM, "use parallel::prelude::*; pub fn slow() {}"),
                    (LOCK, LOCKED),
                ],
                (LOCK, RAYON_RAISED),
            ),
            (
                &[NEEDS, PARALLEL, UNUSED, (LOCK, LOCKED)],
                (
                    ADDER,
                    "[package]\nname = \"adder\"\n[dependencies]\nrayon = { version = \"1\", features = [\"x\"] }\nother = \"1\"\n",
                ),
            ),
            (
                &[],
                (ADDER, "[package]\nname = \"adder\"\n[features]\ndefault = [\"x\"]\n"),
            ),
            (
                &[("crates/adder/build.rs", "fn main() {}")],
                (
                    "crates/adder/build.rs",
                    "fn main() { println!(\"cargo::rustc-cfg=x\") }",
                ),
            ),
            (&[], (ROOT, "[profile.bench]\nopt-level = 1\n")),
            (&[], (ROOT, "[profile.dev.package.\"*\"]\nopt-level = 1\n")),
            (&[], (ROOT, "[profile.dev.package.adder]\nopt-level = 1\n")),
            (
                &[NEEDS, PARALLEL, UNUSED, (LOCK, LOCKED)],
                (ROOT, "[profile.dev.package.rayon]\nopt-level = 1\n"),
            ),
            (
                &[],
                (
                    ".cargo/config.toml",
                    "[build]\nrustflags = [\"-Ctarget-cpu=native\"]\n",
                ),
            ),
            // A crate of ours by another name.
            (
                &[
                    (
                        "benches/Cargo.toml",
                        "[package]\nname = \"benches\"\n[dev-dependencies]\na = { package = \"adder\", path = \"../crates/adder\" }\n",
                    ),
                    (BENCH, "fn b() { a::sum::slow(1) }"),
                ],
                SLOWER,
            ),
            (
                &[
                    (
                        "crates/adder/Cargo.toml",
                        "[package]\nname = \"adder\"\n[lib]\nname = \"sums\"\npath = \"src/sums.rs\"\n",
                    ),
                    ("crates/adder/src/sums.rs", "pub fn f() {}"),
                    (BENCH, "fn b() { sums::f() }"),
                ],
                ("crates/adder/src/sums.rs", "pub fn f() { loop {} }"),
            ),
        ],
    );
}

#[test]
fn what_cargo_is_told_of_others_does_not() {
    check(
        false,
        &[
            (&[NEEDS, PARALLEL, UNUSED, (LOCK, LOCKED)], (LOCK, OTHER_RAISED)),
            (
                &[NEEDS, PARALLEL, UNUSED, (LOCK, LOCKED)],
                (ROOT, "[profile.dev.package.other]\nopt-level = 1\n"),
            ),
            (&[], (ADDER, "[package]\nname = \"adder\"\ndescription = \"Adds.\"\n")),
            (
                &[],
                (
                    ADDER,
                    "[package]\nname = \"adder\"\n[dev-dependencies]\nother = \"1\"\n",
                ),
            ),
            (
                &[],
                (
                    "crates/other/Cargo.toml",
                    "[package]\nname = \"other\"\n[features]\nx = []\n",
                ),
            ),
            (
                &[("crates/other/Cargo.toml", "[package]\nname = \"other\"\n")],
                (ROOT, "[profile.dev.package.other]\nopt-level = 1\n"),
            ),
            (&[], (".cargo/config.toml", "[alias]\nb = \"build\"\n")),
            (&[], (ROOT, "[workspace.lints.rust]\nmissing_docs = \"warn\"\n")),
            (&[], (ROOT, "[profile.test]\nopt-level = 1\n")),
            (&[], (ROOT, "[profile.test.package.adder]\nopt-level = 1\n")),
        ],
    );
}
