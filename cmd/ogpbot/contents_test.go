//go:build unix

package main

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"ogpbot/internal/channel/channeltest/fakebot"
)

// ownTown is a content folder to be changed, and change does it.
func ownTown(t *testing.T) (dir string, change func(old, new string)) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "town")
	if err := os.CopyFS(dir, os.DirFS(town)); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "answers", "town.yaml")
	return dir, func(old, new string) {
		t.Helper()
		text, err := os.ReadFile(file)
		if err != nil || !bytes.Contains(text, []byte(old)) {
			t.Fatalf("%q is not there: %v", old, err)
		}
		if err := os.WriteFile(file, bytes.ReplaceAll(text, []byte(old), []byte(new)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// asks has a new citizen write to the process, and checks what they are told.
func (p running) asks(t *testing.T, telegram *fakebot.Server, chat int64, question, want string) {
	t.Helper()
	body := fmt.Sprintf(`{"update_id":%[1]d,"message":{"message_id":1,"from":{"id":%[1]d,"is_bot":false,"first_name":"N"},"chat":{"id":%[1]d,"type":"private"},"date":1795000000,"text":%[2]q}}`, chat, question)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+p.addr+"/webhook/telegram", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("X-Telegram-Bot-Api-Secret-Token", "of-the-webhook")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	_ = answer.Body.Close()
	ctx, stop := context.WithTimeout(t.Context(), time.Minute)
	defer stop()
	if ms, err := telegram.WaitMessages(ctx, chat, 1); err != nil || !strings.Contains(ms[0].Text, want) {
		t.Errorf("asked %q, was told %v, want %q (%v)\n%s", question, ms, want, err, p.errs)
	}
}

// A running process reads the content again when it is told to; a mistake keeps what is in use and is said.
func TestHangupReadsTheContentAgain(t *testing.T) {
	const question = "როგორ შევიტანო პეტიცია?"
	telegram := fakebot.Start(t, fakebot.Options{})
	dir, change := ownTown(t)
	data := t.TempDir()
	p := child(t, data, telegram, "--content", dir, "--telegram-secret", "of-the-webhook")
	hangup := func(line string, n int) {
		t.Helper()
		if err := p.cmd.Process.Signal(syscall.SIGHUP); err != nil {
			t.Fatal(err)
		}
		p.errs.until(t, line, n)
	}
	const good, bad = "the content was read again", "the content was not exchanged"
	p.asks(t, telegram, 1, question, "საკრებულოს კანცელარიაში")
	change("საკრებულოს კანცელარიაში", "მერიის კანცელარიაში")
	p.asks(t, telegram, 2, question, "საკრებულოს კანცელარიაში")
	hangup(good, 1)
	p.asks(t, telegram, 3, question, "მერიის კანცელარიაში")

	change("მერიის კანცელარიაში", "ფოსტაში")
	change("- id: budget", "- idd: budget")
	hangup(bad, 1)
	p.asks(t, telegram, 4, question, "მერიის კანცელარიაში")
	if log := p.errs.String(); !strings.Contains(log, "answers/town.yaml") || !strings.Contains(log, "idd") {
		t.Errorf("the log does not say where the mistake is:\n%s", log)
	}
	change("- idd: budget", "- id: budget")
	hangup(good, 2)
	p.asks(t, telegram, 5, question, "ფოსტაში")

	// What is published stays over the folder, in this process and the next.
	file := filepath.Join(t.TempDir(), "changes.yaml")
	if err := os.WriteFile(file, []byte("- id: petition\n  question: {ka: "+question+"}\n  answer: {ka: ელექტრონულად.}\n  source: x\n  checked: 2026-01-02\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, out, errs := ogpbot(t, "", "content", "import", "--data", data, "--content", dir, file); code != 0 || !strings.Contains(out, "1 answers were published") {
		t.Fatalf("import ended with %d: %s%s", code, out, errs)
	}
	p.asks(t, telegram, 6, question, "ელექტრონულად.")
	hangup(good, 3)
	p.asks(t, telegram, 7, question, "ელექტრონულად.")
	_ = p.cmd.Process.Kill()
	_ = p.cmd.Wait()
	p = child(t, data, telegram, "--content", dir, "--telegram-secret", "of-the-webhook")
	p.asks(t, telegram, 8, question, "ელექტრონულად.")

	// Exported into the folder, it is the folder's.
	if code, out, errs := ogpbot(t, "", "content", "export", "--data", data, "--content", dir, dir); code != 0 || !strings.Contains(out, "answers/town.yaml") {
		t.Fatalf("export ended with %d: %s%s", code, out, errs)
	}
	hangup(good, 1)
	change("ელექტრონულად.", "ისევ კანცელარიაში.")
	hangup(good, 2)
	p.asks(t, telegram, 9, question, "ისევ კანცელარიაში.")
	if code, out, _ := ogpbot(t, "", "content", "export", "--data", data, "--content", dir, "-"); code != 0 || out != "[]\n" {
		t.Errorf("what is left over the folder: %d, %s", code, out)
	}
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Wait(); err != nil {
		t.Errorf("the process ended with %v: %s", err, p.errs)
	}
}

func TestContentCommands(t *testing.T) {
	dir, _ := ownTown(t)
	data, elsewhere := t.TempDir(), t.TempDir()
	file := filepath.Join(t.TempDir(), "changes.yaml")
	bad := filepath.Join(t.TempDir(), "bad.yaml")
	for name, text := range map[string]string{file: "- id: road\n  question: {ka: გზა?}\n  answer: {ka: მერიას მისწერეთ.}\n  handover: true\n  checked: 2026-01-02\n  hidden: true\n", bad: "- id: road\n  colour: red\n"} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for name, c := range map[string]struct {
		args []string
		want string
	}{
		"no such file":          {[]string{"import", file + "x"}, "cannot be read"},
		"a mistake":             {[]string{"import", bad}, `bad.yaml:2: error: unknown key "colour"`},
		"no content folder":     {[]string{"import", elsewhere}, "no content folder"},
		"a folder with a house": {[]string{"export", data}, "no content folder"},
		"no place for the file": {[]string{"export", filepath.Join(elsewhere, "a", "b.yaml")}, "choose another"},
	} {
		if code, out, errs := ogpbot(t, "", append([]string{"content", "--data", data, "--content", dir}, c.args...)...); code != 1 || !strings.Contains(errs, c.want) {
			t.Errorf("%s: %d %s%s", name, code, out, errs)
		}
	}
	if code, out, errs := ogpbot(t, "", "content", "import", "--data", data, "--content", dir, "--why", "a test", file); code != 0 || !strings.Contains(out, "1 answers were published") {
		t.Errorf("import: %d %s%s", code, out, errs)
	}
	if _, out, _ := ogpbot(t, "", "ask", "--data", data, "--content", dir, "--json", "გზა გაფუჭებულია, ვის მივმართო?"); strings.Contains(out, `"answer":"road"`) {
		t.Errorf("what is hidden is told: %s", out)
	}
	if code, out, _ := ogpbot(t, "", "content", "export", "--data", data, "--content", dir, "-"); code != 0 || !strings.Contains(out, "hidden: true") {
		t.Errorf("export: %d %s", code, out)
	}
	copied := filepath.Join(elsewhere, "copy")
	if code, out, errs := ogpbot(t, "", "content", "export", "--data", data, "--content", dir, copied); code != 0 || !strings.Contains(out, "1 files changed") {
		t.Errorf("export: %d %s%s", code, out, errs)
	}
	if code, out, _ := ogpbot(t, "", "content", "check", copied); code != 0 || !strings.Contains(out, "good:") {
		t.Errorf("the copy: %d %s", code, out)
	}
}
