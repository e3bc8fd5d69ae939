// The SSE client tmaxmax/go-sse against a running Ovation: it sends, watches over a line that is cut again and again,
// is resumed by the library, and has to be told each message once, in order.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"time"

	"ovation-foreign/server"

	sse "github.com/tmaxmax/go-sse"
)

const (
	rounds   = 10
	each     = 10
	messages = rounds * each
	patience = 60 * time.Second
)

func main() {
	token := server.Token("go-sse")
	opened := server.Post("/api/conversations", token, map[string]any{"kind": "group", "title": "Go"})
	room := "/api/conversations/" + opened["conversationId"].(string)
	ctx, stop := context.WithTimeout(context.Background(), patience)
	defer stop()
	request, err := http.NewRequestWithContext(ctx, "GET", server.Line+room+"/stream", nil)
	server.Check(err)
	request.Header.Set("Authorization", "Bearer "+token)
	client := sse.Client{Backoff: sse.Backoff{InitialInterval: 50 * time.Millisecond, MaxInterval: time.Second}}
	connection := client.NewConnection(request)
	started := make(chan bool, 1)
	told, begun := 0, 0
	connection.SubscribeToAll(func(event sse.Event) {
		var frame struct {
			Type string
			Seq  int
		}
		server.Check(json.Unmarshal([]byte(event.Data), &frame))
		switch frame.Type {
		case "start":
			begun++
			started <- true
		case "reset":
			log.Fatal("a cursor was not taken")
		case "message":
			told++
			if frame.Seq != told {
				log.Fatalf("message %d was told where %d was due", frame.Seq, told)
			}
			if told == messages {
				stop()
			} else if told%each == each/2 {
				server.Cut()
			}
		}
	})
	ended := make(chan error, 1)
	go func() { ended <- connection.Connect() }()
	// each round begins on a stream of its own and is cut in its middle: what the client had not read by then, which is
	// anything between nothing and all of it, comes after the cut
	for sent := 0; sent < messages; {
		select {
		case <-started:
		case err := <-ended:
			log.Fatalf("no stream after %d messages: %v", told, err)
		}
		for range each {
			sent++
			server.Post(room+"/messages", token, map[string]any{"body": fmt.Sprintf("%d", sent)})
		}
	}
	err = <-ended
	if told != messages {
		log.Fatalf("only %d messages were told: %v", told, err)
	}
	if begun < rounds {
		log.Fatalf("%d streams for %d rounds", begun, rounds)
	}
	fmt.Printf("%d messages, each once and in order; resumed %d times\n", told, begun-1)
}
