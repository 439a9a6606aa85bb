package main

import (
	"errors"
	"testing"
)

func TestQuoteFor(t *testing.T) {
	tests := []struct {
		name     string
		sku      string
		quantity int
		percent  int
		total    int
		err      error
	}{
		{name: "one piece", sku: "mug", quantity: 1, percent: 0, total: 900},
		{name: "just below the first discount", sku: "mug", quantity: 9, percent: 0, total: 8100},
		{name: "first discount", sku: "mug", quantity: 10, percent: 5, total: 8550},
		{name: "second discount", sku: "pencil", quantity: 25, percent: 10, total: 2700},
		{name: "largest discount", sku: "pencil", quantity: 1000, percent: 15, total: 102_000},
		{name: "discount rounds down", sku: "poster", quantity: 11, percent: 5, total: 20_890},
		{name: "unknown article", sku: "cup", quantity: 1, err: ErrUnknownSKU},
		{name: "nothing", sku: "mug", quantity: 0, err: ErrBadQuantity},
		{name: "less than nothing", sku: "mug", quantity: -1, err: ErrBadQuantity},
		{name: "more than a lorry holds", sku: "mug", quantity: 1001, err: ErrBadQuantity},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			quote, err := QuoteFor(test.sku, test.quantity)
			if !errors.Is(err, test.err) {
				t.Fatalf("error %v, want %v", err, test.err)
			}
			if quote.DiscountPercent != test.percent || quote.TotalCents != test.total {
				t.Errorf("%d %% off makes %d, want %d %% and %d",
					quote.DiscountPercent, quote.TotalCents, test.percent, test.total)
			}
		})
	}
}
