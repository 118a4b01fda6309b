package webchat

import (
	"net/url"
	"strconv"
	"strings"
	"unicode"

	"ogpbot/bot"
)

// The first letter of a bubble's name says where it comes from.
const (
	botRef     = "m" // the bot
	ownRef     = "c" // the citizen's page, which chose the rest of the name
	historyRef = "h" // History
)

// bubble is one message as the page shows it, in HTML and in JSON.
type bubble struct {
	Ref     string   `json:"ref"` // its name in the page
	Mine    bool     `json:"mine,omitempty"`
	Heading string   `json:"heading,omitempty"`
	Text    []run    `json:"text,omitempty"`
	Note    []run    `json:"note,omitempty"`
	Buttons []button `json:"buttons,omitempty"`
}

// run is a piece of text; with a URL it is a link.
type run struct {
	Text string `json:"t"`
	URL  string `json:"u,omitempty"` // http or https
}

type button struct {
	Label  string `json:"label"`
	Action string `json:"action"`
}

// size is about how many bytes b takes.
func (b bubble) size() int {
	n := 200 + len(b.Heading)
	for _, runs := range [][]run{b.Text, b.Note} {
		for _, r := range runs {
			n += 32 + len(r.Text) + len(r.URL)
		}
	}
	for _, x := range b.Buttons {
		n += 32 + len(x.Label) + len(x.Action)
	}
	return n
}

// botBubble is m as a bubble. It has the name of the one that it replaces, or none.
func botBubble(m bot.Outbound) bubble {
	b := bubble{Heading: tidy(m.Heading), Text: runs(m.Text), Note: runs(m.Note)}
	for _, x := range m.Buttons {
		b.Buttons = append(b.Buttons, button{tidy(x.Label), x.Action})
	}
	if isBotRef(m.Replaces) {
		b.Ref = m.Replaces
	}
	return b
}

func ownBubble(ref, text string) bubble {
	return bubble{Ref: ref, Mine: true, Text: []run{{Text: tidy(text)}}}
}

func historyBubble(l Line, n int) bubble {
	ref := historyRef + strconv.FormatInt(l.At.UnixMicro(), 36) + "-" + strconv.Itoa(n)
	if l.Mine {
		return ownBubble(ref, l.Message.Text)
	}
	b := botBubble(l.Message)
	b.Ref = ref
	return b
}

// isBotRef tells whether s can be the name of a bubble of the bot.
func isBotRef(s string) bool {
	return (strings.HasPrefix(s, botRef) || strings.HasPrefix(s, historyRef)) && spelled(s, 2, 40, "-0123456789abcdefghijklmnopqrstuvwxyz")
}

// spelled tells whether s has shortest to longest bytes, all of them among letters.
func spelled(s string, shortest, longest int, letters string) bool {
	return len(s) >= shortest && len(s) <= longest && strings.Trim(s, letters) == ""
}

func tidy(s string) string { return strings.TrimSpace(strings.ToValidUTF8(s, "\uFFFD")) }

// runs divides text into what is a web address and what is not.
func runs(text string) (out []run) {
	text = tidy(text)
	done := 0
	for at := nextLink(text, 0); at >= 0; at = nextLink(text, at+1) {
		link := text[at:]
		if end := strings.IndexFunc(link, endsLink); end >= 0 {
			link = link[:end]
		}
		link = trimLink(link)
		if u, err := url.Parse(link); at < done || err != nil || u.Host == "" {
			continue
		}
		if at > done {
			out = append(out, run{Text: text[done:at]})
		}
		out = append(out, run{Text: link, URL: link})
		done = at + len(link)
	}
	if done < len(text) {
		out = append(out, run{Text: text[done:]})
	}
	return out
}

// nextLink returns where in text, from some place on, an address begins, or -1.
func nextLink(text string, from int) int {
	for {
		i := strings.Index(text[from:], "http")
		if i < 0 {
			return -1
		}
		from += i
		if rest := text[from+len("http"):]; strings.HasPrefix(rest, "://") || strings.HasPrefix(rest, "s://") {
			return from
		}
		from++
	}
}

func endsLink(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune("<>\"„“”«»", r) }

// trimLink takes off what ends a sentence and not an address.
func trimLink(link string) string {
	for {
		cut := strings.TrimRight(link, ".,;:!?'…")
		if strings.HasSuffix(cut, ")") && strings.Count(cut, "(") < strings.Count(cut, ")") {
			cut = cut[:len(cut)-1]
		}
		if cut == link {
			return link
		}
		link = cut
	}
}

// merge puts events behind what was said before them: those of one name take each other's place. Buttons stay under
// the newest message of the bot only.
func merge(before []bubble, events []event) []bubble {
	out := append([]bubble{}, before...)
	place := make(map[string]int, len(out))
	newest, at := int64(-1), -1
	for i, b := range out {
		place[b.Ref] = i
		if !b.Mine {
			at = i
		}
	}
	for _, e := range events {
		i, ok := place[e.bubble.Ref]
		if ok {
			out[i] = e.bubble
		} else {
			i = len(out)
			out = append(out, e.bubble)
		}
		if !e.bubble.Mine && e.seq > newest {
			newest, at = e.seq, i
		}
	}
	for i := range out {
		if i != at {
			out[i].Buttons = nil
		}
	}
	return out
}
