//go:build unix

package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"ogpbot/internal/channel/channeltest/fakebot"
)

// deliver has Telegram deliver what somebody writes, and gives the status.
func deliver(t *testing.T, addr string, chat, update int64, text string) int {
	t.Helper()
	body := fmt.Sprintf(`{"update_id":%[1]d,"message":{"message_id":1,"from":{"id":%[2]d,"is_bot":false,"first_name":"N"},"chat":{"id":%[2]d,"type":"private"},"date":1795000000,"text":%[3]q}}`, update, chat, text)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+addr+"/webhook/telegram", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("X-Telegram-Bot-Api-Secret-Token", "s")
	return answerTo(t, http.DefaultClient, r, nil)
}

func answerTo(t *testing.T, client *http.Client, r *http.Request, body *string) int {
	t.Helper()
	answer, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	b, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	if body != nil {
		*body = string(b)
	}
	return answer.StatusCode
}

// A pair of keys that age-keygen made, for tests.
const (
	secretKey = "AGE-SECRET-KEY-1S6HVGFU6PNP7T0UFGDCSCFUHZLWSLYJYJY5LW2HG2J6RCDNL6AMS4YGV9P"
	publicKey = "age1hdc433vxlwdwth8rwh689y0rva23f0xy2rzkzes0lk5kfhe95saq40w2z9"
)

// talked is a stopped database with so many conversations.
func talked(t *testing.T, n int) (data string) {
	t.Helper()
	data = t.TempDir()
	telegram := fakebot.Start(t, fakebot.Options{})
	p := child(t, data, telegram)
	talk(t, p.addr, 1, n)
	stopChild(t, p)
	return data
}

func talk(t *testing.T, addr string, from, n int) {
	t.Helper()
	for i := int64(from); i < int64(from+n); i++ {
		if status := deliver(t, addr, i, i, fmt.Sprint("message ", i)); status != http.StatusOK {
			t.Fatalf("message %d was answered with %d", i, status)
		}
	}
}

func stopChild(t *testing.T, p running) {
	t.Helper()
	if err := errors.Join(p.cmd.Process.Signal(syscall.SIGTERM), p.cmd.Wait()); err != nil {
		t.Fatalf("serve ended with %v: %s", err, p.errs)
	}
}

// holds fails unless the messages from 1 to n are in the database, once, and nothing of it is broken.
func holds(t *testing.T, data string, n int) {
	t.Helper()
	stored, _ := inspect(t, data)
	for i := range n {
		if count := stored[fmt.Sprint("message ", i+1)]; count != 1 {
			t.Errorf("message %d is there %d times", i+1, count)
		}
	}
	if len(stored) != n {
		t.Errorf("%d messages are there, want %d", len(stored), n)
	}
	if code, out, errs := ogpbot(t, "", "check", "--data", data); code != 0 || !strings.Contains(out, "Nothing is damaged") {
		t.Errorf("check: %d, %s%s", code, out, errs)
	}
}

// A backup is made while citizens write; later it is put back.
func TestBackupAndRestore(t *testing.T) {
	data, dir := t.TempDir(), t.TempDir()
	telegram := fakebot.Start(t, fakebot.Options{})
	file, sealed := filepath.Join(dir, "copy.db"), filepath.Join(dir, "copy.db.age")
	keys := filepath.Join(dir, "key.txt")
	if err := os.WriteFile(keys, []byte(secretKey+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	p := child(t, data, telegram)
	talk(t, p.addr, 1, 10)
	must := func(code int, said string, args ...string) {
		t.Helper()
		got, out, errs := ogpbot(t, "", append(args, "--data", data)...)
		if got != code || !strings.Contains(out+errs, said) || code != 0 && strings.Count(errs, "\n") != 1 {
			t.Errorf("ogpbot %s: %d, %s%s", strings.Join(args, " "), got, out, errs)
		}
	}
	must(0, "checked", "backup", file)
	must(0, "Nothing is damaged", "check")
	talk(t, p.addr, 11, 1)
	must(0, "checked", "backup", sealed, "--to", publicKey)
	must(2, "age recipient", "backup", sealed, "--to", secretKey)
	must(1, "stop it first", "restore", file)
	must(1, "stop it first", "compact")
	must(1, "database itself", "backup", filepath.Join(data, "ogpbot.db"))
	talk(t, p.addr, 12, 3)
	stopChild(t, p)
	holds(t, data, 14)

	must(0, "It is a copy", "check", file)
	must(1, "damaged", "check", sealed)
	must(1, "--identity", "restore", sealed)
	must(0, "kept as", "restore", file)
	holds(t, data, 10)
	must(0, "kept as", "restore", sealed, "--identity", keys)
	holds(t, data, 11)
	must(0, "MB now", "compact")
	holds(t, data, 11)
	must(0, "checked", "backup", file)

	p = child(t, data, telegram) // and it goes on from there
	talk(t, p.addr, 12, 1)
	stopChild(t, p)
	holds(t, data, 12)
	for _, name := range []string{file, sealed, filepath.Join(data, "ogpbot.db")} {
		if info, err := os.Stat(name); err != nil || info.Mode() != 0o600 {
			t.Errorf("%s: %v, %v", name, info, err)
		}
	}
	if asides, err := filepath.Glob(filepath.Join(data, "ogpbot.db.before-restore-*")); err != nil || len(asides) != 2 {
		t.Errorf("kept aside: %q", asides)
	}
}

// What is no good copy is refused, and the database stays as it is.
func TestRestoreRefuses(t *testing.T) {
	data, dir := talked(t, 3), t.TempDir()
	file := filepath.Join(dir, "copy.db")
	if code, _, errs := ogpbot(t, "", "backup", file, "--data", data); code != 0 {
		t.Fatal(errs)
	}
	good, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	database := filepath.Join(data, "ogpbot.db")
	before, err := os.ReadFile(database)
	if err != nil {
		t.Fatal(err)
	}
	flipped := bytes.Clone(good)
	flipped[bytes.Index(good, []byte("message 2"))+8] = '7'
	for name, content := range map[string][]byte{
		"half": good[:len(good)/2], "empty": nil, "text": []byte("no database"), "one letter": flipped, "zeros": make([]byte, len(good)),
		"both metas": append(make([]byte, 2*os.Getpagesize()), good[2*os.Getpagesize():]...),
	} {
		bad := filepath.Join(dir, "bad.db")
		if err := os.WriteFile(bad, content, 0o600); err != nil {
			t.Fatal(err)
		}
		code, _, errs := ogpbot(t, "", "restore", bad, "--data", data)
		if code != 1 || !strings.Contains(errs, "damaged") || strings.Count(errs, "\n") != 1 {
			t.Errorf("%s: %d, %s", name, code, errs)
		}
	}
	newer := filepath.Join(dir, "newer.db")
	if err := os.WriteFile(newer, regexp.MustCompile(`version\d`).ReplaceAll(good, []byte("version9")), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, _, errs := ogpbot(t, "", "restore", newer, "--data", data); code != 1 || !strings.Contains(errs, "newer ogpbot") {
		t.Errorf("a newer copy: %d, %s", code, errs)
	}
	if code, _, errs := ogpbot(t, "", "restore", filepath.Join(dir, "missing"), "--data", data); code != 1 || !strings.Contains(errs, "cannot be read") {
		t.Errorf("a file that is not there: %d, %s", code, errs)
	}
	if after, err := os.ReadFile(database); err != nil || !bytes.Equal(after, before) {
		t.Errorf("the database was changed: %v", err)
	}
	if left, err := filepath.Glob(filepath.Join(data, ".ogpbot-copy-*")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %q", left)
	}
	if code, _, errs := ogpbot(t, "", "backup", file, "--data", t.TempDir()); code != 1 || !strings.Contains(errs, "--data") {
		t.Errorf("where no database is: %d, %s", code, errs)
	}
}

// killed runs a command in a process and kills it after a while, if it has not ended by then.
func killed(t *testing.T, after time.Duration, args ...string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], args...)
	cmd.Env = append(os.Environ(), childVariable+"=1")
	var errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = io.Discard, &errs
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	kill := time.AfterFunc(after, func() { _ = cmd.Process.Kill() })
	defer kill.Stop()
	if err := cmd.Wait(); err != nil && cmd.ProcessState.Exited() {
		t.Errorf("ogpbot %s: %v: %s", strings.Join(args, " "), err, errs.String())
	}
}

// duration is how long a command takes that is not killed.
func duration(t *testing.T, args ...string) time.Duration {
	t.Helper()
	began := time.Now()
	killed(t, time.Minute, args...)
	return time.Since(began)
}

// A backup that is killed leaves the file of before, or the whole new one.
func TestKillBackup(t *testing.T) {
	data, file := talked(t, 50), filepath.Join(t.TempDir(), "copy.db")
	args := []string{"backup", file, "--data", data}
	whole := duration(t, args...)
	chance := rand.New(rand.NewPCG(2026, 12))
	for range 12 {
		killed(t, time.Duration(chance.Int64N(int64(whole))), args...)
		if code, out, errs := ogpbot(t, "", "check", file, "--data", data); code != 0 || !strings.Contains(out, "It is a copy") {
			t.Fatalf("the copy: %d, %s%s", code, out, errs)
		}
	}
	holds(t, data, 50)
}

// A restore that is killed leaves the database of before, or the copy, whole; and one of them can always be had.
func TestKillRestore(t *testing.T) {
	old, other := talked(t, 50), talked(t, 20)
	file := filepath.Join(t.TempDir(), "copy.db")
	if code, _, errs := ogpbot(t, "", "backup", file, "--data", other); code != 0 {
		t.Fatal(errs)
	}
	args := []string{"restore", file, "--data", old}
	content, err := os.ReadFile(filepath.Join(old, "ogpbot.db"))
	if err != nil {
		t.Fatal(err)
	}
	fresh := func() (data string) {
		data = t.TempDir()
		if err := os.WriteFile(filepath.Join(data, "ogpbot.db"), content, 0o600); err != nil {
			t.Fatal(err)
		}
		return data
	}
	whole := duration(t, "restore", file, "--data", fresh())
	chance := rand.New(rand.NewPCG(2026, 13))
	counts := map[int]int{}
	for range 20 {
		data := fresh()
		args[3] = data
		killed(t, whole/2+time.Duration(chance.Int64N(int64(whole/2))), args...)
		stored, _ := inspect(t, data)
		counts[len(stored)]++
		holds(t, data, len(stored))
		asides, err := filepath.Glob(filepath.Join(data, "ogpbot.db.before-restore-*"))
		if err != nil || len(stored) == 20 && len(asides) != 1 {
			t.Fatalf("the copy is there, and kept aside are %q: %v", asides, err)
		}
	}
	if counts[20]+counts[50] != 20 {
		t.Errorf("databases with so many messages came out: %v", counts)
	}
	t.Logf("%d were restored, %d were not", counts[20], counts[50])
}

// What root does to the database of a service leaves files that the service's own account can use.
func TestFilesBelongToWhoeverTheFolderDoes(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root can give files away")
	}
	const account = 65532
	data, saved := filepath.Join(t.TempDir(), "data"), filepath.Join(t.TempDir(), "copy.db")
	if err := errors.Join(os.Mkdir(data, 0o700), os.Chown(data, account, account)); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"staff", "list"}, {"backup", saved}, {"compact"}, {"restore", saved}} {
		if code, _, errs := ogpbot(t, "", append(args, "--data", data)...); code != 0 {
			t.Fatalf("%v: %s", args, errs)
		}
		err := filepath.WalkDir(data, func(path string, _ fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			info, err := os.Lstat(path)
			if err == nil && info.Sys().(*syscall.Stat_t).Uid != account { //nolint:forcetypeassert // what Unix gives
				t.Errorf("after %v the service cannot use %s", args, filepath.Base(path))
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
