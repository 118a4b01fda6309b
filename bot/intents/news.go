package intents

import (
	"slices"
	"strings"
	"time"
	"unicode"

	"ogpbot/bot"
)

// How many announcements are shown, and how much of each, in characters.
const (
	newsShown = 5
	newsPart  = 300
	newsLabel = 24
)

var _ = declare(bot.Intent{Name: "news", Commands: []string{"news"}, Handle: news})

// news shows the last announcements to the citizen's village and to everybody, newest first, or the whole of one ("ID"). What has just been
// handed over is not shown twice, unless asked for ("all").
func news(a bot.Ask) bot.Turn {
	if a.Waiting && a.Arg == "" { // the newest stands above this already
		return a.Reply(bot.Outbound{Text: a.Say("news.read"), Buttons: []bot.Button{a.Button("news.heading", "news:all")}})
	}
	latest := newsFor(a)
	for _, b := range latest {
		if b.ID == a.Arg || len(latest) == 1 {
			return newsWhole(a, b)
		}
	}
	out := bot.Outbound{Heading: newsHeading(a)}
	var parts []string
	for _, b := range latest {
		words := newsMessage(a, b).Words()
		part := shorten(words, newsPart)
		parts = append(parts, newsDay(a, b).Format("02.01.2006")+"\n"+part)
		if part != words {
			out.Buttons = append(out.Buttons, bot.Button{Label: newsDay(a, b).Format("02.01") + " " + shorten(oneLine(words), newsLabel), Action: "news:" + b.ID})
		}
	}
	out.Text = strings.Join(parts, "\n\n")
	if len(latest) == 0 {
		out.Text = a.Say("news.none")
	}
	if len(out.Buttons) > 0 {
		out.Note = a.Say("news.whole")
	}
	return newsOffer(a, out)
}

// newsWhole shows one announcement as it was sent.
func newsWhole(a bot.Ask, b bot.Broadcast) bot.Turn {
	m := newsMessage(a, b)
	return newsOffer(a, bot.Outbound{Heading: newsHeading(a), Text: newsDay(a, b).Format("02.01.2006") + "\n" + m.Words(), Media: m.Media})
}

// newsOffer adds what would bring more news: the village, and to be sent them.
func newsOffer(a bot.Ask, out bot.Outbound) bot.Turn {
	if _, known := a.Library.Village(a.Citizen.Village); !known && len(a.Library.Villages()) > 0 {
		out.Text += "\n\n" + a.Say("news.where")
		out.Buttons = append(out.Buttons, a.Button("village.button", "village"))
	}
	if !consented(a) {
		out.Buttons = append(out.Buttons, a.Button("subscribe.button", "subscribe"))
	}
	return apart(a.Reply(out))
}

// newsFor gives the latest announcements to where the citizen lives, and to where they work as an administrator.
func newsFor(a bot.Ask) []bot.Broadcast {
	latest := a.Records.News(a.Citizen.Village, newsShown)
	account, _ := a.Account()
	for _, v := range account.Scope().Villages {
		for _, b := range a.Records.News(v, newsShown) {
			if !slices.ContainsFunc(latest, func(has bot.Broadcast) bool { return has.ID == b.ID }) {
				latest = append(latest, b)
			}
		}
	}
	slices.SortStableFunc(latest, func(x, y bot.Broadcast) int { return y.At.Compare(x.At) })
	return latest[:min(len(latest), newsShown)]
}

func newsHeading(a bot.Ask) string {
	if v, ok := a.Library.Village(a.Citizen.Village); ok {
		return a.Say("news.heading-village", "village", a.Local(v.Name))
	}
	return a.Say("news.heading")
}

func newsMessage(a bot.Ask, b bot.Broadcast) bot.Outbound {
	return b.Message(a.Lang, a.Library.Place().Languages...)
}

func newsDay(a bot.Ask, b bot.Broadcast) time.Time { return b.At.In(a.Library.Place().Zone) }

// oneLine puts words on one line.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// shorten gives the first whole words of s, at most about most characters.
func shorten(s string, most int) string {
	runes := []rune(s)
	if len(runes) <= most {
		return s
	}
	end := most
	for end > most/2 && !unicode.IsSpace(runes[end]) {
		end--
	}
	if end == most/2 {
		end = most
	}
	return strings.TrimRight(string(runes[:end]), " \n,.;:–-") + "…"
}
