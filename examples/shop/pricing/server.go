package main

import (
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"time"
)

// newServer answers /price?sku=…&quantity=… and /healthz.
func newServer(logger *slog.Logger) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /price", logged(logger, http.HandlerFunc(price)))
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusOK, map[string]string{"status": "ok"})
	})
	return mux
}

func price(w http.ResponseWriter, r *http.Request) {
	// What is no number is 0, and that is no quantity either.
	quantity, _ := strconv.Atoi(r.URL.Query().Get("quantity"))
	quote, err := QuoteFor(r.URL.Query().Get("sku"), quantity)
	switch {
	case errors.Is(err, ErrUnknownSKU):
		answer(w, http.StatusNotFound, map[string]string{"error": err.Error()})
	case err != nil:
		answer(w, http.StatusBadRequest, map[string]string{"error": err.Error()})
	default:
		answer(w, http.StatusOK, quote)
	}
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	// The only error here is a client that has gone away.
	_ = json.NewEncoder(w).Encode(body)
}

// logged writes one line for each request, under the request id that it came with.
func logged(logger *slog.Logger, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		started := time.Now()
		recorder := &statusRecorder{ResponseWriter: w, status: http.StatusOK}
		next.ServeHTTP(recorder, r)
		logger.Info("request",
			"requestId", r.Header.Get("X-Request-Id"),
			"method", r.Method,
			"url", r.URL.RequestURI(),
			"status", recorder.status,
			"durationMs", time.Since(started).Milliseconds())
	})
}

type statusRecorder struct {
	http.ResponseWriter
	status int
}

func (r *statusRecorder) WriteHeader(status int) {
	r.status = status
	r.ResponseWriter.WriteHeader(status)
}
