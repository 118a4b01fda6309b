//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"ogpbot/internal/channel/channeltest/fakebot"
)

// smallDisk is a file system of its own with so many bytes.
func smallDisk(t *testing.T, size int) string {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, fmt.Sprint("size=", size)); err != nil {
		t.Skipf("a disk that can be full needs the right to mount: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// fill leaves no room on the disk until the function is called that it gives.
func fill(t *testing.T, dir string) (makeRoom func()) {
	t.Helper()
	path := filepath.Join(dir, "filler")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, size := range []int{1 << 20, 4 << 10} {
		block := make([]byte, size)
		for err == nil {
			_, err = f.Write(block)
		}
		if !errors.Is(err, syscall.ENOSPC) {
			t.Fatal(err)
		}
		err = nil
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return func() {
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
	}
}

// readiness waits until /readyz answers with a status, and gives what it says.
func readiness(t *testing.T, addr string, status int) (said string) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+addr+"/readyz", http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		if answerTo(t, http.DefaultClient, r, &said) == status {
			return said
		}
	}
	t.Fatalf("/readyz never answered %d; it says %s", status, said)
	return ""
}

// chatting is somebody with the web chat open; the status of their message and what the page was told come back.
func chatting(t *testing.T, addr string) (say func(text string) (status int, told string)) {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Jar: jar}
	page, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+addr+"/chat?lang=en", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	if status := answerTo(t, client, page, nil); status != http.StatusOK {
		t.Fatalf("the page answered %d", status)
	}
	n := 0
	return func(text string) (status int, told string) {
		n++
		form := url.Values{"text": {text}, "id": {fmt.Sprint("message-", n)}}
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+addr+"/chat/messages", strings.NewReader(form.Encode()))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Accept", "application/json")
		return answerTo(t, client, r, &told), told
	}
}

var staffCodeForm = regexp.MustCompile(`/staff ([A-Z0-9-]+)\n`)

// A full disk: platforms keep what they could not hand over, the web chat asks to wait, the owner is told, and all goes on by
// itself when there is room. What was acknowledged is there once; a backup made meanwhile elsewhere is whole.
func TestFullDisk(t *testing.T) {
	disk := smallDisk(t, 24<<20)
	data := filepath.Join(disk, "data")
	telegram := fakebot.Start(t, fakebot.Options{})
	p := child(t, data, telegram)
	const owner, citizen = 7, 1000
	_, out, _ := ogpbot(t, "", "staff", "add", "--login", "boss", "--name", "Boss", "--role", "owner", "--content", town, "--data", data)
	code := staffCodeForm.FindStringSubmatch(out)
	if code == nil || deliver(t, p.addr, owner, 1, "/staff "+code[1]) != http.StatusOK {
		t.Fatalf("the owner is not linked: %s", out)
	}
	say := chatting(t, p.addr)
	if status, told := say("hello"); status != http.StatusOK {
		t.Fatalf("the web chat answered %d: %s", status, told)
	}

	var last int64
	acked := map[int64]bool{}
	for n := int64(citizen - 20); n < citizen; n++ {
		acked[n] = deliver(t, p.addr, n, n, fmt.Sprint("message ", n)) == http.StatusOK
	}
	makeRoom := fill(t, disk)
	for n := int64(citizen); ; n++ {
		if last = n; deliver(t, p.addr, n, n, fmt.Sprint("message ", n)) != http.StatusOK {
			break
		}
		acked[n] = true
		if len(acked) > 5000 {
			t.Fatal("the disk is never full")
		}
	}
	if said := readiness(t, p.addr, http.StatusServiceUnavailable); !strings.Contains(said, "disk is full") {
		t.Errorf("/readyz does not say why: %s", said)
	}
	if status, told := say("are you there?"); status != http.StatusServiceUnavailable || !strings.Contains(told, "try again") {
		t.Errorf("the web chat answered %d: %s", status, told)
	}
	ctx, stop := context.WithTimeout(t.Context(), time.Minute)
	defer stop()
	heard := func(words string) {
		t.Helper()
		if _, err := telegram.WaitFor(ctx, owner, func(ms []fakebot.Message) bool {
			return strings.Contains(fmt.Sprint(ms), words)
		}); err != nil {
			t.Errorf("the owner never read %q", words)
		}
	}
	heard("დისკი გაივსო")
	elsewhere := filepath.Join(t.TempDir(), "copy.db")
	if code, _, errs := ogpbot(t, "", "backup", elsewhere, "--data", data); code != 0 {
		t.Errorf("a backup to another disk: %s", errs)
	}

	makeRoom()
	readiness(t, p.addr, http.StatusOK)
	if status := deliver(t, p.addr, last, last, fmt.Sprint("message ", last)); status != http.StatusOK {
		t.Errorf("with room again the message was answered with %d", status)
	}
	acked[last] = true
	if status, told := say("are you there?"); status != http.StatusOK {
		t.Errorf("with room again the web chat answered %d: %s", status, told)
	}
	heard("ადგილი გათავისუფლდა")
	for n := range acked {
		if _, err := telegram.WaitMessages(ctx, n, 1); err != nil {
			t.Fatalf("message %d was acknowledged and never answered", n)
		}
	}
	if err := errors.Join(p.cmd.Process.Signal(syscall.SIGTERM), p.cmd.Wait()); err != nil {
		t.Errorf("serve ended with %v: %s", err, p.errs)
	}
	stored, _ := inspect(t, data)
	for n := range acked {
		if count := stored[fmt.Sprint("message ", n)]; count != 1 {
			t.Errorf("message %d is stored %d times", n, count)
		}
	}
	if code, out, errs := ogpbot(t, "", "check", "--data", data); code != 0 {
		t.Errorf("check says %s%s", out, errs)
	}
	t.Logf("%d messages are stored", len(acked))
}

// With the disk full from the beginning, serve starts, answers for its state, and goes on when there is room.
func TestStartOnAFullDisk(t *testing.T) {
	disk := smallDisk(t, 24<<20)
	data := filepath.Join(disk, "data")
	telegram := fakebot.Start(t, fakebot.Options{})
	p := child(t, data, telegram)
	if status := deliver(t, p.addr, 1, 1, "hello"); status != http.StatusOK {
		t.Fatal(status)
	}
	if err := p.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = p.cmd.Wait()
	makeRoom := fill(t, disk)
	p = child(t, data, telegram)
	for n := int64(2); deliver(t, p.addr, n, n, "hello") == http.StatusOK; n++ {
		if n > 5000 {
			t.Fatal("the disk is never full")
		}
	}
	readiness(t, p.addr, http.StatusServiceUnavailable)
	makeRoom()
	readiness(t, p.addr, http.StatusOK)
}
