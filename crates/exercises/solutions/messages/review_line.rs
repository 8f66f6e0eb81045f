//! # Review: two callers on one line
//!
//! Chapter: messages/streams.md
//!
//! Why: The lock protects the receiver, but not the *conversation*. `A` asks first, so
//! the first answer is hers; `C` receives first, and gets it. Question and answer belong
//! together: either the lock is held from the question to the answer, or each question
//! brings a channel of its own for the answer, or a number that comes back with it.

/// Whose turn it is.
pub fn schedule() -> &'static str {
    "ACBBCC"
}

// ---- The checks. Leave them as they are. ----

mod reviewed {
    use witness::sync::Mutex;
    use witness::sync::mpsc::{Receiver, Sender, channel};
    use witness::thread;

    /// A line to the calculator.
    pub struct Line {
        questions: Sender<u64>,
        answers: Mutex<Receiver<u64>>,
    }

    impl Line {
        /// What is this number, squared?
        pub fn ask(&self, number: u64) -> u64 {
            // Everybody may send at any time.
            self.questions.send(number).unwrap();
            // Only one may receive at a time.
            self.answers.lock().unwrap().recv().unwrap()
        }
    }

    /// Answers two questions.
    fn calculate(questions: &Receiver<u64>, answers: &Sender<u64>) {
        for _ in 0..2 {
            let number = questions.recv().unwrap();
            answers.send(number * number).unwrap();
        }
    }

    fn check(line: &Line, number: u64) {
        let answer = line.ask(number);
        assert!(
            answer == number * number,
            "somebody asked for the square of {number}, and was told {answer}"
        );
    }

    pub fn run() -> String {
        let ((questions, asked), (answer, answers)) = (channel(), channel());
        let line = Line { questions, answers: Mutex::new(answers) };
        // A receiver can't be shared by reference; the calculator owns its own.
        thread::scope(|scope| {
            // A
            scope.spawn(|| check(&line, 3));
            // B
            scope.spawn(move || calculate(&asked, &answer));
            // C
            scope.spawn(|| check(&line, 4));
        });
        "both have their squares".into()
    }
}

fn main() {
    println!("{}", witness::play(schedule(), reviewed::run));
}

#[cfg(test)]
mod checks {
    use super::*;

    #[test]
    fn the_schedule_breaks_the_code() {
        let played = witness::play(schedule(), reviewed::run);
        assert!(played.broke(), "{played}");
    }
}
