// Pricing answers what an order costs.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"
)

func main() {
	address := flag.String("listen", ":4000", "address to listen on")
	check := flag.String("check", "", "ask this URL, and exit 0 if it answers 200: the health check")
	flag.Parse()

	if *check != "" {
		exitOn(checkHealth(*check))
		return
	}
	exitOn(serve(*address, newLogger(os.Stdout)))
}

// serve runs until SIGTERM or SIGINT, then finishes the requests that have begun.
func serve(address string, logger *slog.Logger) error {
	shutdown, release := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer release()

	server := &http.Server{
		Addr:              address,
		Handler:           newServer(logger),
		ReadHeaderTimeout: 5 * time.Second,
	}
	failed := make(chan error, 1)
	go func() { failed <- server.ListenAndServe() }()
	logger.Info("listening", "address", address)

	select {
	case err := <-failed:
		return err
	case <-shutdown.Done():
	}
	patience, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	defer logger.Info("stopped")
	return server.Shutdown(patience)
}

// checkHealth lets the binary be its own health check: the image needs no curl.
func checkHealth(url string) error {
	client := http.Client{Timeout: 2 * time.Second}
	response, err := client.Get(url)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return errors.New(response.Status)
	}
	return nil
}

// newLogger writes JSON with the same names that the shop's other services use.
func newLogger(w io.Writer) *slog.Logger {
	names := func(groups []string, a slog.Attr) slog.Attr {
		switch {
		case len(groups) > 0:
		case a.Key == slog.MessageKey:
			a.Key = "message"
		case a.Key == slog.LevelKey:
			a.Value = slog.StringValue(strings.ToLower(a.Value.String()))
		}
		return a
	}
	handler := slog.NewJSONHandler(w, &slog.HandlerOptions{ReplaceAttr: names})
	return slog.New(handler).With("service", "pricing")
}

func exitOn(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
