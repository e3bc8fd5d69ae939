import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Frames, OVATION_URL, Tab, freshName, suite } from './browser.js';

const upTo = (n, from = 1) => Array.from({ length: n - from + 1 }, (_, i) => from + i);

describe('the page', { timeout: 240_000 }, () => {
  const { keep, tab, peer, wire } = suite();

  /**
   * A room of this peer with those members, and `count` messages in it, by as many people as the limit of sends needs.
   */
  async function room(owner, { members = [], kind = 'channel', title = 'A room', count = 0 } = {}) {
    const writers = await Promise.all(upTo(Math.ceil(count / 50)).map((n) => peer(`writer${n}`)));
    const conversationId = await owner.openConversation({
      kind,
      title,
      members: [...members, ...writers.map(({ user }) => user)],
    });
    for (let n = 1; n <= count; n += 1) {
      await writers[Math.floor((n - 1) / 50)].send(conversationId, `message ${n}`);
    }
    writers.forEach((writer) => writer.close());
    return conversationId;
  }

  test('a newcomer picks a name, opens a room, and a second tab sees what is written at once', async () => {
    const anna = await tab({ as: null });
    const requests = [];
    anna.page.on('request', (request) => requests.push(request.url()));
    anna.page.on('websocket', (socket) => requests.push(socket.url()));
    const [annasName, bensName] = [freshName('Anna'), freshName('Ben')];
    await anna.page.fill('#name', annasName);
    await anna.page.click('text=Start');
    await anna.page.click('#home-room');
    await anna.page.getByRole('button', { name: 'Add someone' }).click();
    await anna.page.fill('#add-name', bensName);
    await anna.page.press('#add-name', 'Enter');
    const link = await anna.page.getAttribute('#added a', 'href');
    await anna.page.click('text=Done');

    const ben = keep(new Tab());
    ben.context = anna.context;
    ben.page = await anna.context.newPage();
    await ben.page.goto(link);
    await ben.page.waitForSelector('#text:visible');
    await ben.sees(() => ben.page.textContent('#my-name'), bensName);
    await ben.eventually(() => assert.ok(!ben.page.url().includes('as='), 'a name is not passed on with an address'));
    await ben.write('hello from the second tab');
    await anna.message('hello from the second tab').waitFor();
    await anna.write('and back');
    await ben.message('and back').waitFor();
    await anna.message('and back').waitFor();
    await anna.sees(() => anna.seqs(), [1, 2]);
    await anna.sees(() => anna.page.textContent('#conversations .last'), 'You: and back');
    assert.ok(requests.some((url) => url.startsWith('ws')));
    assert.ok(
      requests.every((url) => new URL(url).host === OVATION_URL.host && !/token=/.test(url)),
      'nothing from elsewhere, no token in an address',
    );
  });

  test('it says which call of the client brings what is seen', async () => {
    const anna = await tab({ as: freshName('Anna') });
    const behind = () => anna.page.textContent('#behind');
    await anna.sees(behind, 'conversations.watch()');
    await anna.page.click('#home-room');
    await anna.sees(behind, 'conversation(id).watch()');
    await anna.page.getByRole('link', { name: 'Feed', exact: true }).click();
    await anna.sees(behind, 'feed.watch()');
    assert.equal(await anna.page.evaluate(() => document.querySelector('.behind a').href), `${OVATION_URL.href}docs`);
  });

  test('whatever a message holds is text', async () => {
    const owner = await peer('owner');
    const id = await room(owner, { title: '<img src=x onerror=alert(1)>' });
    const texts = [
      '<script>alert(1)</script><img src=x onerror="alert(1)"><svg onload=alert(1)>',
      '"><a href="javascript:alert(1)">x</a> &lt;b&gt; {{7*7}}',
      '\u202Eevil \u2066 مرحبا بالعالم 👩‍👩‍👧‍👦 שלום',
      'x'.repeat(8_192),
      'line\n'.repeat(200),
    ];
    const anna = await tab({ as: freshName('<i>Anna</i>'), at: `c/${id}` });
    await owner.ask(`conversations.${id}.members.add`, { user: anna.user, role: 'member' });
    for (const text of texts) {
      await owner.send(id, text, { mentions: [anna.user] });
    }
    await anna.reached(texts.length);
    await anna.sees(async () => (await anna.shown()).map(({ text }) => text), texts);
    await anna.sees(() => anna.page.$$eval('#messages :is(script, img, a, i, b)', (found) => found.length), 0);
    // The title comes with the list, which is looked up when one was let in: messages may be there before it.
    await anna.page
      .getByText('<img src=x onerror=alert(1)>', { exact: true })
      .and(anna.page.locator('#title'))
      .waitFor();
    for (const width of [320, 700, 1100]) {
      await anna.page.setViewportSize({ width, height: 640 });
      await anna.fits(width);
      await anna.eventually(async () => {
        const inner = await anna.page.$$eval('.bubble', (all) =>
          Math.max(...all.map((each) => each.getBoundingClientRect().right)),
        );
        assert.ok(inner <= width, `a message ends at ${inner} of ${width}`);
      });
    }
  });

  test('after a cut it goes on without a gap or a repeat, and what was written meanwhile is sent once', async () => {
    const owner = await peer('owner');
    const cable = await wire();
    const annasName = freshName('Anna');
    const id = await room(owner, { members: [annasName] });
    const anna = await tab({ as: annasName, at: `c/${id}`, url: cable.url });
    await owner.send(id, 'before');
    await anna.message('before').waitFor();
    cable.cut();
    await anna.page.waitForSelector('#banner:visible');
    await anna.write('written while cut');
    await anna.message('written while cut', 'sending').waitFor();
    for (let n = 1; n <= 30; n += 1) {
      await owner.send(id, `missed ${n}`);
    }
    cable.mend();
    await anna.retryNow();
    await anna.message('written while cut').waitFor();
    await anna.reached(32);
    await anna.page.waitForSelector('#banner', { state: 'hidden' });
    await anna.sees(() => anna.seqs(), upTo(32));
    const texts = (await owner.history(id)).map(({ body }) => body);
    await anna.sees(async () => (await anna.shown()).map(({ text }) => text), texts);
    assert.equal(texts.filter((text) => text === 'written while cut').length, 1);
  });

  test('where WebSockets are barred it does all the same by HTTP', async () => {
    const owner = await peer('owner');
    const annasName = freshName('Anna');
    const id = await room(owner, { members: [annasName] });
    const anna = await tab({ as: null });
    await anna.page.routeWebSocket(/\/rsocket$/, (socket) => socket.close());
    await anna.page.goto(`${OVATION_URL.href}#/c/${id}?as=${encodeURIComponent(annasName)}`);
    await anna.connected();
    await owner.send(id, 'do you hear me?');
    await anna.message('do you hear me?').waitFor();
    await anna.write('I do');
    await anna.message('I do').waitFor();
    assert.equal((await owner.history(id)).at(-1).body, 'I do');
  });

  test('a message whose answer was lost is sent again and is there once', async () => {
    const owner = await peer('owner');
    const cable = await wire();
    const annasName = freshName('Anna');
    const id = await room(owner, { members: [annasName] });
    const anna = await tab({ as: annasName, at: `c/${id}`, url: cable.url });
    cable.loseAnswers();
    await anna.write('did you get this?');
    await anna.sees(async () => (await owner.history(id)).length, 1);
    await anna.message('did you get this?', 'sending').waitFor();
    cable.mend();
    cable.blink();
    await anna.message('did you get this?').waitFor();
    await anna.write('next');
    await anna.message('next').waitFor();
    assert.deepEqual(
      (await owner.history(id)).map(({ body }) => body),
      ['did you get this?', 'next'],
    );
    await anna.sees(() => anna.seqs(), [1, 2]);
  });

  test('cut again and again while others write, it shows everything once and in order', async () => {
    const cable = await wire();
    const [owner, second] = [await peer('owner'), await peer('second')];
    const id = await room(owner, { members: [second.user] });
    const anna = await tab({ as: freshName('Anna'), at: `c/${id}`, url: cable.url });
    // Opened later, it would show the latest page, and what is before it on scroll.
    await owner.send(id, 'first');
    await anna.reached(1);
    const writing = (async () => {
      for (let n = 1; n <= 50; n += 1) {
        await Promise.all([owner.send(id, `a ${n}`), second.send(id, `b ${n}`)]);
      }
    })();
    for (let cut = 0; cut < 12; cut += 1) {
      await anna.connected();
      const joined = cable.joined();
      cable.blink();
      // Cut so often, it goes on by HTTP, where a stream that is cut is opened again on the same connection.
      await Promise.race([
        anna.page.waitForSelector('#connection:not([data-state=connected])', { state: 'attached' }),
        joined,
      ]);
      // Cut so often, it would wait longer and longer.
      await anna.retryNow();
    }
    await writing;
    await anna.reached(101);
    await anna.sees(() => anna.seqs(), upTo(101));
  });

  test('a message on its way survives a reload of the page', async () => {
    const owner = await peer('owner');
    const cable = await wire();
    const annasName = freshName('Anna');
    const id = await room(owner, { members: [annasName] });
    const anna = await tab({ as: annasName, at: `c/${id}`, url: cable.url });
    cable.loseAnswers();
    await anna.write('kept');
    await anna.message('kept', 'sending').waitFor();
    cable.mend();
    await anna.page.reload();
    await anna.message('kept').waitFor();
    assert.equal((await owner.history(id)).length, 1);
  });

  test('older messages come while scrolling, the place is kept, and the page stays small', async () => {
    const owner = await peer('owner');
    const id = await room(owner, { count: 500 });
    const anna = await tab({ as: freshName('Anna'), at: `c/${id}` });
    await anna.reached(500);
    let first = 500;
    while (first > 1) {
      const seen = await anna.page.evaluate(async () => {
        const nextFrame = () => new Promise((resolve) => requestAnimationFrame(resolve));
        const firstSeq = () => Number(document.querySelector('.message[data-seq]').dataset.seq);
        const scroller = document.getElementById('scroller');
        const before = firstSeq();
        scroller.scrollTop = 200;
        const { id } = [...document.querySelectorAll('.message')].find(
          (each) => each.getBoundingClientRect().top > 150,
        ).dataset;
        const place = () => document.querySelector(`[data-id="${id}"]`).getBoundingClientRect().bottom;
        const was = place();
        for (let frames = 0; frames < 600 && firstSeq() === before && before > 1; frames += 1) {
          await nextFrame();
        }
        return {
          first: firstSeq(),
          moved: Math.abs(place() - was),
          count: document.querySelectorAll('.message').length,
        };
      });
      assert.ok(seen.first < first || seen.first === 1, `stuck at ${first}`);
      assert.ok(seen.moved < 2, `what one reads moved by ${seen.moved}`);
      assert.ok(seen.count <= 300, `${seen.count} messages in the page`);
      first = seen.first;
    }
    const shown = await anna.seqs();
    assert.equal(shown[0], 1);
    assert.deepEqual(shown, upTo(shown.at(-1)));
    await owner.send(id, 'news');
    await anna.page.getByText('1 new', { exact: true }).waitFor();
    await anna.page.click('#pill');
    await anna.reached(501);
    await anna.eventually(async () => assert.ok((await anna.message('news').boundingBox()).y < 760));
    await anna.page.mouse.move(700, 300);
    for (let tries = 0; tries < 50 && (await anna.seqs())[0] > 300; tries += 1) {
      await anna.page.mouse.wheel(0, -1500);
      await anna.page.evaluate(
        () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
      );
    }
    for (let tries = 0; tries < 200 && (await anna.seqs()).at(-1) !== 501; tries += 1) {
      await anna.page.mouse.wheel(0, 1500);
      await anna.page.evaluate(
        () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
      );
    }
    const back = await anna.seqs();
    assert.deepEqual(back, upTo(501, back[0]));
  });

  test('edits, deletions, replies and mentions are seen in the other tab', async () => {
    const [annasName, bensName] = [freshName('Anna'), freshName('Ben')];
    const owner = await peer('owner');
    const id = await room(owner, { kind: 'group', members: [annasName, bensName] });
    const anna = await tab({ as: annasName, at: `c/${id}` });
    const ben = await tab({ as: bensName, at: `c/${id}` });
    await anna.write('frist');
    await ben.message('frist').waitFor();
    await anna.page.press('#text', 'ArrowUp');
    await anna.sees(() => anna.page.inputValue('#text'), 'frist');
    await anna.write('first');
    await ben.message('first').getByText('edited').waitFor();
    await anna.message('first').getByText('edited').waitFor();

    await ben.message('first').hover();
    await ben.page.getByRole('button', { name: 'Reply', exact: true }).click();
    await ben.page.keyboard.type(`@${annasName.slice(0, 5)}`);
    await ben.page.getByRole('option', { name: annasName }).waitFor();
    await ben.page.keyboard.press('Enter');
    await ben.page.keyboard.type('yes');
    await ben.page.keyboard.press('Enter');
    const answer = anna.message(`@${annasName} yes`);
    await answer.waitFor();
    await anna.sees(() => answer.locator('.quote .sender').textContent(), 'You');
    await anna.sees(() => answer.locator('.mention.me').textContent(), `@${annasName}`);

    await anna.message('first').hover();
    await anna.page.getByRole('button', { name: 'Delete', exact: true }).click();
    await anna.page.click('#confirm-yes');
    await ben.page.getByText('This message was deleted').waitFor();
    await answer.locator('.quote', { hasText: 'deleted' }).waitFor();
    const [first, second] = await owner.history(id);
    assert.equal(first.redacted, true);
    assert.equal(second.replyTo, first.messageId);
    assert.deepEqual(second.mentions, [annasName]);
  });

  test('who is no member reads a channel along, and writes as soon as an owner lets them in', async () => {
    const owner = await peer('owner');
    const id = await room(owner, { count: 3 });
    const anna = await tab({ as: freshName('Anna'), at: `c/${id}` });
    await anna.reached(3);
    await anna.page.waitForSelector('#guest:visible');
    await anna.sees(() => anna.page.isVisible('#composer'), false);
    await owner.ask(`conversations.${id}.members.add`, { user: anna.user, role: 'member' });
    await anna.page.waitForSelector('#composer:visible');
    await anna.write('thanks');
    await anna.message('thanks').waitFor();
  });

  test('what is not for one, or not there, is said in words', async () => {
    const owner = await peer('owner');
    const id = await room(owner, { kind: 'group' });
    const anna = await tab({ as: freshName('Anna'), at: `c/${id}` });
    await anna.page.getByText('This is for its members').waitFor();
    await owner.ask(`conversations.${id}.members.add`, { user: anna.user, role: 'member' });
    // the list tells at once that she was let in
    await anna.page.getByText('Nobody has written here yet').waitFor();
    await anna.page.goto(`${OVATION_URL.href}#/c/018f0000-0000-7000-8000-000000000000`);
    await anna.page.getByText('This conversation cannot be shown').waitFor();
  });

  test('what comes elsewhere is counted at the side until it is read', async () => {
    const owner = await peer('owner');
    const annasName = freshName('Anna');
    const here = await room(owner, { members: [annasName], title: 'Here' });
    const there = await room(owner, { members: [annasName], title: 'There' });
    await owner.send(there, 'one');
    const anna = await tab({ as: annasName, at: `c/${here}` });
    const link = anna.page.getByRole('link', { name: 'There' });
    await link.getByLabel('1 unread').waitFor();
    await owner.send(there, 'two');
    await link.getByLabel('2 unread').waitFor();
    await link.getByText(`${owner.user}: two`).waitFor();
    await link.click();
    await anna.message('two').waitFor();
    await anna.page.waitForFunction(() => document.querySelectorAll('.badge').length === 0);
    await anna.page.reload();
    await anna.message('two').waitFor();
    await anna.sees(() => anna.page.$$eval('.badge', (badges) => badges.length), 0);
  });

  test('what the server refuses says why, and can be taken back and mended', async () => {
    const owner = await peer('owner');
    const annasName = freshName('Anna');
    const id = await room(owner, { members: [annasName] });
    await owner.ask(`conversations.${id}.mute`, { user: annasName });
    const anna = await tab({ as: annasName, at: `c/${id}` });
    await anna.write('not mine to write');
    await anna.page.waitForSelector('.message[data-state=failed]');
    await anna.eventually(async () => assert.match(await anna.page.textContent('.delivery'), /^Not sent\. \S/));
    await owner.ask(`conversations.${id}.unmute`, { user: annasName });
    await anna.write('this goes past it');
    await anna.message('this goes past it').waitFor();
    await anna.page.click('text=Take back');
    await anna.sees(() => anna.page.inputValue('#text'), 'not mine to write');
    await anna.write('short');
    await anna.message('short').waitFor();
    await anna.sees(() => anna.page.$$eval('.message', (rows) => rows.length), 2);
  });

  test('what is longer than the limit is not sent, and says so', async () => {
    const owner = await peer('owner');
    const annasName = freshName('Anna');
    const id = await room(owner, { members: [annasName] });
    const anna = await tab({ as: annasName, at: `c/${id}` });
    await anna.write('é'.repeat(4_097));
    await anna.eventually(async () =>
      assert.match(await anna.page.textContent('#counter'), /^Too long to send: 8.194 of 8.192 bytes$/),
    );
    await anna.sees(() => anna.page.$$eval('.message', (rows) => rows.length), 0);
    await anna.page.fill('#text', 'é'.repeat(4_096));
    await anna.page.press('#text', 'Enter');
    await anna.page.waitForSelector('.message[data-state=seen]');
    assert.equal((await owner.history(id)).length, 1);
  });

  test('more than the server takes at a time is sent all the same, a little slower', async () => {
    const owner = await peer('owner');
    const annasName = freshName('Anna');
    const id = await room(owner, { members: [annasName] });
    const anna = await tab({ as: annasName, at: `c/${id}` });
    await anna.page.evaluate(() => {
      const [text, form] = [document.getElementById('text'), document.getElementById('composer')];
      for (let n = 1; n <= 100; n += 1) {
        text.value = `quick ${n}`;
        form.requestSubmit();
      }
    });
    await anna.reached(100);
    assert.deepEqual(
      (await owner.history(id)).map(({ body }) => body),
      upTo(100).map((n) => `quick ${n}`),
    );
    await anna.sees(() => anna.seqs(), upTo(100));
  });

  test('the keyboard reaches every message and what can be done with it', async () => {
    const owner = await peer('owner');
    const annasName = freshName('Anna');
    const id = await room(owner, { members: [annasName] });
    const anna = await tab({ as: annasName, at: `c/${id}` });
    await owner.send(id, 'first');
    await owner.send(id, 'second');
    await anna.message('second').waitFor();
    const { keyboard } = anna.page;
    await anna.page.waitForFunction(
      (text) => document.getElementById('announcer').textContent.endsWith(text),
      'second',
    );
    await anna.page.focus('#scroller');
    await keyboard.press('ArrowUp');
    await keyboard.press('ArrowUp');
    await anna.eventually(async () => {
      assert.match(await anna.page.evaluate(() => document.activeElement.textContent), /first/);
    });
    await keyboard.press('Tab');
    await anna.sees(() => anna.page.evaluate(() => document.activeElement.getAttribute('aria-label')), 'Reply');
    await keyboard.press('Enter');
    await keyboard.type('an answer');
    await keyboard.press('Enter');
    await anna.message('an answer').waitFor();
    await keyboard.press('ArrowUp');
    await keyboard.press('Escape');
    await anna.sees(() => anna.page.inputValue('#text'), '');
    const [first, , answer] = await owner.history(id);
    assert.equal(answer.replyTo, first.messageId);
  });

  test('on a phone there is one thing at a time', async () => {
    const owner = await peer('owner');
    const annasName = freshName('Anna');
    const id = await room(owner, {
      members: [annasName],
      title: 'A very long title of a room that no phone has the room for',
    });
    const anna = await tab({ as: annasName, viewport: { width: 320, height: 568 }, hasTouch: true, isMobile: true });
    await anna.page.locator('#conversations a').tap();
    await anna.page.fill('#text', 'from a phone');
    await anna.page.getByRole('button', { name: 'Send' }).tap();
    await anna.message('from a phone').waitFor();
    await anna.message('from a phone').tap();
    await anna.page.getByRole('button', { name: 'Edit', exact: true }).waitFor();
    await anna.sees(() => anna.page.isVisible('#sidebar'), false);
    await anna.fits(320);
    await anna.page.getByRole('link', { name: 'All conversations' }).tap();
    await anna.page.waitForSelector('#sidebar:visible');
    assert.equal((await owner.history(id))[0].body, 'from a phone');
  });

  test('a token that expires is renewed, and the stream goes on', async () => {
    const owner = await peer('owner');
    const id = await room(owner);
    const anna = await tab({ as: null });
    let tokens = 0;
    await anna.page.route('**/api/dev/tokens', async (route) => {
      tokens += 1;
      await route.continue({
        postData: JSON.stringify({ user: route.request().postDataJSON().user, ...(tokens === 1 && { ttl: 2 }) }),
      });
    });
    await anna.page.goto(`${OVATION_URL.href}#/c/${id}?as=${encodeURIComponent(freshName('Anna'))}`);
    await anna.connected();
    await owner.send(id, 'before');
    await anna.message('before').waitFor();
    const deadline = Date.now() + 12_000;
    let sent = 1;
    while (tokens < 2 && Date.now() < deadline) {
      await owner.send(id, `while it expires ${(sent += 1)}`);
      await anna.page.waitForResponse('**/api/dev/tokens', { timeout: 500 }).catch(() => {});
    }
    assert.ok(tokens >= 2, 'no new token was asked for');
    await owner.send(id, 'after');
    await anna.message('after').waitFor();
    await anna.sees(() => anna.seqs(), upTo(sent + 1));
  });

  describe('told by the server', () => {
    /** Lets a test hear and say what goes over the page's WebSocket. */
    async function tapped(at) {
      const anna = await tab({ as: null });
      const tap = { opened: [], watches: [], page: null, server: null, onWatch: (frame) => frame };
      await anna.page.routeWebSocket(/\/rsocket$/, (page) => {
        tap.opened.push(Date.now());
        tap.page = page;
        tap.server = page.connectToServer();
        page.onMessage((message) => {
          // What else the page watches, such as the feed, is none of these tests' business.
          if (
            Frames.typeOf(message) === Frames.REQUEST_STREAM &&
            Frames.requestOf(message).route.startsWith('conversations.')
          ) {
            const streamId = Frames.streamOf(message);
            tap.watches.push({ streamId, ...Frames.requestOf(message) });
            tap.server.send(tap.onWatch(message, streamId));
          } else {
            tap.server.send(message);
          }
        });
      });
      await anna.page.goto(`${OVATION_URL.href}#/${at}?as=${encodeURIComponent(freshName('Anna'))}`);
      await anna.connected();
      return { anna, tap };
    }

    test('reset: the history is read again, and it goes on', async () => {
      const owner = await peer('owner');
      const id = await room(owner);
      const { anna, tap } = await tapped(`c/${id}`);
      const first = await owner.send(id, 'first');
      await anna.message('first').waitFor();
      tap.onWatch = (frame, streamId) => {
        assert.ok(Frames.requestOf(frame).data.after, 'it goes on from its cursor');
        tap.page.send(Frames.next(streamId, { type: 'reset' }));
        return Frames.requestOf(frame).withData({});
      };
      await tap.page.close({ code: 1001 });
      await anna.page.waitForSelector('#connection:not([data-state=connected])', { state: 'attached' });
      await owner.ask(`conversations.${id}.edit.${first.messageId}`, { body: 'first, edited' });
      await owner.send(id, 'second');
      await anna.message('second').waitFor();
      await anna.message('first, edited').waitFor();
      await owner.send(id, 'third');
      await anna.message('third').waitFor();
      await anna.sees(() => anna.seqs(), [1, 2, 3]);
    });

    test('slow_consumer: it is resumed at once from the last cursor', async () => {
      const owner = await peer('owner');
      const id = await room(owner);
      const { anna, tap } = await tapped(`c/${id}`);
      await owner.send(id, 'first');
      await anna.message('first').waitFor();
      const { streamId } = tap.watches.at(-1);
      tap.server.send(Frames.cancel(streamId));
      await owner.send(id, 'missed');
      tap.page.send(Frames.error(streamId, { status: 429, code: 'rate_limited', detail: 'slow_consumer' }));
      await anna.message('missed').waitFor();
      assert.equal(tap.opened.length, 1, 'on the same connection');
      assert.ok(tap.watches.at(-1).data.after);
      await anna.sees(() => anna.seqs(), [1, 2]);
    });

    test('reconnect: it comes back after the time that it was told, not before', async () => {
      const owner = await peer('owner');
      const id = await room(owner);
      const { anna, tap } = await tapped(`c/${id}`);
      await owner.send(id, 'first');
      await anna.message('first').waitFor();
      const told = Date.now();
      tap.page.send(Frames.next(tap.watches.at(-1).streamId, { type: 'reconnect', after: 1_200 }));
      await anna.page.waitForSelector('#connection:not([data-state=connected])', { state: 'attached' });
      await owner.send(id, 'missed');
      await anna.message('missed').waitFor();
      assert.equal(tap.opened.length, 2);
      assert.ok(tap.opened[1] - told >= 1_200, `came back after ${tap.opened[1] - told} ms`);
      await anna.sees(() => anna.seqs(), [1, 2]);
    });
  });
});
