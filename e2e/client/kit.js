import WebSocket from 'ws';
import { connect } from '@ovation/client';

/** Where the server under test is. */
export const url = process.env.OVATION_URL ?? 'http://127.0.0.1:8080';

/** A development token for somebody. */
export async function tokenOf(user, more = {}) {
  const response = await fetch(`${url}/api/dev/tokens`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ user, ...more }),
  });
  if (!response.ok) {
    throw new Error(`No token: ${response.status} ${await response.text()}`);
  }
  return (await response.json()).token;
}

/** A client of somebody, closed with the test. */
export function clientOf(test, user, { at = url, token = () => tokenOf(user), ...more } = {}) {
  const client = connect({ url: at, token, WebSocket, ...more });
  test.after(() => client.close());
  return client;
}

/** Resolves once the client is in a state. */
export function become(client, name) {
  return new Promise((resolve) => {
    let off = () => {};
    const listener = (state) => {
      if (state.name === name) {
        resolve(state);
        queueMicrotask(() => off());
      }
    };
    off = client.on('state', listener);
  });
}

/** Takes frames of a type until there are so many of them, and lets go of the stream. */
export async function take(subscription, count, type) {
  const taken = [];
  for await (const frame of subscription) {
    if (frame.type === type) {
      taken.push(frame);
      if (taken.length === count) {
        break;
      }
    }
  }
  return taken;
}
