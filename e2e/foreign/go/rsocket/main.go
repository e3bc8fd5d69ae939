// The RSocket client rsocket/rsocket-go against a running Ovation: it sends, watches with a demand of its own over a
// line that is cut again and again, goes on from its cursor, and has to be told each message once, in order.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"net/http"
	"strings"
	"time"

	"ovation-foreign/server"

	"github.com/rsocket/rsocket-go"
	"github.com/rsocket/rsocket-go/core"
	"github.com/rsocket/rsocket-go/extension"
	"github.com/rsocket/rsocket-go/payload"
	"github.com/rsocket/rsocket-go/rx"
)

const (
	rounds   = 6
	live     = 10
	read     = 7
	missed   = 5
	demand   = 4
	patience = 30 * time.Second
)

// frame is what a stream tells.
type frame struct {
	Type, Cursor string
	Seq          int
}

// connect also gives what is told when the connection has ended, and why.
func connect(to, token string) (rsocket.Client, <-chan error) {
	closed := make(chan error, 1)
	// Its defaults for both types are refused: routes come as composite metadata, and what is asked as JSON.
	client, err := rsocket.Connect().
		DataMimeType("application/json").
		MetadataMimeType("message/x.rsocket.composite-metadata.v0").
		KeepAlive(20*time.Second, 30*time.Second, 3).
		ConnectTimeout(patience).
		OnClose(func(err error) { closed <- err }).
		Transport(rsocket.WebsocketClient().
						SetURL(strings.Replace(to, "http", "ws", 1) + "/rsocket").
						SetHeader(http.Header{"Authorization": {"Bearer " + token}}).
						Build()).
		Start(context.Background()) // the connection ends with this context
	server.Check(err)
	return client, closed
}

func asking(route string, fields any) payload.Payload {
	routing, err := extension.EncodeRouting(route)
	server.Check(err)
	metadata, err := (&extension.CompositeMetadataBuilder{}).PushWellKnown(extension.MessageRouting, routing).Build()
	server.Check(err)
	data, err := json.Marshal(fields)
	server.Check(err)
	return payload.New(data, metadata)
}

func ask(client rsocket.Client, route string, fields any) (map[string]any, error) {
	ctx, done := context.WithTimeout(context.Background(), patience)
	defer done()
	answer, err := client.RequestResponse(asking(route, fields)).Block(ctx)
	if err != nil {
		return nil, err
	}
	var told map[string]any
	return told, json.Unmarshal(answer.Data(), &told)
}

// watch asks for a few frames at a time, and for no more before they were taken.
type watch struct {
	frames       chan frame
	subscription rx.Subscription
	taken        int
}

func watching(client rsocket.Client, route, cursor string) *watch {
	fields := map[string]any{}
	if cursor != "" {
		fields["after"] = cursor
	}
	made := &watch{frames: make(chan frame, demand)}
	client.RequestStream(asking(route, fields)).Subscribe(
		context.Background(),
		rx.OnSubscribe(func(_ context.Context, subscription rx.Subscription) {
			made.subscription = subscription
			subscription.Request(demand)
		}),
		rx.OnNext(func(next payload.Payload) error {
			var told frame
			server.Check(json.Unmarshal(next.Data(), &told))
			// Not to wait here: while it waits, the client reads nothing else, nor that the connection is lost.
			select {
			case made.frames <- told:
			default:
				log.Fatal("more frames than were asked for")
			}
			return nil
		}))
	return made
}

func (w *watch) next() frame {
	next := within("frame", w.frames)
	w.taken++
	if w.taken%demand == 0 {
		w.subscription.Request(demand)
	}
	return next
}

func within[T any](what string, told <-chan T) T {
	select {
	case next := <-told:
		return next
	case <-time.After(patience):
		log.Fatalf("no %s within %v", what, patience)
		panic("unreachable")
	}
}

func main() {
	token := server.Token("ada")
	ada, _ := connect(server.URL, token)
	opened, err := ask(ada, "conversations.open", map[string]any{"kind": "group", "title": "Go"})
	server.Check(err)
	room := "conversations." + opened["conversationId"].(string)
	send := func(count int) {
		for i := range count {
			_, err := ask(ada, room+".send", map[string]any{"body": fmt.Sprintf("%d", i)})
			server.Check(err)
		}
	}

	cursor, told := "", 0
	for round := 0; round <= rounds; round++ {
		until := round*(live+missed) + read
		if round == rounds {
			until = rounds * (live + missed)
		}
		bob, closed := connect(server.Line, token)
		frames := watching(bob, room+".watch", cursor)
		for started := false; !started || told < until; {
			next := frames.next()
			switch next.Type {
			case "start":
				started = true
				if round < rounds {
					send(live)
				}
			case "message":
				told++
				if next.Seq != told {
					log.Fatalf("message %d was told where %d was due", next.Seq, told)
				}
			}
			if next.Cursor != "" {
				cursor = next.Cursor
			}
		}
		if round == rounds {
			break
		}
		// what was not read by now is told by the next connection, and so is what is sent meanwhile
		server.Cut()
		within("end of the connection", closed)
		send(missed)
	}

	_, err = ask(ada, room+".send", map[string]any{"body": ""})
	var refused core.CustomError
	if !errors.As(err, &refused) {
		log.Fatalf("an empty message: %v", err)
	}
	var problem struct{ Code string }
	server.Check(json.Unmarshal(refused.ErrorData(), &problem))
	if problem.Code != "validation_failed" {
		log.Fatalf("an empty message: %v", err)
	}
	fmt.Printf("%d messages over %d connections, each once and in order\n", told, rounds+1)
}
