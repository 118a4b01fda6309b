package bot

import (
	"testing"
	"time"
)

// What is kept outlives other talk until its time is over, and is dropped when it is said so.
func TestKeptSlots(t *testing.T) {
	now := time.Date(2026, 5, 4, 9, 0, 0, 0, time.UTC)
	var s State
	s.Slots = map[string]string{"question": "why"}
	first := s
	s.Keep("draft", "words with spaces", now.Add(time.Hour))
	if len(first.Slots) != 1 {
		t.Error("the state before was changed")
	}
	after := carry(s, State{Intent: "help", Slots: map[string]string{"other": "x"}}, now)
	if v, ok := after.Kept("draft", now); !ok || v != "words with spaces" || after.Slots["question"] != "" || after.Slots["other"] != "x" {
		t.Errorf("carried: %v", after)
	}
	if after = carry(s, State{}, now.Add(time.Hour)); len(after.Slots) != 0 {
		t.Errorf("after its time: %v", after)
	}
	dropped := State{}
	dropped.Keep("draft", "", now)
	if after = carry(s, dropped, now); len(after.Slots) != 0 {
		t.Errorf("after it was dropped: %v", after)
	}
	newer := State{}
	newer.Keep("draft", "new", now.Add(time.Minute))
	after = carry(s, newer, now)
	if v, _ := after.Kept("draft", now); v != "new" {
		t.Errorf("the newer one: %v", after)
	}
}
