/** Types of @ovation/client. All times are RFC 3339 texts in UTC; cursors are opaque. */

export interface ConnectOptions {
    /** Where the server is: `https://chat.example.org`, or a path of the page's own origin. */
    url: string | URL;
    /**
     * Gives a bearer token. It is called again before the last one expires and when the server refuses it, with why it
     * did; there is never more than one call under way. Where it fails it is called again, and the connection is kept
     * meanwhile. Where it fails with an OvationError of the code `unauthenticated` there is none to be had: the state
     * is `refused` at once.
     */
    token: string | ((refused: OvationError | null) => string | Promise<string>);
    /**
     * `auto`, the default, is RSocket over WebSocket, and HTTP with Server-Sent Events where WebSockets do not get
     * through; it goes back to WebSocket once one holds.
     */
    transport?: 'auto' | Transport;
    /** For platforms that have none, as Node 20: that of the package `ws`, for example. Without any, HTTP has to do. */
    WebSocket?: unknown;
    /** In the place of the platform's. */
    fetch?: typeof fetch;
    /** Reads streams where `fetch` gives a body only when it is whole; the platform's is used where that is so. */
    EventSource?: unknown;
}

export type Transport = 'websocket' | 'http';

/** Connects to a server, and stays connected until `close()`. */
export function connect(options: ConnectOptions): Ovation;

export type State =
    | { name: 'connecting' }
    | { name: 'live'; transport: Transport }
    /** There is no connection; the next attempt is at `until`, in milliseconds of the clock. */
    | { name: 'offline'; until: number; why?: OvationError }
    /**
     * The server, or whoever gives tokens, lets this user in no more. `retry()` tries again; where no token was given
     * (`why.code` is `no_token`) it is tried again each minute, next at `until`.
     */
    | { name: 'refused'; why: OvationError; until?: number }
    | { name: 'closed' };

/** Why something failed. `code` is the contract's, or `disconnected`, `no_token` or `closed`. */
export class OvationError extends Error {
    constructor(code: string, message: string, more?: { kind?: string | null; problem?: object; cause?: unknown });
    readonly code: string;
    readonly kind: string | null;
    readonly status: number | null;
    readonly detail: string | null;
    readonly errors: ReadonlyArray<{ field: string; message: string }>;
    /** `unknown` where it can't be known whether something was recorded. */
    readonly outcome: string | null;
    readonly until: string | null;
    /** Seconds. */
    readonly retryAfter: number | null;
}

export interface Options {
    /** Gives up; the call then fails with the signal's reason. */
    signal?: AbortSignal;
    /** Told of each wait for a server that is busy. */
    onDelay?: (error: OvationError, milliseconds: number) => void;
}

export interface WatchOptions {
    /** A cursor to go on from; without one the stream starts live. */
    after?: string | null;
    signal?: AbortSignal;
}

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type Data = { [key: string]: Json };
export type Kind = 'direct' | 'group' | 'channel';
export type Posting = 'members' | 'moderators';
export type Joining = 'invited' | 'open';
export type Role = 'owner' | 'moderator' | 'member';

/**
 * One frame of a stream. Those of the log have a `cursor`; `{type: "gap"}` stands where something could not be told.
 */
export interface Frame {
    type: string;
    cursor?: string;
    [field: string]: unknown;
}

/** What was before cannot be told: it has to be read. */
export interface GapFrame extends Frame {
    type: 'gap';
}

export interface MessageFrame extends Frame {
    type: 'message';
    cursor: string;
    conversationId: string;
    messageId: string;
    seq: number;
    sender: string;
    body?: string;
    sentAt: string;
    replyTo?: string;
    mentions?: string[];
    data?: Data;
    redacted?: boolean;
}

/** A message as it is from then on; `redacted`, and without a body, where that has been redacted since. */
export interface MessageEditedFrame extends Frame {
    type: 'message-edited';
    cursor: string;
    conversationId: string;
    messageId: string;
    seq: number;
    body?: string;
    editedAt: string;
    data?: Data;
    redacted?: boolean;
}

export interface MessageRedactedFrame extends Frame {
    type: 'message-redacted';
    cursor: string;
    conversationId: string;
    messageId: string;
    seq: number;
}

/** Who is in with a `role`, or is in no more: `removed`. */
export interface MemberFrame extends Frame {
    type: 'member';
    cursor: string;
    conversationId: string;
    user: string;
    role?: Role;
    removed?: boolean;
}

/** What has changed, and nothing else. */
export interface ConversationChangedFrame extends Frame {
    type: 'conversation-changed';
    cursor: string;
    conversationId: string;
    title?: string;
    posting?: Posting;
    joining?: Joining;
    data?: Data;
    slowMode?: number;
}

export interface ReceiptFrame extends Frame {
    type: 'receipt';
    conversationId: string;
    user: string;
    delivered: number;
    read: number;
}

/** Somebody writes; over 5 s after the last of these. */
export interface TypingFrame extends Frame {
    type: 'typing';
    conversationId: string;
    user: string;
}

export interface AudienceFrame extends Frame {
    type: 'audience';
    watching: number;
}

/** All reactions to a message, a comment or a content, as they are now. */
export interface ReactionsFrame extends Frame {
    type: 'reactions';
    messageId?: string;
    commentId?: string;
    contentId?: string;
    reactions: Reactions;
}

export interface CommentFrame extends Frame {
    type: 'comment';
    cursor: string;
    contentId: string;
    commentId: string;
    seq: number;
    author: string;
    body?: string;
    at: string;
    replyTo?: string;
    mentions?: string[];
    data?: Data;
    redacted?: boolean;
}

export interface CommentRedactedFrame extends Frame {
    type: 'comment-redacted';
    cursor: string;
    contentId: string;
    commentId: string;
    seq: number;
}

export interface CountersFrame extends Frame {
    type: 'counters';
    contentId: string;
    views: number;
    likes: number;
    applause: number;
    comments: number;
}

export interface PublishedFrame extends Frame {
    type: 'published';
    cursor: string;
    contentId: string;
    title: string;
    author: string;
    publishedAt: string;
}

export interface ContentEditedFrame extends Frame {
    type: 'content-edited';
    cursor: string;
    contentId: string;
    title?: string;
    editedAt: string;
}

export interface ContentRetractedFrame extends Frame {
    type: 'content-retracted';
    cursor: string;
    contentId: string;
}

export interface PresenceFrame extends Frame {
    type: 'presence';
    user: string;
    status: 'online' | 'offline';
    since?: string;
}

export interface NotificationFrame extends Frame {
    type: 'notification';
    cursor: string;
    notificationId: string;
    kind: NotificationKind;
    actors: string[];
    count: number;
    target: NotificationTarget;
    at: string;
    read: boolean;
}

export interface UnreadFrame extends Frame {
    type: 'unread';
    unread: number;
}

/** A conversation of one's list was `opened`, `joined`, `left` or `renamed`; others may come. */
export interface ListedFrame extends Frame {
    type: 'conversation';
    cursor: string;
    conversationId: string;
    change: 'opened' | 'joined' | 'left' | 'renamed' | (string & {});
}

export interface SummaryFrame extends Frame {
    type: 'summary';
    conversationId: string;
    title?: string;
    lastSeq: number;
    lastMessage?: Message;
    unread: number;
}

/** An event of the log. Its place, as `after` takes it and `cursor` gives it, is its position. */
export interface LogEvent extends Frame {
    position: number;
    eventId: string;
    type: string;
    revision?: string;
    aggregateType?: string;
    aggregateId?: string;
    sequence?: number;
    timestamp: string;
    payload?: Data;
    metadata?: Data;
    /** A type that this server does not know: `raw` is what is recorded. */
    unknown?: boolean;
    undecodable?: boolean;
    raw?: string;
    rawMetadata?: string;
}

/** What the streams tell. A newer server may tell more types: leave out what you do not know. */
export type ConversationFrame =
    | MessageFrame
    | MessageEditedFrame
    | MessageRedactedFrame
    | MemberFrame
    | ConversationChangedFrame
    | ReceiptFrame
    | TypingFrame
    | AudienceFrame
    | ReactionsFrame
    | GapFrame;
export type ContentFrame =
    | AudienceFrame
    | CommentFrame
    | CommentRedactedFrame
    | ContentEditedFrame
    | ContentRetractedFrame
    | CountersFrame
    | ReactionsFrame
    | GapFrame;
export type FeedFrame = PublishedFrame | ContentEditedFrame | ContentRetractedFrame | GapFrame;
export type ListFrame = ListedFrame | SummaryFrame | GapFrame;
export type InboxFrame = NotificationFrame | UnreadFrame | GapFrame;

/** An async iterator that goes on across reconnects; each log frame once, in order. */
export interface Subscription<F extends Frame = Frame, Place = string> extends AsyncIterableIterator<F> {
    /** The place after the last frame that was handed out; null before there is one. */
    readonly cursor: Place | null;
    /**
     * Settles with that place once the server has taken the stream up: what is read from the history then leaves no
     * hole.
     */
    readonly started: Promise<Place>;
}

/** How many there are of each kind. */
export type Reactions = { [kind: string]: number };

export interface Message {
    messageId: string;
    seq: number;
    sender: string;
    body?: string;
    sentAt: string;
    editedAt?: string;
    redacted?: boolean;
    replyTo?: string;
    mentions?: string[];
    data?: Data;
    reactions?: Reactions;
    myReactions?: string[];
}

export interface Comment {
    commentId: string;
    seq: number;
    author: string;
    body?: string;
    at: string;
    redacted?: boolean;
    replyTo?: string;
    mentions?: string[];
    data?: Data;
    reactions?: Reactions;
    myReactions?: string[];
}

export interface PeoplePage {
    after?: string;
    limit?: number;
}

export interface Users {
    users: string[];
    next?: string;
}

export interface ConversationDetails {
    conversationId: string;
    kind: Kind;
    title?: string;
    posting: Posting;
    joining: Joining;
    data?: Data;
    memberCount: number;
    role?: Role;
    lastSeq: number;
    unread?: number;
    slowMode?: number;
}

export interface ConversationSummary {
    conversationId: string;
    kind: Kind;
    title?: string;
    members?: string[];
    memberCount: number;
    lastMessage?: Message;
    lastSeq: number;
    unread: number;
}

/** Others may come. */
export type NotificationKind = 'mention' | 'message' | 'reply' | 'like' | 'comment' | (string & {});

export interface NotificationTarget {
    conversationId?: string;
    messageId?: string;
    seq?: number;
    contentId?: string;
    commentId?: string;
}

export interface Notification {
    notificationId: string;
    kind: NotificationKind;
    actors: string[];
    count: number;
    target: NotificationTarget;
    at: string;
    read: boolean;
    cursor: string;
}

export interface PresenceOf {
    user: string;
    status: 'online' | 'offline';
    since?: string;
}

export interface Counters {
    views: number;
    likes: number;
    applause: number;
    comments: number;
}

export interface Block {
    user: string;
    at: string;
}

export interface SeqRange {
    after?: number;
    before?: number;
    limit?: number;
}

export interface Conversation {
    readonly id: string;
    /** Resolves once the message is durable; waits for a connection, and is sent again until it is answered. */
    send(
        body: string,
        options?: Options & { messageId?: string; replyTo?: string; mentions?: string[]; data?: Data },
    ): Promise<{ messageId: string; seq: number; sentAt: string }>;
    edit(messageId: string, body: string, options?: Options & { data?: Data }): Promise<unknown>;
    redact(messageId: string, options?: Options): Promise<unknown>;
    history(range?: SeqRange, options?: Options): Promise<{ messages: Message[]; lastSeq: number }>;
    watch(options?: WatchOptions): Subscription<ConversationFrame>;
    get(options?: Options): Promise<ConversationDetails>;
    /** What is absent stays. `slowMode` is in seconds. */
    change(
        change: { title?: string; posting?: Posting; joining?: Joining; data?: Data; slowMode?: number },
        options?: Options,
    ): Promise<unknown>;
    react(messageId: string, kind: string, options?: Options): Promise<unknown>;
    unreact(messageId: string, kind: string, options?: Options): Promise<unknown>;
    reactions(messageId: string, kind: string, page?: PeoplePage, options?: Options): Promise<Users>;
    /** Reads all up to a message, and the notifications of it. */
    read(seq: number, options?: Options): Promise<unknown>;
    delivered(seq: number, options?: Options): Promise<unknown>;
    receipts(
        page?: PeoplePage,
        options?: Options,
    ): Promise<{ receipts: { user: string; delivered: number; read: number }[]; next?: string }>;
    /** Who is there now. */
    presence(options?: Options): Promise<{ online: number; watching: number; users: string[] }>;
    /** Tells that this user writes; whether there was a connection to tell it on. */
    typing(): boolean;
    readonly members: {
        list(page?: PeoplePage, options?: Options): Promise<{ members: { user: string; role: Role }[]; next?: string }>;
        add(user: string, role?: Role, options?: Options): Promise<unknown>;
        /** `not_found` where there was nothing to remove before the call. */
        remove(user: string, options?: Options): Promise<unknown>;
    };
    readonly bans: {
        list(
            page?: PeoplePage,
            options?: Options,
        ): Promise<{
            bans: { user: string; until?: string; reason?: string; by: string; at: string }[];
            next?: string;
        }>;
        add(user: string, options?: Options & { until?: string; reason?: string }): Promise<unknown>;
        /** `not_found` where there was nothing to remove before the call. */
        remove(user: string, options?: Options): Promise<unknown>;
    };
    readonly mutes: {
        add(user: string, options?: Options & { until?: string }): Promise<unknown>;
        /** `not_found` where there was nothing to remove before the call. */
        remove(user: string, options?: Options): Promise<unknown>;
    };
}

export interface ContentDetails {
    contentId: string;
    title: string;
    body: string;
    author: string;
    publishedAt: string;
    editedAt?: string;
    data?: Data;
    counters: Counters;
    likedByMe: boolean;
    reactions?: Reactions;
    myReactions?: string[];
}

export interface Content {
    readonly id: string;
    get(options?: Options): Promise<ContentDetails>;
    edit(change: { title?: string; body?: string; data?: Data }, options?: Options): Promise<unknown>;
    retract(options?: Options): Promise<unknown>;
    comment(
        body: string,
        options?: Options & { commentId?: string; replyTo?: string; mentions?: string[]; data?: Data },
    ): Promise<{ commentId: string; seq: number; at: string }>;
    redactComment(commentId: string, options?: Options): Promise<unknown>;
    comments(range?: SeqRange, options?: Options): Promise<{ comments: Comment[]; lastSeq: number }>;
    like(options?: Options): Promise<unknown>;
    unlike(options?: Options): Promise<unknown>;
    react(kind: string, options?: Options): Promise<unknown>;
    unreact(kind: string, options?: Options): Promise<unknown>;
    reactions(kind: string, page?: PeoplePage, options?: Options): Promise<Users>;
    reactToComment(commentId: string, kind: string, options?: Options): Promise<unknown>;
    unreactToComment(commentId: string, kind: string, options?: Options): Promise<unknown>;
    reactionsToComment(commentId: string, kind: string, page?: PeoplePage, options?: Options): Promise<Users>;
    applaud(count?: number, options?: Options & { applauseId?: string }): Promise<unknown>;
    view(count?: number): boolean;
    counters(options?: Options): Promise<Counters>;
    watch(options?: WatchOptions): Subscription<ContentFrame>;
}

export interface OpenConversation {
    conversationId?: string;
    kind: Kind;
    title?: string;
    members?: string[];
    posting?: Posting;
    joining?: Joining;
    data?: Data;
}

export interface Ovation {
    readonly state: State;
    /** Tells the present state at once, then each change; answers what stops it. */
    on(event: 'state', listener: (state: State) => void, options?: { signal?: AbortSignal }): () => void;
    /** Does not wait out the time until the next attempt. */
    retry(): void;
    /** Ends the connection, every subscription (they are done) and every call (they fail with `closed`). */
    close(): Promise<void>;

    conversation(id: string): Conversation;
    content(id: string): Content;
    readonly conversations: {
        open(conversation: OpenConversation, options?: Options): Promise<{ conversationId: string }>;
        list(
            page?: { before?: string; limit?: number },
            options?: Options,
        ): Promise<{ conversations: ConversationSummary[]; next?: string }>;
        /** One's own list, live: `conversation` frames in the log, and a `summary` of each that has changed. */
        watch(options?: WatchOptions): Subscription<ListFrame>;
    };
    readonly contents: {
        publish(
            content: { contentId?: string; title: string; body: string; data?: Data },
            options?: Options,
        ): Promise<{ contentId: string; publishedAt: string }>;
        list(page?: { before?: string; limit?: number }, options?: Options): Promise<{ contents: ContentDetails[] }>;
    };
    readonly feed: { watch(options?: WatchOptions): Subscription<FeedFrame> };
    readonly presence: {
        get(users: string[], options?: Options): Promise<{ presence: PresenceOf[] }>;
        watch(users: string[], options?: WatchOptions): Subscription<PresenceFrame | GapFrame>;
    };
    readonly inbox: {
        list(
            page?: { before?: string; limit?: number },
            options?: Options,
        ): Promise<{ notifications: Notification[]; unread: number; cursor: string }>;
        /** Reads all that had been told up to a page or frame. */
        read(cursor: string, options?: Options): Promise<unknown>;
        watch(options?: WatchOptions): Subscription<InboxFrame>;
    };
    /** Whom this user blocks: those can neither write to them directly nor put them into a conversation. */
    readonly blocks: {
        list(page?: { after?: string; limit?: number }, options?: Options): Promise<{ blocks: Block[]; next?: string }>;
        /** Also for who is blocked already. The other one is not told of it. */
        add(user: string, options?: Options): Promise<unknown>;
        remove(user: string, options?: Options): Promise<unknown>;
    };
    readonly events: {
        /** The log, for analysts; ends at its head unless `follow`. */
        replay(
            query?: {
                after?: number;
                from?: string;
                to?: string;
                types?: string[];
                aggregate?: string;
                follow?: boolean;
                log?: string;
            },
            options?: { signal?: AbortSignal },
        ): Subscription<LogEvent | GapFrame, number>;
    };
}
