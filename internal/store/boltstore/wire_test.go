package boltstore

import (
	"testing"
	"time"

	"ogpbot/bot"
)

// A later program may add fields: this one must read the rest.
func TestUnknownFieldsAreSkipped(t *testing.T) {
	w := writer{}
	w.text(1000, "from the future")
	w.b = append(w.b, writeQuestion(bot.Question{Text: "text", At: time.Unix(5, 7).UTC()})...)
	w.num(1001, 1<<63)
	w.nested(1002, func(w *writer) { w.num(1, 1) })
	q, err := readQuestion(w.b)
	if err != nil || q.Text != "text" || !q.At.Equal(time.Unix(5, 7)) {
		t.Errorf("read %+v (%v)", q, err)
	}
}

// A value that is cut short or changed gives an error or other words, never a panic.
func TestBrokenValues(t *testing.T) {
	c := townCitizen(1)
	v := writeCitizen(c, townState())
	broken := 0
	for n := range v {
		if _, _, err := readCitizen(c.ID, v[:n]); err != nil {
			broken++
		}
		changed := append([]byte(nil), v...)
		changed[n] ^= 0xff
		if _, _, err := readCitizen(c.ID, changed); err != nil {
			broken++
		}
	}
	if broken < len(v)/2 {
		t.Errorf("only %d of %d broken values were found", broken, 2*len(v))
	}
}

// The format is what files on disks hold: it must not change by accident.
func TestStoredFormatIsFixed(t *testing.T) {
	q := bot.Question{ID: "not stored", Citizen: "c", Village: "v", Language: "ka", At: time.Unix(1, 2), Text: "t", Why: "w", Entry: "e"}
	const want = "\x0a\x01c\x12\x01v\x1a\x02ka\x22\x0c\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00\x02\x2a\x01t\x32\x01w\x3a\x01e"
	if got := string(writeQuestion(q)); got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	if got, want := string(entryKey(time.UnixMicro(-1), 1)), "\x80\x00\x00\x00\x00\x00\x00\x00\xff\xff\xff\xff\xff\xff\xff\xfe"; got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}
