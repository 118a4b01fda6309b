package console

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"ogpbot/bot"
)

// Setting is one thing that the program was started with.
type Setting struct {
	Flag   string // such as "--listen"
	Env    string // the environment variable that sets it, too
	Value  string // "" for nothing; never a secret
	Secret bool   // there is a value, which nobody is shown
}

// settingsPage is what settings.html shows.
type settingsPage struct{ Place, Program table }

// showSettings says what is set and where it is changed: nothing of it on our pages.
func (q *request) showSettings() error {
	return q.render(http.StatusOK, "settings", q.Say("console-accounts.nav-settings"), settingsPage{q.placeTable(), q.programTable()})
}

// placeTable is what the content says of the place.
func (q *request) placeTable() table {
	p := q.lib.Place()
	t := table{Caption: q.Say("console-accounts.place"), Head: []string{q.Say("console-accounts.setting"), q.Say("console-accounts.value"), q.Say("console-accounts.where")}}
	add := func(key, where string, values ...string) {
		values = slices.DeleteFunc(values, func(s string) bool { return s == "" })
		t.Rows = append(t.Rows, []cell{{Text: q.Say(key)}, {Text: cmp.Or(strings.Join(values, ", "), "–")}, {Text: "place.yaml: " + where}})
	}
	var languages, digests, days []string
	for _, l := range p.Languages {
		languages = append(languages, q.lib.Text(l, "language.name"))
	}
	for _, c := range []bot.Cadence{bot.CadenceWeekly, bot.CadenceMonthly} {
		if spec := p.Digests[c]; spec != "" {
			digests = append(digests, string(c)+" "+spec)
		}
	}
	for _, kind := range bot.CaseKinds {
		if n, ok := p.CaseDays[kind]; ok {
			days = append(days, q.Say("cases.kind-"+string(kind))+" "+strconv.Itoa(n))
		}
	}
	quiet := ""
	if p.Quiet.From != p.Quiet.To {
		quiet = clock(p.Quiet.From) + "–" + clock(p.Quiet.To)
	}
	add("console-accounts.set-name", "name", q.local(p.Name))
	add("console-accounts.set-zone", "timezone", p.Zone.String())
	add("console-accounts.set-languages", "languages", languages...)
	add("console-accounts.set-digests", "digests", digests...)
	add("console-accounts.set-quiet", "quiet", quiet)
	add("console-accounts.set-days", "case-days", days...)
	add("console-accounts.set-keep-words", "keep-days", q.Say("console-review.days", "count", strconv.Itoa(p.Keep.Conversations)))
	add("console-accounts.set-keep-cases", "keep-days", q.Say("console-review.days", "count", strconv.Itoa(p.Keep.Cases)))
	return t
}

// clock is a time of the day.
func clock(d time.Duration) string {
	return fmt.Sprintf("%02d:%02d", int(d.Hours()), int(d.Minutes())%60)
}

func (q *request) programTable() table {
	t := table{Caption: q.Say("console-accounts.program"), Empty: q.Say("console.health-unknown"),
		Head: []string{q.Say("console-accounts.setting"), q.Say("console-accounts.value"), q.Say("console-accounts.where")}}
	for _, s := range q.c.cfg.Settings {
		value := cell{Text: cmp.Or(s.Value, "–")}
		if s.Secret {
			value = cell{Text: q.Say("console-accounts.secret"), Badge: "good"}
		}
		t.Rows = append(t.Rows, []cell{{Text: s.Flag}, value, {Text: s.Env}})
	}
	return t
}
