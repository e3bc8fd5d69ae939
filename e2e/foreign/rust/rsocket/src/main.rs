//! The RSocket client of Rust (rsocket_rust 0.7.5 over WebSocket) against a running Ovation: it sends, watches over a
//! line that is cut again and again, goes on from its cursor, and has to be told each message once, in order.
//!
//! Three things that the library does not do, and its user has to: it does not end what was under way on a connection
//! that was lost, so whoever waits also waits for `wait_for_close`; it has no demand of its own, so a stream has to be
//! read always; and its fragments are refused, so `fragment` stays as it is.

use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use futures::StreamExt;
use rsocket_rust::Client;
use rsocket_rust::error::RSocketError;
use rsocket_rust::extension::{CompositeMetadata, MimeType, RoutingMetadata};
use rsocket_rust::prelude::*;
use rsocket_rust::utils::Writeable;
use rsocket_rust_transport_websocket::WebsocketClientTransport;
use serde_json::{Value, json};
use tokio::time::timeout;

const ROUNDS: u64 = 6;
const LIVE: u64 = 10;
const READ: u64 = 7;
const MISSED: u64 = 5;
const PATIENCE: Duration = Duration::from_secs(30);

async fn token_of(server: &str, user: &str) -> Result<String> {
    let asked = reqwest::Client::new()
        .post(format!("{server}/api/dev/tokens"))
        .json(&json!({ "user": user }));
    let answer: Value = asked.send().await?.error_for_status()?.json().await?;
    Ok(answer["token"].as_str().context("no token")?.to_owned())
}

async fn connect(url: &str, token: &str) -> Result<Client> {
    let address = format!("{}/rsocket?access_token={token}", url.replacen("http", "ws", 1));
    RSocketFactory::connect()
        .transport(WebsocketClientTransport::from(address.as_str()))
        .mime_type("message/x.rsocket.composite-metadata.v0", "application/json")
        .keepalive(Duration::from_secs(10), Duration::from_secs(10), 3)
        .start()
        .await
}

fn asking(route: &str, fields: &Value) -> Payload {
    let routing = RoutingMetadata::builder().push_str(route).build();
    let metadata = CompositeMetadata::builder()
        .push(MimeType::MESSAGE_X_RSOCKET_ROUTING_V0, routing.bytes())
        .build();
    Payload::builder()
        .set_metadata(metadata)
        .set_data_utf8(&fields.to_string())
        .build()
}

fn read(payload: &Payload) -> Result<Value> {
    Ok(serde_json::from_slice(payload.data().context("no data")?)?)
}

async fn ask(client: &Client, route: &str, fields: Value) -> Result<Value> {
    let answer = timeout(PATIENCE, client.request_response(asking(route, &fields))).await??;
    read(&answer.context("no answer")?)
}

#[tokio::main]
async fn main() -> Result<()> {
    let server = std::env::var("OVATION_URL")?;
    let line = std::env::var("OVATION_LINE")?;
    let token = token_of(&server, "ada").await?;
    let ada = connect(&server, &token).await?;
    let opened = ask(&ada, "conversations.open", json!({ "kind": "group", "title": "Rust" })).await?;
    let room = opened["conversationId"].as_str().context("no id")?.to_owned();
    let (watch, send) = (
        format!("conversations.{room}.watch"),
        format!("conversations.{room}.send"),
    );

    let mut cursor = Value::Null;
    let mut told = 0;
    for round in 0..=ROUNDS {
        let bob = connect(&line, &token).await?;
        let mut frames = bob.request_stream(asking(&watch, &json!({ "after": cursor })));
        let until = if round < ROUNDS {
            round * (LIVE + MISSED) + READ
        } else {
            ROUNDS * (LIVE + MISSED)
        };
        let mut started = false;
        while !started || told < until {
            let frame = timeout(PATIENCE, frames.next()).await?.context("the stream ended")??;
            let frame = read(&frame)?;
            if frame["type"] == "start" {
                started = true;
                for live in 0..if round < ROUNDS { LIVE } else { 0 } {
                    ask(&ada, &send, json!({ "body": format!("{round}/{live}") })).await?;
                }
            }
            if frame["type"] == "message" {
                told += 1;
                ensure!(frame["seq"] == told, "{} was told where {told} was due", frame["seq"]);
            }
            if frame["cursor"].is_string() {
                cursor = frame["cursor"].clone();
            }
        }
        if round == ROUNDS {
            break;
        }
        // what was not read by now is told by the next connection, and so is what is sent meanwhile
        println!("cut");
        timeout(PATIENCE, bob.clone().wait_for_close()).await?;
        for missed in 0..MISSED {
            ask(&ada, &send, json!({ "body": format!("{round}, missed {missed}") })).await?;
        }
    }

    let refused = match ask(&ada, &send, json!({ "body": "" })).await {
        Ok(_) => bail!("an empty message was sent"),
        Err(refused) => refused,
    };
    match refused.downcast_ref::<RSocketError>() {
        Some(RSocketError::ApplicationException(problem)) => {
            let problem: Value = serde_json::from_str(problem)?;
            ensure!(problem["code"] == "validation_failed", "{problem}");
        }
        _ => bail!(refused),
    }
    println!(
        "{told} messages over {} connections, each once and in order",
        ROUNDS + 1
    );
    Ok(())
}
