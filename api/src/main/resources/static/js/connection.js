const TEXTS = { connecting: 'Connecting…', connected: 'Connected', waiting: 'Reconnecting', offline: 'Offline' };

const byId = (id) => document.getElementById(id);

/**
 * How the connection stands: a word at the side, and while there is none a banner that counts down to the next attempt.
 */
export class ConnectionState {
  #countdown = null;

  /** @param {import('./client/index.js').State} state one that goes on by itself */
  show(state) {
    const name = shownAs(state);
    const { until } = state;
    byId('connection').dataset.state = name;
    if (byId('connection').textContent !== TEXTS[name]) {
      byId('connection').textContent = TEXTS[name];
    }
    this.stop();
    const isWaiting = name === 'waiting' || name === 'offline';
    if (isWaiting) {
      byId('banner-text').textContent = name === 'offline' ? 'You are offline.' : 'The connection was lost.';
      const count = () => {
        byId('banner-countdown').textContent =
          ` Trying again in ${Math.max(1, Math.ceil((until - Date.now()) / 1000))} s`;
      };
      count();
      this.#countdown = setInterval(count, 250);
    } else {
      byId('banner-countdown').textContent = name === 'connecting' ? ' Trying again…' : '';
    }
    byId('retry-now').hidden = !isWaiting;
    // While it tries, the banner stays as it was: at the first attempt hidden, after a cut shown.
    if (name !== 'connecting') {
      byId('banner').hidden = !isWaiting;
    }
  }

  stop() {
    clearInterval(this.#countdown);
  }
}

function shownAs({ name, until }) {
  if (name === 'live') {
    return 'connected';
  }
  if (until === undefined) {
    return 'connecting';
  }
  return navigator.onLine ? 'waiting' : 'offline';
}
