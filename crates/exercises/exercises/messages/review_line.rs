//! # Review: two callers on one line
//!
//! Chapter: messages/streams.md
//!
//! This code was handed in for review. A calculator answers what it is
//! asked through one channel, and its answers come back through another one. `A` and `C`
//! ask, `B` is the calculator. Sending is safe from any thread, and a lock makes sure
//! that only one at a time receives. Under which schedule does somebody get a wrong
//! answer?
//!
//! Your answer is a schedule: it says whose turn it is, from the first turn to the last.
//! Only one thread runs at a time. In its turn, it takes one *step*, and goes on to just
//! before its next one.
//! Here, the steps are sending, receiving, and taking the lock. Giving the lock back is no
//! step.
//!
//! The constraint: the schedule ends with the turn that breaks the code. If the code ends in a
//! deadlock, that is the turn after which nobody can go on.

/// Whose turn it is.
pub fn schedule() -> &'static str {
    // TODO: Under this schedule, nothing breaks.
    "ABBAACBBCC"
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
