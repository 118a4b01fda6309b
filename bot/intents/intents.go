// Package intents holds everything that can be asked of the bot, one file per intent.
//
// To add one, add NAME.go that declares it, its words in content/words/NAME.yaml and a
// transcript in testdata/NAME.txt; a test fails while one is missing. No other file changes.
// It imports bot and the standard library; like bot it is pure.
package intents

import (
	"cmp"
	"slices"

	"ogpbot/bot"
)

// declared is filled by package-level values of this package only, before main starts.
var declared []bot.Intent

func declare(in bot.Intent) struct{} {
	declared = append(declared, in)
	return struct{}{}
}

// All returns every intent, sorted by name.
func All() []bot.Intent {
	return slices.SortedFunc(slices.Values(declared), func(a, b bot.Intent) int { return cmp.Compare(a.Name, b.Name) })
}
