/**
 * Where a thread of texts comes from. Messages of a conversation and comments on a content are ordered, paged and told
 * live in the same way: here they get the same names, those of messages.
 *
 * A source is `{watch, history, page(answer), frame(frame)}`: two routes, and what makes messages of their answers and
 * frames.
 */
export function messagesOf(conversationId) {
  return {
    watch: `conversations.${conversationId}.watch`,
    history: `conversations.${conversationId}.history`,
    page: (answer) => answer,
    frame: (frame) => frame,
  };
}

export function commentsOf(contentId) {
  return {
    watch: `contents.${contentId}.watch`,
    history: `contents.${contentId}.comments`,
    page: ({ comments, lastSeq }) => ({ messages: comments.map(asMessage), lastSeq }),
    frame: asMessageFrame,
  };
}

/** The routes by which a message is given a reaction and loses it. */
export function reactToMessage(conversationId) {
  return (messageId, kind) => ({
    give: `conversations.${conversationId}.react.${messageId}.${kind}`,
    takeBack: `conversations.${conversationId}.unreact.${messageId}.${kind}`,
  });
}

/** The same for a comment. */
export function reactToComment(contentId) {
  return (commentId, kind) => ({
    give: `contents.${contentId}.react-comment.${commentId}.${kind}`,
    takeBack: `contents.${contentId}.unreact-comment.${commentId}.${kind}`,
  });
}

/** The same for the like of a content. */
export function likeOf(contentId) {
  return { give: `contents.${contentId}.like`, takeBack: `contents.${contentId}.unlike` };
}

/** What sends an entry of the outbox as a message; answers its `{seq, sentAt}`. */
export function sendMessage(conversationId, { messageId, body, replyTo, mentions }) {
  return {
    route: `conversations.${conversationId}.send`,
    data: { messageId, body, replyTo, mentions },
    sent: ({ seq, sentAt }) => ({ seq, sentAt }),
  };
}

/** The same as a comment. */
export function sendComment(contentId, { messageId, body, replyTo, mentions }) {
  return {
    route: `contents.${contentId}.comment`,
    data: { commentId: messageId, body, replyTo, mentions },
    sent: ({ seq, at }) => ({ seq, sentAt: at }),
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
