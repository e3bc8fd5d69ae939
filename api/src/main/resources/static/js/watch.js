import { FIRST_DELAY, PASSING, backoff, delayOf } from './retry.js';

/** One watched stream. Holds the cursor of the last frame, from which the next connection goes on. */
export class Watch {
  #route;
  #data;
  #watcher;
  #link;
  #cursor = null;
  #isLive = false;
  #isCancelled = false;
  #troubles = 0;
  #slowAt = 0;
  #timer = null;
  #cancelStream = ignore;

  constructor(route, data, watcher, link) {
    this.#route = route;
    this.#data = data;
    this.#watcher = watcher;
    this.#link = link;
  }

  open(connection) {
    clearTimeout(this.#timer);
    this.#cancelStream();
    let hasHead = this.#cursor !== null;
    this.#cancelStream = connection.stream(
      this.#route,
      this.#cursor === null ? this.#data : { ...this.#data, after: this.#cursor },
      {
        next: (frame) => {
          this.#isLive = true;
          this.#troubles = 0;
          if (frame.type === 'reset' || !hasHead) {
            hasHead = true;
            this.#watcher.onResync();
          }
          if (frame.cursor) {
            this.#cursor = frame.cursor;
          }
          if (frame.type === 'reconnect') {
            this.#link.reconnect(connection, frame.after ?? 0);
          } else if (frame.type !== 'start' && frame.type !== 'reset') {
            this.#watcher.onFrame(frame);
          }
        },
        complete: () => this.#reopen(connection, backoff(this.#troubles++)),
        error: (error) => this.#onError(connection, error),
      },
    );
  }

  cancel() {
    this.#isCancelled = true;
    clearTimeout(this.#timer);
    this.#cancelStream();
    this.#link.forget();
  }

  #onError(connection, error) {
    if (error.code === 'disconnected') {
      return;
    }
    if (error.code === 'unauthenticated') {
      this.#link.reauthenticate(connection);
    } else if (error.code === 'rate_limited' && error.detail === 'slow_consumer') {
      // At once, as the contract has it; but a page that is too slow all the time takes a breath.
      const isAgain = Date.now() - this.#slowAt < 2_000;
      this.#slowAt = Date.now();
      this.#reopen(connection, isAgain ? FIRST_DELAY : 0);
    } else if (PASSING.has(error.code)) {
      this.#reopen(connection, delayOf(error, this.#troubles++));
    } else if (error.code === 'forbidden' && this.#isLive) {
      // Someone who was removed from a channel may watch it all the same: asked once more, from outside.
      this.#isLive = false;
      this.#reopen(connection, 0);
    } else {
      this.cancel();
      this.#watcher.onFailed(error);
    }
  }

  #reopen(connection, delay) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      if (!this.#isCancelled && this.#link.isLive(connection)) {
        this.open(connection);
      }
    }, delay);
  }
}

function ignore() {}
