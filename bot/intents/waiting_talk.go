package intents

import (
	"strings"
	"time"

	"ogpbot/bot"
)

// slotAt is when a colleague last wrote to the citizen to whom what they type goes.
const slotAt = "at"

// talkOn is for how long what is typed goes to the citizen without being asked back.
const talkOn = 15 * time.Minute

// talkLine is a talk as it is listed: where it comes from, and the last words.
func (d counter) talkLine(id bot.CitizenID, n int) (line, label string) {
	label = "💬 " + d.Say("waiting.talk", "number", number(n))
	c, ok := d.Records.Conversation(id, d.by)
	if !ok {
		return label, label
	}
	line = label
	if v, ok := d.Library.Village(c.Village); ok {
		line += ", " + d.Local(v.Name)
	}
	line += ", " + d.age(c.Since)
	if n := len(c.Said); n > 0 {
		line += ": " + quote(d.Ask, shorten(oneLine(bot.Mask(c.Said[n-1].Text)), casesPart))
	}
	return line, label
}

// talk finds a talk that the account may go on with; else it says why not, and which words were not sent.
func (d counter) talk(id, words string) (c bot.Conversation, refusal bot.Turn, ok bool) {
	c, ok = d.Records.Conversation(bot.CitizenID(id), d.by)
	switch {
	case !ok:
		return c, d.outside(""), false
	case c.By == "":
		return c, refusal, true
	}
	text := d.Say("dialogue.talk-taken", "name", c.By)
	if words != "" {
		text += "\n\n" + d.Say("dialogue.talk-unsent") + "\n" + quote(d.Ask, shorten(words, newsPart))
	}
	return c, apart(d.Reply(bot.Outbound{Text: text, Buttons: []bot.Button{d.listButton()}})), false
}

// askTalk shows the last words of a talk, and asks what to write.
func (d counter) askTalk(id string) bot.Turn {
	c, refusal, ok := d.talk(id, "")
	if !ok {
		return refusal
	}
	var lines []string
	for _, x := range c.Said {
		key := "dialogue.talk-citizen"
		if x.Person {
			key = "dialogue.talk-person"
		}
		at := x.At.In(d.Library.Place().Zone).Format("02.01 15:04")
		lines = append(lines, d.Say(key, "time", at, "words", quote(d.Ask, shorten(bot.Mask(x.Text), newsPart))))
	}
	t := d.asks("say", id, d.Say("waiting.say-what"))
	if v, ok := d.Library.Village(c.Village); ok {
		t.Replies[0].Heading = d.Local(v.Name)
	}
	t.Replies[0].Text = strings.Join(append(lines, t.Replies[0].Text), "\n\n")
	t.Replies[0].About = "talk:" + id
	t.Replies[0].Buttons = []bot.Button{d.listButton(), d.Button("waiting.end", "waiting:end:"+id)}
	return t
}

// end gives a conversation back to the bot, once that was asked back: a tap that missed would leave somebody alone.
func (d counter) end(id string, sure bool) bot.Turn {
	c, refusal, ok := d.talk(id, "")
	switch {
	case !ok:
		return refusal
	case !sure:
		key := "dialogue.talk-end-ask"
		if !c.Taken {
			key = "dialogue.talk-end-sure"
		}
		return apart(d.Reply(bot.Outbound{Text: d.Say(key),
			Buttons: []bot.Button{d.No("dialogue.talk-write", "waiting:talk:"+id), d.Yes("dialogue.talk-end-yes", "waiting:over:"+id)}}))
	}
	t := apart(d.Reply(bot.Outbound{Text: d.Say("waiting.ended"), Buttons: []bot.Button{d.listButton()}}))
	t.Effects = []bot.Effect{bot.EndTalk{Citizen: bot.CitizenID(id)}}
	return t
}

// say sends words to a citizen whose conversation the account has. What is typed next goes to them too.
func (d counter) say(id, words string) bot.Turn {
	if _, refusal, ok := d.talk(id, words); !ok {
		return refusal
	}
	t := apart(d.Reply(bot.Outbound{Text: d.Say("waiting.sent-one") + "\n" + quote(d.Ask, shorten(words, newsPart)), Note: d.Say("dialogue.talk-on"),
		About: "talk:" + id, Buttons: []bot.Button{d.listButton(), d.Button("waiting.end", "waiting:end:"+id)}}))
	t.Effects = []bot.Effect{bot.SayTo{Citizen: bot.CitizenID(id), Text: words}}
	t.Next = bot.State{Intent: bot.IntentWaiting, Step: "words",
		Slots: map[string]string{slotAct: "say", slotOf: id, slotAt: d.In.At.UTC().Format(time.RFC3339)}}
	return t
}

// idle tells whether the account wrote to a citizen too long ago for what is typed now to go to them unasked.
func (d counter) idle(id string) bool {
	at, err := time.Parse(time.RFC3339, d.State.Slots[slotAt])
	return err == nil && d.In.ReplyTo == "" && d.State.Slots[slotOf] == id && d.In.At.Sub(at) > talkOn
}
