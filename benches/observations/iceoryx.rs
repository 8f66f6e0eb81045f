//! iceoryx2, a well-made library for shared memory, as a peer: a number goes to another process
//! and back, and while a side waits for it, it looks again and again.

use std::error::Error;
use std::hint;
use std::time::Instant;

use benches::samples::median;
use iceoryx2::port::publisher::Publisher;
use iceoryx2::port::subscriber::Subscriber;
use iceoryx2::prelude::*;
use processes::worker::{Link, Work, Worker, end_with_parent};

/// The number that ends the echo.
const END: u64 = u64::MAX;

/// The two ends of a way from one process to another, for numbers.
type Out = Publisher<ipc::Service, u64, ()>;
type In = Subscriber<ipc::Service, u64, ()>;

/// The other side: sends each number back.
pub(crate) const ECHO: Work = Work::new("iceoryx2: echo", |mut link: Link| {
    end_with_parent(&link)?;
    let name: Option<String> = link.receive()?;
    let name = name.unwrap_or_default();
    let (_node, back, there) = open(&name, "back", "there").expect("it opens");
    link.send(&())?;
    loop {
        let number = next(&there);
        if number == END {
            return Ok(());
        }
        send(&back, number);
    }
});

/// The median time of a round trip, in nanoseconds.
pub(crate) fn round_trip(trips: u32, batches: usize) -> f64 {
    let name = format!("book {}", std::process::id());
    let mut worker = Worker::start(&ECHO).expect("it starts");
    let (_node, there, back) = open(&name, "there", "back").expect("it opens");
    let () = worker.ask(&name).expect("it opens, too");
    let batch = || {
        let start = Instant::now();
        for number in 0..u64::from(trips) {
            send(&there, number);
            assert_eq!(next(&back), number);
        }
        start.elapsed().as_nanos() as f64 / f64::from(trips)
    };
    batch();
    let time = median((0..batches).map(|_| batch()).collect());
    send(&there, END);
    worker.join().expect("it ends");
    time
}

fn open(
    name: &str,
    out: &str,
    into: &str,
) -> Result<(Node<ipc::Service>, Out, In), Box<dyn Error>> {
    let node = NodeBuilder::new().create::<ipc::Service>()?;
    let service = |way: &str| {
        let name = ServiceName::new(&format!("{name}/{way}"))?;
        let service = node.service_builder(&name).publish_subscribe::<u64>();
        Ok::<_, Box<dyn Error>>(service.open_or_create()?)
    };
    let publisher = service(out)?.publisher_builder().create()?;
    let subscriber = service(into)?.subscriber_builder().create()?;
    Ok((node, publisher, subscriber))
}

fn send(out: &Out, number: u64) {
    let sample = out.loan_uninit().expect("there is room");
    sample.write_payload(number).send().expect("somebody listens");
}

fn next(from: &In) -> u64 {
    loop {
        if let Some(sample) = from.receive().expect("it is connected") {
            return *sample;
        }
        hint::spin_loop();
    }
}
