package backup

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Plan says when copies are made by themselves, and how many are kept.
type Plan struct {
	Hour, Minute int
	Keep         int    // at least 1
	Recipient    string // "": not encrypted
}

const (
	defaultKeep = 14
	maxKeep     = 1000
)

var planForm = regexp.MustCompile(`^daily@([01][0-9]|2[0-3]):([0-5][0-9])$`)

// ParsePlan reads "daily@03:30 keep=14 to=age1...", in which keep and to may be left out.
func ParsePlan(s string) (p Plan, err error) {
	p.Keep = defaultKeep
	words := strings.Fields(s)
	if len(words) == 0 {
		return p, errors.New("write a plan like daily@03:30 keep=14")
	}
	at := planForm.FindStringSubmatch(words[0])
	if at == nil {
		return p, fmt.Errorf("%q is no time of a plan: write it like daily@03:30", words[0])
	}
	p.Hour, _ = strconv.Atoi(at[1]) // digits
	p.Minute, _ = strconv.Atoi(at[2])
	for _, word := range words[1:] {
		name, value, _ := strings.Cut(word, "=")
		switch name {
		case "keep":
			if p.Keep, err = strconv.Atoi(value); err != nil || p.Keep < 1 || p.Keep > maxKeep {
				return p, fmt.Errorf("keep=%s: write how many copies are kept, from 1 to %d", value, maxKeep)
			}
		case "to":
			if p.Recipient = value; value == "" {
				return p, errRecipient
			}
			if err := CheckRecipient(value); err != nil {
				return p, err
			}
		default:
			return p, errors.New("a plan has a time, keep=NUMBER and to=RECIPIENT, such as daily@03:30 keep=14")
		}
	}
	return p, nil
}

// Spec is the plan's time as a line of cron.
func (p Plan) Spec() string { return fmt.Sprintf("%d %d * * *", p.Minute, p.Hour) }

// sealedSuffix follows the name of a copy that is sealed.
const sealedSuffix = ".age"

// Name is how the copy of a time is called.
func (p Plan) Name(at time.Time) string {
	name := "ogpbot-" + at.Format("20060102-150405") + ".db"
	if p.Recipient != "" {
		name += sealedSuffix
	}
	return name
}

var nameForm = regexp.MustCompile(`^ogpbot-[0-9]{8}-[0-9]{6}\.db(\.age)?$`)

// Rotate removes the oldest copies that have a name of Name, but for so many, and never the one that was just made: the clock
// may have been ahead when others got their names.
func (p Plan) Rotate(folder, fresh string) (removed int, err error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return 0, err
	}
	var ours []string
	for _, e := range entries {
		if e.Name() != fresh && e.Type().IsRegular() && nameForm.MatchString(e.Name()) {
			ours = append(ours, e.Name())
		}
	}
	slices.Sort(ours) // by date
	for len(ours) >= max(p.Keep, 1) && len(ours) > 0 {
		if err := os.Remove(filepath.Join(folder, ours[0])); err != nil {
			return removed, err
		}
		ours, removed = ours[1:], removed+1
	}
	return removed, nil
}
