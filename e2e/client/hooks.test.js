import assert from 'node:assert/strict';
import test from 'node:test';
import { JSDOM } from 'jsdom';
import { clientOf } from './kit.js';

const { window } = new JSDOM('<main></main>');
for (const [name, value] of Object.entries({ window, document: window.document, navigator: window.navigator })) {
  Object.defineProperty(globalThis, name, { value, configurable: true });
}

const { StrictMode, createElement } = await import('react');
const { createRoot } = await import('react-dom/client');
const { useConversation, usePresence } = await import('@ovation/client/react');

test('a component in strict mode shows what is said, on one stream, and lets go of it', async (t) => {
  const ada = clientOf(t, 'ada');
  const { conversationId } = await ada.conversations.open({ kind: 'group', title: 'Tea' });
  const tea = ada.conversation(conversationId);
  await tea.send('before');
  let opened = 0;
  const counted = Object.create(ada, {
    conversation: {
      value: (id) => ({ ...ada.conversation(id), watch: (options) => (opened++, ada.conversation(id).watch(options)) }),
    },
  });

  function Room() {
    const { messages, error } = useConversation(counted, conversationId);
    const { of } = usePresence(ada, ['ada']);
    return createElement(
      'p',
      null,
      error ? error.code : `${messages.map(({ body }) => body).join(', ')} ${of.ada?.status}`,
    );
  }

  const main = window.document.querySelector('main');
  const root = createRoot(main);
  root.render(createElement(StrictMode, null, createElement(Room)));
  await shows(main, 'before online');
  await tea.send('after');
  await shows(main, 'before, after online');
  assert.equal(opened, 1);
  root.render(null);
  await shows(main, '');
});

/** Resolves once the text stands there. */
function shows(element, text) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      observer.disconnect();
      reject(new Error(`It shows «${element.textContent}» and not «${text}»`));
    }, 10_000);
    const look = () => {
      if (element.textContent === text) {
        clearTimeout(timer);
        observer.disconnect();
        resolve();
      }
    };
    const observer = new window.MutationObserver(look);
    observer.observe(element, { childList: true, characterData: true, subtree: true });
    look();
  });
}
