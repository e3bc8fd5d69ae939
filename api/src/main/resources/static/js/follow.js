import { OvationError } from './client/index.js';

/**
 * Tells what is watched to those who draw it.
 *
 * @param {import('./client/index.js').Subscription} watch
 * @param {object} watcher
 * @param {(frame: object) => void} watcher.onFrame
 * @param {() => void} [watcher.onResync] the stream starts here and not where the last one ended: what was before is in
 * the history
 * @param {(error: OvationError) => void} [watcher.onFailed] it can't be watched; nothing more comes
 * @returns {() => void} stops; nothing more comes
 */
export function follow(watch, { onFrame, onResync = () => {}, onFailed = () => {} }) {
  let isOver = false;
  const unlessOver = (tell) => (told) => isOver || tell(told);
  watch.started.then(unlessOver(onResync), () => {});
  read(
    watch,
    unlessOver((frame) => (frame.type === 'gap' ? onResync() : onFrame(frame))),
    unlessOver(onFailed),
  );
  return () => {
    isOver = true;
    watch.return();
  };
}

async function read(watch, onFrame, onFailed) {
  try {
    for await (const frame of watch) {
      onFrame(frame);
    }
  } catch (error) {
    if (!(error instanceof OvationError)) {
      throw error;
    }
    onFailed(error);
  }
}
