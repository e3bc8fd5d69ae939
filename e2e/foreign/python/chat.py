"""The RSocket client of Python (rsocket 0.4.20 on aiohttp) against a running Ovation: it sends, watches with a demand
of its own, is cut again and again, and has to be told each message once, in order."""

import asyncio
import http.client
import json
import os
from datetime import timedelta
from urllib.parse import urlsplit

from reactivestreams.subscriber import DefaultSubscriber
from rsocket.exceptions import RSocketTransportError
from rsocket.extensions.helpers import authenticate_bearer, composite, route
from rsocket.extensions.mimetypes import WellKnownMimeTypes
from rsocket.helpers import single_transport_provider
from rsocket.payload import Payload
from rsocket.rsocket_client import RSocketClient
from rsocket.transports.aiohttp_websocket import TransportAioHttpClient

URL = os.environ['OVATION_URL']
ROUNDS = 8
EACH = 10
DEMAND = 4
PATIENCE = 60


def token_of(user):
    # not by urllib, which closes each connection: a development server takes that for a proxy's
    server = http.client.HTTPConnection(urlsplit(URL).netloc)
    server.request('POST', '/api/dev/tokens', json.dumps({'user': user}), {'content-type': 'application/json'})
    return json.load(server.getresponse())['token']


class Transport(TransportAioHttpClient):
    """Tells a connection that was lost, which the library's own never does."""

    async def handle_incoming_ws_messages(self):
        await super().handle_incoming_ws_messages()
        await self._incoming_frame_queue.put(RSocketTransportError())


def connect(token):
    return RSocketClient(
        single_transport_provider(Transport(URL.replace('http', 'ws', 1) + '/rsocket')),
        metadata_encoding=WellKnownMimeTypes.MESSAGE_RSOCKET_COMPOSITE_METADATA,
        data_encoding=WellKnownMimeTypes.APPLICATION_JSON,
        setup_payload=Payload(b'', composite(authenticate_bearer(token))),
        keep_alive_period=timedelta(seconds=10))


def asking(name, fields):
    return Payload(json.dumps(fields).encode(), composite(route(name)))


async def ask(client, name, fields):
    answer = await asyncio.wait_for(client.request_response(asking(name, fields)), PATIENCE)
    return json.loads(answer.data)


class Watch(DefaultSubscriber):
    """Asks for a few frames at a time, and for no more before it has had them."""

    def __init__(self):
        super().__init__()
        self.frames = asyncio.Queue()
        self.left = DEMAND

    def on_subscribe(self, subscription):
        super().on_subscribe(subscription)
        subscription.request(DEMAND)

    def on_next(self, value, is_complete=False):
        self.frames.put_nowait(json.loads(value.data))
        self.left -= 1
        assert self.left >= 0, 'more frames than were asked for'
        if self.left == 0:
            self.left = DEMAND
            self.subscription.request(DEMAND)


async def main():
    token = token_of('ada')
    async with connect(token) as ada:
        room = (await ask(ada, 'conversations.open', {'kind': 'group', 'title': 'Tea'}))['conversationId']
        seen, cursor = [], None
        for number in range(ROUNDS):
            bob = await connect(token).connect()
            watch = Watch()
            bob.request_stream(
                asking(f'conversations.{room}.watch', {} if cursor is None else {'after': cursor})).subscribe(watch)
            start = await asyncio.wait_for(watch.frames.get(), PATIENCE)
            assert start['type'] == 'start', start
            cursor = cursor or start['cursor']
            for i in range(EACH):
                await ask(ada, f'conversations.{room}.send', {'body': f'{number}/{i}'})
            # the rest is missed, and is told by the next one
            until = ROUNDS * EACH if number == ROUNDS - 1 else number * EACH + EACH // 2
            while len(seen) < until:
                frame = await asyncio.wait_for(watch.frames.get(), PATIENCE)
                cursor = frame.get('cursor', cursor)
                if frame['type'] == 'message':
                    seen.append(frame['seq'])
            await bob.close()
        assert seen == list(range(1, ROUNDS * EACH + 1)), seen
        try:
            await ask(ada, f'conversations.{room}.send', {'body': ''})
            raise AssertionError('it was sent')
        except AssertionError:
            raise
        except Exception as refused:
            assert json.loads(str(refused))['code'] == 'validation_failed', refused
    print(f'{len(seen)} messages over {ROUNDS} connections, each once and in order')


asyncio.run(main())
