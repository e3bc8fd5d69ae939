import { OvationError } from './errors.js';

/** So long a stream may be silent, in milliseconds: the server sends a heartbeat every 15 s. */
const SILENCE = 45_000;

/** So long the answer may take to begin. */
const OPENING = 15_000;

/** What one frame may grow to, in characters. */
const LONGEST = 16 * 1024 * 1024;

/** What is meant by an answer that is none of the server's own. */
const CODES = {
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not_found',
  413: 'payload_too_large',
  429: 'rate_limited',
};

/**
 * Reads a stream of frames, Server-Sent Events or a JSON object a line, until it ends; fails with an OvationError,
 * which is `disconnected` where the connection was cut.
 *
 * @param {string} url
 * @param {object} options
 * @param {typeof fetch} options.fetch
 * @param {string} options.token
 * @param {AbortSignal} options.signal
 * @param {() => void} options.onOpen once the server has answered
 * @param {(frame: object) => (void | Promise<void>)} options.onFrame the next is read when its promise is settled
 * @param {(milliseconds: number) => void} options.onRetry the server says after which time to come back
 */
export async function readFrames(url, { fetch, token, signal, onOpen, onFrame, onRetry }) {
  // Never told to the caller of fetch: some platforms fail an abort with a reason of their own.
  const cut = new AbortController();
  const stop = () => cut.abort();
  signal.addEventListener('abort', stop);
  let timer = setTimeout(stop, OPENING);
  try {
    const response = await fetch(url, {
      headers: { authorization: `Bearer ${token}`, accept: 'text/event-stream, application/x-ndjson' },
      cache: 'no-store',
      signal: cut.signal,
    });
    if (!response.ok) {
      throw await problemOf(response);
    }
    const type = response.headers.get('content-type') ?? '';
    if (!/^(text\/event-stream|application\/x-ndjson)/.test(type)) {
      throw new OvationError('unavailable', `Something answered ${type || 'nothing'} in the place of the server`);
    }
    onOpen();
    const parse = type.startsWith('text') ? events(onRetry) : (line) => line;
    const reader = response.body.getReader();
    const decoder = new TextDecoder();
    let rest = '';
    for (;;) {
      clearTimeout(timer);
      timer = setTimeout(stop, SILENCE);
      const { done, value } = await reader.read();
      clearTimeout(timer);
      if (done || signal.aborted) {
        return;
      }
      const lines = (rest + decoder.decode(value, { stream: true })).split('\n');
      rest = lines.pop();
      if (rest.length > LONGEST) {
        throw new OvationError('CONNECTION_ERROR', 'A frame is too large');
      }
      for (const line of lines) {
        const data = parse(line.endsWith('\r') ? line.slice(0, -1) : line);
        if (data) {
          await onFrame(JSON.parse(data));
          if (signal.aborted) {
            return;
          }
        }
      }
    }
  } catch (error) {
    if (signal.aborted || error instanceof OvationError) {
      throw error;
    }
    throw new OvationError('disconnected', 'The stream was cut', { cause: error });
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
    cut.abort();
  }
}

/**
 * The same by the platform's EventSource, for platforms whose `fetch` gives a body only when it is whole. The token
 * stands in the address, and why the server refuses is not told.
 */
export function readFramesBySource(url, { EventSource, token, signal, onOpen, onFrame }) {
  return new Promise((resolve, reject) => {
    const source = new EventSource(`${url}${url.includes('?') ? '&' : '?'}access_token=${encodeURIComponent(token)}`);
    const end = (settle, value) => {
      source.close();
      signal.removeEventListener('abort', onAbort);
      settle(value);
    };
    const onAbort = () => end(reject, signal.reason);
    signal.addEventListener('abort', onAbort);
    source.onopen = onOpen;
    source.onmessage = ({ data }) => {
      try {
        onFrame(JSON.parse(data));
      } catch (error) {
        end(reject, error);
      }
    };
    // It would come back by itself, but with the token and to the watches that it was made with.
    source.onerror = () => end(reject, new OvationError('disconnected', 'The stream was cut'));
  });
}

/** Why HTTP was refused, by whoever stands between here and the server too. */
export async function problemOf(response) {
  let problem = {};
  try {
    problem = (await response.json()) ?? {};
  } catch {
    // Not the contract's object but a page of a proxy's.
  }
  const { status } = response;
  const after = response.headers.get('retry-after');
  const retryAfter = after === null ? undefined : Number(after);
  return new OvationError(
    problem.code ?? CODES[status] ?? (status >= 500 ? 'unavailable' : `http_${status}`),
    problem.detail ?? `HTTP ${status}`,
    {
      problem: {
        status,
        // A gateway that gave up on the server does not know what the server did.
        outcome: status >= 500 && !problem.code ? 'unknown' : undefined,
        ...problem,
        // A date, in the other notation of HTTP.
        retryAfter: Number.isNaN(retryAfter) ? Math.max(0, (Date.parse(after) - Date.now()) / 1_000) : retryAfter,
      },
    },
  );
}

/** Puts together the data of events, line by line: answers what an event has when its last line has come. */
function events(onRetry) {
  let data = '';
  return (line) => {
    if (line === '') {
      const whole = data;
      data = '';
      return whole;
    }
    const [, field, value] = /^(\w*):? ?(.*)$/s.exec(line);
    if (field === 'data') {
      data += data ? `\n${value}` : value;
    } else if (field === 'retry' && /^\d+$/.test(value)) {
      onRetry(Number(value));
    }
    return '';
  };
}
