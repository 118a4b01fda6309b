package intents_test

import (
	"bufio"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"ogpbot/bot"
	"ogpbot/bot/intents"
	"ogpbot/content"
	"ogpbot/internal/answer"
)

var update = flag.Bool("update", false, "write what the bot says into the transcripts, to be read before it is committed")

// town is the bot of a place that does not exist, with the real words and the real understanding.
func town(t *testing.T) *bot.Bot {
	t.Helper()
	lib, _, err := content.Load(os.DirFS("../../content/testdata/mziani"))
	if err != nil {
		t.Fatal(err)
	}
	c := answer.Corpus{Languages: lib.Place().Languages, Entries: lib.Entries(), Hears: lib.Hears(), Villages: lib.Villages(), Towns: lib.Towns}
	for _, n := range lib.NegativeData {
		c.Negatives = append(c.Negatives, answer.Negative(n))
	}
	for _, f := range lib.Lexicon {
		c.Concepts = append(c.Concepts, answer.Form(f))
	}
	model, err := answer.Train(c)
	if err != nil {
		t.Fatal(err)
	}
	b, err := bot.New(sleeping{lib}, model, intents.All()...)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestTranscripts replays every conversation in testdata. Each intent has one of its own, and may have more
// (NAME-something.txt). In a transcript
//
//	> words          the citizen types; " ⏎ " is a new line, and "a×100" a hundred times a
//	* label          the citizen presses the button with this label
//	^ ref words      the citizen replies to the message ref
//	~ voice          the citizen sends something that is not text (or "edit words")
//	+ words          a message waits for the citizen
//	$ fact           what is kept from now on, see records_test.go
//	< words          the bot says; "(in place)" means that it updates the pressed message
//	[1] label        a button under it
//	! effect         something to be stored
//
// A line that starts with # is a remark.
func TestTranscripts(t *testing.T) {
	b := town(t)
	names, err := filepath.Glob("testdata/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txt"), func(t *testing.T) {
			want, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			got, used := replay(t, b, string(want))
			if *update {
				if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			} else if got != string(want) {
				t.Errorf("the bot now says (run with -update and read the difference):\n%s", got)
			}
			if own, _, _ := strings.Cut(strings.TrimSuffix(filepath.Base(name), ".txt"), "-"); !used[own] {
				t.Errorf("the transcript never reaches the intent %q", own)
			}
		})
	}
	for _, in := range intents.All() {
		if _, err := os.Stat("testdata/" + in.Name + ".txt"); err != nil {
			t.Errorf("the intent %q has no transcript: write its citizen's lines into testdata/%s.txt and run with -update", in.Name, in.Name)
		}
	}
}

func replay(t *testing.T, b *bot.Bot, script string) (got string, used map[string]bool) {
	t.Helper()
	used = map[string]bool{}
	var out strings.Builder
	c := bot.Citizen{ID: "citizen", Contacts: []bot.Contact{{Address: address}}}
	var state bot.State
	var waiting []bot.Held
	kept := &records{library: b.Library()}
	lines := bufio.NewScanner(strings.NewReader(script))
	for n := 1; lines.Scan(); n++ {
		line := lines.Text()
		if strings.HasPrefix(line, "#") || line == "" {
			fmt.Fprintln(&out, line)
			continue
		}
		if words, ok := strings.CutPrefix(line, "+ "); ok {
			waiting = append(waiting, bot.Held{At: time.Date(2026, 5, 3, 9, 0, 0, 0, time.UTC), Message: bot.Outbound{Text: words}})
			fmt.Fprintln(&out, line)
			continue
		}
		if words, ok := strings.CutPrefix(line, "$ "); ok {
			kept.set(t, &c, words)
			fmt.Fprintln(&out, line)
			continue
		}
		in, ok := inbound(t, line, state)
		if !ok {
			continue // the bot's side is written anew
		}
		in.Ref, in.Message, in.Waiting, in.From = fmt.Sprint(n), "m", len(waiting) > 0, address
		in.At, in.Random = kept.stamp(n)
		fmt.Fprintln(&out, line)
		turn := b.Respond(c, state, in, kept)
		again := b.Respond(c, state, in, kept)
		if fmt.Sprint(turn) != fmt.Sprint(again) {
			t.Errorf("line %d: the same message got two different turns", n)
		}
		used[turn.Intent] = true
		for _, r := range turn.Replies {
			for _, button := range r.Buttons {
				if n := len(button.Action); n == 0 || n > 64 || strings.ContainsFunc(button.Action, func(r rune) bool { return r <= ' ' || r > '~' }) {
					t.Errorf("line %d: the button %q does %q", n, button.Label, button.Action)
				}
			}
		}
		state = turn.Next
		if c.Version++; slices.ContainsFunc(turn.Effects, func(e bot.Effect) bool { _, ok := e.(bot.Forget); return ok }) {
			c.Version = 0
		}
		if in.Waiting { // as package inbox does
			message, shown := b.Mail(c, waiting)
			if len(state.Offered) == 0 {
				state.Offered = message.Buttons
			}
			turn.Replies, waiting = append([]bot.Outbound{message}, turn.Replies...), waiting[shown:]
		}
		write(&out, &c, kept, turn)
	}
	return out.String(), used
}

var address = bot.Address{Platform: "telegram", ID: "1"}

var kinds = map[string]bot.Kind{"voice": bot.KindVoice, "photo": bot.KindPhoto, "sticker": bot.KindSticker, "location": bot.KindLocation,
	"video": bot.KindVideo, "contact": bot.KindContact, "document": bot.KindDocument, "other": bot.KindOther, "person": bot.KindPerson, "blocked": bot.KindBlocked, "unblocked": bot.KindUnblocked}

func inbound(t *testing.T, line string, s bot.State) (bot.Inbound, bool) {
	t.Helper()
	mark, words, _ := strings.Cut(line, " ")
	switch mark {
	case ">":
		return bot.Inbound{Text: typed(words)}, true
	case "^":
		ref, rest, _ := strings.Cut(words, " ")
		return bot.Inbound{Text: typed(rest), ReplyTo: ref}, true
	case "~":
		kind, rest, _ := strings.Cut(words, " ")
		if kind == "edit" {
			return bot.Inbound{Kind: bot.KindEdit, Text: rest}, true
		}
		k, ok := kinds[kind]
		if !ok {
			t.Fatalf("what is %q?", line)
		}
		in := bot.Inbound{Kind: k, Text: typed(rest), Media: kind + "-file"}
		if k == bot.KindLocation {
			in.Media, in.Spot = "", bot.Point{Lat: 41.92432, Long: 42.00675}
		}
		return in, true
	case "*":
		for _, b := range s.Offered {
			if b.Label == words {
				return bot.Inbound{Kind: bot.KindPress, Action: b.Action}, true
			}
		}
		t.Fatalf("no button says %q; there are %v", words, s.Offered)
	}
	return bot.Inbound{}, false
}

// write puts down what the bot said, and makes the citizen what the effects say.
func write(out *strings.Builder, c *bot.Citizen, kept *records, turn bot.Turn) {
	if turn.Private {
		fmt.Fprintln(out, "(not recorded)")
	}
	for _, r := range turn.Replies {
		words := r.Words()
		if m := r.Media; !m.None() {
			words = strings.TrimSpace("(with " + m.Ref + m.Picture + ") " + words)
		}
		if r.Replaces != "" {
			words = "(in place) " + words
		}
		for line := range strings.SplitSeq(words, "\n") {
			fmt.Fprintln(out, strings.TrimRight("< "+line, " "))
		}
		if r.About != "" {
			fmt.Fprintf(out, "(about %s)\n", r.About)
		}
		for i, b := range r.Buttons {
			fmt.Fprintf(out, "[%d] %s\n", i+1, b.Label)
		}
	}
	for _, e := range turn.Effects {
		switch e := e.(type) {
		case bot.SetLanguage:
			c.Language, c.LanguageSet = e.Language, c.LanguageSet || e.Chosen
		case bot.SetVillage:
			c.Village = e.Village
		case bot.Silence:
			c.SilentUntil = e.Until
		default:
			kept.apply(c, e)
		}
		if f, ok := e.(bot.KeepFile); ok {
			for line := range strings.SplitSeq(string(f.Data), "\n") {
				fmt.Fprintln(out, strings.TrimRight("| "+strings.TrimPrefix(line, "\ufeff"), " "))
			}
			e = bot.KeepFile{Name: f.Name}
		}
		fmt.Fprintf(out, "! %s\n", told(e))
	}
}
