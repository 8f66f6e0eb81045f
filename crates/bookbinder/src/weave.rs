//! Weaves measurements, outputs and claims into a chapter, where its directives say so.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::PathBuf;
use std::sync::LazyLock;

use regex::Regex;
use tour::format;

use crate::claim::Claim;
use crate::directive::{self, Directive, line_at};
use crate::finding::Finding;
use crate::grid::Grid;
use crate::html::{escape, interval_of, provenance};
use crate::material::Material;
use crate::measurement::{Estimate, Measured, Measurement};
use crate::output::{Recorded, Run};
use crate::plot::{Bar, Bars};
use crate::predict;

/// What was woven, and what the weaving found out.
#[derive(Default)]
pub struct Woven {
    /// The chapter with its directives replaced.
    pub text: String,
    /// What was wrong with them.
    pub findings: Vec<Finding>,
    /// The commands whose output it shows.
    pub runs: BTreeSet<Run>,
}

/// Why a directive can't be replaced: the problem, and the remedy.
pub(crate) type Refusal = (String, String);

/// Replaces the directives of the chapter in `file`; those of mdBook itself stay.
pub fn weave(material: &Material, file: &PathBuf, text: &str) -> Woven {
    static PREDICT: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?ms)^```predict\n(.*?)^```$").expect("the pattern is right")
    });
    let mut woven = Woven::default();
    let mut end = 0;
    let mut replace = |woven: &mut Woven,
                       range: std::ops::Range<usize>,
                       by: Result<String, Refusal>| {
        // A directive inside of one that was replaced is gone with it.
        if range.start < end {
            return;
        }
        woven.text.push_str(&text[end..range.start]);
        end = range.end;
        match by {
            Ok(html) => woven.text.push_str(&html),
            Err((problem, remedy)) => {
                woven.findings.push(Finding::new(
                    file,
                    line_at(text, range.start),
                    problem,
                    remedy,
                ));
                woven.text.push_str(&text[range]);
            }
        }
    };
    let mut predictions = PREDICT.captures_iter(text).enumerate().peekable();
    let next = |predictions: &mut std::iter::Peekable<_>, before: usize| {
        predictions.next_if(|(_, found): &(usize, regex::Captures)| {
            found.get(0).is_some_and(|all| all.start() < before)
        })
    };
    for found in directive::find(text).map(Some).chain([None]) {
        let before = found.as_ref().map_or(usize::MAX, |found| found.range.start);
        while let Some((i, prediction)) = next(&mut predictions, before) {
            let (all, toml) = (prediction.get(0).expect("it matched"), &prediction[1]);
            replace(&mut woven, all.range(), predict::html(material, i + 1, toml));
        }
        if let Some(found) = found {
            if let Some(by) = expand(material, &found, &mut woven.runs) {
                replace(&mut woven, found.range, by);
            }
        }
    }
    woven.text.push_str(&text[end..]);
    woven
}

/// What takes a directive's place; nothing when it is one of mdBook's, which come later.
fn expand(
    material: &Material,
    found: &Directive,
    runs: &mut BTreeSet<Run>,
) -> Option<Result<String, Refusal>> {
    let arguments = found.arguments;
    let by = match found.name {
        "include" | "rustdoc_include" | "playground" | "title" => return None,
        "given" => {
            some(arguments, "given", "what was set, as {{#given 50 ms}}").map(escape)
        }
        "measured" => {
            some(arguments, "measured", "an id, as {{#measured starting/spawn and join}}")
                .and_then(|id| measured(material, id))
        }
        "ratio" => ratio(material, arguments),
        "break-even" => break_even(material, arguments),
        "table" => Grid::parse(material, "table", arguments).map(|grid| grid.table()),
        "plot" => Grid::parse(material, "plot", arguments).and_then(|grid| grid.plot()),
        "bars" => some(arguments, "bars", "a group, as {{#bars sharing}}")
            .and_then(|prefix| bars(material, prefix)),
        "run" => run(material, arguments, runs),
        "claim" => {
            some(arguments, "claim", "the id of a claim, as {{#claim threads-race}}")
                .and_then(|id| claim(material, id))
        }
        "scorecard" => none(arguments, "scorecard").map(|()| scorecard(material)),
        "machines" => none(arguments, "machines").map(|()| machines(material)),
        unknown => Err((
            format!("there is no directive `{unknown}`"),
            "CONTRIBUTING.md lists them; write \\{{#… for one that is not meant".into(),
        )),
    };
    Some(by)
}

/// The directives inside a text that is HTML already, replaced.
pub(crate) fn inline(material: &Material, text: &str) -> Result<String, Refusal> {
    let (mut html, mut end) = (String::new(), 0);
    for found in directive::find(text) {
        html.push_str(&text[end..found.range.start]);
        if let Some(by) = expand(material, &found, &mut BTreeSet::new()) {
            html.push_str(&by?);
        }
        end = found.range.end;
    }
    html.push_str(&text[end..]);
    Ok(html)
}

fn some<'a>(arguments: &'a str, name: &str, wanted: &str) -> Result<&'a str, Refusal> {
    if arguments.is_empty() {
        Err((format!("`{name}` has no argument"), format!("give it {wanted}")))
    } else {
        Ok(arguments)
    }
}

fn none(arguments: &str, name: &str) -> Result<(), Refusal> {
    let refusal = || {
        (
            format!("`{name}` takes no arguments, and got `{arguments}`"),
            format!("write {{{{#{name}}}}}"),
        )
    };
    if arguments.is_empty() { Ok(()) } else { Err(refusal()) }
}

/// The two ids of `ID / ID`.
pub(crate) fn two<'a>(
    arguments: &'a str,
    name: &str,
) -> Result<(&'a str, &'a str), Refusal> {
    let ids: Vec<_> =
        arguments.split(" / ").map(str::trim).filter(|id| !id.is_empty()).collect();
    match ids[..] {
        [a, b] => Ok((a, b)),
        _ => Err((
            format!(
                "`{name}` takes two ids with ` / ` between them, and got {}",
                ids.len()
            ),
            format!("write {{{{#{name} group/one / group/other}}}}"),
        )),
    }
}

/// The measurement `id` of the reference machine.
pub(crate) fn find<'a>(
    material: &'a Material,
    id: &str,
) -> Result<&'a Measurement, Refusal> {
    material.reference.get(id).ok_or_else(|| {
        let group = id.split('/').next().unwrap_or_default();
        let ids: Vec<_> = material.reference.below(group).map(|measurement| measurement.id.as_str()).collect();
        let remedy = if ids.is_empty() {
            format!(
                "there is no group `{group}`; write a bench and measure it with `cargo book measure --only {group}`"
            )
        } else {
            format!("measure it with `cargo book measure --only {group}`; measured are: {}", ids.join(", "))
        };
        (format!("`{id}` was never measured"), remedy)
    })
}

/// A value with its interval in a tooltip, and the reader's own after it.
fn number(
    material: &Material,
    group: &str,
    value: impl Fn(&Measured) -> Option<(String, String)>,
) -> String {
    let mut html = String::new();
    if let Some((text, interval)) = value(&material.reference) {
        let tip = format!("{interval}; {}", provenance(&material.reference, group));
        let _ = write!(
            html,
            r#"<span class="measured" tabindex="0" data-tip="{}">{text}</span>"#,
            escape(&tip)
        );
    }
    if let Some(yours) = &material.yours {
        let (text, interval) = value(yours)
            .unwrap_or(("not measured".into(), "not measured on your machine".into()));
        let tip = format!("{interval}; {}", provenance(yours, group));
        let _ = write!(
            html,
            r#" <span class="yours" tabindex="0" data-tip="{}">(yours: {text})</span>"#,
            escape(&tip)
        );
    }
    html
}

fn group_of(id: &str) -> &str {
    id.split('/').next().unwrap_or_default()
}

fn measured(material: &Material, id: &str) -> Result<String, Refusal> {
    find(material, id)?;
    Ok(number(material, group_of(id), |on| {
        let measurement = on.get(id)?;
        Some((measurement.show(), interval_of(measurement)))
    }))
}

fn ratio(material: &Material, arguments: &str) -> Result<String, Refusal> {
    let (a, b) = two(arguments, "ratio")?;
    find(material, a)?;
    find(material, b)?;
    Ok(number(material, group_of(a), |on| {
        let Estimate { low, estimate, high } = Estimate::ratio(on.get(a)?, on.get(b)?);
        let interval =
            format!("95% interval {} to {}", format::ratio(low), format::ratio(high));
        Some((format::ratio(estimate), interval))
    }))
}

fn break_even(material: &Material, arguments: &str) -> Result<String, Refusal> {
    let (ids, of) = arguments.split_once('|').unwrap_or((arguments, ""));
    let (split, whole) = two(ids, "break-even")?;
    for series in [split, whole] {
        if material.reference.below(series).next().is_none() {
            return find(material, series).map(|_| String::new());
        }
    }
    Ok(number(material, group_of(split), |on| {
        let at = crate::grid::break_even(on, split, whole);
        Some((at.say(of.trim()), "where the two curves cross".into()))
    }))
}

fn bars(material: &Material, prefix: &str) -> Result<String, Refusal> {
    let bars = |on: &Measured, yours: bool| -> Vec<Bar> {
        let bar = |m: &Measurement| Bar {
            name: m.id[prefix.len() + 1..].replace('/', ", "),
            yours,
            low: m.low,
            estimate: m.estimate,
            high: m.high,
        };
        on.below(prefix).map(bar).collect()
    };
    let Some(first) = material.reference.below(prefix).next() else {
        return find(material, prefix).map(|_| String::new());
    };
    let yours =
        material.yours.as_ref().map(|yours| bars(yours, true)).unwrap_or_default();
    // Each of yours under the one of the reference.
    let bars = bars(&material.reference, false).into_iter().flat_map(|bar| {
        let yours = yours.iter().find(|yours| yours.name == bar.name).cloned();
        std::iter::once(bar).chain(yours)
    });
    let plot = Bars {
        title: capital(first.unit.quantity()),
        format: first.unit.format(),
        bars: bars.collect(),
    };
    Ok(format!("\n\n<figure>{}</figure>\n\n", plot.svg()))
}

/// With a capital letter, as titles begin.
pub(crate) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

fn run(
    material: &Material,
    arguments: &str,
    runs: &mut BTreeSet<Run>,
) -> Result<String, Refusal> {
    let run = Run::parse(arguments).map_err(|problem| (problem, "name both".into()))?;
    let record = || format!("record it with `cargo book record {}`", run.example);
    let recorded = Recorded::read(&material.root, &run).map_err(|error| {
        (format!("nothing was recorded for `{}` ({error})", run.command()), record())
    })?;
    let code =
        material.code.fingerprint(&material.root.join(run.code())).map_err(|error| {
            (
                format!("there is no example `{}`: {error}", run.example),
                "name a package below crates/".into(),
            )
        })?;
    let command = run.command();
    runs.insert(run.clone());
    if code != recorded.code {
        return Err((
            format!("the output of `{command}` was recorded before its code changed"),
            record(),
        ));
    }
    Ok(format!("\n\n```console\n$ {command}\n{}\n```\n\n", recorded.output.trim_end()))
}

fn claim(material: &Material, id: &str) -> Result<String, Refusal> {
    let claim = material.claims.iter().find(|claim| claim.id == id).ok_or_else(|| {
        let ids: Vec<_> = material.claims.iter().map(|claim| claim.id.as_str()).collect();
        (
            format!("there is no claim `{id}`"),
            format!("book/claims.toml has {}", ids.join(", ")),
        )
    })?;
    let mut html = String::new();
    let verdict = claim.verdict(&material.reference);
    let _ = write!(
        html,
        "\n\n<aside class=\"claim\" id=\"claim-{id}\">\n<p>{} <span class=\"from\">{}</span></p>\n<p>{}</p>\n",
        escape(&claim.statement),
        escape(&says(claim)),
        judgement(claim, &material.reference, "On the reference machine"),
        id = claim.id,
    );
    if let Some(yours) = &material.yours {
        let _ = writeln!(
            html,
            "<p class=\"yours\">{}</p>",
            judgement(claim, yours, "On your machine")
        );
    }
    if let Some(because) = &claim.because {
        let _ = writeln!(html, "<p>{}</p>", escape(because));
    }
    let _ = write!(html, "</aside>\n\n");
    Ok(html.replace("class=\"claim\"", &format!("class=\"claim {}\"", verdict.name())))
}

fn says(claim: &Claim) -> String {
    match claim.articles.as_slice() {
        [] => "a claim of this book".into(),
        [one] => format!("article {one}"),
        [most @ .., last] => format!("articles {} and {last}", most.join(", ")),
    }
}

fn judgement(claim: &Claim, on: &Measured, place: &str) -> String {
    let verdict = claim.verdict(on);
    let mut html = format!(
        r#"{place}: <strong class="verdict {}">{verdict}</strong>"#,
        verdict.name()
    );
    if let Some(value) = claim.value(on) {
        let format = claim.format(on);
        let _ = write!(
            html,
            " — measured {} ({} to {}), needed {}",
            format(value.estimate),
            format(value.low),
            format(value.high),
            claim.bound(format)
        );
    }
    html
}

fn scorecard(material: &Material) -> String {
    let mut table = String::from("\n\n| claim | from | verdict |");
    table.push_str(if material.yours.is_some() {
        " yours |\n|---|---|---|---|\n"
    } else {
        "\n|---|---|---|\n"
    });
    for claim in &material.claims {
        let cell = |on: &Measured| {
            let verdict = claim.verdict(on);
            let value = claim
                .value(on)
                .map(|value| claim.format(on)(value.estimate))
                .unwrap_or_default();
            format!(
                r#"<strong class="verdict {}">{verdict}</strong> {value}"#,
                verdict.name()
            )
        };
        let link = format!("{}#claim-{}", claim.chapter, claim.id);
        let from = if claim.articles.is_empty() {
            "us".into()
        } else {
            claim.articles.join(", ")
        };
        let _ = write!(
            table,
            "| [{}]({link}) | {from} | {} |",
            escape(&claim.statement),
            cell(&material.reference)
        );
        if let Some(yours) = &material.yours {
            let _ = write!(table, " {} |", cell(yours));
        }
        table.push('\n');
    }
    table + "\n\n"
}

fn machines(material: &Material) -> String {
    let named =
        [("reference", Some(&material.reference)), ("yours", material.yours.as_ref())];
    let named = named.into_iter().filter_map(|(name, on)| Some((name.to_string(), on?)));
    let others = material.others.iter().map(|on| (on.name.clone(), on));
    let machines: Vec<_> = named
        .chain(others)
        .filter_map(|(name, on)| on.groups.values().next().map(|group| (name, on, group)))
        .collect();
    let mut table = String::from("\n\n| |");
    for (name, ..) in &machines {
        let _ = write!(table, " {name} |");
    }
    table.push_str("\n|---|");
    table.push_str(&"---|".repeat(machines.len()));
    type Cell<'a> =
        (&'a str, &'a dyn Fn(&Measured, &crate::measurement::Group) -> String);
    let rows: [Cell; 9] = [
        ("processor", &|_, group| group.machine.cpu.clone()),
        ("cores", &|_, group| group.machine.cores.to_string()),
        ("memory", &|_, group| format::bytes(group.machine.memory as f64)),
        ("system", &|_, group| {
            format!("{}, kernel {}", group.machine.os, group.machine.kernel)
        }),
        ("rustc", &|_, group| group.machine.rustc.clone()),
        ("Python", &|_, group| {
            group.machine.python.clone().unwrap_or("not found".into())
        }),
        ("measured on", &|on, _| {
            let dates: BTreeSet<_> =
                on.groups.values().map(|group| group.date.as_str()).collect();
            dates.into_iter().collect::<Vec<_>>().join(", ")
        }),
        ("code", &|on, _| {
            let commits: BTreeSet<_> =
                on.groups.values().map(|group| group.commit.as_str()).collect();
            commits.into_iter().collect::<Vec<_>>().join(", ")
        }),
        ("how", &|on, _| {
            let quick = on.groups.values().any(|group| group.quick);
            if quick { "quickly, with few samples".into() } else { "in full".into() }
        }),
    ];
    for (heading, cell) in rows {
        let _ = write!(table, "\n| {heading} |");
        for (_, on, group) in &machines {
            let _ = write!(table, " {} |", escape(&cell(on, group)));
        }
    }
    let old: Vec<_> = material
        .yours
        .iter()
        .flat_map(|yours| yours.groups.keys())
        .filter(|g| material.yours_is_old(g))
        .collect();
    if !old.is_empty() {
        let names = old.iter().map(|name| name.as_str()).collect::<Vec<_>>().join(", ");
        let _ = write!(
            table,
            "\n\nYour measurements of {names} are older than the code. `cargo book measure` makes them anew."
        );
    }
    table + "\n\n"
}
