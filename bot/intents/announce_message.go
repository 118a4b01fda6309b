package intents

import (
	"strings"

	"ogpbot/bot"
)

// composer is the draft as package bot makes an announcement of it. What was typed is in whatever language it was typed in.
func (d desk) composer() bot.Composer {
	home := d.Library.Place().Languages[0]
	typed := func(words string) bot.Text {
		if words == "" {
			return nil
		}
		return bot.Text{home: words}
	}
	f := d.draft
	c := bot.Composer{By: d.by, Library: d.Library, Announcement: bot.Announcement{
		To: f.To, All: f.All, Commitment: f.Commitment, Form: f.Form, First: typed(f.First), Second: typed(f.Second), Words: typed(f.Words), Media: f.Media,
		Urgent: f.Urgent, Post: f.Post, At: f.At, Corrects: f.Corrects,
	}}
	c.Old = d.corrected()
	return c
}

// message is the announcement as a reader of lang gets it.
func (d desk) message(lang bot.Language) bot.Outbound { return d.composer().Message(lang) }

// heading says what it is, and where.
func (d desk) heading(lang bot.Language) string { return d.composer().Heading(lang) }

// where names villages, or says how many they are.
func (d desk) where(ids []string) string { return bot.Where(d.Library, d.Lang, ids) }

func (d desk) on(p bot.Platform) string { return bot.OnPlatform(d.Library, d.Lang, p) }

// people says how many people get an announcement, where and when.
func (d desk) people(b bot.Broadcast, audience bot.Audience) string {
	return strings.Join(bot.ReachLines(d.Library, d.Lang, bot.Whom(d.Library, d.Lang, b.Villages, b.Commitment), audience), "\n• ")
}

// elsewhere is a village that the words name and that the announcement is not sent to, "" if there is none.
func (d desk) elsewhere() string { return d.composer().Elsewhere(d.Finder) }

// meant asks whether the village that the words name is meant, though it is not sent there.
func (d desk) meant() bot.Turn {
	v, _ := d.Library.Village(d.elsewhere())
	return d.asks("meant", d.Reply(bot.Outbound{
		Text:    d.Say("announce.elsewhere", "village", d.Local(v.Name), "where", d.where(d.draft.To)),
		Buttons: []bot.Button{d.Yes("announce.right", "announce:meant"), d.No("announce.change", "announce:retry"), d.cancelButtonOnly()},
	}))
}
