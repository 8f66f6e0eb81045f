use std::io::Write;

use ipc::numbers::{SUM_BYTES, SUM_POSTCARD, as_bytes, as_postcard};
use ipc::{Error, Transport};
use tour::{Outcome, Stage, Table, clock, format};

use super::meet;

pub(crate) fn run(stage: &mut Stage) -> Outcome {
    let numbers: Vec<u32> = (0..stage.size() as u32).collect();
    let expected: u64 = numbers.iter().copied().map(u64::from).sum();
    let mut buffer = Vec::new();
    let mut table = Table::new(["sent, added up, answered", "time"]);
    let mut row = |name: &str, mut sum: Box<dyn FnMut() -> Result<u64, Error> + '_>| {
        let (sum, time) = clock::try_median(11, &mut sum)?;
        assert_eq!(sum, expected, "the other side adds up what we sent");
        table.row([name, &format::time(time)]);
        Ok::<(), Error>(())
    };
    let mut socket = meet(Transport::SocketPair, &SUM_POSTCARD)?;
    row(
        "postcard, socket pair",
        Box::new(|| as_postcard(&numbers, &mut socket.connection)),
    )?;
    let mut socket = meet(Transport::SocketPair, &SUM_BYTES)?;
    row(
        "bytes, socket pair",
        Box::new(|| as_bytes(&numbers, &mut socket.connection, &mut buffer)),
    )?;
    #[cfg(target_os = "linux")]
    {
        let mut ring = meet(Transport::SleepingRing, &SUM_BYTES)?;
        row(
            "bytes, ring in shared memory",
            Box::new(|| as_bytes(&numbers, &mut ring.connection, &mut buffer)),
        )?;
    }
    write!(stage, "{table}")?;
    Ok(())
}
