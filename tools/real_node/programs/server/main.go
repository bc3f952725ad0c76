// The server of the tests: it answers HTTP/1.1, h2c, gRPC and WebSocket on one port, says which pod of
// which revision it is, and fails in every way that it is told to.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"golang.org/x/net/websocket"
	"google.golang.org/grpc"
	"google.golang.org/grpc/health"
	"google.golang.org/grpc/health/grpc_health_v1"
)

// What the server is told to do; without flags it works.
type orders struct {
	listen     string
	startAfter time.Duration
	onTerm     string
	exit       int
	exitAfter  time.Duration
	eatMemory  bool
	fill       string
	neverReady bool
	healthyFor time.Duration
	message    string
}

func main() {
	told := read()
	if told.message != "" {
		// Where the kubelet looks for a container's last word.
		_ = os.WriteFile("/dev/termination-log", []byte(told.message), 0o644)
	}
	if told.eatMemory {
		eatMemory()
	}
	if told.fill != "" {
		fmt.Println(os.WriteFile(told.fill+"/filled", make([]byte, 64<<20), 0o644))
	}
	if told.exit >= 0 {
		time.Sleep(told.exitAfter)
		fmt.Printf("told to end with %d\n", told.exit)
		os.Exit(told.exit)
	}
	serve(told)
}

func read() orders {
	var told orders
	flag.StringVar(&told.listen, "listen", ":8080", "address and port")
	flag.DurationVar(&told.startAfter, "start-after", 0, "listen so much later")
	flag.StringVar(&told.onTerm, "on-term", "finish", "what SIGTERM does: finish, ignore or exit")
	flag.IntVar(&told.exit, "exit", -1, "end with this code")
	flag.DurationVar(&told.exitAfter, "exit-after", 0, "end so much later")
	flag.BoolVar(&told.eatMemory, "eat-memory", false, "take memory until killed")
	flag.StringVar(&told.fill, "fill", "", "write 64 MiB into this folder")
	flag.BoolVar(&told.neverReady, "never-ready", false, "answer /ready with 503")
	flag.DurationVar(&told.healthyFor, "healthy-for", 0, "answer /healthy with 500 after so long")
	flag.StringVar(&told.message, "message", "", "write it where the kubelet looks for a last word")
	flag.Parse()
	return told
}

func eatMemory() {
	var taken [][]byte
	for {
		piece := make([]byte, 1<<20)
		for i := range piece {
			piece[i] = 1
		}
		taken = append(taken, piece)
		_ = taken
	}
}

func serve(told orders) {
	ended := make(chan os.Signal, 1)
	signal.Notify(ended, syscall.SIGTERM)
	time.Sleep(told.startAfter)
	listener, err := net.Listen("tcp", told.listen)
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	server := &http.Server{Handler: handler(told), Protocols: &http.Protocols{}}
	server.Protocols.SetHTTP1(true)
	server.Protocols.SetUnencryptedHTTP2(true)
	go func() { fmt.Println(server.Serve(listener)) }()
	fmt.Println("listening on", told.listen)
	for range ended {
		if told.onTerm == "exit" {
			os.Exit(0)
		}
		if told.onTerm == "finish" {
			_ = server.Shutdown(context.Background())
			os.Exit(0)
		}
	}
}

func handler(told orders) http.Handler {
	began := time.Now()
	calls := grpc.NewServer()
	grpc_health_v1.RegisterHealthServer(calls, health.NewServer())
	pages := http.NewServeMux()
	pages.HandleFunc("/", who)
	pages.Handle("/echo", websocket.Handler(echo))
	pages.HandleFunc("/ready", func(w http.ResponseWriter, _ *http.Request) { answer(w, !told.neverReady) })
	pages.HandleFunc("/healthy", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, told.healthyFor == 0 || time.Since(began) < told.healthyFor)
	})
	pages.HandleFunc("/ask", ask)
	pages.HandleFunc("/stream", stream)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ProtoMajor == 2 && strings.HasPrefix(r.Header.Get("Content-Type"), "application/grpc") {
			calls.ServeHTTP(w, r)
			return
		}
		pages.ServeHTTP(w, r)
	})
}

// who takes as long as it is asked to: ?for=2s.
func who(w http.ResponseWriter, r *http.Request) {
	wanted, _ := time.ParseDuration(r.URL.Query().Get("for"))
	if _, err := io.Copy(io.Discard, r.Body); err != nil {
		return
	}
	time.Sleep(wanted)
	fmt.Fprintf(w, "%s %s %s\n", os.Getenv("HOSTNAME"), os.Getenv("REVISION"), r.Proto)
}

// stream says something each second, for as long as it is asked to: ?for=20s.
func stream(w http.ResponseWriter, r *http.Request) {
	wanted, _ := time.ParseDuration(r.URL.Query().Get("for"))
	w.Header().Set("Content-Type", "text/event-stream")
	control := http.NewResponseController(w)
	for end := time.Now().Add(wanted); time.Now().Before(end); time.Sleep(time.Second) {
		fmt.Fprintf(w, "data: %s\n\n", os.Getenv("HOSTNAME"))
		_ = control.Flush()
	}
	fmt.Fprint(w, "data: [DONE]\n\n")
}

// ask tells what another address answers this pod: ?url=http://web.default.svc:8080/.
func ask(w http.ResponseWriter, r *http.Request) {
	client := http.Client{Timeout: 5 * time.Second}
	answered, err := client.Get(r.URL.Query().Get("url"))
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	defer answered.Body.Close()
	_ = answered.Write(w)
}

func answer(w http.ResponseWriter, good bool) {
	if !good {
		w.WriteHeader(http.StatusServiceUnavailable)
	}
}

func echo(socket *websocket.Conn) {
	for {
		var text string
		if websocket.Message.Receive(socket, &text) != nil {
			return
		}
		_ = websocket.Message.Send(socket, os.Getenv("HOSTNAME")+": "+text)
	}
}
