package main

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"
)

func get(t *testing.T, url string) (*httptest.ResponseRecorder, string) {
	t.Helper()
	var logs bytes.Buffer
	request := httptest.NewRequest(http.MethodGet, url, nil)
	request.Header.Set("X-Request-Id", "r-1")
	recorder := httptest.NewRecorder()
	newServer(newLogger(&logs)).ServeHTTP(recorder, request)
	return recorder, logs.String()
}

func TestPriceStatus(t *testing.T) {
	for url, want := range map[string]int{
		"/price?sku=mug&quantity=2":   http.StatusOK,
		"/price?sku=cup&quantity=2":   http.StatusNotFound,
		"/price?sku=mug&quantity=0":   http.StatusBadRequest,
		"/price?sku=mug&quantity=two": http.StatusBadRequest,
		"/price?sku=mug":              http.StatusBadRequest,
		"/healthz":                    http.StatusOK,
		"/":                           http.StatusNotFound,
	} {
		if response, _ := get(t, url); response.Code != want {
			t.Errorf("%s: status %d, want %d", url, response.Code, want)
		}
	}
}

func TestPriceBody(t *testing.T) {
	response, _ := get(t, "/price?sku=mug&quantity=10")
	var quote Quote
	if err := json.Unmarshal(response.Body.Bytes(), &quote); err != nil {
		t.Fatal(err)
	}
	want := Quote{SKU: "mug", Quantity: 10, UnitCents: 900, DiscountPercent: 5, TotalCents: 8550}
	if quote != want {
		t.Errorf("%+v, want %+v", quote, want)
	}
}

func TestRequestIsLoggedUnderItsID(t *testing.T) {
	_, logs := get(t, "/price?sku=cup&quantity=1")
	var line map[string]any
	if err := json.Unmarshal([]byte(logs), &line); err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]any{
		"level": "info", "service": "pricing", "message": "request", "requestId": "r-1", "status": 404.0,
	} {
		if line[key] != want {
			t.Errorf("%s is %v, want %v", key, line[key], want)
		}
	}
	if _, logs := get(t, "/healthz"); logs != "" {
		t.Errorf("health checks are not logged, but: %s", logs)
	}
}
