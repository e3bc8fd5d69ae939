// Package server is what the programs here need of the server under test beside the client that they try.
package server

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
)

// URL is where the server is, and Line a way to it that Cut cuts.
var (
	URL  = os.Getenv("OVATION_URL")
	Line = os.Getenv("OVATION_LINE")
)

// Cut cuts every connection that goes over Line: whoever started the program reads this.
func Cut() {
	fmt.Println("cut")
}

// Check ends the program where there is an error.
func Check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

// Token gives a development token for somebody.
func Token(user string) string {
	return Post("/api/dev/tokens", "", map[string]any{"user": user})["token"].(string)
}

// Post answers the fields of the answer to a JSON request.
func Post(path, token string, fields any) map[string]any {
	body, err := json.Marshal(fields)
	Check(err)
	request, err := http.NewRequest("POST", URL+path, bytes.NewReader(body))
	Check(err)
	request.Header.Set("Content-Type", "application/json")
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	response, err := http.DefaultClient.Do(request)
	Check(err)
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	Check(err)
	if response.StatusCode >= 300 {
		log.Fatalf("%s: %d %s", path, response.StatusCode, answer)
	}
	var read map[string]any
	Check(json.Unmarshal(answer, &read))
	return read
}
