/**
 * A worker that ticks. Browsers hold back the timers of a hidden page to one a minute, which a keepalive does not
 * survive; those of a worker they leave alone.
 */
self.addEventListener('message', ({ data: milliseconds }) => {
  setInterval(() => self.postMessage(null), milliseconds);
});
