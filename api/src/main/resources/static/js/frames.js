/** Draws with the next frame of the screen, once for however often it was asked to. */
export function onceAFrame(draw) {
  let isScheduled = false;
  return () => {
    if (!isScheduled) {
      isScheduled = true;
      requestAnimationFrame(() => {
        isScheduled = false;
        draw();
      });
    }
  };
}
