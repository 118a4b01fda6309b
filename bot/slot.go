package bot

import (
	"maps"
	"strings"
	"time"
)

// keptPrefix begins the names of slots that outlive the dialogue that set them.
const keptPrefix = "kept:"

// KeptTalk is kept while a person of the municipality was asked for: what the citizen writes goes to them.
const KeptTalk = "talk"

// Keep keeps a value until a time, whatever is talked about in between; "" drops it.
func (s *State) Keep(name, value string, until time.Time) {
	s.Slots = maps.Clone(s.Slots)
	if s.Slots == nil {
		s.Slots = map[string]string{}
	}
	if value != "" {
		value = until.UTC().Format(time.RFC3339) + " " + value
	}
	s.Slots[keptPrefix+name] = value
}

// Kept finds what Keep kept, if its time is not over.
func (s State) Kept(name string, now time.Time) (value string, ok bool) {
	return unexpired(s.Slots[keptPrefix+name], now)
}

func unexpired(slot string, now time.Time) (value string, ok bool) {
	until, value, _ := strings.Cut(slot, " ")
	end, err := time.Parse(time.RFC3339, until)
	return value, err == nil && now.Before(end)
}

// carry gives next what before keeps and next says nothing about.
func carry(before, next State, now time.Time) State {
	slots := maps.Clone(next.Slots)
	for name, slot := range before.Slots {
		if !strings.HasPrefix(name, keptPrefix) {
			continue
		}
		if _, said := slots[name]; said {
			continue
		}
		if slots == nil {
			slots = map[string]string{}
		}
		slots[name] = slot
	}
	maps.DeleteFunc(slots, func(name, slot string) bool {
		_, ok := unexpired(slot, now)
		return strings.HasPrefix(name, keptPrefix) && !ok
	})
	if len(slots) == 0 && len(next.Slots) == 0 {
		slots = next.Slots
	}
	next.Slots = slots
	return next
}
