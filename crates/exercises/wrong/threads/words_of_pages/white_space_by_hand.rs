//! Wrong: it lists the white space by hand, and an ideographic space (U+3000) or a NEL (U+0085)
//! ends no word.
//! Caught by `words_stand_between_white_space`: words of

use witness::thread;

fn is_space(c: char) -> bool {
    matches!(
        c,
        ' ' | '\t' | '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{a0}' | '\u{2000}'..='\u{200a}'
    )
}

pub fn count_words(pages: Vec<String>) -> Vec<usize> {
    thread::scope(|scope| {
        let threads: Vec<_> = pages
            .iter()
            .map(|page| {
                scope
                    .spawn(move || page.split(is_space).filter(|w| !w.is_empty()).count())
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}
