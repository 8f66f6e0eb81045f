//! Pages of text, the same on every run and every machine.

/// A page has this many words.
pub const WORDS: usize = 200;

const VOCABULARY: [&str; 32] = [
    "a", "thread", "waits", "for", "the", "lock", "while", "another", "process", "reads",
    "its", "own", "memory", "and", "no", "core", "sleeps", "until", "message", "comes",
    "through", "this", "pipe", "then", "work", "is", "shared", "between", "two",
    "workers", "who", "never",
];

/// Page number `n`: [`WORDS`] words in lines of ten.
///
/// The words come from a SplitMix64 sequence that starts at `n`, so no two pages are
/// alike (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", 2014).
pub fn page(n: u64) -> String {
    let mut state = n;
    let mut text = String::with_capacity(WORDS * 6);
    for i in 0..WORDS {
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^= z >> 31;
        text.push_str(VOCABULARY[(z % VOCABULARY.len() as u64) as usize]);
        text.push(if i % 10 == 9 { '\n' } else { ' ' });
    }
    text
}

/// How many words `text` has.
pub fn words(text: &str) -> usize {
    text.split_whitespace().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_the_same_every_time() {
        assert_eq!(page(3), page(3));
        assert_ne!(page(3), page(4));
    }

    #[test]
    fn a_page_has_its_words() {
        for n in [0, 1, u64::MAX] {
            assert_eq!(words(&page(n)), WORDS);
        }
    }
}
