// Package storetest is the contract of package store as tests. Every store passes Run.
//
// It imports bot, store and the standard library. Times in it are whole microseconds, which
// is all that a store has to keep.
package storetest

import (
	"context"
	"fmt"
	"reflect"
	"testing"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

// Run checks every rule of the port. open opens the store that is kept in a folder, an empty one if the folder is empty;
// what it opened is closed by the test, or by t.Cleanup, where store.ErrClosed is no mistake.
func Run(t *testing.T, open func(t *testing.T, folder string) store.Store) {
	for _, group := range []struct {
		name  string
		tests []test
	}{
		{"Transactions", transactionTests()},
		{"Concurrency", concurrencyTests()},
		{"Citizens", citizenTests()},
		{"Merge", mergeTests()},
		{"Subscribed", subscribedTests()},
		{"Inbox", inboxTests()},
		{"Conversations", conversationTests()},
		{"Questions", questionTests()},
		{"Outbox", outboxTests()},
		{"Fates", fateTests()},
		{"Mail", mailTests()},
		{"Consents", consentTests()},
		{"Progress", progressTests()},
		{"Broadcasts", broadcastTests()},
		{"Deliveries", deliveryTests()},
		{"Accounts", accountTests()},
		{"Trail", trailTests()},
		{"Codes", codeTests()},
		{"Sessions", sessionTests()},
		{"Secrets", secretTests()},
		{"Runs", runTests()},
		{"Pictures", pictureTests()},
		{"Cases", caseTests()},
		{"Threads", threadTests()},
		{"Contents", contentTests()},
		{"Health", healthTests()},
		{"Counts", countTests()},
		{"Groups", groupTests()},
		{"Forget", forgetTests()},
		{"Prune", pruneTests()},
	} {
		t.Run(group.name, func(t *testing.T) {
			for _, test := range group.tests {
				t.Run(test.name, func(t *testing.T) {
					folder := t.TempDir()
					s := open(t, folder)
					if test.reopened != nil {
						test.reopened(t, s, func() store.Store { return open(t, folder) })
						return
					}
					test.run(t, s)
				})
			}
		})
	}
}

// A test has either run or reopened, which gets what opens the store once more after it was closed.
type test struct {
	name     string
	run      func(*testing.T, store.Store)
	reopened func(t *testing.T, s store.Store, again func() store.Store)
}

const (
	telegram  = bot.Platform("telegram")
	messenger = bot.Platform("messenger")
)

// at gives a moment, in minutes after a fixed one.
func at(minutes int) time.Time {
	return time.Date(2026, 3, 1, 9, 0, 0, 123456000, time.UTC).Add(time.Duration(minutes) * time.Minute)
}

// update runs fn in an Update that must succeed.
func update(t *testing.T, s store.Store, fn func(store.Tx) error) {
	t.Helper()
	if err := s.Update(context.Background(), fn); err != nil {
		t.Fatalf("Update: %v", err)
	}
}

// view runs fn in a View that must succeed.
func view(t *testing.T, s store.Store, fn func(store.Tx) error) {
	t.Helper()
	if err := s.View(context.Background(), fn); err != nil {
		t.Fatalf("View: %v", err)
	}
}

// equal compares deeply.
func equal(t *testing.T, what string, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s:\n got %+v\nwant %+v", what, got, want)
	}
}

// filled gives a T in which no field is zero, so that a store that forgets one is found.
func filled[T any]() T {
	var v T
	n := 0
	fill(reflect.ValueOf(&v).Elem(), &n)
	return v
}

func fill(v reflect.Value, n *int) {
	*n++
	if v.Type() == reflect.TypeFor[time.Time]() {
		v.Set(reflect.ValueOf(at(*n)))
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(fmt.Sprintf("ოზურგეთი %d", *n))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(*n))
	case reflect.Uint8, reflect.Uint64:
		v.SetUint(uint64(*n))
	case reflect.Float64:
		v.SetFloat(float64(*n) + 0.5)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range v.Len() {
			fill(v.Index(i), n)
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		for range 2 {
			key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
			fill(key, n)
			fill(value, n)
			v.SetMapIndex(key, value)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i), n)
		}
	default:
		panic(fmt.Sprintf("storetest cannot fill a %s yet", v.Type()))
	}
}

// pages follows a list to its end, limit entries at a time.
func pages[T any](limit int, list func(store.Page) ([]T, string, error)) (all []T, err error) {
	p := store.Page{Limit: limit}
	for {
		part, next, err := list(p)
		if err != nil {
			return nil, err
		}
		if len(part) > limit {
			return nil, fmt.Errorf("a page of %d has %d entries", limit, len(part))
		}
		all = append(all, part...)
		if next == "" {
			return all, nil
		}
		if len(part) < limit {
			return nil, fmt.Errorf("a page of %d has %d entries, and is not the last", limit, len(part))
		}
		p.After = next
	}
}
