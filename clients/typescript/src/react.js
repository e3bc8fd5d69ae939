import { useMemo, useSyncExternalStore } from 'react';
import { conversationStore, countersStore, inboxStore, presenceStore } from './stores.js';

/** A conversation, live, and what can be said in it. */
export function useConversation(client, id) {
  const store = conversationStore(client, id);
  const snapshot = useSyncExternalStore(store.subscribe, store.getSnapshot, store.getSnapshot);
  const room = useMemo(() => client.conversation(id), [client, id]);
  return { ...snapshot, room };
}

/** A content's counters, live. */
export function useCounters(client, id) {
  const store = countersStore(client, id);
  return useSyncExternalStore(store.subscribe, store.getSnapshot, store.getSnapshot);
}

/** How people are, live: `of[user]` is `{status, since}` once it is known. */
export function usePresence(client, users) {
  const store = presenceStore(client, users);
  return useSyncExternalStore(store.subscribe, store.getSnapshot, store.getSnapshot);
}

/** The inbox, live. */
export function useInbox(client) {
  const store = inboxStore(client);
  return useSyncExternalStore(store.subscribe, store.getSnapshot, store.getSnapshot);
}

/** How the connection stands. */
export function useConnection(client) {
  const subscribe = useMemo(() => (listener) => client.on('state', listener), [client]);
  return useSyncExternalStore(subscribe, () => client.state, () => client.state);
}
