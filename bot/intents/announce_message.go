package intents

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"ogpbot/bot"
)

// maxNamed is how many villages an announcement names in its heading.
const maxNamed = 3

// maxSearched is in how many words of an announcement a village is looked for.
const maxSearched = 60

// message is the announcement as a reader of lang gets it.
func (d desk) message(lang bot.Language) bot.Outbound {
	say := func(key string, pairs ...string) string { return d.Library.Text(lang, key, pairs...) }
	m := bot.Outbound{
		Heading: d.heading(lang), Text: d.draft.Words, Media: d.draft.Media,
		Buttons: []bot.Button{{Label: say("announce.stop"), Action: "stop"}},
	}
	switch {
	case d.by.Role == bot.RoleVillage && !slices.ContainsFunc(d.draft.To, d.noVillage):
		m.Note = say("announce.signed-village")
	case !d.everywhere():
		m.Note = say("announce.signed")
	}
	if f, ok := formNamed(d.draft.Form); ok {
		m.Text = say(f.text, "first", d.draft.First, "second", d.draft.Second)
		if d.draft.Words != "" {
			m.Text += "\n\n" + d.draft.Words
		}
	}
	if old, ok := d.corrected(); ok && m.Media.None() {
		m.Media = old.Message(lang, d.Library.Place().Languages...).Media
	}
	if !m.Media.None() {
		m.Media.Instead = d.instead(lang, m.Media)
	}
	return m
}

// noVillage tells whether a settlement is a town.
func (d desk) noVillage(id string) bool {
	v, _ := d.Library.Village(id)
	return v.Kind != "village"
}

// heading says what it is, and where.
func (d desk) heading(lang bot.Language) string {
	key := "announce.title"
	if f, ok := formNamed(d.draft.Form); ok {
		key = f.title
	}
	if d.draft.Corrects != "" {
		key = "announce.correction"
	}
	where := d.where(lang, d.draft.villages())
	if d.everywhere() {
		where = d.where(lang, nil)
	}
	return d.Library.Text(lang, key) + " · " + where
}

// everywhere tells whether the heading names the municipality.
func (d desk) everywhere() bool { return d.draft.All || len(d.draft.To) > maxNamed }

// where names villages, or says how many they are.
func (d desk) where(lang bot.Language, ids []string) string {
	home := d.Library.Place().Languages[0]
	if len(ids) == 0 {
		return d.Library.Place().Name.In(lang, home)
	}
	if len(ids) > maxNamed {
		return d.Library.Text(lang, "announce.villages", "count", strconv.Itoa(len(ids)))
	}
	names := make([]string, 0, len(ids))
	for _, id := range ids {
		v, _ := d.Library.Village(id)
		names = append(names, v.Name.In(lang, home))
	}
	return strings.Join(names, ", ")
}

// instead is what stands for a file where it cannot be shown.
func (d desk) instead(lang bot.Language, m bot.Media) string {
	key := "announce.instead-document"
	switch m.Kind {
	case bot.KindPhoto:
		key = "announce.instead-photo"
	case bot.KindVideo:
		key = "announce.instead-video"
	case bot.KindVoice:
		key = "announce.instead-voice"
	}
	return d.Library.Text(lang, key, "on", onPlatform(d.Library, lang, m.Platform))
}

func (d desk) on(p bot.Platform) string { return onPlatform(d.Library, d.Lang, p) }

// onPlatform says "on Telegram".
func onPlatform(l bot.Library, lang bot.Language, p bot.Platform) string {
	switch p {
	case "telegram":
		return l.Text(lang, "announce.on-telegram")
	case "messenger":
		return l.Text(lang, "announce.on-messenger")
	case "web", "webchat", "terminal":
		return l.Text(lang, "announce.on-webchat")
	}
	return l.Text(lang, "announce.on-other", "platform", string(p))
}

// people says how many people of the villages get an announcement, where and when.
func (d desk) people(villages []string, audience bot.Audience) string {
	where := d.where(d.Lang, villages)
	total := audience.Total()
	if total == 0 {
		return d.Say("announce.nobody", "where", where)
	}
	head := d.Say("announce.people", "count", strconv.Itoa(total), "where", where)
	if total == 1 {
		head = d.Say("announce.people-one", "where", where)
	}
	parts := []string{head}
	for _, p := range slices.Sorted(maps.Keys(audience.Now)) {
		if n := audience.Now[p]; n > 0 {
			key := "announce.now"
			if p == "web" { // it is taken from there only while its page is open
				key = "announce.now-web"
			}
			parts = append(parts, "• "+d.Say(key, "count", strconv.Itoa(n), "on", d.on(p)))
		}
	}
	for _, p := range slices.Sorted(maps.Keys(audience.Later)) {
		if n := audience.Later[p]; n > 0 {
			parts = append(parts, "• "+d.Say("announce.when-they-write", "count", strconv.Itoa(n), "on", d.on(p)))
		}
	}
	return strings.Join(parts, "\n")
}

// elsewhere is a village that the words name and that the announcement is not sent to, "" if there is none.
func (d desk) elsewhere() string {
	if d.draft.All {
		return ""
	}
	words := strings.Fields(strings.Join([]string{d.draft.First, d.draft.Second, d.draft.Words}, " "))
	words = words[:min(len(words), maxSearched)]
	for size := 2; size > 0; size-- {
		for i := 0; i+size <= len(words); i++ {
			found, sure := d.Finder.Villages(strings.Join(words[i:i+size], " "), 2)
			if !sure {
				continue
			}
			if !slices.Contains(d.draft.To, found[0].ID) && found[0].Kind == "village" {
				return found[0].ID
			}
			return "" // its own is named
		}
	}
	return ""
}

// meant asks whether the village that the words name is meant, though it is not sent there.
func (d desk) meant() bot.Turn {
	v, _ := d.Library.Village(d.elsewhere())
	return d.asks("meant", d.Reply(bot.Outbound{
		Text:    d.Say("announce.elsewhere", "village", d.Local(v.Name), "where", d.where(d.Lang, d.draft.To)),
		Buttons: []bot.Button{d.Yes("announce.right", "announce:meant"), d.No("announce.change", "announce:retry"), d.cancelButtonOnly()},
	}))
}
