//! What only all chapters together know of each other: the titles, and the minutes.

use std::collections::HashMap;
use std::path::Path;

use surveyor::say::nearest;

use super::chapter::{Chapter, What};
use super::directive::Directive;
use super::lesson::Lesson;
use crate::finding::Refusal;

/// Completes what the chapters say of each other. They lie in `source`.
pub(crate) fn acquaint(source: &Path, chapters: &mut [Chapter]) {
    let known: HashMap<String, (String, usize)> = chapters
        .iter()
        .filter_map(|chapter| {
            let path = chapter.file.strip_prefix(source).ok()?.with_extension("");
            let path = path.to_str()?.replace('\\', "/");
            Some((path, (chapter.title.clone(), chapter.minutes)))
        })
        .collect();
    for chapter in chapters {
        let depth = chapter.file.strip_prefix(source).unwrap_or(&chapter.file);
        let up = "../".repeat(depth.components().count().saturating_sub(1));
        let own = chapter.minutes;
        for ask in &mut chapter.asks {
            let (of_others, lesson) = match &mut ask.what {
                Ok(What::Directive(Directive::Lesson(lesson))) => (false, lesson),
                Ok(What::Directive(Directive::Minutes(lesson))) => (true, lesson),
                _ => continue,
            };
            let sum = complete(&known, &up, lesson);
            match sum {
                Ok(sum) => lesson.minutes = if of_others { sum } else { own },
                Err(problem) => ask.what = Err(problem),
            }
        }
    }
}

/// How many minutes all of them take, whose titles it sets.
fn complete(
    known: &HashMap<String, (String, usize)>,
    up: &str,
    lesson: &mut Lesson,
) -> Result<usize, Refusal> {
    let mut sum = 0;
    for page in &mut lesson.pages {
        let (title, minutes) = known.get(&page.path).ok_or_else(|| {
            let near = nearest(&page.path, known.keys().map(String::as_str));
            (
                format!("there is no chapter `{}`", page.path),
                format!("SUMMARY.md has {near}"),
            )
        })?;
        sum += minutes;
        page.title.clone_from(title);
        page.link = format!("{up}{}.md", page.path);
    }
    Ok(sum)
}

#[cfg(test)]
mod tests {
    use super::super::chapter::WORDS;
    use super::*;

    fn read<'a>(chapters: &[(&str, &'a str)]) -> Vec<Chapter<'a>> {
        let read = |(file, text): &(&str, &'a str)| {
            Chapter::read(Path::new("src").join(file), text)
        };
        let mut chapters: Vec<_> = chapters.iter().map(read).collect();
        acquaint(Path::new("src"), &mut chapters);
        chapters
    }

    #[test]
    fn chapters_know_each_other() {
        let words = format!("# First `one`\n\n{}", "word ".repeat(WORDS * 7));
        let chapters = read(&[
            ("a/one.md", &words),
            ("b/two.md", "# Second\n\n{{#lesson a/one}}\n\n{{#minutes a/one; b/two}}"),
        ]);
        let found: Vec<_> = chapters[1].directives().map(|(_, found)| found).collect();
        let [Directive::Lesson(lesson), Directive::Minutes(both)] = found[..] else {
            panic!("{found:?}");
        };
        assert_eq!((chapters[0].minutes, lesson.minutes, both.minutes), (10, 0, 10));
        assert_eq!(lesson.pages[0].title, "First one");
        assert_eq!(lesson.pages[0].link, "../a/one.md");
    }

    #[test]
    fn a_chapter_that_is_not_there_is_refused() {
        let chapters = read(&[("one.md", "# One\n\n{{#lesson on}}")]);
        let problem = chapters[0].asks[0].what.as_ref().unwrap_err();
        assert_eq!(
            problem,
            &("there is no chapter `on`".into(), "SUMMARY.md has one".into())
        );
    }
}
