import { OvationError } from './client/index.js';
import { explain, explainDelay } from './words.js';

const SHOWN = 6_000;

let timer;

/** Says something that passes. */
export function toast(text) {
  const element = document.getElementById('toast');
  element.textContent = text;
  element.showPopover();
  clearTimeout(timer);
  timer = setTimeout(() => element.hidePopover(), SHOWN);
}

/** For what one waits for: says how long a busy server makes it wait. */
export const tellDelay = { onDelay: (error, milliseconds) => toast(explainDelay(error, milliseconds)) };

/** Does it, or says what kept it from being done. */
export async function attempt(work, otherwise = () => {}) {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof OvationError)) {
      throw error;
    }
    if (error.code !== 'closed') {
      toast(explain(error));
    }
    otherwise();
  }
}

/** Puts a link where it can be pasted from. */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    toast('The link is copied');
  } catch {
    // Only a secure page may write there: the dialog of the people shows the link to copy by hand.
    toast('This browser does not let a page copy: take the link from the address bar');
  }
}
