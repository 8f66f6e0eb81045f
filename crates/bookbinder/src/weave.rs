//! Weaves measurements, outputs and claims into a chapter, where its directives say so.

use std::collections::BTreeSet;
use std::ops::Range;
use std::path::Path;

use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag, TagEnd};

use crate::directive::{self, Directive, line_at};
use crate::finding::Finding;
use crate::grid::Grid;
use crate::html::escape;
use crate::material::{Material, Refusal};
use crate::output::{Recorded, Run};
use crate::{card, exercises, lanes, machines, number, predict, stepper};

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

/// A place in a chapter, and what takes it.
type Replacement = (Range<usize>, Result<String, Refusal>);

/// Replaces the predict blocks and the directives of the chapter in `file`; directives of
/// mdBook itself stay.
pub fn weave(material: &Material, file: &Path, text: &str) -> Woven {
    let mut woven = Woven::default();
    let mut replacements = predictions(material, text);
    for found in directive::find(text) {
        // What stands in a predict block was replaced with it.
        if !replacements.iter().any(|(block, _)| block.contains(&found.range.start))
            && let Some(by) = expand(material, &found, &mut woven.runs)
        {
            replacements.push((found.range, by));
        }
    }
    replacements.sort_by_key(|(range, _)| range.start);

    let mut end = 0;
    for (range, by) in replacements {
        woven.text.push_str(&text[end..range.start]);
        end = range.end;
        match by {
            Ok(html) => woven.text.push_str(&html),
            Err((problem, remedy)) => {
                let line = line_at(text, range.start);
                woven.findings.push(Finding::new(file, line, problem, remedy));
                woven.text.push_str(&text[range]);
            }
        }
    }
    woven.text.push_str(&text[end..]);
    woven
}

fn predictions(material: &Material, text: &str) -> Vec<Replacement> {
    let mut blocks: Vec<(Range<usize>, String)> = Vec::new();
    let mut inside = false;
    for (event, range) in Parser::new(text).into_offset_iter() {
        match event {
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info)))
                if &*info == "predict" =>
            {
                inside = true;
                blocks.push((range, String::new()));
            }
            Event::Text(toml) if inside => {
                blocks.last_mut().expect("one was begun").1.push_str(&toml);
            }
            Event::End(TagEnd::CodeBlock) => inside = false,
            _ => {}
        }
    }
    let replacement = |(i, (range, toml)): (usize, (_, String))| {
        let html = predict::html(material, i + 1, &toml);
        (range, html.and_then(|html| inline(material, &html)))
    };
    blocks.into_iter().enumerate().map(replacement).collect()
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
        "scorecard" | "machines" | "exercises" if !arguments.is_empty() => Err((
            format!("`{}` takes no arguments, and got `{arguments}`", found.name),
            format!("write {{{{#{}}}}}", found.name),
        )),
        "scorecard" => Ok(card::scorecard(material)),
        "machines" => Ok(machines::machines(material)),
        "exercises" => Ok(exercises::exercises(material)),
        name if arguments.is_empty() => Err((
            format!("`{name}` has no argument"),
            "CONTRIBUTING.md lists what each directive takes".into(),
        )),
        "given" => Ok(escape(arguments)),
        "measured" => number::measured(material, arguments),
        "ratio" => number::ratio(material, arguments),
        "break-even" => number::break_even_at(material, arguments),
        "table" => Grid::parse(material, arguments).map(|grid| grid.table()),
        "plot" => Grid::parse(material, arguments).and_then(|grid| grid.plot()),
        "spread" => Grid::parse(material, arguments).and_then(|grid| grid.spread()),
        "bars" => Grid::parse(material, arguments).map(|grid| grid.bars()),
        "run" | "stepper" | "lanes" => {
            let run = Run::of(found)?;
            run.map_err(|problem| (problem, "name both".into())).and_then(|run| {
                let output = recorded(material, &run, runs)?;
                match found.name {
                    "run" => Ok(show(&run, &output)),
                    "stepper" => step(&run, &output),
                    _ => draw(&run, &output, arguments),
                }
            })
        }
        "claim" => card::claim(material, arguments),
        "exercise" => exercises::exercise(material, arguments),
        unknown => Err((
            format!("there is no directive `{unknown}`"),
            "CONTRIBUTING.md lists them; write \\{{#… for one that is not meant".into(),
        )),
    };
    Some(by)
}

/// The directives inside a text that is HTML already, replaced.
fn inline(material: &Material, text: &str) -> Result<String, Refusal> {
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

/// A command and what it printed.
fn show(run: &Run, output: &str) -> String {
    // Nothing in the output may end the block, or be a directive.
    let output = output.trim_end().replace("{{#", "\\{{#");
    let backticks = output.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(3.max(backticks + 1));
    format!("\n\n{fence}console\n$ {}\n{output}\n{fence}\n\n", run.command())
}

/// A program to step through, whose states the command wrote.
fn step(run: &Run, output: &str) -> Result<String, Refusal> {
    stepper::html(output).map_err(|error| {
        (
            format!("`{}` wrote no states to step through: {error}", run.command()),
            "name a command that does, such as `race-conditions explore deadlock --json`"
                .into(),
        )
    })
}

/// What the command wrote about its threads, as a picture.
fn draw(run: &Run, output: &str, arguments: &str) -> Result<String, Refusal> {
    let mut parts = arguments.split('|').map(str::trim).skip(1);
    let (Some(picture), Some(title), None) = (parts.next(), parts.next(), parts.next())
    else {
        return Err((
            format!(
                "`lanes` takes a command, a picture and a title, and got `{arguments}`"
            ),
            "write {{#lanes gil lanes --json | tick | Two threads}}".into(),
        ));
    };
    lanes::html(output, picture, title).map_err(|error| {
        (
            format!("`{}` wrote no such lanes: {error}", run.command()),
            "name a command that does, such as `gil lanes --json`, and one of its pictures"
                .into(),
        )
    })
}

/// What was recorded for a command, if it is not too old.
fn recorded(
    material: &Material,
    run: &Run,
    runs: &mut BTreeSet<Run>,
) -> Result<String, Refusal> {
    let command = run.command();
    let record = format!("record it with `cargo book record {}`", run.example);
    runs.insert(run.clone());
    let recorded = Recorded::read(&material.root, run).map_err(|error| {
        (format!("nothing was recorded for `{command}` ({error})"), record.clone())
    })?;
    let code =
        material.code.fingerprint(&material.root.join(run.code())).map_err(|error| {
            let problem = format!("there is no example `{}`: {error}", run.example);
            (problem, "name a package below crates/".into())
        })?;
    if code != recorded.code {
        return Err((
            format!("the output of `{command}` was recorded before its code changed"),
            record,
        ));
    }
    Ok(recorded.output)
}
