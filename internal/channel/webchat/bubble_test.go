package webchat

import (
	"fmt"
	"testing"
	"time"

	"ogpbot/bot"
)

func TestLinks(t *testing.T) {
	for text, want := range map[string]string{
		"წყარო: https://example.org/a?b=1&c=2.":         "წყარო: |<https://example.org/a?b=1&c=2>|.",
		"(https://example.org/x), http://e.ge/ა_(ბ)":    "(|<https://example.org/x>|), |<http://e.ge/ა_(ბ)>",
		"„https://example.org“ ნახეთ!":                  "„|<https://example.org>|“ ნახეთ!",
		"https://example.org":                           "<https://example.org>",
		"javascript:alert(1) data:text/html,x ftp://e/": "javascript:alert(1) data:text/html,x ftp://e/",
		"http:// https://... https://%":                 "http:// https://... https://%",
		"  ":                                            "",
		"bad \xff byte":                                 "bad \uFFFD byte",
	} {
		got := ""
		for i, r := range runs(text) {
			if i > 0 {
				got += "|"
			}
			if r.URL != "" && r.URL != r.Text {
				t.Errorf("%q leads to %q", r.Text, r.URL)
			}
			if r.URL != "" {
				got += "<" + r.Text + ">"
			} else {
				got += r.Text
			}
		}
		if got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}
}

// Buttons are under the newest message of the bot, wherever it stands.
func TestMerge(t *testing.T) {
	yes := []button{{"დიახ", "yes"}}
	before := []bubble{{Ref: "h1", Buttons: yes}, {Ref: "h2", Mine: true}}
	events := []event{{20, bubble{Ref: "c1", Mine: true}}, {21, bubble{Ref: "m1", Buttons: yes}}, {22, bubble{Ref: "c2", Mine: true}}}
	for name, c := range map[string]struct {
		events []event
		want   string
	}{
		"history alone":          {nil, "[h1+ h2]"},
		"newer messages":         {events, "[h1 h2 c1 m1+ c2]"},
		"an old one was updated": {append(events, event{23, bubble{Ref: "h1", Buttons: yes}}), "[h1+ h2 c1 m1 c2]"},
	} {
		got := []string{}
		for _, b := range merge(before, c.events) {
			if b.Buttons != nil {
				b.Ref += "+"
			}
			got = append(got, b.Ref)
		}
		if fmt.Sprint(got) != c.want {
			t.Errorf("%s: %v, want %s", name, got, c.want)
		}
	}
}

func TestBuckets(t *testing.T) {
	b := newBuckets(Rate{PerSecond: 0.5, Burst: 2})
	now := time.Unix(1_800_000_000, 0)
	for i, want := range []time.Duration{0, 0, 2 * time.Second, 2 * time.Second} {
		if got := b.take("a", now); got != want {
			t.Errorf("take %d: wait %v, want %v", i, got, want)
		}
	}
	if b.take("b", now) != 0 || b.take("a", now.Add(2*time.Second)) != 0 || b.take("a", now.Add(3*time.Second)) != time.Second {
		t.Error("others, or those who waited, are refused, or nobody is")
	}
	if b.take("a", now.Add(-time.Hour)) == 0 {
		t.Error("a clock that is set back gives tokens")
	}
	for i := range 3 * maxBuckets {
		b.take(fmt.Sprint(i), now)
	}
	if len(b.held) > maxBuckets {
		t.Errorf("%d buckets are held", len(b.held))
	}
}

func BenchmarkSend(b *testing.B) {
	c := newChat(b, nil)
	wake, err := c.rooms.join(nino.ID)
	if err != nil {
		b.Fatal(err)
	}
	defer c.rooms.leave(nino.ID, wake)
	m := bot.Outbound{Heading: "თქვენ თქვით", Text: "რა არის მონაწილეობითი ბიუჯეტი?", Note: "წყარო: https://example.org/a", Buttons: []bot.Button{{Label: "დიახ", Action: "yes"}}}
	for b.Loop() {
		if _, err := c.Send(b.Context(), nino, m); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkPage(b *testing.B) {
	p := newParrot(b, func(cfg *Config) { cfg.PerAddress = Rate{1e9, 1e9} })
	for i := range 20 {
		p.lines[nino.ID] = append(p.lines[nino.ID], Line{At: time.Unix(int64(i), 0), Message: bot.Outbound{Text: "წყარო: https://example.org/a"}})
	}
	for b.Loop() {
		articles(p.chat, nino.ID)
	}
}
