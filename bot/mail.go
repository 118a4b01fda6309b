package bot

import (
	"strconv"
	"time"
	"unicode/utf8"
)

// Held is a message that could not go to a citizen because their platform's window was closed.
type Held struct {
	ID        string // given by the store
	Parcel    string // ID of the parcel that it was, "" for a broadcast
	Broadcast string // ID of the broadcast that it is; Message is then filled in from it
	At        time.Time
	Message   Outbound
}

// maxMail bounds the one message in which held mail is handed over, in characters.
const maxMail = 1500

// Mail hands over what waited for a citizen in one message, newest last, with a button to read on if it is not all. mail is
// the oldest first and not empty; shown is how much of it, from the start, the message holds: at least one.
func (b *Bot) Mail(c Citizen, mail []Held) (message Outbound, shown int) {
	lang := b.language(c)
	say := func(key string, pairs ...string) string { return b.library.Text(lang, key, pairs...) }
	zone := b.library.Place().Zone
	size := 0
	for _, h := range mail {
		words := h.Message.Words()
		if h.Message.Media.Instead != "" {
			words += "\n" + h.Message.Media.Instead
		}
		if size += utf8.RuneCountInString(words); shown > 0 && size > maxMail {
			break
		}
		if shown > 0 {
			message.Text += "\n\n"
		}
		message.Text += "• " + h.At.In(zone).Format("02.01") + " " + words
		shown++
	}
	since := mail[0].At.In(zone).Format("02.01.2006")
	message.Heading = say("mail.heading", "count", strconv.Itoa(len(mail)), "since", since)
	if v, ok := b.library.Village(c.Village); ok {
		message.Heading = say("mail.heading-village", "count", strconv.Itoa(len(mail)), "since", since, "village", v.Name.In(lang, b.library.Place().Languages[0]))
	}
	if shown < len(mail) {
		message.Buttons = []Button{{Label: say("mail.more", "count", strconv.Itoa(len(mail)-shown)), Action: IntentMail}}
	} else {
		last := mail[len(mail)-1].Message
		message.Buttons, message.About = last.Buttons, last.About
	}
	return message, shown
}
