import { Content } from './content.js';
import { Conversation } from './conversation.js';
import { confirm } from './dialogs.js';
import { avatar, h } from './dom.js';
import { hashOf, linkTo } from './places.js';
import { toggleReaction } from './reactions.js';
import { commentsOf, reactToComment } from './sources.js';
import { dateTimeOf, fullTimeOf } from './times.js';
import { attempt, copy, tellDelay, toast } from './toast.js';
import { countOf, explain } from './words.js';

/** So many comments before the one that is gone to are shown with it. */
const BEFORE = 30;

const byId = (id) => document.getElementById(id);

/** The content that is open, with its comments. */
export class ContentView {
  outboxName = 'comments';
  #me;
  #client;
  #toggles;
  #outbox;
  #timeline;
  #composer;
  #onChange;
  #like;
  #content;
  #thread;
  #drawnView = null;
  #listening = new AbortController();

  /**
   * @param {object} options
   * @param {object} options.desk what one person's page has: `me`, `client`, `toggles`, `comments`, an outbox,
   * `like` and `likeWanted`
   * @param {object} options.parts those of the page that outlive a person
   * @param {{id: string, seq?: number}} options.place
   * @param {Set<string>} options.seen contents that were opened before: a view is counted once
   * @param {() => void} options.onChange it is to be drawn anew
   */
  constructor({ desk, parts, place: { id, seq }, seen, onChange }) {
    this.id = id;
    this.#me = desk.me;
    this.#client = desk.client;
    this.#toggles = desk.toggles;
    this.#outbox = desk.comments;
    this.#timeline = parts.comments;
    this.#composer = parts.commentComposer;
    this.#like = (isLiked) => desk.like(id, isLiked);
    this.#onChange = onChange;
    this.#content = new Content({
      content: desk.client.content(id),
      likeWanted: () => desk.likeWanted(id),
      onChange,
      onTrouble: (error) => toast(explain(error)),
    });
    this.#thread = new Conversation({
      id,
      source: commentsOf(desk.client, id),
      from: seq ? Math.max(0, seq - BEFORE) : 0,
      me: this.#me,
      outbox: this.#outbox,
      onChange: () => {
        this.#timeline.draw();
        onChange();
      },
      onFrame: (frame) => this.#onFrame(frame),
      onResync: () => {
        this.#content.load();
        if (!seen.has(id)) {
          seen.add(id);
          this.#content.countView();
        }
      },
    });
    this.#timeline.show(this.#thread, { me: this.#me, revealSeq: seq ?? null });
    this.#composer.show(
      id,
      () => this.#mentionable(),
      () => true,
    );
  }

  open() {
    const { signal } = this.#listening;
    const on = (name, act) => byId(name).addEventListener('click', act, { signal });
    on('like', () => this.#like(!this.#content.isLiked));
    on('applaud', () => this.#content.applaud());
    on('retract', () => this.#retract());
    on('content-copy', () => copy(linkTo({ name: 'content', id: this.id })));
    on('to-comments', () => byId('comment-text').focus());
    byId('article').hidden = true;
    byId('comment-scroller').scrollTop = 0;
    this.#thread.open();
    byId('content-title').focus();
  }

  close() {
    this.#listening.abort();
    this.#thread.close();
    this.#content.close();
    this.#timeline.show(null);
  }

  redraw() {
    this.#timeline.draw();
    this.#timeline.tick();
  }

  confirm(entry) {
    this.#thread.confirm(entry);
  }

  /** Whoever is seen there: its author, and who has commented on it. */
  #mentionable() {
    const names = new Set(this.#thread.rows.map(({ sender }) => sender));
    if (this.#content.view) {
      names.add(this.#content.view.author);
    }
    names.delete(this.#me);
    return [...names];
  }

  send(comment) {
    this.#outbox.add(this.id, comment);
    this.#timeline.toEnd();
  }

  retry(entry) {
    this.#outbox.retry(this.id, entry.messageId);
  }

  takeBack(entry) {
    this.#outbox.remove(this.id, entry.messageId);
    this.#composer.takeBack(entry.body);
  }

  react(commentId, kind) {
    toggleReaction(this.#toggles, this.#thread, reactToComment(this.#client, this.id), commentId, kind);
  }

  /** One's like of it has come or gone, here or in the feed. */
  liked(isLiked) {
    this.#content.liked(isLiked);
  }

  async redact({ messageId }) {
    if (await confirm('Delete this comment for everyone?', 'Delete')) {
      await attempt(async () => {
        await this.#client.content(this.id).redactComment(messageId, tellDelay);
        this.#thread.patch(messageId, { redacted: true, body: null });
      });
    }
  }

  title() {
    return this.#content.view?.title ?? 'Post';
  }

  draw() {
    const { view, counters, isLiked, applauding } = this.#content;
    const { failure } = this.#thread;
    byId('content-title').textContent = failure ? 'Post' : this.title();
    byId('content-title').title = byId('content-title').textContent;
    byId('content-body').hidden = failure !== null;
    byId('content-failure').hidden = failure === null;
    byId('comment-composer').hidden = failure !== null;
    byId('engagement').hidden = failure !== null || view === null;
    byId('content-copy').hidden = failure !== null;
    byId('retract').hidden = failure !== null || view?.author !== this.#me;
    if (failure) {
      this.#drawFailure(failure);
      return;
    }
    this.#timeline.canModerate = view?.author === this.#me;
    if (view && view !== this.#drawnView) {
      this.#drawnView = view;
      drawArticle(view);
    }
    if (counters) {
      byId('like').setAttribute('aria-pressed', String(isLiked));
      tell('like-count', counters.likes, 'like');
      tell('applause-count', counters.applause, 'clap');
      tell('comment-count', counters.comments, 'comment');
      tell('view-count', counters.views, 'view');
    }
    byId('applauding').textContent = applauding > 0 ? `+${applauding}` : '';
  }

  #drawFailure(failure) {
    const wasThere = this.#content.view !== null;
    const isGone = failure.code === 'not_found';
    byId('content-failure-title').textContent = isGone && wasThere ? 'This was retracted' : 'This post cannot be shown';
    byId('content-failure-text').textContent = isGone
      ? wasThere
        ? 'Its author took it back. Nobody can read it any more.'
        : 'It is not there, or its author took it back.'
      : explain(failure);
  }

  #onFrame(frame) {
    if (frame.type === 'counters') {
      this.#content.take(frame);
    } else if (frame.type === 'message') {
      this.#timeline.announce(frame);
    }
  }

  async #retract() {
    if (await confirm('Take this post back? Nobody will be able to read it or its comments any more.', 'Retract')) {
      await attempt(async () => {
        await this.#client.content(this.id).retract(tellDelay);
        location.hash = hashOf({ name: 'feed' });
      });
    }
  }
}

function drawArticle({ title, body, author, publishedAt }) {
  const at = new Date(publishedAt);
  byId('article').hidden = false;
  byId('article').replaceChildren(
    h(
      'p',
      { class: 'byline' },
      avatar(author),
      h('bdi', { class: 'sender' }, author),
      h('time', { datetime: publishedAt, title: fullTimeOf(at) }, dateTimeOf(at)),
    ),
    h('h2', { dir: 'auto' }, title),
    h('div', { class: 'body', dir: 'auto' }, body),
  );
}

function tell(id, count, one) {
  const element = byId(id);
  const text = count.toLocaleString();
  if (element.textContent !== text) {
    element.textContent = text;
    element.title = countOf(count, one);
  }
}
