//! A claim in its chapter: what is claimed, what came out, and what else could explain it.

use surveyor::kept::Estimate;

use super::html::Html;
use super::interval;
use crate::asking::quantity::Quantity;
use crate::kept::answer::{Beside, Controlled, Judged, Judgement};
use crate::kept::claim::{About, Claim, Control, Verdict};

/// A claim in its chapter.
pub(super) fn claim(judged: &Judged) -> Html {
    let Judged { claim, reference, others } = judged;
    let mut html = Html::of(
        "<aside class=\"claim {}\" id=\"claim-{}\">\n\
         <p>{} <span class=\"from\">{}</span></p>\n<p>On the reference machine: {}</p>\n",
        &[
            &reference.verdict.name(),
            &claim.id,
            &claim.statement,
            &says(claim),
            &judgement(claim, reference),
        ],
    );
    for (who, said) in others.iter().filter(speaks) {
        let class = if *who == Beside::Yours { " class=\"yours\"" } else { "" };
        html.add(
            "<p{}>On {}: {}</p>\n",
            &[&Html::of(class, &[]), &said_of(*who), &judgement(claim, said)],
        );
    }
    if let Some(because) = &claim.because {
        html.add("<p>{}</p>\n", &[because]);
    }
    html.add("{}</aside>", &[&doubts(judged)]);
    html
}

/// Whether a box speaks of this machine: of one that comes with the book and hasn't measured the claim, it needn't.
fn speaks((who, said): &&(Beside, Judgement)) -> bool {
    *who == Beside::Yours || said.value.is_some()
}

/// What else could explain the number, and why it doesn't; folded.
fn doubts(Judged { claim, reference, others }: &Judged) -> Html {
    let mut lines = Html::default();
    let mut line = |heading: &'static str, text: &Html| {
        lines.add("<dt>{}</dt><dd>{}</dd>\n", &[&heading, text]);
    };
    let data = |text: &String| Html::of("{}", &[text]);
    if let Some(rival) = &claim.rival {
        line("The rival: the best other explanation", &data(rival));
    }
    if let Some(control) = &claim.control {
        let mut html = Html::of("{}", &[&control.says]);
        let others = others.iter().filter(speaks);
        let others = others.map(|(who, said)| (said_of(*who), said.control));
        let all = std::iter::once(("the reference machine".into(), reference.control));
        for (who, said) in all.chain(others) {
            if let Some(said) = said {
                html.add(" {}", &[&controlled(control, &who, &said)]);
            }
        }
        line("The control, which would fail if the rival were right", &html);
    }
    if let Some(counted) = &claim.counted {
        line("Why nothing else explains it", &data(counted));
    }
    if let Some(because) = &claim.because_bound {
        line("Why this bound", &data(because));
    }
    line("What the numbers are", &numbers(claim));
    if let Some(on) = &reference.on {
        let control = reference.control.map(|said| said.verdict);
        line("Why this Python", &data(&chosen(on, reference.verdict, control)));
    }
    if let Some(about) = claim.about {
        line("What ran", &data(&asked(about).into()));
    }
    Html::of(
        "<details><summary>What else could explain it?</summary>\n<dl>\n{}</dl>\n</details>\n",
        &[&lines],
    )
}

/// Which measurements the numbers of a claim and its control are, and what is divided by what.
fn numbers(claim: &Claim) -> Html {
    let mut html = Html::of("The claim's: {}.", &[&formula(&claim.measure)]);
    if let Some(control) = &claim.control {
        html.add(" The control's: {}.", &[&formula(&control.measure)]);
    }
    html
}

fn formula(measure: &Quantity) -> Html {
    let mut html = Html::default();
    for (place, id) in measure.ids().enumerate() {
        html.add("{}<code>", &[&if place == 0 { "" } else { " divided by " }]);
        for (place, part) in id.split('/').enumerate() {
            // A line may end behind a slash.
            html.add(if place == 0 { "{}" } else { "/<wbr>{}" }, &[&part]);
        }
        html.add("</code>", &[]);
    }
    html
}

/// What had to be measured to judge a claim, for whoever meets it for the first time.
fn asked(about: About) -> &'static str {
    match about {
        About::Python => "Python itself, one version of it or several.",
        About::System => {
            "Threads and processes of the operating system, started from Rust."
        }
        About::Model => {
            "Our own code, built like Python's interpreter to explain it. It isn't Python itself."
        }
        About::OurCode => {
            "Code of our own, so it says nothing for or against an article."
        }
    }
}

fn said_of(who: Beside) -> String {
    match who {
        Beside::Yours => "your machine".into(),
        Beside::Named(name) => name.into(),
    }
}

/// What a control says on one machine.
fn controlled(control: &Control, who: &str, said: &Controlled) -> Html {
    let came_out = came_out(said.verdict);
    if said.value.is_none() {
        return Html::of("On {}, the control {}.", &[&who, &came_out]);
    }
    Html::of(
        "On {}, the control {}: measured {}, needed {}.",
        &[
            &who,
            &came_out,
            &measured(said.value, said.format),
            &control.bound(said.format),
        ],
    )
}

/// What became of a control.
fn came_out(control: Verdict) -> &'static str {
    match control {
        Verdict::Holds => "holds",
        Verdict::DoesNotHold => "fails",
        Verdict::TooCloseToCall => "is too close to call",
        _ => "was not measured",
    }
}

/// What was measured, with the interval in sight.
pub(super) fn measured(value: Option<Estimate>, format: fn(f64) -> String) -> String {
    value.map_or("not measured".into(), |value| interval::in_sight(value, format))
}

fn says(claim: &Claim) -> String {
    match claim.articles.as_slice() {
        [] => "a claim of this book".into(),
        [one] => format!("article {one}"),
        [most @ .., last] => format!("articles {} and {last}", most.join(", ")),
    }
}

pub(super) fn verdict(verdict: Verdict) -> Html {
    let said = verdict.to_string();
    Html::of("<strong class=\"verdict {}\">{}</strong>", &[&verdict.name(), &said])
}

/// Why it is this Python, of so many, that is shown. One whose `control` leaves a claim confounded comes before those
/// with less room to the bound.
fn chosen(
    (python, of): &(String, usize),
    judged: Verdict,
    control: Option<Verdict>,
) -> String {
    match (judged, control) {
        _ if *of == 1 => format!("There is no other one than {python}."),
        (Verdict::Confounded, Some(control)) => {
            format!(
                "Of {of} Pythons, {python} is shown because its control {}.",
                came_out(control)
            )
        }
        (Verdict::Holds, _) => {
            format!(
                "The claim holds on all {of} Pythons. On none of them is it nearer to the bound than on {python}."
            )
        }
        _ => format!(
            "Of {of} Pythons, there is none on which the claim does worse than on {python}."
        ),
    }
}

/// What a verdict means that its words don't say by themselves.
fn meaning(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::TooCloseToCall => {
            " (the number is known too roughly to say on which side of the bound it lies)"
        }
        _ => "",
    }
}

fn judgement(claim: &Claim, judgement: &Judgement) -> Html {
    let format = judgement.format;
    let word = verdict(judgement.verdict);
    if judgement.value.is_none() {
        return word;
    }
    let (of, on) = match &judgement.on {
        Some((python, of @ 2..)) if judgement.verdict == Verdict::Holds => {
            (format!(" on all {of} Pythons"), format!(" on {python}"))
        }
        Some((python, of @ 2..)) => {
            (format!(" on {python}, one of {of} Pythons"), String::new())
        }
        Some((python, _)) => (format!(" on {python}"), String::new()),
        None => Default::default(),
    };
    let measured = measured(judgement.value, format);
    let number = format!("measured {measured}{on}, needed {}.", claim.bound(format));
    if judgement.verdict != Verdict::Confounded {
        let meaning = meaning(judgement.verdict);
        return Html::of("{}{}{} — {}", &[&word, &of, &meaning, &number]);
    }
    // The word sounds as if the number were in doubt.
    let meets = judgement.value.is_some_and(|value| claim.meets(value.estimate));
    Html::of(
        "undecided{} — the number alone would speak {} the claim: {} But our control leaves room for another \
         explanation of that number, so the claim is {}.",
        &[&of, &if meets { "for" } else { "against" }, &number, &word],
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By its number, another one may be nearer to the bound.
    #[test]
    fn a_claim_says_why_it_shows_this_python() {
        let said =
            |of, judged, control| chosen(&("CPython 3.12".into(), of), judged, control);
        assert!(
            said(9, Verdict::Holds, None)
                .starts_with("The claim holds on all 9 Pythons.")
        );
        assert!(
            said(9, Verdict::DoesNotHold, None)
                .contains("does worse than on CPython 3.12")
        );
        let unclear = said(9, Verdict::Confounded, Some(Verdict::TooCloseToCall));
        assert!(unclear.contains("its control is too close to call"), "{unclear}");
        let fails = said(9, Verdict::Confounded, Some(Verdict::DoesNotHold));
        assert!(fails.contains("its control fails"));
        assert!(said(1, Verdict::Holds, None).contains("no other one"));
    }

    #[test]
    fn a_box_is_silent_on_who_has_not_measured_it() {
        let text = "id = \"c\"\nstatement = \"s\"\nchapter = \"c.md\"\nmeasure = \"g/a\"\nat_most = 1\n\
                    verdict = \"holds\"\n";
        let claim: Claim = toml::from_str(text).unwrap();
        let of = |verdict, value| Judgement {
            verdict,
            value,
            format: |n| n.to_string(),
            control: None,
            on: None,
        };
        let one = Estimate {
            low: 1.0,
            estimate: 1.0,
            high: 1.0,
            samples: 6,
            between_processes: true,
        };
        let silent = || of(Verdict::NotMeasured, None);
        let others = vec![
            (Beside::Yours, silent()),
            (Beside::Named("there"), of(Verdict::Holds, Some(one))),
            (Beside::Named("gone"), silent()),
        ];
        let judged = Judged { claim: &claim, reference: silent(), others };
        let html = super::claim(&judged).into_string();
        assert!(html.contains("On your machine: ") && html.contains("On there: "));
        assert!(!html.contains("gone"), "{html}");
    }

    #[test]
    fn a_claim_says_what_is_divided_by_what() {
        let said = formula(&Quantity::parse("a/b / c").unwrap());
        assert_eq!(said.into_string(), "<code>a/<wbr>b</code> divided by <code>c</code>");
    }
}
