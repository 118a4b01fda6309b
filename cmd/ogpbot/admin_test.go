package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"ogpbot/internal/store"
	"ogpbot/internal/store/boltstore"
)

// serving runs serve on data until the end of the test, or until stop.
func serving(t *testing.T, data string) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	out, in, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	code := make(chan int, 1)
	go func() {
		code <- run(ctx, []string{"serve", "--content", town, "--data", data, "--listen", "127.0.0.1:0"}, terminal{strings.NewReader(""), in, &bytes.Buffer{}})
	}()
	if _, err := out.Read(make([]byte, 1)); err != nil { // it runs
		t.Fatal(err)
	}
	ended := false
	stop = func() {
		if !ended {
			ended = true
			cancel()
			if code := <-code; code != 0 {
				t.Errorf("serve ended with %d", code)
			}
		}
	}
	t.Cleanup(stop)
	return stop
}

// administration is a morning's work: each command line, its exit code, and what it says somewhere, in either stream.
var administration = []struct {
	args string // separated by |
	code int
	want []string
}{
	{"staff|list", 0, []string{"owner  Owner  owner"}},
	{"export|feedback|--lang|en", 0, []string{"Number,Created,Village"}},
	{"export|conversations|--format|json|--village|tba|--since|2026-01-01", 0, []string{"[]"}},
	{"export|questions|--format|xlsx", 0, []string{"PK"}},
	{"export|feedback|--village|nowhere", 2, []string{`no village "nowhere"`}},
	{"export|feedback|--since|yesterday", 2, []string{"2026-12-01"}},
	{"export|people", 2, []string{"feedback"}},
	{"evidence|--since|yesterday|" + os.DevNull, 2, []string{"2026-12-01"}},
	{"evidence|--since|2026-12-01", 2, []string{"<file>"}},
	{"evidence|" + os.DevNull, 2, []string{"--since"}},
	{"staff|add|--login|nino.g|--name|ნინო გელაშვილი|--role|village|--village|vazi|--village|tba", 0, []string{"nino.g", "/staff CODE", "7 days"}},
	{"staff|add|--login|boss|--name|The Boss|--role|owner", 0, []string{"/staff CODE"}},
	{"staff|add|--login|boss|--name|Another|--role|owner", 1, []string{`"boss" already`, "another login"}},
	{"staff|add|--login|Boss|--name|B|--role|owner", 2, []string{"a-z"}},
	{"staff|add|--login|b|--name|B|--role|mayor", 2, []string{"observer, village, staff or owner"}},
	{"staff|add|--login|b|--name|B|--role|village", 2, []string{"at least one village"}},
	{"staff|add|--login|b|--name|B|--role|village|--village|ტბისპირი", 2, []string{"did you mean tba"}},
	{"staff|add|--login|b|--name|B|--role|staff|--village|tba", 2, []string{"no villages"}},
	{"staff|add|--login|b|--name|B", 2, []string{"--role"}},
	{"staff|code|nino.g", 0, []string{"One-time code: CODE"}},
	{"staff|code|nobody", 1, []string{"no account"}},
	{"staff|disable|nino.g", 0, []string{"disabled"}},
	{"staff|code|nino.g", 1, []string{"enable it"}},
	{"staff|list", 0, []string{"LOGIN   NAME            ROLE     VILLAGES   LINKED  STATE\n", "nino.g  ნინო გელაშვილი  village  tba, vazi  no      disabled\n", "boss    The Boss        owner    -          no      active\n"}},
	{"staff|enable|nino.g", 0, []string{"enabled"}},
	{"staff|enable|nobody", 1, []string{"no account"}},
	{"staff|disable", 2, []string{"<login>"}},

	{"digest|preview", 0, []string{"nothing has changed: nothing would be sent"}},
	{"progress|list", 0, []string{"Nothing has changed yet"}},
	{"progress|set|bridge|--milestone|table|--status|substantial|--percent|50|--due|2024-08|--reason|ცხრილის ნახევარი მზადაა.|--reason-in|en=Half of it, so far; more follows.|--evidence|https://example.org/x|--by|boss", 0,
		[]string{"bridge/table: status limited -> substantial", "percent none -> 50", "due 2024-06 -> 2024-08"}},
	{"progress|set|bridge|--milestone|table|--status|substantial|--percent|50 %|--reason|ცხრილის ნახევარი მზადაა.", 1, []string{"changes nothing"}},
	{"progress|set|bridge|--milestone|table|--due|2024-09|--reason|კიდევ ერთი თვე გვჭირდება.", 0, []string{"due 2024-08 -> 2024-09"}},
	{"progress|set|garden|--percent|none|--due|2027-01|--reason|ბაღის გეგმა იწერება.", 0, []string{"garden: due none -> 2027-01"}},
	{"progress|set|garden|--due|none|--reason|ვადა აღარ არის ცნობილი.", 0, []string{"due 2027-01 -> none"}},
	{"progress|set|garden|--status|unknown|--percent|1|--reason|ბაღის გეგმა იწერება.", 0, []string{"percent none -> 1"}},
	{"progress|set|bridge|--status|unknown|--reason|აღარ ვიცით, რა ხდება.", 2, []string{"no-evidence, not-started, limited, substantial or complete"}},
	{"progress|set|tunnel|--status|limited|--reason|ცხრილის ნახევარი მზადაა.", 2, []string{"bridge or garden"}},
	{"progress|set|bridge|--milestone|roof|--status|limited|--reason|ცხრილის ნახევარი მზადაა.", 2, []string{"table"}},
	{"progress|set|bridge|--percent|most|--reason|ცხრილის ნახევარი მზადაა.", 2, []string{"--percent", "0 to 100"}},
	{"progress|set|bridge|--percent|-1|--reason|ცხრილის ნახევარი მზადაა.", 2, []string{"--percent"}},
	{"progress|set|bridge|--percent|101|--reason|ცხრილის ნახევარი მზადაა.", 2, []string{"0 to 100"}},
	{"progress|set|bridge|--due|soon|--reason|ცხრილის ნახევარი მზადაა.", 2, []string{"--due", "2027-03"}},
	{"progress|set|bridge|--due|2014-01|--reason|ცხრილის ნახევარი მზადაა.", 2, []string{"2015"}},
	{"progress|set|bridge|--percent|5", 2, []string{"--reason"}},
	{"progress|set|bridge|--percent|5|--reason|კი", 2, []string{"one sentence"}},
	{"progress|set|bridge|--percent|5|--reason|ცხრილის ნახევარი მზადაა.|--reason-in|de=Zur Hälfte.", 2, []string{"ka, en or fr"}},
	{"progress|set|bridge|--percent|5|--reason|ცხრილის ნახევარი მზადაა.|--evidence|the mayor", 2, []string{"https://"}},
	{"progress|set|bridge|--percent|5|--reason|ცხრილის ნახევარი მზადაა.|--by|nino.g", 1, []string{"may not"}},
	{"progress|list|tunnel", 2, []string{"bridge or garden"}},
	{"progress|list|bridge", 0, []string{
		"TIME  bridge/table  by command line\n    due 2024-08 -> 2024-09 (moved twice, 92 days)\n    ka: კიდევ ერთი თვე გვჭირდება.\n" +
			"TIME  bridge/table  by boss\n    status limited -> substantial\n    percent none -> 50\n    due 2024-06 -> 2024-08 (moved once, 61 days)\n" +
			"    ka: ცხრილის ნახევარი მზადაა.\n    en: Half of it, so far; more follows.\n    https://example.org/x\n"}},
	{"progress|list", 0, []string{"garden  by command line", "bridge/table"}},

	{"digest|preview|--lang|en|--village|vazi|--cadence|monthly", 0, []string{
		"For monthly subscribers in Vazisubani:\n\nWhat changed in the commitments\n\n", "An open bridge\n", "Half of it, so far; more follows. https://example.org/x", "You get this because", "\n\n[", "[Stop]\n"}},
	{"digest|preview", 0, []string{"რა შეიცვალა დაპირებებში\n\n", "[ღია ხიდი]\n", "[აღარ მომწეროთ]\n"}},
	{"digest|preview|--lang|de", 2, []string{"--lang"}},
	{"digest|preview|--village|atlantis", 2, []string{"atlantis", "villages.yaml"}},
	{"digest|preview|--cadence|daily", 2, []string{"weekly"}},
	{"digest|preview|--picture|/nowhere/x.png", 1, []string{"/nowhere/x.png"}},

	{"questions|list", 0, []string{"no questions"}},
	{"questions|draft|17", 2, []string{"17", "ogpbot questions list"}},
	{"questions|draft", 2, []string{"<id>"}},
}

var (
	someCode = regexp.MustCompile(`[A-Z0-9]{5}-[A-Z0-9]{5}`)
	someTime = regexp.MustCompile(`20\d\d-\d\d-\d\d \d\d:\d\d`)
)

// morning does it all, and gives what was said with what differs each time taken out.
func morning(t *testing.T, data string) (said []string) {
	t.Helper()
	for _, c := range administration {
		code, out, errs := ogpbot(t, "", append(strings.Split(c.args, "|"), "--content", town, "--data", data)...)
		all := someTime.ReplaceAllString(someCode.ReplaceAllString(out+errs, "CODE"), "TIME")
		if code != c.code {
			t.Errorf("%s: exit code %d, want %d; said %s", c.args, code, c.code, all)
		}
		for _, want := range c.want {
			if !strings.Contains(all, want) {
				t.Errorf("%s: does not say %q but\n%s", c.args, want, all)
			}
		}
		if errs != "" && (code == 0 || out != "" || strings.Count(errs, "\n") != 1) {
			t.Errorf("%s: not one sentence: %s%s", c.args, out, errs)
		}
		said = append(said, all)
	}
	return said
}

// Administrative commands say and do the same whether the bot is running or not.
func TestAdministration(t *testing.T) {
	alone, beside := t.TempDir(), t.TempDir()
	if code, out, _ := ogpbot(t, "", "staff", "list", "--content", town, "--data", alone); code != 0 || !strings.Contains(out, "no accounts") || !strings.Contains(out, "staff add") {
		t.Errorf("without accounts it says %q", out)
	}
	serving(t, alone)() // it makes the first owner
	first := morning(t, alone)
	stop := serving(t, beside)
	second := morning(t, beside)
	for i := range first {
		if first[i] != second[i] {
			t.Errorf("%s says\n%s\nand while the bot runs\n%s", administration[i].args, first[i], second[i])
		}
	}
	picture := filepath.Join(t.TempDir(), "digest.png")
	if code, _, errs := ogpbot(t, "", "digest", "preview", "--picture", picture, "--content", town, "--data", beside); code != 0 {
		t.Errorf("exit code %d: %s", code, errs)
	}
	if png, err := os.ReadFile(picture); err != nil || !bytes.HasPrefix(png, []byte("\x89PNG")) {
		t.Errorf("the picture: %v, %d bytes", err, len(png))
	}
	stop()
	if _, err := os.Lstat(filepath.Join(beside, "ogpbot.sock")); err == nil {
		t.Error("the socket is left behind")
	}
	if a, b := trail(t, alone), trail(t, beside); a != b || strings.Count(a, "\n") != 14 || !strings.Contains(a, "boss progress bridge/table\n") || !strings.Contains(a, "command line staff.disable nino.g\n") {
		t.Errorf("the trail is\n%s\nand while the bot runs\n%s", a, b)
	}
}

// trail is the audit trail, oldest first.
func trail(t *testing.T, data string) (lines string) {
	t.Helper()
	s, err := boltstore.Open(filepath.Join(data, "ogpbot.db"), boltstore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.View(t.Context(), func(tx store.Tx) error {
		as, _, err := tx.Trail.Latest(store.Page{Limit: 500})
		for _, a := range as {
			lines = a.Login + " " + a.Act + " " + a.Object + "\n" + lines
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return lines
}
