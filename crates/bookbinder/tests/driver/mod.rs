//! A browser for the tests of pages: of the book, and of `cargo course show`.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use fantoccini::error::CmdError;
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;

/// ChromeDriver, which ends with the test.
struct Driver {
    process: Child,
    port: u16,
}

impl Driver {
    fn start() -> Self {
        let mut process = Command::new("chromedriver")
            .arg("--port=0")
            .stdout(Stdio::piped())
            .spawn()
            .expect("ChromeDriver is installed (Debian: chromium-driver)");
        let said = BufReader::new(process.stdout.take().expect("it is piped"));
        let port = said.lines().find_map(|line| {
            let line = line.expect("it says something");
            let (_, port) = line.split_once("started successfully on port ")?;
            port.trim_end_matches('.').parse().ok()
        });
        Self { process, port: port.expect("it says its port") }
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Opens the page with this address, and does `test` there.
pub(crate) fn in_browser(
    page: &str,
    test: impl AsyncFnOnce(&Client) -> Result<(), CmdError>,
) {
    let driver = Driver::start();
    let options = serde_json::json!({
        "goog:chromeOptions": { "args": [
            "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic",
            "--no-first-run", "--disable-background-networking",
            "--disable-component-update", "--disable-sync", "--window-size=1000,900",
        ] },
    });
    let serde_json::Value::Object(options) = options else { unreachable!("an object") };
    let browse = async {
        let mut builder = ClientBuilder::new(HttpConnector::new());
        builder.capabilities(options);
        let client = builder
            .connect(&format!("http://127.0.0.1:{}", driver.port))
            .await
            .expect("the browser starts");
        let done = async {
            client.goto(page).await?;
            test(&client).await
        };
        let done = done.await;
        let _ = client.close().await;
        done
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime").block_on(browse).expect("the browser does as it is told");
}
