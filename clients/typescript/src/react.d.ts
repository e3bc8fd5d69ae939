import type { Conversation, Message, Notification, Ovation, OvationError, State } from "./index.js";

/** A conversation, live: its messages ascend by seq. `room` is what can be said in it. */
export function useConversation(
  client: Ovation,
  id: string,
): {
  messages: Message[];
  lastSeq: number;
  typing: string[];
  isLoaded: boolean;
  error: OvationError | null;
  room: Conversation;
};

/** A content's counters, live. */
export function useCounters(
  client: Ovation,
  id: string,
): { views: number; likes: number; applause: number; comments: number; isLoaded: boolean; error: OvationError | null };

/** How people are, live: `of[user]` is there once it is known. */
export function usePresence(
  client: Ovation,
  users: string[],
): { of: Record<string, { status: "online" | "offline"; since?: string }>; error: OvationError | null };

/** The inbox, live, newest first. */
export function useInbox(client: Ovation): {
  notifications: Notification[];
  unread: number;
  cursor: string | null;
  isLoaded: boolean;
  error: OvationError | null;
};

/** How the connection stands. */
export function useConnection(client: Ovation): State;
