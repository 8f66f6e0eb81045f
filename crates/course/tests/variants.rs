//! A variant for each student: `cargo course variant`, and what `grade --seed` says of copies.

#![cfg(target_os = "linux")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use course::set::{self, Set};
use course::variant::{self, Variant, Variants};
use tempfile::TempDir;

fn set() -> Set {
    Set::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../exercises")).unwrap()
}

/// The variants of a student, each after the path of its exercise.
fn of(set: &Set, seed: &str, student: &str) -> Vec<(String, Variant)> {
    let variants = Variants::read(set).unwrap();
    let of = |exercise: &set::Exercise| {
        Some((exercise.path(), variants.of(set, exercise, seed, student).unwrap()?))
    };
    set.exercises.iter().filter_map(of).collect()
}

fn one(set: &Set, seed: &str, student: &str, path: &str) -> Variant {
    of(set, seed, student).into_iter().find(|(of, _)| of == path).unwrap().1
}

fn course(arguments: &[&str], folder: &Path) -> Output {
    let mut course = Command::new(env!("CARGO_BIN_EXE_course"));
    course.env("CARGO_TARGET_DIR", env!("CARGO_TARGET_TMPDIR"));
    course.arg("--exercises").arg(set().root).args(arguments).arg(folder);
    course.output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Whoever changes how variants are drawn, or takes a row away, changes what students have already.
#[test]
fn a_student_has_the_same_variants_in_every_release() {
    let drawn: Vec<_> = of(&set(), "spring", "ada")
        .into_iter()
        .map(|(path, variant)| format!("{path} {} {}", variant.name, variant.schedule))
        .collect();
    assert_eq!(
        drawn,
        [
            "threads/review_door 16e9356c AAABCCCBBCAA",
            "races/review_tickets cbefa6c0 AABBAABAAB",
            "races/review_budget 2abafea1 ABBABAB",
            "races/review_page b807195d ABBAA",
            "races/review_shelves bc1ad5b2 BCCBAACA",
            "races/review_settings 20aaa25f ABCBBBAA",
            "races/review_flags d8a2bc8e AAABBBAABbBBa",
            "messages/review_line e98160d6 AAABCCABBAA",
            "messages/review_ring b11e70c7 BBCCCBBBB",
            "pools/review_post_box f9b36f1d CCCDDDDBBCCAADDBB",
        ]
    );
    let flags = one(&set(), "spring", "ada", "races/review_flags");
    assert!(flags.stub.contains("shared u = 0\nshared v = 0\nshared visits = 0\n"));
    assert!(flags.hint.contains("Let `A` store and look at once"), "{}", flags.hint);
}

#[test]
fn students_differ_in_all_that_can_differ() {
    let set = set();
    let students: Vec<_> =
        (0..60).map(|student| of(&set, "spring", &student.to_string())).collect();
    for (at, (path, _)) in students[0].iter().enumerate() {
        let of_all = |part: fn(&Variant) -> String| {
            let parts = students.iter().map(|variants| part(&variants[at].1));
            parts.collect::<BTreeSet<String>>().len()
        };
        assert_eq!(of_all(|variant| variant.name.clone()), 60, "{path}");
        // A few share one by chance, most of all where there are but two threads.
        let schedules = of_all(|variant| variant.schedule.clone());
        assert!(schedules >= 18, "{path}: {schedules} schedules");
        let same_code = |variant: &Variant| set::split(&variant.stub).1.to_string();
        let codes = of_all(same_code);
        assert!(codes >= 45, "{path}: {codes} programs");
        for (_, variant) in students.iter().map(|variants| &variants[at]) {
            let stub = &variant.stub;
            assert_eq!(variant::named(stub), Some(variant.name.as_str()), "{stub}");
            assert_eq!(set::checks(stub).len(), 1, "{stub}");
            assert!(stub.parse::<proc_macro2::TokenStream>().is_ok(), "{stub}");
        }
    }
    let other_seed = one(&set, "autumn", "0", "races/review_budget");
    assert_ne!(other_seed.name, students[0][2].1.name);
}

#[test]
fn variants_come_into_a_folder_a_clone_or_a_folder_of_rustlings() {
    let (set, folder) = (set(), TempDir::new().unwrap());
    let at = |path: &str| folder.path().join(path);
    let give = |student: &str, to: &str| {
        course(&["variant", "--seed", "spring", "--student", student], &at(to))
    };
    let stub = one(&set, "spring", "ada", "races/review_budget").stub;
    let read = |path: PathBuf| fs::read_to_string(path).unwrap();

    assert!(give("ada", "new").status.success());
    assert_eq!(read(at("new/exercises/races/review_budget.rs")), stub);
    let info = read(set.root.join("info.toml"));
    assert_ne!(read(at("new/info.toml")), info);
    for (own, root) in [("rustlings", "rustlings"), ("clone", "clone/crates/exercises")] {
        let root = at(root);
        fs::create_dir_all(root.join("exercises/races")).unwrap();
        fs::write(root.join("info.toml"), &info).unwrap();
        let budget = root.join("exercises/races/review_budget.rs");
        fs::copy(set.root.join("exercises/races/review_budget.rs"), &budget).unwrap();
        // Once more does no harm.
        for _ in 0..2 {
            assert!(give("ada", own).status.success());
            assert_eq!(read(budget.clone()), stub);
        }
        let changed = read(root.join("info.toml"));
        assert!(changed.contains("Let `A` store and look at once"), "{changed}");
        assert_eq!(changed.matches("[[exercises]]").count(), set.exercises.len());
        // But what somebody has begun stays.
        fs::write(&budget, stub.replace("// TODO", "// Done")).unwrap();
        let refused = give("ada", own);
        let said = text(&refused.stderr);
        assert_eq!(refused.status.code(), Some(2), "{said}");
        assert!(said.contains("review_budget.rs holds an answer already"), "{said}");
        assert!(read(budget).contains("// Done"));
    }
    let said = text(&give(" ", "new").stderr);
    assert!(said.contains("\" \" is no name"), "{said}");
}

#[test]
fn whoever_copies_has_to_solve_their_own() {
    let (set, class) = (set(), TempDir::new().unwrap());
    let path = "races/review_budget";
    let own = |student: &str| one(&set, "spring", student, path);
    let hand_in = |student: &str, text: &str| {
        let file = class.path().join(student).join(format!("exercises/{path}.rs"));
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    };
    let adas = own("ada").answered(&own("ada").schedule);
    hand_in("ada", &adas);
    hand_in("ben", &adas);
    // The line that names the variant is Cleo's, and the rest is Ada's.
    let (ada, cleo) = (own("ada").name, own("cleo").name);
    hand_in("cleo", &adas.replace(&ada, &cleo));
    hand_in("dan", &own("dan").stub);
    let base = fs::read_to_string(set.root.join(format!("exercises/{path}.rs"))).unwrap();
    hand_in("eve", &base);
    hand_in("fay", &base.replace("AAB", "ABAB"));
    let graded = course(&["grade", "--trust", "--csv", "--seed", "spring"], class.path());
    let csv = text(&graded.stdout);
    let line = |student: &str| {
        let line = format!("{student},{path},");
        csv.lines().find(|it| it.starts_with(&line)).unwrap_or_default().to_string()
    };
    assert!(line("ada").contains(",passed,"), "{csv}\n{}", text(&graded.stderr));
    assert!(line("ben").contains(",refused,"), "{csv}");
    let words = format!(
        "variant {ada}, which somebody else has; the variant of ben is {}",
        own("ben").name
    );
    assert!(line("ben").contains(&words), "{csv}");
    assert!(line("cleo").contains(",failed,"), "{csv}");
    assert!(line("dan").contains(",untouched,"), "{csv}");
    assert!(line("eve").contains(",untouched,"), "{csv}");
    assert!(line("fay").contains("an answer to the exercise of the set"), "{csv}");
    // Without the seed, nobody can tell whose variant it is.
    let graded = course(&["grade", "--trust", "--csv"], &class.path().join("ada"));
    let said = text(&graded.stdout);
    assert!(said.contains("names the seed, with --seed"), "{said}");
}
