import { h } from './dom.js';
import { mentionsIn } from './words.js';

/** The limit of the contract; a server may be set up otherwise, so it is said here and kept there. */
const BODY_LIMIT = 8_192;
const MOST_MENTIONS = 50;
const MOST_SUGGESTIONS = 6;

const encoder = new TextEncoder();

/** Where messages are written: new ones, answers and edits, with names completed after an @. */
export class Composer {
  #input;
  #context;
  #contextText;
  #counter;
  #suggestions;
  #actions;
  #names = () => [];
  #takesAnyone = () => false;
  #mode = { name: 'new' };
  #textBeforeEdit = '';
  #drafts = new Map();
  #conversationId = null;
  #chosen = 0;

  /**
   * @param {object} elements `form`, `input`, `context`, `contextText`, `cancel`, `counter` and `suggestions`
   * @param {object} actions `onSend({body, replyTo, mentions})`, `onEdit(message, body)`, `onEditLast()`, `onWriting()`
   */
  constructor({ form, input, context, contextText, cancel, counter, suggestions }, actions) {
    this.#input = input;
    this.#context = context;
    this.#contextText = contextText;
    this.#counter = counter;
    this.#suggestions = suggestions;
    this.#actions = actions;
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#submit();
    });
    cancel.addEventListener('click', () => this.#cancel());
    input.addEventListener('input', () => {
      this.#changed();
      if (this.#input.value.trim() !== '' && this.#mode.name !== 'edit') {
        this.#actions.onWriting();
      }
    });
    input.addEventListener('blur', () => this.#suggest([]));
    input.addEventListener('keydown', (event) => this.#onKey(event));
  }

  /**
   * Writes for another conversation; what was begun for the last one is kept for the way back.
   *
   * @param {string} conversationId
   * @param {() => string[]} names who can be mentioned, as far as they are known
   * @param {() => boolean} takesAnyone whether others can be mentioned too
   */
  show(conversationId, names = () => [], takesAnyone = () => false) {
    if (this.#conversationId) {
      const mode = this.#mode.name === 'edit' ? { name: 'new' } : this.#mode;
      this.#drafts.set(this.#conversationId, { mode, text: this.#textOutsideEdit() });
    }
    this.#conversationId = conversationId;
    this.#names = names;
    this.#takesAnyone = takesAnyone;
    const draft = this.#drafts.get(conversationId);
    this.#become(draft?.mode ?? { name: 'new' }, draft?.text ?? '', false);
  }

  replyTo(message) {
    this.#become({ name: 'reply', message }, this.#textOutsideEdit());
  }

  edit(message) {
    this.#textBeforeEdit = this.#textOutsideEdit();
    this.#become({ name: 'edit', message }, message.body);
  }

  /** Puts a text back that could not be sent. */
  takeBack(body) {
    this.#become({ name: 'new' }, [body, this.#textOutsideEdit()].filter(Boolean).join('\n'));
  }

  #submit() {
    const body = this.#input.value.trimEnd();
    if (body === '' || encoder.encode(body).length > BODY_LIMIT) {
      // How long it is stands below it.
      this.#input.focus();
      return;
    }
    const { name, message } = this.#mode;
    this.#become({ name: 'new' }, name === 'edit' ? this.#textBeforeEdit : '');
    if (name === 'edit') {
      if (body !== message.body) {
        this.#actions.onEdit(message, body);
      }
    } else {
      const mentions = mentionsIn(body, this.#names(), this.#takesAnyone()).slice(0, MOST_MENTIONS);
      this.#actions.onSend({ body, replyTo: message?.messageId, mentions });
    }
  }

  #cancel() {
    this.#become({ name: 'new' }, this.#textOutsideEdit());
  }

  /** What was being written when an edit did not come between. */
  #textOutsideEdit() {
    return this.#mode.name === 'edit' ? this.#textBeforeEdit : this.#input.value;
  }

  #become(mode, text, takesFocus = true) {
    this.#mode = mode;
    this.#context.hidden = mode.name === 'new';
    if (mode.name === 'edit') {
      this.#contextText.replaceChildren('Editing your message');
    } else if (mode.name === 'reply') {
      this.#contextText.replaceChildren(
        'Reply to ',
        h('bdi', {}, mode.message.sender),
        ': ',
        h('bdi', {}, (mode.message.body ?? '').slice(0, 160)),
      );
    }
    this.#input.value = text;
    this.#changed();
    if (takesFocus) {
      this.#input.focus();
    }
  }

  #changed() {
    const { value } = this.#input;
    this.#input.style.height = 'auto';
    this.#input.style.height = `${this.#input.scrollHeight + 2}px`;
    const size = encoder.encode(value).length;
    this.#counter.hidden = size < BODY_LIMIT * 0.9;
    this.#counter.textContent =
      size > BODY_LIMIT
        ? `Too long to send: ${size.toLocaleString()} of ${BODY_LIMIT.toLocaleString()} bytes`
        : `${size.toLocaleString()} of ${BODY_LIMIT.toLocaleString()} bytes`;
    this.#input.setAttribute('aria-invalid', String(size > BODY_LIMIT));
    this.#counter.classList.toggle('over', size > BODY_LIMIT);
    const begun = this.#begunName();
    const names =
      begun === null
        ? []
        : this.#names().filter((name) => name.toLocaleLowerCase().startsWith(begun.toLocaleLowerCase()));
    this.#suggest(names.slice(0, MOST_SUGGESTIONS));
  }

  /** What stands between an @ and the caret; null when there is none. */
  #begunName() {
    const before = this.#input.value.slice(0, this.#input.selectionStart);
    return /(?:^|[^\p{L}\p{N}])@([^@\n]{0,40})$/u.exec(before)?.[1] ?? null;
  }

  #suggest(names) {
    this.#chosen = 0;
    this.#suggestions.replaceChildren(
      ...names.map((name, i) =>
        h(
          'li',
          {
            id: `${this.#suggestions.id}-${i}`,
            role: 'option',
            'aria-selected': String(i === 0),
            // Not `click`: the text would have lost the focus before.
            onpointerdown: (event) => {
              event.preventDefault();
              this.#complete(name);
            },
          },
          h('bdi', {}, name),
        ),
      ),
    );
    this.#suggestions.hidden = names.length === 0;
    this.#pointAt(0);
  }

  #pointAt(index) {
    const options = [...this.#suggestions.children];
    this.#chosen = options.length === 0 ? 0 : (index + options.length) % options.length;
    options.forEach((option, i) => option.setAttribute('aria-selected', String(i === this.#chosen)));
    if (options.length > 0) {
      this.#input.setAttribute('aria-activedescendant', options[this.#chosen].id);
    } else {
      this.#input.removeAttribute('aria-activedescendant');
    }
  }

  #complete(name) {
    const caret = this.#input.selectionStart;
    const from = caret - this.#begunName().length;
    this.#input.setRangeText(`${name} `, from, caret, 'end');
    this.#changed();
    this.#suggest([]);
  }

  #onKey(event) {
    if (event.isComposing) {
      return;
    }
    if (!this.#suggestions.hidden && this.#onKeyAmongSuggestions(event)) {
      event.preventDefault();
    } else if (event.key === 'Enter' && !event.shiftKey && !matchMedia('(pointer: coarse)').matches) {
      event.preventDefault();
      this.#submit();
    } else if (event.key === 'Escape' && this.#mode.name !== 'new') {
      event.preventDefault();
      this.#cancel();
    } else if (event.key === 'ArrowUp' && this.#input.value === '' && this.#mode.name === 'new') {
      event.preventDefault();
      this.#actions.onEditLast();
    }
  }

  #onKeyAmongSuggestions({ key }) {
    switch (key) {
      case 'ArrowDown':
        this.#pointAt(this.#chosen + 1);
        return true;
      case 'ArrowUp':
        this.#pointAt(this.#chosen - 1);
        return true;
      case 'Enter':
      case 'Tab':
        this.#complete(this.#suggestions.children[this.#chosen].textContent);
        return true;
      case 'Escape':
        this.#suggest([]);
        return true;
      default:
        return false;
    }
  }
}
