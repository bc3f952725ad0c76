// Requests without a pause, half of them on connections that stay, until standard input ends; then what
// was answered, as JSON: how often by which revision and pod, every failure, and the longest gap.
package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"
)

// Seen is what all workers have seen together.
type Seen struct {
	Answered  int            `json:"answered"`
	Revisions map[string]int `json:"revisions"`
	Pods      map[string]int `json:"pods"`
	Failures  map[string]int `json:"failures"`
	First     []string       `json:"first"`
	Gap       float64        `json:"gap"`

	lock  sync.Mutex
	began time.Time
	last  time.Time
}

func main() {
	address := flag.String("address", "", "where the gateway listens")
	url := flag.String("url", "", "what is asked for")
	authority := flag.String("authority", "", "PEM file of the gateway's certificate authority")
	workers := flag.Int("workers", 6, "how many ask at once")
	pause := flag.Duration("pause", 10*time.Millisecond, "how long each waits after an answer")
	flag.Parse()
	roots := x509.NewCertPool()
	pem, err := os.ReadFile(*authority)
	if err != nil || !roots.AppendCertsFromPEM(pem) {
		fmt.Fprintln(os.Stderr, "no certificate authority in", *authority)
		os.Exit(2)
	}
	seen := &Seen{Revisions: map[string]int{}, Pods: map[string]int{}, Failures: map[string]int{}}
	seen.began = time.Now()
	seen.last = seen.began
	ended := make(chan struct{})
	var working sync.WaitGroup
	for i := range *workers {
		client := client(*address, roots, i%2 == 0)
		working.Go(func() { seen.ask(client, *url, *pause, ended) })
	}
	_, _ = io.Copy(io.Discard, os.Stdin)
	close(ended)
	working.Wait()
	_ = json.NewEncoder(os.Stdout).Encode(seen)
}

// client has connections of its own, which it keeps or closes.
func client(address string, roots *x509.CertPool, keep bool) *http.Client {
	dialer := net.Dialer{Timeout: 10 * time.Second}
	return &http.Client{
		Timeout: 2 * time.Minute,
		Transport: &http.Transport{
			DialContext: func(c context.Context, network, _ string) (net.Conn, error) {
				return dialer.DialContext(c, network, address)
			},
			TLSClientConfig:   &tls.Config{RootCAs: roots},
			DisableKeepAlives: !keep,
		},
	}
}

func (seen *Seen) ask(client *http.Client, url string, pause time.Duration, ended chan struct{}) {
	for {
		select {
		case <-ended:
			return
		case <-time.After(pause):
			seen.note(one(client, url))
		}
	}
}

// one returns what a server says of itself, or why there is no answer.
func one(client *http.Client, url string) (said []string, failure string) {
	answered, err := client.Get(url)
	if err != nil {
		return nil, err.Error()
	}
	defer answered.Body.Close()
	body, err := io.ReadAll(answered.Body)
	if err != nil {
		return nil, err.Error()
	}
	said = strings.Fields(string(body))
	if answered.StatusCode != http.StatusOK || len(said) != 3 {
		return nil, answered.Status
	}
	return said, ""
}

func (seen *Seen) note(said []string, failure string) {
	seen.lock.Lock()
	defer seen.lock.Unlock()
	now := time.Now()
	if failure != "" {
		seen.Failures[failure]++
		if len(seen.First) < 20 {
			seen.First = append(seen.First, fmt.Sprintf("%.2f s: %s", now.Sub(seen.began).Seconds(), failure))
		}
		return
	}
	seen.Answered++
	seen.Pods[said[0]]++
	seen.Revisions[said[1]]++
	seen.Gap = max(seen.Gap, now.Sub(seen.last).Seconds())
	seen.last = now
}
