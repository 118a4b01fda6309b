package app

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"ogpbot/bot"
	"ogpbot/internal/channel/channeltest/fakebot"
)

// tables asks for evidence and gives its tables by name.
func tables(t *testing.T, c *AdminClient) map[string]string {
	t.Helper()
	var out bytes.Buffer
	rows, err := c.Evidence(t.Context(), EvidenceQuery{Since: "2020-01-01", Language: "en"}, &out)
	if err != nil || rows == 0 {
		t.Fatalf("%d rows, %v", rows, err)
	}
	z, err := zip.NewReader(bytes.NewReader(out.Bytes()), int64(out.Len()))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		files[f.Name] = string(text)
	}
	delete(files, "index.html") // it says when it was made
	return files
}

// What somebody asked is counted in the evidence, which is made beside the program that runs, and still is when they were forgotten.
func TestEvidenceStays(t *testing.T) {
	cfg := settings(t)
	p := start(t, cfg, fakebot.Options{})
	listens(t, filepath.Join(cfg.Data, adminSocket))
	c := client(t, cfg, true)
	const ana = 73
	n := 0
	says := func(words string) []fakebot.Message {
		p.telegram.SendText(ana, words)
		n++
		p.hears(t, ana, n, "")
		return p.telegram.Messages(ana)
	}
	says("ბიუჯეტი მაჩვენე")
	says("/promises")
	ms := p.telegram.Messages(ana)
	p.telegram.Press(ana, ms[len(ms)-1].ID, "promises:bridge")
	if _, err := p.telegram.WaitFor(t.Context(), ana, func(now []fakebot.Message) bool { return now[len(now)-1].Text != ms[len(ms)-1].Text }); err != nil {
		t.Fatal(err)
	}
	before := tables(t, c)
	if q := before["questions.csv"]; !strings.Contains(q, ",1,0,0,100,") {
		t.Errorf("the question is not counted:\n%s", q)
	}
	if q := before["commitments.csv"]; !strings.Contains(q, "An open bridge,limited progress,,2024-11,0,0,1,0,0,0,,0,,0,0,0,0,0") {
		t.Errorf("the question about a commitment is not counted:\n%s", q)
	}
	says("/forget")
	for _, press := range []string{"forget:sure", "forget:now"} {
		ms := p.telegram.Messages(ana)
		last := ms[len(ms)-1]
		for _, b := range last.Buttons() {
			if b.Data != press {
				continue
			}
			p.telegram.Press(ana, last.ID, press)
			if _, err := p.telegram.WaitFor(t.Context(), ana, func(now []fakebot.Message) bool {
				return len(now) > len(ms) || now[len(now)-1].Text != last.Text
			}); err != nil {
				t.Fatal(err)
			}
		}
	}
	after := tables(t, c)
	for name := range before {
		if before[name] != after[name] {
			t.Errorf("%s was\n%s\nand is, when she was forgotten,\n%s", name, before[name], after[name])
		}
	}
	for _, q := range []EvidenceQuery{{Since: "yesterday"}, {Since: "2020-01-01", Language: "tlh"}} {
		_, err := c.Evidence(t.Context(), q, io.Discard)
		if refusal, ok := errors.AsType[bot.Refusal](err); !ok || !refusal.Wrong {
			t.Errorf("%+v: %v", q, err)
		}
	}
}
