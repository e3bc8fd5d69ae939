export const FIRST_DELAY = 500;
const LONGEST_DELAY = 15_000;

/** What a server can get over by itself. */
export const PASSING = new Set(['rate_limited', 'unavailable']);

/** Exponential, with jitter over its upper half: clients that were cut together come back apart. */
export function backoff(failures, random = Math.random) {
  const longest = Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** failures);
  return longest * (0.5 + random() / 2);
}

/** How long a busy server wants to be left alone, in milliseconds. */
export function delayOf(error, failures) {
  return error.retryAfter === null ? backoff(failures) : Math.max(100, error.retryAfter * 1000) + Math.random() * 250;
}

/** Fails with the signal's reason when that comes before the time is over. */
export function pause(milliseconds, signal) {
  return new Promise((resolve, reject) => {
    const onAbort = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    }, milliseconds);
    signal.addEventListener('abort', onAbort);
  });
}
