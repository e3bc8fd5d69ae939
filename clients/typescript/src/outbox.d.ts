import type { Data, Options, OvationError } from './index.js';

/** A text on its way. Once it is `sent` it has what the server answered too. */
export interface OutboxEntry {
    readonly messageId: string;
    readonly body: string;
    readonly replyTo?: string;
    readonly mentions?: string[];
    readonly data?: Data;
    readonly writtenAt: string;
    readonly state: 'sending' | 'sent' | 'failed';
    readonly seq?: number;
    readonly sentAt?: string;
    /** Why it failed, or why it has to wait. */
    readonly error?: { code: string; detail?: string | null; errors?: OvationError['errors'] };
    /** When a busy server is asked again, in milliseconds of the clock. */
    readonly retryAt?: number;
}

export interface OutboxText {
    body: string;
    replyTo?: string;
    mentions?: string[];
    data?: Data;
}

export interface OutboxOptions {
    /**
     * Sends a text to a place, with its id and with what tells of delays:
     * `(id, { body, ...text }, options) => ovation.conversation(id).send(body, { ...text, ...options })`.
     */
    send(
        id: string,
        text: OutboxText & { messageId: string },
        options: Pick<Options, 'onDelay'>,
    ): Promise<{ seq: number; sentAt?: string }>;
    /** `sessionStorage` of a tab, for example; without one the entries last as long as the app. */
    storage?: Pick<Storage, 'getItem' | 'setItem'> | null;
    /** Where in the storage; one of its own for each user. */
    key?: string;
    onChange?: (id: string) => void;
    onSent?: (id: string, entry: OutboxEntry) => void;
}

/** What was written and is not yet seen where it was written to; it survives a reload, and is sent once. */
export class Outbox {
    constructor(options: OutboxOptions);
    of(id: string): readonly OutboxEntry[];
    add(id: string, text: OutboxText): OutboxEntry;
    /** Sends again what failed. */
    retry(id: string, messageId: string): void;
    /** Forgets an entry: it was seen, or is given up. */
    remove(id: string, messageId: string): OutboxEntry | undefined;
}
