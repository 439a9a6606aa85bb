package main

import "errors"

// Quote is the price of some pieces of one article. Money is in whole cents.
type Quote struct {
	SKU             string `json:"sku"`
	Quantity        int    `json:"quantity"`
	UnitCents       int    `json:"unitCents"`
	DiscountPercent int    `json:"discountPercent"`
	TotalCents      int    `json:"totalCents"`
}

var (
	ErrUnknownSKU  = errors.New("unknown sku")
	ErrBadQuantity = errors.New("quantity must be between 1 and 1000")
)

const maxQuantity = 1000

// unitCents is the price list.
var unitCents = map[string]int{
	"mug":      900,
	"mug-blue": 950,
	"notebook": 1250,
	"pencil":   120,
	"poster":   1999,
}

// discounts by quantity, the largest first: the first that applies is given.
var discounts = []struct{ from, percent int }{
	{from: 100, percent: 15},
	{from: 25, percent: 10},
	{from: 10, percent: 5},
}

// QuoteFor prices an order line. The discount is rounded down to a whole cent.
func QuoteFor(sku string, quantity int) (Quote, error) {
	unit, known := unitCents[sku]
	if !known {
		return Quote{}, ErrUnknownSKU
	}
	if quantity < 1 || quantity > maxQuantity {
		return Quote{}, ErrBadQuantity
	}
	full := unit * quantity
	percent := discountFor(quantity)
	return Quote{
		SKU:             sku,
		Quantity:        quantity,
		UnitCents:       unit,
		DiscountPercent: percent,
		TotalCents:      full - full*percent/100,
	}, nil
}

func discountFor(quantity int) int {
	for _, discount := range discounts {
		if quantity >= discount.from {
			return discount.percent
		}
	}
	return 0
}
