// Cortex's proxy without its cluster: the same breaker, queue, reverse proxy and metrics as cmd/proxy of cortexlabs/cortex,
// but it does not call AWS before it opens a port. See ../Dockerfile.
package main

import (
	"context"
	"flag"
	"log"
	"net"
	"net/http"
	"os/signal"
	"strconv"
	"syscall"
	"time"

	"github.com/cortexlabs/cortex/pkg/proxy"
)

const (
	sampleEvery = time.Second
	reportEvery = 10 * time.Second
	dialTime    = time.Second
)

// The application is healthy if it accepts connections, as with the flag -has-tcp-probe.
func healthz(address string) http.HandlerFunc {
	return func(response http.ResponseWriter, _ *http.Request) {
		connection, err := net.DialTimeout("tcp", address, dialTime)
		if err != nil {
			http.Error(response, "unhealthy", http.StatusInternalServerError)
			return
		}
		_ = connection.Close()
		_, _ = response.Write([]byte("healthy"))
	}
}

func main() {
	port := flag.Int("port", 8000, "port of the proxy")
	adminPort := flag.Int("admin-port", 15000, "port of /healthz and /metrics")
	userPort := flag.Int("user-port", 8080, "port of the application")
	maxConcurrency := flag.Int("max-concurrency", 0, "requests to forward at a time")
	maxQueueLength := flag.Int("max-queue-length", 0, "requests that may wait")
	flag.Parse()
	if *maxConcurrency < 1 || *maxQueueLength < 1 {
		log.Fatal("-max-concurrency and -max-queue-length are required")
	}

	user := "127.0.0.1:" + strconv.Itoa(*userPort)
	breaker := proxy.NewBreaker(proxy.BreakerParams{
		QueueDepth:      *maxQueueLength,
		MaxConcurrency:  *maxConcurrency,
		InitialCapacity: *maxConcurrency,
	})
	stats := &proxy.RequestStats{}
	metrics := proxy.NewPrometheusStatsReporter()
	go func() {
		for range time.Tick(sampleEvery) {
			stats.Append(breaker.InFlight())
		}
	}()
	go func() {
		for range time.Tick(reportEvery) {
			metrics.Report(stats.Report())
		}
	}()

	admin := http.NewServeMux()
	admin.Handle("/metrics", metrics)
	admin.HandleFunc("/healthz", healthz(user))
	reverse := proxy.NewReverseProxy("http://"+user, *maxQueueLength, *maxQueueLength)
	servers := []*http.Server{
		{Addr: ":" + strconv.Itoa(*port), Handler: proxy.Handler(breaker, reverse)},
		{Addr: ":" + strconv.Itoa(*adminPort), Handler: admin},
	}

	stopped, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	for _, server := range servers {
		go func(server *http.Server) {
			if err := server.ListenAndServe(); err != http.ErrServerClosed {
				log.Fatal(err)
			}
		}(server)
	}
	<-stopped.Done()
	for _, server := range servers {
		_ = server.Shutdown(context.Background())
	}
}
