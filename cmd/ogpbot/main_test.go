package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

const town = "../../content/testdata/mziani"

// ogpbot runs one command line without a process of its own.
func ogpbot(t *testing.T, in string, args ...string) (code int, out, errs string) {
	t.Helper()
	var o, e bytes.Buffer
	code = run(t.Context(), args, terminal{strings.NewReader(in), &o, &e})
	return code, o.String(), e.String()
}

func TestHelpIsComplete(t *testing.T) {
	code, out, _ := ogpbot(t, "", "--help")
	if code != 0 {
		t.Errorf("exit code %d", code)
	}
	for _, want := range []string{"serve", "chat", "ask", "content check", "content test", "staff add", "staff code", "staff list", "staff disable", "staff enable", "progress set", "progress list", "digest preview", "version", "--data", "OGPBOT_DATA", "--telegram-token", "OGPBOT_LOG_LEVEL"} {
		if !strings.Contains(out, want) {
			t.Errorf("the help does not tell of %s:\n%s", want, out)
		}
	}
}

// Each mistake is one sentence that says what to do, and never a secret.
func TestMistakes(t *testing.T) {
	busy, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer busy.Close()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	damaged := t.TempDir()
	if err := os.WriteFile(filepath.Join(damaged, "ogpbot.db"), []byte(strings.Repeat("no database ", 1000)), 0o600); err != nil {
		t.Fatal(err)
	}
	bad := t.TempDir()
	if err := os.WriteFile(filepath.Join(bad, "place.yaml"), []byte("name: {ka: x}\ntimezone: Mars\nlanguages: [ka]\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		code int
		args []string
		want string
	}{
		"unknown command":     {2, []string{"srve"}, "--help"},
		"unknown flag":        {2, []string{"serve", "--datta", "x"}, "--help"},
		"wrong token":         {2, []string{"serve", "--telegram-token", "SECRET-nonsense"}, "@BotFather"},
		"webhook without url": {2, []string{"serve", "--telegram-token", "1:abc", "--telegram-mode", "webhook"}, "--public-url"},
		"wrong store":         {2, []string{"serve", "--store", "postgres://x"}, "--store"},
		"wrong level":         {2, []string{"version", "--log-level", "loud"}, "debug"},
		"port in use":         {1, []string{"serve", "--content", town, "--data", t.TempDir(), "--listen", busy.Addr().String()}, "--listen"},
		"no content":          {1, []string{"ask", "--content", "/nowhere", "x"}, "--content"},
		"bad content":         {1, []string{"serve", "--content", bad, "--data", t.TempDir()}, "place.yaml:2"},
		"data is a file":      {1, []string{"serve", "--content", town, "--data", file}, "--data"},
		"damaged database":    {1, []string{"serve", "--content", town, "--data", damaged, "--listen", "127.0.0.1:0"}, "damaged"},
		"nothing asked":       {2, []string{"ask"}, "question"},
		"unknown language":    {2, []string{"ask", "--content", town, "--lang", "de", "hi"}, "--lang"},
		"a file for a folder": {1, []string{"content", "check", town + "/place.yaml"}, "folder"},
		"no batch file":       {1, []string{"ask", "--content", town, "--batch", "/nowhere"}, "/nowhere"},
	} {
		t.Run(name, func(t *testing.T) {
			code, out, errs := ogpbot(t, "", c.args...)
			if code != c.code || !strings.Contains(errs, c.want) {
				t.Errorf("exit code %d, said %q; want code %d and %q", code, errs, c.code, c.want)
			}
			if strings.Contains(errs+out, "SECRET") || strings.Contains(errs, "goroutine") {
				t.Errorf("a secret or a stack was shown: %s", errs)
			}
		})
	}
	left, err := os.ReadFile(filepath.Join(damaged, "ogpbot.db"))
	if err != nil || !strings.HasPrefix(string(left), "no database") {
		t.Error("the damaged file was touched")
	}
}

func TestLockedDatabase(t *testing.T) {
	data := t.TempDir()
	ctx, stop := context.WithCancel(t.Context())
	out, in, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan int)
	go func() {
		done <- run(ctx, []string{"serve", "--content", town, "--data", data, "--listen", "127.0.0.1:0"}, terminal{strings.NewReader(""), in, &bytes.Buffer{}})
	}()
	if _, err := out.Read(make([]byte, 1)); err != nil { // it runs
		t.Fatal(err)
	}
	if code, _, errs := ogpbot(t, "", "chat", "--content", town, "--data", data); code != 1 || !strings.Contains(errs, "in use") {
		t.Errorf("a second program ended with %d and said %q", code, errs)
	}
	stop()
	if code := <-done; code != 0 {
		t.Errorf("serve ended with %d", code)
	}
}

// The health check of a container tells a program that serves from one that does not.
func TestHealth(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	out, in, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan int)
	go func() {
		done <- run(ctx, []string{"serve", "--content", town, "--data", t.TempDir(), "--listen", "127.0.0.1:0", "--metrics-listen", ""}, terminal{strings.NewReader(""), in, &bytes.Buffer{}})
	}()
	said, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	addr := regexp.MustCompile(`127\.0\.0\.1:\d+`).FindString(said)
	if code, out, errs := ogpbot(t, "", "health", "--listen", addr); code != 0 || out != "alive\n" {
		t.Errorf("while it serves: exit code %d, %s%s", code, out, errs)
	}
	stop()
	if code := <-done; code != 0 {
		t.Errorf("serve ended with %d", code)
	}
	if code, _, errs := ogpbot(t, "", "health", "--listen", addr); code != 1 || !strings.Contains(errs, "is ogpbot serve running?") {
		t.Errorf("after that: exit code %d, %s", code, errs)
	}
}

func TestChatReadsAPipe(t *testing.T) {
	code, out, errs := ogpbot(t, "/start\nროგორ შევიტანო პეტიცია?\n", "chat", "--content", town, "--data", t.TempDir())
	if code != 0 || !strings.Contains(out, "> როგორ შევიტანო პეტიცია?") || !strings.Contains(out, "კანცელარიაში") || strings.Index(out, "გამარჯობა") > strings.Index(out, "კანცელარიაში") {
		t.Errorf("exit code %d\n%s\n%s", code, out, errs)
	}
}

func TestAskBatch(t *testing.T) {
	in := "id\tlang\ttext\nq1\tka\tროგორ შევიტანო პეტიცია?\nbroken line\nq2\t\twhere is the budget published\nq3\tka\tგვიშველეთ, ხანძარია\nq4\tka\tხვალ რა ამინდია\nq5\tka\t/help\n"
	code, out, errs := ogpbot(t, in, "ask", "--content", town, "--data", t.TempDir(), "--batch", "-")
	if code != 1 || !strings.Contains(errs, "line 3") {
		t.Errorf("a broken line ended with %d and %q", code, errs)
	}
	var kinds []string
	for line := range strings.Lines(out) {
		var got struct {
			ID, Kind, Answer, Lang, Text string
			Suggestions                  []string
		}
		if err := json.Unmarshal([]byte(line), &got); err != nil {
			t.Fatal(err)
		}
		if got.Text == "" || got.Suggestions == nil || len(got.Suggestions) > 3 {
			t.Errorf("%s: text %q, suggestions %v", got.ID, got.Text, got.Suggestions)
		}
		if got.Kind == "answer" && (len(got.Suggestions) == 0 || got.Suggestions[0] != got.Answer) {
			t.Errorf("%s: the given answer %s is not the first of %v", got.ID, got.Answer, got.Suggestions)
		}
		kinds = append(kinds, got.ID+" "+got.Lang+" "+got.Kind+" "+got.Answer)
	}
	want := "[q1 ka answer petition broken line ka none  q2 en answer budget q3 ka emergency  q4 ka none  q5 ka intent help]"
	if got := "[" + strings.Join(kinds, " ") + "]"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// Every line gets an answer, however long or broken.
func TestAskBatchLosesNoLine(t *testing.T) {
	in := "a\tka\t" + strings.Repeat("წყალი ", 400_000) + "\nb\t\t\xff\xfe\nc\t\t\n\nd\tde\thello"
	code, out, errs := ogpbot(t, in, "ask", "--content", town, "--data", t.TempDir(), "--batch", "-")
	if code != 0 || strings.Count(out, "\n") != 4 || !strings.Contains(out, `"id":"d"`) {
		t.Errorf("exit code %d, %d lines\n%s", code, strings.Count(out, "\n"), errs)
	}
}

func TestContentCheck(t *testing.T) {
	if code, out, _ := ogpbot(t, "", "content", "check", town); code != 0 || !strings.Contains(out, "good:") {
		t.Errorf("a good folder ended with %d:\n%s", code, out)
	}
	bad := t.TempDir()
	for name, text := range map[string]string{
		"place.yaml":     "name: {ka: x}\ntimezone: Asia/Tbilisi\nlanguages: [ka]\n",
		"answers/a.yaml": "- id: a\n  question: {ka: რა}\n  anwser: {ka: ეს}\n  source: x\n",
	} {
		p := filepath.Join(bad, name)
		if err := os.MkdirAll(filepath.Dir(p), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	code, out, _ := ogpbot(t, "", "content", "check", bad)
	if code != 1 || !strings.Contains(out, `answers/a.yaml:3: error: unknown key "anwser". Did you mean "answer"`) {
		t.Errorf("a bad folder ended with %d:\n%s", code, out)
	}
}

func TestContentTest(t *testing.T) {
	if code, out, _ := ogpbot(t, "", "content", "test", town); code != 0 || !strings.Contains(out, "in three") {
		t.Errorf("ended with %d:\n%s", code, out)
	}
}

// An exported file is there whole or not at all.
func TestExportFile(t *testing.T) {
	data, path := t.TempDir(), filepath.Join(t.TempDir(), "cases.xlsx")
	code, out, errs := ogpbot(t, "", "export", "feedback", "--format", "xlsx", "--output", path, "--content", town, "--data", data)
	if code != 0 || out != "" || !strings.Contains(errs, "0 rows in "+path) {
		t.Errorf("exit code %d: %s%s", code, out, errs)
	}
	if file, err := os.ReadFile(path); err != nil || !bytes.HasPrefix(file, []byte("PK")) {
		t.Errorf("the file: %v, %d bytes", err, len(file))
	}
	missing := filepath.Join(t.TempDir(), "cases.csv")
	if code, _, errs := ogpbot(t, "", "export", "feedback", "--since", "yesterday", "--output", missing, "--content", town, "--data", data); code != 2 {
		t.Errorf("exit code %d: %s", code, errs)
	}
	left, err := os.ReadDir(filepath.Dir(missing))
	if err != nil || len(left) != 0 {
		t.Errorf("after a mistake there is %v, %v", left, err)
	}
}
