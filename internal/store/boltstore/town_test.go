package boltstore

import (
	"fmt"
	"strings"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

// The benchmarks work on a town: so many citizens, each with one exchange.
const townSize = 100_000

var benchStart = time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)

func townCitizen(n int) bot.Citizen {
	return bot.Citizen{
		ID: bot.CitizenID(fmt.Sprintf("%026x", uint64(n)*0x9E3779B97F4A7C15)), // in no order
		Contacts: []bot.Contact{{
			Address:     bot.Address{Platform: "telegram", ID: fmt.Sprint(100_000_000 + n*7919%100_000_007)},
			LastInbound: benchStart,
		}},
		Language:    "ka",
		LanguageSet: true,
		Village:     fmt.Sprint("village-", n%75),
		FirstSeen:   benchStart,
	}
}

func townState() bot.State {
	return bot.State{
		Intent: "ask",
		Step:   "choose",
		Slots:  map[string]string{"topic": "budget"},
		Offered: []bot.Button{
			{Label: "რა არის მონაწილეობითი ბიუჯეტი?", Action: "answer:pb-what"},
			{Label: "როგორ მივცე ხმა?", Action: "answer:pb-vote"},
			{Label: "ადამიანთან საუბარი", Action: "human"},
		},
	}
}

// townExchange holds about 500 bytes of Georgian.
func townExchange(c bot.Citizen, at time.Time) bot.Exchange {
	return bot.Exchange{
		Citizen:  c.ID,
		Platform: c.Contacts[0].Address.Platform,
		Village:  c.Village,
		At:       at,
		Said:     "როდის დაიწყება სოფლის პროექტების განხილვა?",
		Intent:   "ask",
		Entry:    "pb-when",
		Replies:  []string{strings.Repeat("განხილვა შემოდგომაზე იწყება. ", 5)},
	}
}

func putParcels(ps ...store.Parcel) func(store.Tx) error {
	return func(tx store.Tx) error {
		_, err := tx.Outbox.Put(ps...)
		return err
	}
}
