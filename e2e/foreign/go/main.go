// The SSE client tmaxmax/go-sse against a running Ovation: it sends, watches over a line that is cut again and again,
// and has to be told each message once, in order.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/url"
	"os"
	"sync"
	"time"

	sse "github.com/tmaxmax/go-sse"
)

const (
	rounds   = 10
	each     = 10
	messages = rounds * each
	patience = 60 * time.Second
)

var server = os.Getenv("OVATION_URL")

// post answers the fields of the answer to a JSON request.
func post(path, token string, fields any) map[string]any {
	body, _ := json.Marshal(fields)
	request, err := http.NewRequest("POST", server+path, bytes.NewReader(body))
	check(err)
	request.Header.Set("Content-Type", "application/json")
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	response, err := http.DefaultClient.Do(request)
	check(err)
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	check(err)
	if response.StatusCode >= 300 {
		log.Fatalf("%s: %d %s", path, response.StatusCode, answer)
	}
	var read map[string]any
	check(json.Unmarshal(answer, &read))
	return read
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

// line is a way to the server that can be cut.
type line struct {
	listener net.Listener
	mutex    sync.Mutex
	open     []net.Conn
}

func newLine(to string) *line {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	check(err)
	made := &line{listener: listener}
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			behind, err := net.Dial("tcp", to)
			if err != nil {
				client.Close()
				continue
			}
			made.mutex.Lock()
			made.open = append(made.open, client, behind)
			made.mutex.Unlock()
			go io.Copy(behind, client)
			go io.Copy(client, behind)
		}
	}()
	return made
}

func (l *line) cut() {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	for _, each := range l.open {
		each.Close()
	}
	l.open = nil
}

func main() {
	address, err := url.Parse(server)
	check(err)
	token := post("/api/dev/tokens", "", map[string]any{"user": "go-sse"})["token"].(string)
	room := post("/api/conversations", token, map[string]any{"kind": "group", "title": "Go"})["conversationId"].(string)
	way := newLine(address.Host)
	ctx, stop := context.WithTimeout(context.Background(), patience)
	defer stop()
	path := "http://" + way.listener.Addr().String() + "/api/conversations/" + room + "/stream"
	request, err := http.NewRequestWithContext(ctx, "GET", path, nil)
	check(err)
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
		check(json.Unmarshal([]byte(event.Data), &frame))
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
				way.cut()
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
			post("/api/conversations/"+room+"/messages", token, map[string]any{"body": fmt.Sprintf("%d", sent)})
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
