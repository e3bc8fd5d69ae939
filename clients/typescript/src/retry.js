const FIRST_DELAY = 500;
const LONGEST_DELAY = 30_000;
const SHORTEST_DELAY = 100;

/** What a server gets over by itself. */
export const PASSING = new Set(['rate_limited', 'unavailable']);

/**
 * Exponential with full jitter, in milliseconds: clients that were cut together come back apart.
 *
 * @param {number} failures in a row before
 * @param {number} [first] the longest of the first delays; a server may have named one
 */
export function backoff(failures, first = FIRST_DELAY) {
  const longest = Math.min(LONGEST_DELAY, first * 2 ** Math.min(failures, 16));
  return Math.max(SHORTEST_DELAY, longest * Math.random());
}

/** How long a busy server wants to be left alone, in milliseconds. */
export function delayOf(error, failures) {
  return error.retryAfter === null
    ? backoff(failures)
    : Math.max(SHORTEST_DELAY, error.retryAfter * 1_000) + Math.random() * 250;
}

/** Waits; fails with the signal's reason when that comes before the time is over. */
export function pause(milliseconds, signal) {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason);
      return;
    }
    const onAbort = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    }, milliseconds);
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}

/** What the promise gives; fails with the signal's reason when that comes before. */
export function abortable(promise, signal) {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    signal.addEventListener('abort', onAbort);
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
    if (signal.aborted) {
      onAbort();
    }
  });
}
