package intents

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"ogpbot/bot"
)

// actionTime is how a button holds a moment, in the place's zone.
const actionTime = "200601021504"

// when asks when the announcement is to go out; problem is what was wrong with the last answer, and instead what may have
// been meant by it.
func (d desk) when(problem string, instead ...time.Time) bot.Turn {
	ask := bot.Outbound{Text: d.Say("announce.when")}
	if problem != "" {
		ask.Text = problem
	}
	action := "announce:at:" + d.draft.Key + ":"
	today := d.now()
	for _, at := range instead {
		key := "announce.today-at"
		if at.Day() != today.Day() {
			key = "announce.tomorrow-at"
		}
		ask.Buttons = append(ask.Buttons, d.Button(key, action+at.Format(actionTime), "time", at.Format("15:04")))
	}
	for _, c := range []struct {
		key  string
		days int
		hour int
	}{
		{"announce.today-at", 0, 9}, {"announce.today-at", 0, 12}, {"announce.today-at", 0, 18},
		{"announce.tomorrow-at", 1, 9}, {"announce.tomorrow-at", 1, 18},
	} {
		at := time.Date(today.Year(), today.Month(), today.Day()+c.days, c.hour, 0, 0, 0, today.Location())
		if at.After(today.Add(bot.UndoTime)) && !slices.ContainsFunc(instead, at.Equal) {
			ask.Buttons = append(ask.Buttons, d.Button(c.key, action+at.Format(actionTime), "time", at.Format("15:04")))
		}
	}
	ask.Buttons = append(ask.Buttons, d.Button("announce.at-once", action+"now"), d.cancelButton())
	return d.asks("when", d.Reply(ask))
}

// now is the time in the place's zone.
func (d desk) now() time.Time { return d.In.At.In(d.Library.Place().Zone) }

func (d desk) whenPressed(arg string) bot.Turn {
	if arg == "now" {
		d.draft.At = time.Time{}
		return d.control()
	}
	at, err := time.ParseInLocation(actionTime, arg, d.now().Location())
	if err != nil {
		return d.when("")
	}
	return d.scheduled(at)
}

// whenTyped takes a typed moment.
func (d desk) whenTyped() (bot.Turn, bool) {
	if d.In.Kind != bot.KindText && d.In.Kind != bot.KindEdit {
		return d.previewTyped()
	}
	if begins(d.Ask, d.Words, "announce.at-once-words") || d.labelled("announce.at-once") {
		return d.whenPressed("now"), true
	}
	if d.labelled("announce.send") { // it may have been meant for the old time
		return d.control(), true
	}
	at, ok, never := d.moment(d.Words)
	switch {
	case ok:
		return d.scheduled(at), true
	case never:
		return d.when(d.Say("announce.when-never")), true
	case strings.Contains(d.Words, "?") && d.clear():
		return bot.Turn{}, false
	}
	return d.when(d.Say("announce.when-unclear")), true
}

// scheduled takes a moment if it is one that will come, and soon enough.
func (d desk) scheduled(at time.Time) bot.Turn {
	switch {
	case !at.After(d.now()) && at.Day() == d.now().Day() && d.now().Sub(at) < 24*time.Hour:
		var instead []time.Time
		if evening := at.Add(12 * time.Hour); at.Hour() < 12 && evening.After(d.now().Add(bot.UndoTime)) {
			instead = append(instead, evening)
		}
		return d.when(d.Say("announce.when-past", "time", d.clock(at)), append(instead, at.AddDate(0, 0, 1))...)
	case !at.After(d.now()):
		return d.when(d.Say("announce.when-past", "time", d.clock(at)))
	case at.Sub(d.now()) > bot.MaxAnnouncementAhead:
		return d.when(d.Say("announce.when-far", "time", d.clock(at), "days", strconv.Itoa(int(bot.MaxAnnouncementAhead.Hours()/24))))
	}
	d.draft.At = at.UTC()
	return d.control()
}
