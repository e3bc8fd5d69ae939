/**
 * Where a thread of texts comes from. Messages of a conversation and comments on a content are ordered, paged and told
 * live in the same way: here they get the same names, those of messages.
 *
 * A source is `{watch(), history(range, options), page(answer), frame(frame)}`: two calls of the client, and what makes
 * messages of their answers and frames.
 */
export function messagesOf(client, conversationId) {
  const room = client.conversation(conversationId);
  return {
    watch: () => room.watch(),
    history: (range, options) => room.history(range, options),
    page: (answer) => answer,
    frame: (frame) => frame,
  };
}

export function commentsOf(client, contentId) {
  const content = client.content(contentId);
  return {
    watch: () => content.watch(),
    history: (range, options) => content.comments(range, options),
    page: ({ comments, lastSeq }) => ({ messages: comments.map(asMessage), lastSeq }),
    frame: asMessageFrame,
  };
}

/** How a message is given a reaction and loses it; see toggles.js. */
export function reactToMessage(client, conversationId) {
  const room = client.conversation(conversationId);
  return (messageId, kind) => ({
    key: `message ${messageId} ${kind}`,
    give: () => room.react(messageId, kind),
    takeBack: () => room.unreact(messageId, kind),
  });
}

/** The same for a comment. */
export function reactToComment(client, contentId) {
  const content = client.content(contentId);
  return (commentId, kind) => ({
    key: `comment ${commentId} ${kind}`,
    give: () => content.reactToComment(commentId, kind),
    takeBack: () => content.unreactToComment(commentId, kind),
  });
}

/** The same for the like of a content. */
export function likeOf(client, contentId) {
  const content = client.content(contentId);
  return { key: `content ${contentId}`, give: () => content.like(), takeBack: () => content.unlike() };
}

/** What sends an entry of the outbox as a message; answers its `{seq, sentAt}`. */
export function sendMessage(client) {
  return (conversationId, { body, ...text }, options) =>
    client.conversation(conversationId).send(body, { ...text, ...options });
}

/** The same as a comment. */
export function sendComment(client) {
  return async (contentId, { messageId, body, ...text }, options) => {
    const { seq, at } = await client.content(contentId).comment(body, { commentId: messageId, ...text, ...options });
    return { seq, sentAt: at };
  };
}

function asMessage({ commentId, author, at, ...same }) {
  return { ...same, messageId: commentId, sender: author, sentAt: at };
}

function asMessageFrame(frame) {
  switch (frame.type) {
    case 'comment':
      return { ...asMessage(frame), type: 'message' };
    case 'comment-redacted':
      return { type: 'message-redacted', messageId: frame.commentId, cursor: frame.cursor };
    case 'reactions':
      return frame.commentId ? { ...frame, messageId: frame.commentId } : frame;
    default:
      return frame;
  }
}
