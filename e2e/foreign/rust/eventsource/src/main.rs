//! The SSE client of Rust (reqwest-eventsource 0.6.0) against a running Ovation: it sends, watches over a line that is
//! cut again and again, is resumed by the library, and has to be told each message once, in order.
//!
//! It comes back with the token that it was made with: after a 401 it has to be made again, with a fresh one.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use futures::StreamExt;
use reqwest::Client;
use reqwest_eventsource::{Error, Event, EventSource};
use serde_json::{Value, json};
use tokio::time::timeout;

const ROUNDS: u64 = 6;
const LIVE: u64 = 10;
const READ: u64 = 7;
const MISSED: u64 = 5;
const PATIENCE: Duration = Duration::from_secs(30);

struct Asking {
    http: Client,
    server: String,
    token: Option<String>,
}

impl Asking {
    async fn ask(&self, path: &str, fields: Value) -> Result<Value> {
        let mut asked = self.http.post(format!("{}/api/{path}", self.server)).json(&fields);
        if let Some(token) = &self.token {
            asked = asked.bearer_auth(token);
        }
        Ok(asked.send().await?.error_for_status()?.json().await?)
    }
}

#[tokio::main]
async fn main() -> Result<()> {
    let line = std::env::var("OVATION_LINE")?;
    let mut ada = Asking {
        http: Client::new(),
        server: std::env::var("OVATION_URL")?,
        token: None,
    };
    let given = ada.ask("dev/tokens", json!({ "user": "ada" })).await?;
    let token = given["token"].as_str().context("no token")?;
    ada.token = Some(token.to_owned());
    let opened = ada
        .ask("conversations", json!({ "kind": "group", "title": "Rust" }))
        .await?;
    let room = opened["conversationId"].as_str().context("no id")?;
    let messages = format!("conversations/{room}/messages");

    let watch = Client::new().get(format!("{line}/api/conversations/{room}/stream"));
    let mut source = EventSource::new(watch.bearer_auth(token))?;
    let (mut told, mut round, mut starts) = (0, 0, 0);
    while told < ROUNDS * (LIVE + MISSED) {
        match timeout(PATIENCE, source.next()).await?.context("the client gave up")? {
            Ok(Event::Open) => continue,
            Ok(Event::Message(event)) => {
                let frame: Value = serde_json::from_str(&event.data)?;
                if frame["type"] == "start" {
                    starts += 1;
                } else if frame["type"] == "message" {
                    told += 1;
                    ensure!(frame["seq"] == told, "{} was told where {told} was due", frame["seq"]);
                }
                if told == round * (LIVE + MISSED) + READ && frame["type"] == "message" {
                    println!("cut");
                }
            }
            Err(Error::Transport(_) | Error::StreamEnded) => {
                // it comes back only when it is asked for more: all of these are missed
                for missed in 0..MISSED {
                    ada.ask(&messages, json!({ "body": format!("{round}, missed {missed}") }))
                        .await?;
                }
                round += 1;
                continue;
            }
            Err(error) => return Err(error.into()),
        }
        if told == round * (LIVE + MISSED) && round < ROUNDS && starts == round + 1 {
            for live in 0..LIVE {
                ada.ask(&messages, json!({ "body": format!("{round}/{live}") })).await?;
            }
        }
    }
    println!("{told} messages, each once and in order; resumed {} times", starts - 1);
    Ok(())
}
