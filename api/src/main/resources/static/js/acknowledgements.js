import { OvationError } from './client/index.js';

/** How long marks are gathered before they are told: whoever reads on tells it once. */
const PAUSE = 300;

/** Tells the server how far one has got conversations and read them: of each conversation one mark at a time. */
export class Acknowledgements {
  #client;
  #told = new Map();
  #wanted = new Map();
  #telling = new Set();
  #timer = null;

  /** @param {import('./client/index.js').Ovation} client */
  constructor(client) {
    this.#client = client;
  }

  delivered(conversationId, seq) {
    this.#mark(conversationId, { delivered: seq });
  }

  /** What was read had been delivered. */
  read(conversationId, seq) {
    this.#mark(conversationId, { delivered: seq, read: seq });
  }

  stop() {
    clearTimeout(this.#timer);
  }

  #mark(conversationId, marks) {
    const told = this.#told.get(conversationId);
    if ((marks.delivered ?? 0) <= (told?.delivered ?? 0) && (marks.read ?? 0) <= (told?.read ?? 0)) {
      return;
    }
    this.#wanted.set(conversationId, higher(this.#wanted.get(conversationId), marks));
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      this.#wanted.forEach((_, each) => this.#tell(each));
    }, PAUSE);
  }

  async #tell(conversationId) {
    if (this.#telling.has(conversationId)) {
      return;
    }
    this.#telling.add(conversationId);
    const room = this.#client.conversation(conversationId);
    for (let marks; (marks = this.#wanted.get(conversationId)); ) {
      const { delivered, read = 0 } = marks;
      this.#wanted.delete(conversationId);
      this.#told.set(conversationId, higher(this.#told.get(conversationId), marks));
      try {
        if (read > 0) {
          await room.read(read);
        }
        if (delivered > read) {
          await room.delivered(delivered);
        }
      } catch (error) {
        // Who is no member any more has no marks there.
        if (!(error instanceof OvationError)) {
          throw error;
        }
      }
    }
    this.#telling.delete(conversationId);
  }
}

function higher(known, marks) {
  const both = { ...known };
  for (const [name, seq] of Object.entries(marks)) {
    both[name] = Math.max(both[name] ?? 0, seq);
  }
  return both;
}
